#include "fuzz/reference/framing.h"

#include <string.h>

#include "fuzz/reference/target.h"
#include "parser/tolerance.h"

static bool is_named(const uint8_t *p, const ref_field *f, const char *name) {
  return ref_is_word(p + f->name_at, f->name_len, name);
}

static const ref_field *find(const uint8_t *p, const ref_head *h,
                             const char *name) {
  for (size_t i = 0; i < h->count; i++) {
    if (is_named(p, &h->fields[i], name)) return &h->fields[i];
  }
  return NULL;
}

/* ---- Transfer-Encoding ---- */

typedef struct {
  unsigned members, chunked, others;
  bool last_is_chunked, bad, params;
} codings;

static size_t skip(bool (*is)(unsigned), const uint8_t *p, size_t from,
                   size_t n) {
  while (from < n && is(p[from])) from++;
  return from;
}

static bool is_blank(unsigned c) { return c == ' ' || c == '\t'; }

/* token *( OWS ";" OWS token BWS "=" BWS token ), all of p[0..n), which has no
 * blanks at its ends. Quoted values are refused here. */
static bool is_coding(const uint8_t *p, size_t n, size_t *name_len) {
  size_t at = skip(ref_is_tchar, p, 0, n);
  *name_len = at;
  if (at == 0) return false;
  while (at < n) {
    at = skip(is_blank, p, at, n);
    if (at >= n || p[at] != ';') return false;
    const size_t name = skip(is_blank, p, at + 1, n);
    const size_t name_end = skip(ref_is_tchar, p, name, n);
    const size_t equals = skip(is_blank, p, name_end, n);
    if (name_end == name || equals >= n || p[equals] != '=') return false;
    const size_t value = skip(is_blank, p, equals + 1, n);
    at = skip(ref_is_tchar, p, value, n);
    if (at == value) return false;
  }
  return true;
}

static void add_coding(const uint8_t *p, size_t from, size_t to, codings *c) {
  size_t name_len = 0;
  from = skip(is_blank, p, from, to);
  while (to > from && is_blank(p[to - 1])) to--;
  c->members++;
  if (!is_coding(p + from, to - from, &name_len)) {
    c->bad = true;
    return;
  }
  c->last_is_chunked = ref_is_word(p + from, name_len, "chunked");
  if (c->last_is_chunked) {
    c->chunked++;
    /* The chunked coding has no parameters. */
    if (name_len != to - from) c->bad = true;
  } else {
    c->others++;
    c->params |= name_len != to - from;
  }
}

/* All members of all lines; an empty one is bad. */
static codings read_codings(const uint8_t *p, const ref_head *h) {
  codings c = {0, 0, 0, false, false, false};
  for (size_t i = 0; i < h->count; i++) {
    const ref_field *f = &h->fields[i];
    if (!is_named(p, f, "transfer-encoding")) continue;
    size_t from = f->value_at;
    const size_t end = f->value_at + f->value_len;
    for (size_t k = from; k <= end; k++) {
      if (k < end && p[k] != ',') continue;
      add_coding(p, from, k, &c);
      from = k + 1;
    }
  }
  return c;
}

/* ---- framing ---- */

/* 1*DIGIT, at most 2^63-1. */
static bool read_length(const uint8_t *p, size_t n, uint64_t *out) {
  uint64_t value = 0;
  for (size_t i = 0; i < n; i++) {
    if (p[i] < '0' || p[i] > '9') return false;
    if (value > (uint64_t)INT64_MAX / 10) return false;
    value = value * 10 + (uint64_t)(p[i] - '0');
    if (value > (uint64_t)INT64_MAX) return false;
  }
  *out = value;
  return n > 0;
}

/* What Content-Length and Transfer-Encoding say, if they may. True: one of them
 * was there. */
static bool read_fields(const uint8_t *p, const ref_head *h, ref_framing *out) {
  const ref_field *length = find(p, h, "content-length");
  const codings c = read_codings(p, h);
  *out = (ref_framing){0, false, REF_NO_BODY, 0};
  if (c.members > 0) {
    const bool bad = h->minor == 0 || length != NULL || c.bad ||
                     c.chunked != 1 || !c.last_is_chunked;
    out->body = REF_CHUNKED;
    out->refused = bad ? 400 : c.others > 0 ? 501 : 0;
    out->or_400 = c.params;
    return true;
  }
  if (length == NULL) return false;
  out->body = REF_LENGTH;
  if (!read_length(p + length->value_at, length->value_len, &out->length)) {
    out->refused = 400;
  }
  return true;
}

void ref_request_framing(const uint8_t *p, const ref_head *h,
                         ref_framing *out) {
  (void)read_fields(p, h, out);
}

/* Numbers given for Content-Length, on any number of lines and, with `lists`,
 * more than one a line. */
typedef struct {
  unsigned count;
  bool differ, bad;
  uint64_t value;
} ref_lengths;

static void add_length(const uint8_t *p, size_t from, size_t to,
                       ref_lengths *all) {
  uint64_t value = 0;
  from = skip(is_blank, p, from, to);
  while (to > from && is_blank(p[to - 1])) to--;
  all->bad |= !read_length(p + from, to - from, &value);
  all->differ |= all->count > 0 && value != all->value;
  all->value = value;
  all->count++;
}

static ref_lengths read_lengths(const uint8_t *p, const ref_head *h,
                                bool lists) {
  ref_lengths all = {0, false, false, 0};
  for (size_t i = 0; i < h->count; i++) {
    const ref_field *f = &h->fields[i];
    if (!is_named(p, f, "content-length")) continue;
    size_t from = f->value_at;
    const size_t end = f->value_at + f->value_len;
    for (size_t k = from; lists && k < end; k++) {
      if (p[k] != ',') continue;
      add_length(p, from, k, &all);
      from = k + 1;
    }
    add_length(p, from, end, &all);
  }
  return all;
}

/* Of a response whose body its fields frame. */
static void frame_response(const uint8_t *p, const ref_head *h,
                           unsigned tolerances, ref_framing *out) {
  const bool equal = (tolerances & H1_TOLERATE_EQUAL_LENGTHS) != 0;
  const bool old = (tolerances & H1_TOLERATE_HTTP10_CHUNKED) != 0;
  const codings c = read_codings(p, h);
  const ref_lengths l = read_lengths(p, h, equal);
  if (c.members > 0) {
    out->body = c.last_is_chunked ? REF_CHUNKED : REF_UNTIL_CLOSE;
    const bool version = h->minor > 0 || old;
    const bool good = version && l.count == 0 && !c.bad && c.chunked < 2;
    out->refused = good ? 0 : 400;
    out->or_400 = c.params;
  } else if (l.count > 0) {
    const bool repeated = l.count > 1 && (!equal || l.differ);
    out->body = REF_LENGTH;
    out->length = l.value;
    out->refused = l.bad || repeated ? 400 : 0;
  } else {
    out->body = REF_UNTIL_CLOSE;
  }
}

void ref_response_framing(const uint8_t *p, const ref_head *h, bool to_head,
                          bool to_connect, unsigned tolerances,
                          ref_framing *out) {
  const unsigned status = h->status;
  *out = (ref_framing){0, false, REF_NO_BODY, 0};
  if (status == 101 || (to_connect && status >= 200 && status < 300)) {
    out->body = REF_TUNNEL;
    return;
  }
  const bool none = to_head || (status >= 100 && status < 200) ||
                    status == 204 || status == 304;
  if (!none) {
    frame_response(p, h, tolerances, out);
    return;
  }
  const bool equal = (tolerances & H1_TOLERATE_EQUAL_LENGTHS) != 0;
  const ref_lengths l = read_lengths(p, h, equal);
  out->refused = l.count > 1 && !equal ? 400 : 0;
}

/* ---- the whole request ---- */

static bool is_method(const uint8_t *p, const ref_head *h, const char *name) {
  return h->first_len == strlen(name) &&
         memcmp(p + h->first_at, name, h->first_len) == 0;
}

bool ref_request_is_good(const uint8_t *p, const ref_head *h) {
  const ref_field *host = find(p, h, "host");
  ref_target t;
  if (host == NULL && h->minor >= 1) return false;
  if (host != NULL && !ref_is_authority(p + host->value_at, host->value_len)) {
    return false;
  }
  if (ref_target_split(p + h->target_at, h->target_len, &t) != H1_OK) {
    return false;
  }
  /* RFC 9112 3.2.3: CONNECT has the authority-form, and no other. */
  if (is_method(p, h, "CONNECT")) return t.form == REF_AUTHORITY;
  if (t.form == REF_ASTERISK) return is_method(p, h, "OPTIONS");
  return t.form != REF_AUTHORITY;
}

/* ---- persistence ---- */

bool ref_persists(const uint8_t *p, const ref_head *h, bool *persists) {
  bool closes = false, keeps = false;
  for (size_t i = 0; i < h->count; i++) {
    const ref_field *f = &h->fields[i];
    if (!is_named(p, f, "connection")) continue;
    size_t at = f->value_at;
    const size_t end = f->value_at + f->value_len;
    while (at < end) {
      size_t comma = at;
      while (comma < end && p[comma] != ',') comma++;
      size_t a = skip(is_blank, p, at, comma), b = comma;
      while (b > a && is_blank(p[b - 1])) b--;
      if (skip(ref_is_tchar, p, a, b) != b) return false;
      closes |= ref_is_word(p + a, b - a, "close");
      keeps |= ref_is_word(p + a, b - a, "keep-alive");
      at = comma + 1;
    }
  }
  *persists = !closes && (h->minor >= 1 || keeps);
  return true;
}
