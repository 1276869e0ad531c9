/* Private: the walk over a request head, for one level; RFC 9112 3. Included by
 * levels.h. As in section_walk.h, what is usual is taken here and everything
 * else by the general functions. */
#include "parser/section_walk.h"

/* The end of the target that begins at `from`, given the mask of the head's
 * first 64 bytes. */
H1_INLINE size_t H1_LEVEL(target_end)(const uint8_t *p, size_t from, size_t n,
                                      uint64_t not_target) {
  if (from < 64 && not_target >> from != 0) {
    return from + h1_first_bit(not_target >> from);
  }
  return H1_LEVEL(h1_until_not)(p, from > 64 ? from : 64, n, H1_CLASS_TARGET);
}

/* The end of the token at the head's first byte, 0 when it has 64 bytes or
 * more; n >= 32. Most requests are GET and need no mask for that. */
H1_INLINE size_t H1_LEVEL(method_end)(const uint8_t *p, size_t n) {
  if (h1_is_pair(p, 0, 'G', 'E') && h1_is_pair(p, 2, 'T', ' ')) return 3;
  const uint64_t not_token = H1_LEVEL(h1_mask)(p, 0, n, H1_CLASS_TOKEN);
  return not_token == 0 ? 0 : h1_first_bit(not_token);
}

/* Takes a whole request line at the head's first byte if it ends with HTTP/1.0
 * or HTTP/1.1 and CRLF, has a method under 64 bytes and nothing to refuse. */
H1_INLINE bool H1_LEVEL(usual_request_line)(h1_request_decoder *d,
                                            const uint8_t *p, size_t n,
                                            uint64_t not_target) {
  const size_t method_end = H1_LEVEL(method_end)(p, n);
  if (method_end == 0 || p[method_end] != ' ') return false;
  const size_t from = method_end + 1;
  const size_t end = H1_LEVEL(target_end)(p, from, n, not_target);
  if (end <= from || end - from > d->target_limit) return false;
  if (end >= n || n - end < 11) return false;
  if (p[end] != ' ' || !h1_version_1(h1_load64(p, end + 1)) ||
      !h1_is_pair(p, end + 9, '\r', '\n')) {
    return false;
  }
  d->method_end = method_end;
  d->target_end = end;
  d->minor_version = p[end + 8] == '0' ? 0 : 1;
  d->state = H1_REQUEST_FIELDS;
  d->fields.pos = end + 11;
  d->fields.line_at = end + 11;
  return true;
}

/* From the head's first byte; n >= 32. The masks of the first 64 bytes serve
 * the request line and the first fields alike. */
H1_INLINE void H1_LEVEL(usual_head)(h1_request_decoder *d, const uint8_t *p,
                                    size_t n) {
  const uint64_t not_target = H1_LEVEL(h1_mask)(p, 0, n, H1_CLASS_TARGET);
  const uint64_t not_value = H1_LEVEL(h1_mask)(p, 0, n, H1_CLASS_VALUE);
  if (H1_LEVEL(usual_request_line)(d, p, n, not_target)) {
    H1_LEVEL(usual_lines)(&d->fields, p, n, 0, not_value);
  }
}

/* Continues at the decoder's pos < n. */
static H1_NOINLINE void H1_LEVEL(request_walk)(h1_request_decoder *d,
                                               const uint8_t *p, size_t n) {
  if (d->state == H1_REQUEST_START && n >= 32) {
    H1_LEVEL(usual_head)(d, p, n);
    if (d->fields.state == H1_SECTION_DONE) return;
  }
  if (d->state != H1_REQUEST_FIELDS && !take_line(d, p, n)) return;
  H1_LEVEL(section_walk)(&d->fields, p, n);
}
