/* Request targets: the four forms (RFC 9112 3.2), paths (RFC 3986 3.3, 5.2.4),
 * query and form pairs. */
#ifndef H1_PARSER_TARGET_H_
#define H1_PARSER_TARGET_H_

#include <stdbool.h>

#include "parser/authority.h"
#include "parser/base.h"
#include "parser/error.h"
#include "parser/scan.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_TARGET_ORIGIN,         /* /path?query */
  H1_TARGET_ABSOLUTE,       /* http://authority/path?query */
  H1_TARGET_AUTHORITY_FORM, /* host:port, CONNECT only */
  H1_TARGET_ASTERISK        /* *, OPTIONS only */
} h1_target_form;

/* Views of the target given. In absolute-form an empty path is "/" (a static
 * slice). `has_query` tells "?": an empty query from none. */
typedef struct {
  h1_target_form form;
  h1_slice scheme, authority;
  h1_slice path;
  h1_slice query;
  bool has_query;
} h1_target;

/* Splits by form. `target` holds only H1_CLASS_TARGET bytes, as the request
 * decoder leaves it. Schemes http and https, any case; the authority must pass
 * h1_authority_valid's rules and hold no userinfo: H1_TARGET_AUTHORITY. The
 * port of an authority-form is never empty (RFC 9110 9.3.6). A form that is
 * none of the four: H1_TARGET_FORM. Path bytes are not judged here. On a fault
 * `*out` is an origin-form whose slices are empty. */
H1_MUST_USE h1_error h1_target_split(h1_slice target, h1_target *out);

/* What an intermediary writes in the place of an absolute target when it asks
 * the origin itself: path and query (RFC 9112 3.2.1), "*" for OPTIONS of a
 * target without path and query (3.2.4). An origin-form and "*" stay what they
 * are. `*size` is what it takes: H1_NEED_ROOM when `room` is smaller, and then
 * nothing is written. H1_FAILED for an authority-form, which no origin gets.
 * `room` may not overlap the target. */
H1_MUST_USE h1_step h1_target_origin_form(const h1_target *t, bool is_options,
                                          h1_buffer room, size_t *size);

/* The separator inside a segment: a decoded '/' (%2F) is written as this byte,
 * so that it never becomes a separator. %00 is refused, so the byte cannot come
 * from the client. */
#define H1_PATH_ENCODED_SLASH ((uint8_t)0)

/* Decodes and normalises the path of an origin- or absolute-form target, each
 * segment once: percent-decoding, then dot segments (plain or encoded) removed.
 * Empty segments ("//") stay. `*out` begins with '/'; it views `path` itself
 * when nothing had to change, else `room`. `room` must hold path.len bytes (the
 * result is never longer) and not overlap `path`; too little when it is needed:
 * H1_NO_MEMORY. A path ending in a dot segment ends in '/'.
 * Refused: malformed percent-encoding (PATH_ENCODING), NUL, CR and LF, encoded
 * or not (PATH_CONTROL), '\' plain or encoded (PATH_BACKSLASH), climbing above
 * the root (PATH_ABOVE_ROOT), no '/' in front (TARGET_FORM). The fault whose
 * byte comes first decides; that of a climb is the end of its "..". Every other
 * byte is taken as it is. On a fault `*out` is empty and `room` holds anything.
 * Linear in path.len. */
H1_MUST_USE h1_error h1_path_decode(h1_scan_level level, h1_slice path,
                                    h1_buffer room, h1_slice *out);

/* Walks name=value pairs of a query or application/x-www-form-urlencoded body:
 * pairs split at '&', name and value at the first '='. `*rest` advances past
 * the pair; false when it is empty. The slices are still encoded; empty pairs
 * are skipped. */
H1_MUST_USE bool h1_form_next(h1_slice *rest, h1_slice *name, h1_slice *value);

/* Decodes one name or value: '+' is a space, %XX a byte; a malformed escape is
 * H1_PATH_ENCODING. `room` must hold in.len bytes, else H1_NO_MEMORY; it may
 * begin where `in` does. `*size` is 0 on a fault. */
H1_MUST_USE h1_error h1_form_decode(h1_slice in, h1_buffer room, size_t *size);

/* Percent-encodes: all but unreserved, and '/' when `keep_slash`. All or
 * nothing; NEED_ROOM as for the other encoders. Never fails. `room` may not
 * overlap `in`. */
H1_MUST_USE h1_step h1_percent_encode(h1_slice in, bool keep_slash,
                                      h1_buffer room, size_t *size);

#ifdef __FRAMAC__
#include "parser/proof/target_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
