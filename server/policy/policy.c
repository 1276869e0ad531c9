/* Laying the rules out, and finding the one that holds. */
#include "server/policy/policy.h"

#include <stdio.h>
#include <string.h>

#include "parser/fields.h"
#include "parser/slice.h"
#include "server/policy/rule.h"

_Static_assert(H1_POLICY_HEADERS_MAX <= 64, "the groups are bits of one word");

static const char NO_CACHE[] = "Cache-Control: no-cache\r\n";

/* ---- laying out ---- */

typedef struct {
  h1_arena *arena;
  char *message; /* 256 bytes */
} builder;

static bool lacks_memory(const builder *b) {
  snprintf(b->message, 256,
           "--config-memory: %zu bytes are too few for the rules of --header, "
           "--cache-control, --redirect and --log-skip",
           b->arena->cap);
  return false;
}

/* Room for `count` things, at least one. */
static void *take(const builder *b, size_t count, size_t size) {
  void *room = h1_arena_take(b->arena, (count == 0 ? 1 : count) * size);
  if (room == NULL) lacks_memory(b);
  return room;
}

static bool copy(const builder *b, h1_slice from, h1_slice *to) {
  uint8_t *room = take(b, from.len, 1);
  if (room == NULL) return false;
  if (from.len > 0) memcpy(room, from.ptr, from.len);
  *to = (h1_slice){room, from.len};
  return true;
}

static const h1_pattern *compile(const builder *b, h1_slice text) {
  void *room = take(b, h1_pattern_bytes(text), 1);
  return room == NULL ? NULL : h1_pattern_compile(text, room);
}

static bool is_named(h1_slice name, const char *other) {
  return h1_slice_equal_nocase(name, h1_slice_of(other));
}

/* The first rule of the same name says which group it is. */
static unsigned group_of(const h1_policy_header *headers, size_t count,
                         h1_slice name) {
  for (size_t i = 0; i < count; i++) {
    if (h1_slice_equal_nocase(headers[i].name, name)) return headers[i].group;
  }
  return (unsigned)count;
}

static bool build_header(const builder *b, h1_policy_header *headers,
                         size_t index, const char *text) {
  h1_header_rule rule;
  h1_policy_header *h = &headers[index];
  /* The option was checked when it was read. */
  if (h1_header_rule_read(h1_slice_of(text), &rule) != NULL) return false;
  h->removes = rule.removes;
  h->adds = is_named(rule.name, "Vary");
  h->not_on_errors =
      is_named(rule.name, "Cache-Control") || is_named(rule.name, "Expires");
  h->group = group_of(headers, index, rule.name);
  h->pattern = compile(b, rule.pattern);
  return h->pattern != NULL && copy(b, rule.name, &h->name) &&
         copy(b, rule.value, &h->value);
}

static bool too_many(const builder *b, const char *what) {
  snprintf(b->message, 256, "--header: %s", what);
  return false;
}

static bool build_headers(const builder *b, h1_policy *p, const h1_texts *t) {
  size_t bytes = 0;
  if (t->count > H1_POLICY_HEADERS_MAX) {
    return too_many(b, "more than 64 values; allowed: 64");
  }
  h1_policy_header *headers = take(b, t->count, sizeof *headers);
  if (headers == NULL) return false;
  for (size_t i = 0; i < t->count; i++) {
    if (!build_header(b, headers, i, h1_texts_at(t, i))) return false;
    bytes += headers[i].name.len + headers[i].value.len + 4;
  }
  if (bytes > H1_POLICY_HEAD_BYTES) {
    return too_many(b, "names and values have more than 8K; allowed: 8K");
  }
  p->headers = headers;
  p->header_count = t->count;
  return true;
}

static bool build_cache(const builder *b, h1_policy_cache *out,
                        const char *text) {
  h1_cache_rule rule;
  uint8_t line[H1_CACHE_VALUE_MAX + 32];
  const h1_buffer room = {line, sizeof line};
  size_t size = 0;
  if (h1_cache_rule_read(h1_slice_of(text), &rule) != NULL) return false;
  if (rule.value.len > 0 &&
      h1_field_encode(h1_slice_of("Cache-Control"), rule.value, room, &size) !=
          H1_DONE) {
    return false;
  }
  out->pattern = compile(b, rule.pattern);
  return out->pattern != NULL && copy(b, (h1_slice){line, size}, &out->line);
}

static bool build_caches(const builder *b, h1_policy *p, const h1_texts *t) {
  h1_policy_cache *caches = take(b, t->count, sizeof *caches);
  if (caches == NULL) return false;
  for (size_t i = 0; i < t->count; i++) {
    if (!build_cache(b, &caches[i], h1_texts_at(t, i))) return false;
  }
  p->caches = caches;
  p->cache_count = t->count;
  return true;
}

/* Where `what` begins, or the length. */
static size_t find(h1_slice text, const char *what) {
  const size_t len = strlen(what);
  for (size_t i = 0; i + len <= text.len; i++) {
    if (memcmp(text.ptr + i, what, len) == 0) return i;
  }
  return text.len;
}

static h1_slice part(h1_slice s, size_t from, size_t to) {
  return (h1_slice){s.ptr + from, to - from};
}

/* TO with its equals signs, in pieces. */
static void split_to(h1_policy_redirect *r, h1_slice to) {
  const size_t rest = find(to, H1_REDIRECT_REST);
  const size_t hash = find(to, "#");
  const size_t query = find(to, "?");
  r->has_rest = rest < to.len;
  const bool plain_end = !r->has_rest || rest < hash;
  const size_t end = plain_end ? hash : to.len;
  const size_t tail = r->has_rest ? rest + sizeof H1_REDIRECT_REST - 1 : end;
  r->head = part(to, 0, r->has_rest ? rest : end);
  r->tail = part(to, tail, end);
  r->fragment = part(to, end, to.len);
  r->takes_query = plain_end && query >= hash;
}

static bool build_redirect(const builder *b, h1_policy_redirect *out,
                           const char *text) {
  h1_redirect_rule rule;
  uint8_t decoded[H1_REDIRECT_TO_MAX];
  size_t size = 0;
  h1_slice to;
  if (h1_redirect_rule_read(h1_slice_of(text), &rule) != NULL) return false;
  for (size_t i = 0; i < rule.to.len; i++) {
    const h1_slice left = part(rule.to, i, rule.to.len);
    const bool equals = left.len >= 3 && left.ptr[0] == '%' &&
                        left.ptr[1] == '3' && (left.ptr[2] | 0x20) == 'd';
    decoded[size++] = equals ? (uint8_t)'=' : left.ptr[0];
    if (equals) i += 2;
  }
  out->status = rule.status;
  out->pattern = compile(b, rule.from);
  if (out->pattern == NULL || !copy(b, (h1_slice){decoded, size}, &to)) {
    return false;
  }
  split_to(out, to);
  return true;
}

static bool build_redirects(const builder *b, h1_policy *p, const h1_texts *t) {
  h1_policy_redirect *redirects = take(b, t->count, sizeof *redirects);
  if (redirects == NULL) return false;
  for (size_t i = 0; i < t->count; i++) {
    if (!build_redirect(b, &redirects[i], h1_texts_at(t, i))) return false;
  }
  p->redirects = redirects;
  p->redirect_count = t->count;
  return true;
}

static bool build_skips(const builder *b, h1_policy *p, const h1_texts *t) {
  const h1_pattern **skips = take(b, t->count, sizeof(const h1_pattern *));
  if (skips == NULL) return false;
  for (size_t i = 0; i < t->count; i++) {
    skips[i] = compile(b, h1_slice_of(h1_texts_at(t, i)));
    if (skips[i] == NULL) return false;
  }
  p->skips = skips;
  p->skip_count = t->count;
  return true;
}

bool h1_policy_build(h1_policy *p, const h1_config *c, h1_arena *arena,
                     char message[256]) {
  const builder b = {arena, message};
  memset(p, 0, sizeof *p);
  snprintf(message, 256,
           "a rule of --header, --cache-control or --redirect "
           "is not one");
  return build_headers(&b, p, &c->headers) &&
         build_caches(&b, p, &c->cache_controls) &&
         build_redirects(&b, p, &c->redirects) &&
         build_skips(&b, p, &c->log_skip) && !h1_policy_has_circle(p, message);
}

/* ---- finding ---- */

bool h1_policy_skips_log(const h1_policy *p, h1_slice path) {
  for (size_t i = 0; i < p->skip_count && path.len > 0; i++) {
    if (h1_pattern_matches(p->skips[i], path)) return true;
  }
  return false;
}

h1_slice h1_policy_cache_control(const h1_policy *p, h1_slice path) {
  for (size_t i = 0; i < p->cache_count; i++) {
    if (h1_pattern_matches(p->caches[i].pattern, path)) {
      return p->caches[i].line;
    }
  }
  return (h1_slice){(const uint8_t *)NO_CACHE, sizeof NO_CACHE - 1};
}

const h1_policy_redirect *h1_policy_find_redirect(const h1_policy *p,
                                                  h1_slice path) {
  for (size_t i = 0; i < p->redirect_count; i++) {
    if (h1_pattern_matches(p->redirects[i].pattern, path)) {
      return &p->redirects[i];
    }
  }
  return NULL;
}

size_t h1_policy_find_headers(const h1_policy *p, h1_slice path,
                              const h1_policy_header *found[]) {
  uint64_t decided = 0;
  size_t count = 0;
  for (size_t i = 0; i < p->header_count; i++) {
    const h1_policy_header *h = &p->headers[i];
    const uint64_t bit = (uint64_t)1 << h->group;
    if ((decided & bit) != 0) continue;
    if (!h1_pattern_matches(h->pattern, path)) continue;
    decided |= bit;
    found[count++] = h;
  }
  return count;
}
