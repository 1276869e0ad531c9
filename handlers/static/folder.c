/* See folder.h. */
#include "handlers/static/folder.h"

#include <string.h>

#include "parser/slice.h"
#include "parser/target.h"

static h1_slice last_segment(h1_slice path) {
  size_t at = path.len;
  while (at > 0 && path.ptr[at - 1] != '/') at--;
  const h1_slice segment = {path.ptr + at, path.len - at};
  return segment;
}

static void add_bytes(h1_buffer room, size_t *at, h1_slice more) {
  if (more.len == 0) return;
  memcpy(room.ptr + *at, more.ptr, more.len);
  *at += more.len;
}

/* As the client wrote it, except for what the request decoder lets pass and no
 * reference may hold (RFC 3986 2). */
static void add_segment(h1_buffer room, size_t *at, h1_slice segment) {
  for (size_t i = 0; i < segment.len; i++) {
    const h1_slice byte = {segment.ptr + i, 1};
    if (memchr("\"<>[]^`{|}", *byte.ptr, 10) == NULL) {
      add_bytes(room, at, byte);
      continue;
    }
    const h1_buffer left = {room.ptr + *at, room.len - *at};
    size_t size = 0;
    if (h1_percent_encode(byte, false, left, &size) == H1_DONE) *at += size;
  }
}

/* A reference to `segment` next to the last one of the path, with `prefix` in
 * front and `suffix` after it. Relative to the path, it means the same to a
 * client that came through a proxy which put another prefix in the place of
 * ours. */
typedef struct {
  const char *prefix, *suffix;
  h1_slice segment;
} target;

static h1_slice reference_to(const h1_exchange *x, const target *t,
                             bool with_query, h1_buffer room) {
  const h1_slice query = h1_exchange_query(x);
  const h1_slice segment = t->segment;
  const h1_slice none = {room.ptr, 0};
  size_t at = 0;
  if (3 * segment.len + query.len + 8 > room.len) return none;
  add_bytes(room, &at, h1_slice_of(t->prefix));
  /* "a:b/" would be read as a scheme, "/" as the root (RFC 3986 4.2). */
  if (at == 0 &&
      (segment.len == 0 || memchr(segment.ptr, ':', segment.len) != NULL)) {
    add_bytes(room, &at, h1_slice_of("./"));
  }
  add_segment(room, &at, segment);
  if (segment.len > 0) add_bytes(room, &at, h1_slice_of(t->suffix));
  if (with_query && query.len > 0) {
    add_bytes(room, &at, h1_slice_of("?"));
    add_bytes(room, &at, query);
  }
  const h1_slice reference = {room.ptr, at};
  return reference;
}

/* A query for which the answer's fields have no room is left out. A name alone,
 * at most 255 bytes, always has room. */
static void redirect(h1_exchange *x, const target *t) {
  h1_buffer room = h1_exchange_scratch(x);
  room.len /= 2;
  for (int with_query = 1; with_query >= 0; with_query--) {
    const h1_slice location = reference_to(x, t, with_query != 0, room);
    if (location.len > 0 &&
        h1_reply_field(x, h1_slice_of("Location"), location)) {
      h1_reply_status(x, 301, H1_OK);
      return;
    }
  }
  h1_reply_status(x, 404, H1_NOT_FOUND);
}

void h1_static_redirect_to_folder(h1_exchange *x) {
  const target t = {"", "/", last_segment(h1_exchange_raw_path(x))};
  redirect(x, &t);
}

/* In the scratch's second half: the reference is written to its first. */
static h1_slice encoded_segment(h1_exchange *x, h1_slice segment) {
  const h1_buffer scratch = h1_exchange_scratch(x);
  const h1_buffer half = {scratch.ptr + scratch.len / 2, scratch.len / 2};
  h1_slice out = {half.ptr, 0};
  if (h1_percent_encode(segment, false, half, &out.len) != H1_DONE) out.len = 0;
  return out;
}

void h1_static_redirect_to_clean(h1_exchange *x, h1_slice path,
                                 h1_static_sent sent) {
  const h1_slice raw = h1_exchange_raw_path(x);
  target t = {"", "", {NULL, 0}};
  if (sent == H1_STATIC_SENT_WITHOUT_SLASH) {
    /* What ends in "/.." is in no folder that ".." would lead out of. */
    if (raw.len == 0 || raw.ptr[raw.len - 1] != '/') {
      h1_reply_status(x, 404, H1_NOT_FOUND);
      return;
    }
    path.len -= 1;
    t.prefix = "../";
    t.segment = encoded_segment(x, last_segment(path));
  } else if (sent == H1_STATIC_SENT_WITHOUT_ENDING) {
    path.len -= strlen(".html");
    t.segment = encoded_segment(x, last_segment(path));
  }
  redirect(x, &t);
}
