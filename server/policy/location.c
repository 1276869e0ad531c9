/* Where a redirect leads. What a request contributes is encoded anew, byte by
 * byte, and cannot reach the host: redirect_rule.c saw to that. */
#include <string.h>

#include "parser/target.h"
#include "server/policy/policy.h"

typedef struct {
  h1_buffer room;
  size_t len;
  bool full;
} writer;

static void add(writer *w, h1_slice s) {
  if (s.len > w->room.len - w->len) {
    w->full = true;
    return;
  }
  if (s.len > 0) memcpy(w->room.ptr + w->len, s.ptr, s.len);
  w->len += s.len;
}

static void add_text(writer *w, const char *text) {
  add(w, (h1_slice){(const uint8_t *)text, strlen(text)});
}

static void add_encoded(writer *w, h1_slice s) {
  if (s.len == 0) return;
  if (w->len == w->room.len) { /* of which there may be none at all */
    w->full = true;
    return;
  }
  const h1_buffer left = {w->room.ptr + w->len, w->room.len - w->len};
  size_t size = 0;
  if (h1_percent_encode(s, true, left, &size) != H1_DONE) {
    w->full = true;
    return;
  }
  w->len += size;
}

/* A slash that came encoded stays so. */
static void add_rest(writer *w, h1_slice rest) {
  size_t from = 0;
  for (size_t i = 0; i < rest.len; i++) {
    if (rest.ptr[i] != H1_PATH_ENCODED_SLASH) continue;
    add_encoded(w, (h1_slice){rest.ptr + from, i - from});
    add_text(w, "%2F");
    from = i + 1;
  }
  add_encoded(w, (h1_slice){rest.ptr + from, rest.len - from});
}

bool h1_policy_location(const h1_policy_redirect *r, h1_slice path,
                        h1_slice query, h1_buffer room, h1_slice *out) {
  writer w = {room, 0, false};
  add(&w, r->head);
  if (r->has_rest) add_rest(&w, h1_pattern_rest(r->pattern, path));
  add(&w, r->tail);
  if (r->takes_query && query.len > 0) {
    add_text(&w, "?");
    add(&w, query);
  }
  add(&w, r->fragment);
  *out = (h1_slice){room.ptr, w.len};
  if (w.full) return false;
  /* A rest that is empty or begins with '/' must not make a host of what
   * follows it. */
  while (out->len > 1 && out->ptr[0] == '/' && out->ptr[1] == '/') {
    out->ptr++;
    out->len--;
  }
  return true;
}
