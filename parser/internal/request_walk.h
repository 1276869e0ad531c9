/* Private: the walk over a request head, for one level; RFC 9112 3. Included by
 * levels.h. As in section_walk.h, what is usual is taken here and everything
 * else by the general functions.
 *
 * The contracts are in proof/request_walk.h, and are proven. */
#include "parser/internal/fields_walk.h"

#ifdef __FRAMAC__
#include "parser/proof/request_walk.h"
#endif

/* The end of the target that begins at `from` <= n; n >= 32. Most are short:
 * twice 32 bytes are looked at in line. */
H1_INLINE size_t H1_LEVEL(target_end)(const uint8_t *p, size_t from, size_t n) {
  if (n - from < 32) {
    return H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_TARGET);
  }
  const uint32_t stop = H1_LEVEL(h1_mask32_wide)(p, from, n, H1_CLASS_TARGET);
  if (stop != 0) return from + h1_first_bit(stop);
  return H1_LEVEL(h1_until_not)(p, from + 32, n, H1_CLASS_TARGET);
}

/* The end of the token at the head's first byte, 0 when it has 32 bytes or
 * more, and which method it is; n >= 32. Most requests are GET and need no mask
 * for that. */
H1_INLINE size_t H1_LEVEL(method_end)(const uint8_t *p, size_t n,
                                      h1_method *method) {
  *method = H1_GET;
  if (h1_is_quad(p, 0, 'G', 'E', 'T', ' ')) return 3;
  const uint32_t stop = H1_LEVEL(h1_mask32)(p, 0, n, H1_CLASS_TOKEN);
  if (stop == 0 || (stop & 1u) != 0) return 0;
  const size_t end = h1_first_bit(stop);
  *method = method_of(p, 0, end, n);
  return p[end] == ' ' ? end : 0;
}

/* Finds a whole request line at the head's first byte if it ends with HTTP/1.0
 * or HTTP/1.1 and CRLF, has a method under 32 bytes and nothing to refuse. Its
 * end, or 0; n >= 32. */
H1_INLINE size_t H1_LEVEL(usual_request_line)(const uint8_t *p, size_t n,
                                              size_t target_limit,
                                              h1_request_line *line) {
  h1_method method;
  const size_t method_end = H1_LEVEL(method_end)(p, n, &method);
  if (method_end == 0) return 0;
  const size_t from = method_end + 1;
  const size_t end = H1_LEVEL(target_end)(p, from, n);
  if (end == from || end - from > target_limit || n - end < 11) return 0;
  if (p[end] != ' ' || !h1_version_1(p, end + 1) ||
      !h1_is_pair(p, end + 9, '\r', '\n')) {
    return 0;
  }
  line->method = method;
  line->method_end = method_end;
  line->target_end = end;
  line->minor_version = p[end + 8] & 1u;
  return end + 11;
}

/* Continues at the decoder's pos < n. */
H1_INLINE void H1_LEVEL(request_walk)(h1_request_decoder *d, const uint8_t *p,
                                      size_t n) {
  h1_fields_decoder *s = &d->fields;
  if (d->state != H1_REQUEST_FIELDS && !take_request_line(d, p, n)) return;
  //@ assert request_kept(d, p) && d->state == H1_REQUEST_FIELDS;
  if (s->pos >= n) return;
  //@ assert request_inside(d, n);
  //@ ghost Line: ;
  //@ ghost const size_t target_end = d->line.target_end;
  /* The usual walk ended here, or has not begun. */
  const bool more = h1_section_line(s, p, n);
  //@ assert request_same_line{Line, Here}(d);
  //@ ghost Taken: ;
  //@ assert \separated(d, s->storage + (0 .. s->count_limit - 1));
  if (more) H1_LEVEL(section_walk)(s, p, n);
  //@ assert request_same_line{Taken, Here}(d);
  //@ assert d->line.target_end == target_end;
  //@ assert request_line_sound(d);
  //@ assert h1_same_bytes{Line, Here}(p, n);
  //@ assert request_bytes(d, p);
}

/* Heads in pieces, unusual ones, and those that were decided before. */
static H1_NOINLINE h1_step H1_LEVEL(decode_rest)(h1_request_decoder *d,
                                                 h1_slice head, h1_request *out,
                                                 size_t *consumed) {
  const h1_fields_decoder *s = &d->fields;
  if (h1_section_step(s) == H1_NEED_INPUT && s->pos < head.len) {
    H1_LEVEL(request_walk)(d, head.ptr, head.len);
  }
  return report_request(d, head, out, consumed);
}

/* A whole head at once, if it is as clients send it; n >= 32. Whether it is
 * done; if not, the decoder goes on from where this ended. */
H1_INLINE bool H1_LEVEL(usual_head)(h1_request_decoder *d, const uint8_t *p,
                                    size_t n) {
  h1_fields_decoder *s = &d->fields;
  const size_t fields_at =
      H1_LEVEL(usual_request_line)(p, n, d->target_limit, &d->line);
  if (fields_at == 0) return false;
  d->state = H1_REQUEST_FIELDS;
  s->pos = fields_at;
  s->line_at = fields_at;
  //@ assert request_kept(d, p);
  //@ assert request_inside(d, n);
  //@ ghost Line: ;
  //@ ghost const size_t target_end = d->line.target_end;
  const bool done = H1_LEVEL(usual_lines)(s, p, n);
  //@ assert request_same_line{Line, Here}(d);
  //@ assert d->line.target_end == target_end;
  //@ assert request_line_sound(d);
  //@ assert h1_same_bytes{Line, Here}(p, n);
  //@ assert request_bytes(d, p);
  return done;
}

static H1_NOINLINE h1_step H1_LEVEL(request_decode)(h1_request_decoder *d,
                                                    h1_slice head,
                                                    h1_request *out,
                                                    size_t *consumed) {
  if (d->state != H1_REQUEST_START || head.len < 32 ||
      !H1_LEVEL(usual_head)(d, head.ptr, head.len)) {
    return H1_LEVEL(decode_rest)(d, head, out, consumed);
  }
  //@ assert request_kept(d, head.ptr) && request_inside(d, head.len);
  return hand_out(d, head, out, consumed);
}
