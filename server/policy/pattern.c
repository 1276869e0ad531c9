/* Patterns as automata. The literal beginning is compared; what follows it is a
 * row of tokens, and a set of bits says before which of them the automaton
 * stands. One byte of the path moves all of them at once. */
#include "server/policy/pattern.h"

#include <string.h>

#include "parser/target.h"

enum { WORDS = 4 };

typedef enum {
  LITERAL, /* one byte */
  SEGMENT, /* any bytes except '/', or none */
  ANY,     /* any bytes, or none */
  SKIP,    /* before FOLDERS: passes it by */
  FOLDERS  /* any bytes with a '/' at the end */
} token_kind;

typedef struct {
  token_kind kind;
  uint8_t byte;
} token;

/* A whole segment of two asterisks makes two tokens of three bytes, everything
 * else one of at least one. */
typedef struct {
  token tokens[H1_PATTERN_BYTES_MAX];
  size_t count;
  size_t literal; /* how many come before the first wildcard */
} parsed;

typedef struct {
  uint64_t bits[WORDS];
} state_set;

/* Of what follows the literal beginning. */
typedef struct {
  uint8_t class_of[256]; /* of bytes: a row of `masks`; 0: no literal here */
  state_set skip, pass;  /* may be passed without a byte: two on, one */
  state_set segment, any, folders;
  state_set masks[]; /* by class: the literals that a byte is */
} automaton;

struct h1_pattern {
  automaton *automaton; /* NULL: nothing follows */
  uint16_t literal;     /* bytes at the front */
  uint16_t states, words;
  bool has_rest;
  bool open_end; /* the last token takes whatever is left */
  uint8_t bytes[];
};

/* ---- reading ---- */

static int hex_digit(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/* The literal byte at `*at`, decoded; `*at` moves past it. False: a percent
 * sign without two digits. */
static bool read_literal(h1_slice text, size_t *at, uint8_t *byte) {
  *byte = text.ptr[(*at)++];
  if (*byte != '%') return true;
  if (text.len - *at < 2) return false;
  const int high = hex_digit(text.ptr[*at]);
  const int low = hex_digit(text.ptr[*at + 1]);
  if (high < 0 || low < 0) return false;
  *at += 2;
  const uint8_t decoded = (uint8_t)(high * 16 + low);
  /* What the decoder writes for it, and for nothing else. */
  *byte = decoded == '/' ? H1_PATH_ENCODED_SLASH : decoded;
  if (decoded == 0) *byte = '\n'; /* which no path holds either */
  return true;
}

static const char *byte_fault(uint8_t written, uint8_t byte) {
  if (written == '?') {
    return "can never match: a path has no '?' (%3F is a literal one)";
  }
  if (written == '#') {
    return "can never match: a path has no '#' (%23 is a literal one)";
  }
  if (byte == '\\') return "can never match: a path with '\\' is refused";
  if (byte == '\r' || byte == '\n') {
    return "can never match: a path with NUL, CR or LF is refused";
  }
  return NULL;
}

static void add(parsed *p, token_kind kind, uint8_t byte) {
  if (kind != LITERAL && p->literal > p->count) p->literal = p->count;
  p->tokens[p->count++] = (token){kind, byte};
}

static size_t asterisks_at(h1_slice text, size_t at) {
  size_t n = 0;
  while (at + n < text.len && text.ptr[at + n] == '*') n++;
  return n;
}

static bool ends_at_slash(const parsed *p) {
  const token *last = &p->tokens[p->count - 1];
  return (last->kind == LITERAL && last->byte == '/') || last->kind == FOLDERS;
}

/* One or two asterisks; `*at` moves past them, and past the slash that ends a
 * whole segment of two. Several such segments are one. */
static const char *read_wildcard(h1_slice text, size_t *at, parsed *p) {
  const size_t n = asterisks_at(text, *at);
  if (n > 2) return "holds more than two asterisks in a row";
  *at += n;
  if (n == 1) {
    add(p, SEGMENT, 0);
  } else if (!ends_at_slash(p) || *at == text.len || text.ptr[*at] != '/') {
    add(p, ANY, 0);
  } else {
    *at += 1;
    if (p->tokens[p->count - 1].kind == FOLDERS) return NULL;
    add(p, SKIP, 0);
    add(p, FOLDERS, 0);
  }
  return NULL;
}

static bool is_literal(const parsed *p, size_t i, uint8_t byte) {
  return i < p->count && p->tokens[i].kind == LITERAL &&
         p->tokens[i].byte == byte;
}

/* A path that was decoded has no such segments. */
static bool has_dot_segment(const parsed *p) {
  for (size_t i = 0; i < p->count; i++) {
    if (!is_literal(p, i, '/') && p->tokens[i].kind != FOLDERS) continue;
    size_t end = i + 1;
    while (end < i + 3 && is_literal(p, end, '.')) end++;
    if (end == i + 1) continue;
    if (end == p->count || is_literal(p, end, '/')) return true;
  }
  return false;
}

static const char *parse(h1_slice text, parsed *p) {
  p->count = 0;
  p->literal = SIZE_MAX;
  if (text.len == 0 || text.ptr[0] != '/') {
    return "can never match: a path begins with '/'";
  }
  if (text.len > H1_PATTERN_BYTES_MAX) return "is longer than 255 bytes";
  for (size_t at = 0; at < text.len;) {
    const uint8_t written = text.ptr[at];
    const char *fault = NULL;
    if (written == '*') {
      fault = read_wildcard(text, &at, p);
    } else {
      uint8_t byte = 0;
      if (!read_literal(text, &at, &byte)) {
        return "holds a '%' without two hexadecimal digits (%25 is a literal "
               "one)";
      }
      fault = byte_fault(written, byte);
      add(p, LITERAL, byte);
    }
    if (fault != NULL) return fault;
  }
  if (p->literal > p->count) p->literal = p->count;
  if (has_dot_segment(p)) {
    return "can never match: '.' and '..' segments are resolved before";
  }
  return NULL;
}

const char *h1_pattern_fault(h1_slice text) {
  parsed p;
  return parse(text, &p);
}

/* ---- compiling ---- */

static void put(state_set *s, size_t state) {
  s->bits[state / 64] |= (uint64_t)1 << (state % 64);
}

/* How many different bytes its literals after the first wildcard are. */
static size_t class_count(const parsed *p, uint8_t class_of[256]) {
  size_t count = 0;
  memset(class_of, 0, 256);
  for (size_t i = p->literal; i < p->count; i++) {
    const token *t = &p->tokens[i];
    if (t->kind == LITERAL && class_of[t->byte] == 0) {
      class_of[t->byte] = (uint8_t)++count;
    }
  }
  return count;
}

static size_t round_8(size_t n) { return (n + 7) & ~(size_t)7; }

/* Where the automaton begins. */
static size_t head_bytes(const parsed *p) {
  return round_8(sizeof(h1_pattern) + p->literal);
}

size_t h1_pattern_bytes(h1_slice text) {
  parsed p;
  uint8_t class_of[256];
  if (parse(text, &p) != NULL) return 0;
  if (p.literal == p.count) return head_bytes(&p);
  return head_bytes(&p) + sizeof(automaton) +
         (class_count(&p, class_of) + 1) * sizeof(state_set);
}

static void compile_token(automaton *out, const token *t, size_t state) {
  switch (t->kind) {
    case LITERAL:
      put(&out->masks[out->class_of[t->byte]], state);
      return;
    case SEGMENT:
      put(&out->segment, state);
      put(&out->pass, state);
      return;
    case ANY:
      put(&out->any, state);
      put(&out->pass, state);
      return;
    case SKIP:
      put(&out->skip, state);
      put(&out->pass, state);
      return;
    case FOLDERS:
      put(&out->any, state);
      put(&out->folders, state);
      return;
  }
}

static automaton *compile_automaton(const parsed *p, void *room) {
  automaton *out = room;
  memset(out, 0, sizeof *out);
  const size_t classes = class_count(p, out->class_of);
  memset(out->masks, 0, (classes + 1) * sizeof(state_set));
  for (size_t i = p->literal; i < p->count; i++) {
    compile_token(out, &p->tokens[i], i - p->literal);
  }
  return out;
}

const h1_pattern *h1_pattern_compile(h1_slice text, void *room) {
  parsed p;
  h1_pattern *out = room;
  if (parse(text, &p) != NULL) return NULL;
  memset(out, 0, sizeof *out);
  out->literal = (uint16_t)p.literal;
  for (size_t i = 0; i < p.literal; i++) out->bytes[i] = p.tokens[i].byte;
  const size_t left = p.count - p.literal;
  if (left == 0) return out;
  out->states = (uint16_t)(left + 1);
  out->words = (uint16_t)((left + 64) / 64);
  out->has_rest = left == 1;
  out->open_end = p.tokens[p.count - 1].kind == ANY;
  out->automaton = compile_automaton(&p, (uint8_t *)room + head_bytes(&p));
  return out;
}

/* ---- matching ---- */

static bool has(const state_set *s, size_t state) {
  return (s->bits[state / 64] >> (state % 64) & 1) != 0;
}

/* to |= (s & mask) << by, over all words. */
static void pass_on(const h1_pattern *p, const state_set *s,
                    const state_set *mask, unsigned by, state_set *to) {
  uint64_t carry = 0;
  for (size_t i = 0; i < p->words; i++) {
    const uint64_t moved = s->bits[i] & mask->bits[i];
    to->bits[i] |= moved << by | carry;
    carry = moved >> (64 - by);
  }
}

/* What may be passed without a byte. What follows a SKIP may be passed too, so
 * that comes first; no two others follow each other. */
static void settle(const h1_pattern *p, state_set *s) {
  const state_set before = *s;
  pass_on(p, &before, &p->automaton->skip, 2, s);
  const state_set skipped = *s;
  pass_on(p, &skipped, &p->automaton->pass, 1, s);
}

/* False: no state is left. */
static bool step(const h1_pattern *p, state_set *s, uint8_t byte) {
  const automaton *a = p->automaton;
  state_set next = {{0}};
  uint64_t left = 0;
  const bool slash = byte == '/';
  for (size_t i = 0; i < p->words; i++) {
    uint64_t stays = a->any.bits[i];
    if (!slash) stays |= a->segment.bits[i];
    next.bits[i] = s->bits[i] & stays;
  }
  const uint8_t class_of = a->class_of[byte];
  if (class_of != 0) pass_on(p, s, &a->masks[class_of], 1, &next);
  if (slash) pass_on(p, s, &a->folders, 1, &next);
  settle(p, &next);
  for (size_t i = 0; i < p->words; i++) left |= next.bits[i];
  *s = next;
  return left != 0;
}

bool h1_pattern_matches(const h1_pattern *p, h1_slice path) {
  if (path.len < p->literal) return false;
  if (memcmp(path.ptr, p->bytes, p->literal) != 0) return false;
  if (p->automaton == NULL) return path.len == p->literal;
  state_set s = {{1}};
  const size_t end = p->states - 1u;
  settle(p, &s);
  for (size_t i = p->literal; i < path.len; i++) {
    if (p->open_end && has(&s, end)) return true;
    if (!step(p, &s, path.ptr[i])) return false;
  }
  return has(&s, end);
}

bool h1_pattern_has_rest(const h1_pattern *p) { return p->has_rest; }

h1_slice h1_pattern_rest(const h1_pattern *p, h1_slice path) {
  const h1_slice rest = {path.ptr + p->literal, path.len - p->literal};
  return rest;
}
