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
  /* Given twice: refused (RFC 9110 5.3). Not so If-Modified-Since and
   * If-Unmodified-Since: who acts on them ignores them then (13.1.3, 13.1.4).
   */
  H1_FIELD_SINGLE = 1,
  H1_FIELD_NOT_TRAILER = 2, /* in a trailer section: refused */
  H1_FIELD_FRAMING = 4,     /* the encoders write it, callers may not */
  H1_FIELD_HOP = 8 /* for one connection: a proxy does not pass it on */
};
#define H1_FIELD_LIST(X)                                                 \
  X(H1_FIELD_OTHER, "", 0)                                               \
  X(H1_FIELD_HOST, "host", H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)       \
  X(H1_FIELD_CONTENT_LENGTH, "content-length",                           \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER | H1_FIELD_FRAMING)           \
  X(H1_FIELD_TRANSFER_ENCODING, "transfer-encoding",                     \
    H1_FIELD_NOT_TRAILER | H1_FIELD_FRAMING | H1_FIELD_HOP)              \
  X(H1_FIELD_CONNECTION, "connection",                                   \
    H1_FIELD_NOT_TRAILER | H1_FIELD_FRAMING | H1_FIELD_HOP)              \
  X(H1_FIELD_EXPECT, "expect", H1_FIELD_NOT_TRAILER)                     \
  X(H1_FIELD_CONTENT_TYPE, "content-type",                               \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)                              \
  X(H1_FIELD_CONTENT_ENCODING, "content-encoding", H1_FIELD_NOT_TRAILER) \
  X(H1_FIELD_CONTENT_RANGE, "content-range",                             \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)                              \
  X(H1_FIELD_CONTENT_LOCATION, "content-location", H1_FIELD_SINGLE)      \
  X(H1_FIELD_ACCEPT, "accept", 0)                                        \
  X(H1_FIELD_ACCEPT_ENCODING, "accept-encoding", 0)                      \
  X(H1_FIELD_AUTHORIZATION, "authorization",                             \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)                              \
  X(H1_FIELD_PROXY_AUTHORIZATION, "proxy-authorization",                 \
    H1_FIELD_SINGLE | H1_FIELD_NOT_TRAILER)                              \
  X(H1_FIELD_DATE, "date", H1_FIELD_SINGLE)                              \
  X(H1_FIELD_FROM, "from", H1_FIELD_SINGLE)                              \
  X(H1_FIELD_IF_MATCH, "if-match", 0)                                    \
  X(H1_FIELD_IF_NONE_MATCH, "if-none-match", 0)                          \
  X(H1_FIELD_IF_MODIFIED_SINCE, "if-modified-since", 0)                  \
  X(H1_FIELD_IF_UNMODIFIED_SINCE, "if-unmodified-since", 0)              \
  X(H1_FIELD_IF_RANGE, "if-range", H1_FIELD_SINGLE)                      \
  X(H1_FIELD_KEEP_ALIVE, "keep-alive", H1_FIELD_FRAMING | H1_FIELD_HOP)  \
  X(H1_FIELD_MAX_FORWARDS, "max-forwards", H1_FIELD_SINGLE)              \
  X(H1_FIELD_RANGE, "range", H1_FIELD_SINGLE)                            \
  X(H1_FIELD_REFERER, "referer", H1_FIELD_SINGLE)                        \
  X(H1_FIELD_USER_AGENT, "user-agent", H1_FIELD_SINGLE)                  \
  X(H1_FIELD_TE, "te", H1_FIELD_NOT_TRAILER | H1_FIELD_HOP)              \
  X(H1_FIELD_TRAILER, "trailer", H1_FIELD_NOT_TRAILER)                   \
  X(H1_FIELD_UPGRADE, "upgrade", H1_FIELD_NOT_TRAILER | H1_FIELD_HOP)    \
  X(H1_FIELD_PROXY_CONNECTION, "proxy-connection", H1_FIELD_HOP)

#define H1_FIELD_ENUM_(id, name, flags) id,
typedef enum { H1_FIELD_LIST(H1_FIELD_ENUM_) H1_FIELD_COUNT } h1_field_id;
#undef H1_FIELD_ENUM_

/* Which field `name` is (any case), H1_FIELD_OTHER when not in the list. */
h1_field_id h1_field_lookup(h1_slice name);
/* Its flags and its lower-case name. */
unsigned h1_field_flags(h1_field_id id);
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

#ifdef __FRAMAC__
#include "parser/proof/fields_api.h"
#endif

static inline h1_slice h1_fields_name(const h1_fields *f, size_t i) {
  //@ assert h1_line_inside(f, i);
  h1_slice s = {f->base.ptr + f->headers[i].name_at, f->headers[i].name_len};
  return s;
}
static inline h1_slice h1_fields_value(const h1_fields *f, size_t i) {
  //@ assert h1_line_inside(f, i);
  h1_slice s = {f->base.ptr + f->headers[i].value_at, f->headers[i].value_len};
  return s;
}
static inline bool h1_fields_has(const h1_fields *f, h1_field_id id) {
  return id != H1_FIELD_OTHER && ((f->seen >> id) & 1u) != 0;
}
/* The index of the first line of `id` at or after `from`, or f->count.
 * H1_FIELD_OTHER is no field: nothing is found by it. A field without an id of
 * its own is found by its name alone. */
size_t h1_fields_find(const h1_fields *f, h1_field_id id, size_t from);
/* The same for any name, compared without case. */
size_t h1_fields_find_name(const h1_fields *f, h1_slice name, size_t from);
/* The first line's value; an empty slice with ptr NULL when there is none. */
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
  /* Of responses alone; requests neither write nor read them. */
  bool last_apart;     /* the last line taken is a field kept apart */
  uint32_t tolerances; /* see tolerance.h */
  size_t name_end;     /* of a name with a blank after it, else 0 */
  size_t apart;        /* fields kept apart, at the end of the storage */
} h1_fields_decoder;

/* `storage`: `capacity` headers, owned by the caller for as long as the decoder
 * and the fields it yields are used. A trailer_count above `capacity` is
 * lowered to it: one field more than the storage holds is refused with
 * H1_TRAILER_COUNT. */
void h1_trailers_decoder_init(h1_fields_decoder *d, const h1_limits *limits,
                              h1_scan_level level, h1_header *storage,
                              size_t capacity);
H1_MUST_USE h1_step h1_trailers_decode(h1_fields_decoder *d, h1_slice section,
                                       h1_fields *out, size_t *consumed);
h1_error h1_trailers_error(const h1_fields_decoder *d);
/* Offset in the section of the byte that decided; its length when a limit did.
 */
size_t h1_trailers_error_offset(const h1_fields_decoder *d);

/* Moves a decoder in mid-section, copied bytewise to `d`, to other storage of
 * `capacity` headers: the entries in use are copied there and `d` uses them
 * from now on. Its limit stays what it was, or is lowered to `capacity`. False,
 * with nothing changed, when the entries in use are more than `capacity`. */
H1_MUST_USE bool h1_fields_decoder_move(h1_fields_decoder *d,
                                        h1_header *storage, size_t capacity);

/* Writes "name: value\r\n". All or nothing. FAILED: the name is no token or the
 * value holds a byte outside H1_CLASS_VALUE (CR, LF, NUL, ...), or begins or
 * ends with white space. NEED_ROOM: `*size` is the room required, nothing
 * written. DONE: `*size` bytes written. */
H1_MUST_USE h1_step h1_field_encode(h1_slice name, h1_slice value,
                                    h1_buffer room, size_t *size);

/* A bit for each field that a sender may send once in a head, so that a set of
 * them is a number; 0 for others. Beside the SINGLE fields these are some of
 * responses, which have no id of their own, for a decoder takes them twice:
 * Age, ETag, Expires, Last-Modified, Location, Retry-After, Server and
 * X-Content-Type-Options. */
uint64_t h1_field_once_bit(h1_slice name);

/* A field to encode. */
typedef struct {
  h1_slice name, value;
} h1_field;

#ifdef __cplusplus
}
#endif
#endif
