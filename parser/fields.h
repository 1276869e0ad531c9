/* The field section of a head or trailer: RFC 9112 5, RFC 9110 5 and 6.5.
 *
 * One decoder serves request heads, response heads and trailer sections.
 * Strict: CRLF only, no folding, no space around the name, no control in a
 * value. */
#ifndef H1_PARSER_FIELDS_H_
#define H1_PARSER_FIELDS_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fields recognised while decoding, compared without case and whole.
 * X(enumerator, lower-case name, flags). */
enum {
  H1_FIELD_SINGLE = 1,      /* given twice: refused (RFC 9110 5.3) */
  H1_FIELD_NOT_TRAILER = 2, /* in a trailer section: refused */
  H1_FIELD_FRAMING = 4      /* the encoders write it, callers may not */
};
#define H1_FIELD_LIST(X)                                                  \
  X(H1_FIELD_OTHER, "", 0)                                                \
  X(H1_FIELD_HOST, "host", H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)        \
  X(H1_FIELD_CONTENT_LENGTH, "content-length",                            \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER | H1_FIELD_FRAMING)            \
  X(H1_FIELD_TRANSFER_ENCODING, "transfer-encoding",                      \
    H1_FIELD_NOT_TRAILER | H1_FIELD_FRAMING)                              \
  X(H1_FIELD_CONNECTION, "connection",                                    \
    H1_FIELD_NOT_TRAILER | H1_FIELD_FRAMING)                              \
  X(H1_FIELD_EXPECT, "expect", H1_FIELD_NOT_TRAILER)                      \
  X(H1_FIELD_CONTENT_TYPE, "content-type",                                \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)                               \
  X(H1_FIELD_CONTENT_ENCODING, "content-encoding", H1_FIELD_NOT_TRAILER)  \
  X(H1_FIELD_CONTENT_RANGE, "content-range",                              \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)                               \
  X(H1_FIELD_CONTENT_LOCATION, "content-location", H1_FIELD_SINGLE)       \
  X(H1_FIELD_ACCEPT, "accept", 0)                                         \
  X(H1_FIELD_ACCEPT_ENCODING, "accept-encoding", 0)                       \
  X(H1_FIELD_AUTHORIZATION, "authorization",                              \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)                               \
  X(H1_FIELD_PROXY_AUTHORIZATION, "proxy-authorization",                  \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)                               \
  X(H1_FIELD_DATE, "date", H1_FIELD_SINGLE)                               \
  X(H1_FIELD_FROM, "from", H1_FIELD_SINGLE)                               \
  X(H1_FIELD_IF_MATCH, "if-match", 0)                                     \
  X(H1_FIELD_IF_NONE_MATCH, "if-none-match", 0)                           \
  X(H1_FIELD_IF_MODIFIED_SINCE, "if-modified-since", H1_FIELD_SINGLE)     \
  X(H1_FIELD_IF_UNMODIFIED_SINCE, "if-unmodified-since", H1_FIELD_SINGLE) \
  X(H1_FIELD_IF_RANGE, "if-range", H1_FIELD_SINGLE)                       \
  X(H1_FIELD_KEEP_ALIVE, "keep-alive", H1_FIELD_FRAMING)                  \
  X(H1_FIELD_MAX_FORWARDS, "max-forwards", H1_FIELD_SINGLE)               \
  X(H1_FIELD_RANGE, "range", H1_FIELD_SINGLE)                             \
  X(H1_FIELD_REFERER, "referer", H1_FIELD_SINGLE)                         \
  X(H1_FIELD_USER_AGENT, "user-agent", H1_FIELD_SINGLE)                   \
  X(H1_FIELD_TE, "te", H1_FIELD_NOT_TRAILER)                              \
  X(H1_FIELD_TRAILER, "trailer", H1_FIELD_NOT_TRAILER)                    \
  X(H1_FIELD_UPGRADE, "upgrade", H1_FIELD_NOT_TRAILER)

#define H1_FIELD_ENUM_(id, name, flags) id,
typedef enum { H1_FIELD_LIST(H1_FIELD_ENUM_) H1_FIELD_COUNT } h1_field_id;
#undef H1_FIELD_ENUM_

/* Which field `name` is (any case), H1_FIELD_OTHER when not in the list. */
/*@ requires h1_readable(name);
    assigns \nothing;
    exits \false;
    ensures 0 <= \result < H1_FIELD_COUNT; */
h1_field_id h1_field_lookup(h1_slice name);
/* Its flags and its lower-case name. */
/*@ assigns \nothing;
    ensures \result <= 7; */
unsigned h1_field_flags(h1_field_id id);
/*@ assigns \nothing; */
const char *h1_field_name(h1_field_id id);

/* One field line, as offsets from the first byte of the section's message (for
 * trailers: of the trailer section). The value has its OWS trimmed. */
typedef struct {
  uint32_t name_at, name_len;
  uint32_t value_at, value_len;
  uint32_t id; /* h1_field_id */
} h1_header;

/* Decoded fields: a view of `base` and of the header storage; dies with them.
 * `base` may be pointed elsewhere by a caller who moves the bytes. */
typedef struct {
  h1_slice base;
  const h1_header *headers;
  size_t count;
  uint64_t seen;                  /* bit id set: at least one such line */
  uint16_t first[H1_FIELD_COUNT]; /* index of the first; valid if seen */
} h1_fields;

/* What a decoded section is: every line lies in `base`, and `seen` and `first`
 * tell truly which fields there are and where each begins. */
/*@ predicate h1_line_inside{L}(h1_fields *f, integer i) =
      f->headers[i].name_at + f->headers[i].name_len <= f->base.len &&
      f->headers[i].value_at + f->headers[i].value_len <= f->base.len;
    predicate h1_in_set(integer bits, integer id) = ((bits >> id) & 1) != 0;
    predicate h1_seen{L}(h1_fields *f, integer id) = h1_in_set(f->seen, id);
    predicate h1_fields_sound{L}(h1_fields *f) =
      \valid_read(f) && h1_readable(f->base) && f->count <= 65536 &&
      \valid_read(f->headers + (0 .. f->count - 1)) &&
      (\forall integer i; 0 <= i < f->count ==> h1_line_inside(f, i));
    predicate h1_named_nocase{L}(h1_fields *f, integer i, h1_slice name) =
      f->headers[i].name_len == name.len &&
      \forall integer k; 0 <= k < name.len ==>
        h1_lower(f->base.ptr[f->headers[i].name_at + k]) ==
          h1_lower(name.ptr[k]);
    predicate h1_line_of{L}(h1_fields *f, integer id, integer i) =
      f->headers[i].id == id;
    predicate h1_no_line{L}(h1_fields *f, integer id, integer a, integer b) =
      \forall integer i; a <= i < b ==> !h1_line_of(f, id, i);
    predicate h1_indexed{L}(h1_fields *f, integer id) =
      (h1_seen(f, id) ==> f->first[id] < f->count &&
        h1_line_of(f, id, f->first[id]) &&
        h1_no_line(f, id, 0, f->first[id])) &&
      (!h1_seen(f, id) ==> h1_no_line(f, id, 0, f->count));
    predicate h1_all_indexed{L}(h1_fields *f) =
      \forall integer id; 0 <= id < H1_FIELD_COUNT ==> h1_indexed(f, id); */

/*@ requires h1_fields_sound(f) && i < f->count;
    assigns \nothing;
    ensures h1_readable(\result);
    ensures \result.ptr == f->base.ptr + f->headers[i].name_at;
    ensures \result.len == f->headers[i].name_len; */
static inline h1_slice h1_fields_name(const h1_fields *f, size_t i) {
  //@ assert h1_line_inside(f, i);
  h1_slice s = {f->base.ptr + f->headers[i].name_at, f->headers[i].name_len};
  return s;
}
/*@ requires h1_fields_sound(f) && i < f->count;
    assigns \nothing;
    ensures h1_readable(\result);
    ensures \result.ptr == f->base.ptr + f->headers[i].value_at;
    ensures \result.len == f->headers[i].value_len; */
static inline h1_slice h1_fields_value(const h1_fields *f, size_t i) {
  //@ assert h1_line_inside(f, i);
  h1_slice s = {f->base.ptr + f->headers[i].value_at, f->headers[i].value_len};
  return s;
}
/*@ requires \valid_read(f) && 0 <= id < H1_FIELD_COUNT;
    assigns \nothing;
    ensures \result <==> h1_seen(f, id); */
static inline bool h1_fields_has(const h1_fields *f, h1_field_id id) {
  return (f->seen >> id) & 1u;
}
/* The index of the first line of `id` at or after `from`, or f->count. */
/*@ requires h1_fields_sound(f) && 0 <= id < H1_FIELD_COUNT;
    assigns \nothing;
    ensures \result <= f->count;
    ensures \result < f->count ==>
      \result >= from && h1_line_of(f, id, \result);
    ensures h1_indexed(f, id) ==> h1_no_line(f, id, from, \result); */
size_t h1_fields_find(const h1_fields *f, h1_field_id id, size_t from);
/* Likewise for any name, compared without case. */
/*@ requires h1_fields_sound(f) && h1_readable(name);
    assigns \nothing;
    ensures \result <= f->count;
    ensures \result < f->count ==>
      \result >= from && h1_named_nocase(f, \result, name);
    ensures \forall integer k; from <= k < \result ==>
      !h1_named_nocase(f, k, name); */
size_t h1_fields_find_name(const h1_fields *f, h1_slice name, size_t from);
/* The first line's value; an empty slice with ptr NULL when there is none. */
/*@ requires h1_fields_sound(f) && 0 <= id < H1_FIELD_COUNT;
    requires h1_indexed(f, id);
    assigns \nothing;
    ensures h1_readable(\result);
    ensures h1_seen(f, id) ==>
      \result.ptr == f->base.ptr + f->headers[f->first[id]].value_at &&
      \result.len == f->headers[f->first[id]].value_len;
    ensures !h1_seen(f, id) ==> \result.len == 0; */
h1_slice h1_fields_get(const h1_fields *f, h1_field_id id);

/* Decodes a trailer section: what follows the last chunk, up to and with the
 * empty line. `section`: its bytes so far, from its first byte; the buffer may
 * move between calls, bytes already shown may not change.
 * NEED_INPUT: call again with more; earlier bytes are not read again. DONE:
 * `*out` views `section` and the storage, `*consumed` bytes were the section.
 * FAILED: sticky; see h1_trailers_error. The struct's members are private; it
 * may be copied bytewise. */
typedef struct {
  h1_header *storage;
  uint64_t refused;                /* bit id set: may not come (again) */
  size_t bytes_limit, count_limit; /* of this section */
  size_t pos;                      /* bytes taken so far */
  size_t line_at;                  /* of the line in progress */
  size_t count;                    /* whole lines; storage[count] is begun */
  size_t state;   /* no uint32_t, which the members of a header are: so the */
  size_t error;   /* proofs see that a write here changes none; h1_error */
  uint32_t level; /* h1_scan_level */
  bool trailers;  /* trailer rules: NOT_TRAILER fields refused, 431 names */
} h1_fields_decoder;

void h1_trailers_decoder_init(h1_fields_decoder *d, const h1_limits *limits,
                              h1_scan_level level,
                              h1_header *storage /* limits->trailer_count */);
h1_step h1_trailers_decode(h1_fields_decoder *d, h1_slice section,
                           h1_fields *out, size_t *consumed);
h1_error h1_trailers_error(const h1_fields_decoder *d);

/* Moves a decoder in mid-section, copied bytewise to `d`, to other storage: the
 * entries in use are copied there and `d` uses them from now on. */
void h1_fields_decoder_move(h1_fields_decoder *d, h1_header *storage);

/* Writes "name: value\r\n". All or nothing. FAILED: the name is no token or the
 * value holds a byte outside H1_CLASS_VALUE (CR, LF, NUL, ...), or begins or
 * ends with white space. NEED_ROOM: `*size` is the room required, nothing
 * written. DONE: `*size` bytes written. */
/*@ requires h1_readable(name) && h1_readable(value) && \valid(size);
    requires \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1),
                        name.ptr + (0 .. name.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1),
                        value.ptr + (0 .. value.len - 1));
    requires name.len + value.len + 4 <= SIZE_MAX;
    assigns *size, room.ptr[0 .. room.len - 1];
    ensures \result == H1_FAILED || \result == H1_NEED_ROOM ||
      \result == H1_DONE;
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]);
    ensures \result != H1_FAILED ==> *size == name.len + value.len + 4;
    ensures \result == H1_NEED_ROOM ==> *size > room.len;
    ensures \result == H1_DONE ==> *size <= room.len; */
h1_step h1_field_encode(h1_slice name, h1_slice value, h1_room room,
                        size_t *size);

/* A field to encode. */
typedef struct {
  h1_slice name, value;
} h1_field;

#ifdef __cplusplus
}
#endif
#endif
