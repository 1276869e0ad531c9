/* Request targets: the four forms (RFC 9112 3.2), paths (RFC 3986 3.3, 5.2.4),
 * query and form pairs. */
#ifndef H1_PARSER_TARGET_H_
#define H1_PARSER_TARGET_H_

#include <stdbool.h>

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

/* uri-host [ ":" port ], RFC 9110 7.2, RFC 3986 3.2.2: reg-name, IPv4, or IP
 * literal in brackets; not empty, no userinfo, no comma. The port may be empty
 * (RFC 3986 3.2.3), else at most five digits and 65535. */
/*@ predicate h1_host_byte(integer c) = regname_byte(c) && c != ',';
    predicate h1_is_port{L}(uint8_t *p, integer from, integer n) =
      from >= n || (p[from] == ':' && n - from <= 6 &&
        (\forall integer i; from < i < n ==> digit_byte(p[i])) &&
        h1_number(p, from + 1, n) <= 65535); */
/*@ requires h1_readable(s);
    assigns \nothing;
    ensures \result ==> s.len > 0;
    ensures \result ==> \forall integer i; 0 <= i < s.len ==>
      h1_host_byte(s.ptr[i]) || s.ptr[i] == '%' || s.ptr[i] == ':' ||
      s.ptr[i] == '[' || s.ptr[i] == ']'; */
bool h1_authority_valid(h1_slice s);

/* Splits by form. `target` holds only H1_CLASS_TARGET bytes, as the request
 * decoder leaves it. Schemes http and https, any case; the authority must pass
 * h1_authority_valid's rules and hold no userinfo: H1_TARGET_AUTHORITY. The
 * port of an authority-form is never empty (RFC 9110 9.3.6). A form that is
 * none of the four: H1_TARGET_FORM. Path bytes are not judged here. On a fault
 * `*out` is an origin-form whose slices are empty. */
/*@ requires h1_readable(target) && \valid(out);
    requires \separated(out, target.ptr + (0 .. target.len - 1));
    assigns *out;
    ensures h1_readable(out->authority);
    ensures h1_readable(out->path);
    ensures h1_readable(out->query);
    ensures \result == H1_OK && out->form == H1_TARGET_ASTERISK <==>
      target.len == 1 && target.ptr[0] == '*';
    ensures \result == H1_OK && out->form == H1_TARGET_ORIGIN <==>
      target.len > 0 && target.ptr[0] == '/'; */
h1_error h1_target_split(h1_slice target, h1_target *out);

/* The separator inside a segment: a decoded '/' (%2F) is written as this byte,
 * so that it never becomes a separator. %00 is refused, so the byte cannot come
 * from the client. */
#define H1_PATH_ENCODED_SLASH ((uint8_t)0)

/* For the proofs: a dot segment, "." or "..", begins at p[at]; none does behind
 * one of the slashes of p[0 .. end). Both are about a path p[0 .. n). */
/*@ predicate h1_ends_at{L}(uint8_t *p, integer at, integer n) =
      at >= n || p[at] == '/';
    predicate h1_dots_at{L}(uint8_t *p, integer at, integer n) =
      at < n && p[at] == '.' && (h1_ends_at(p, at + 1, n) ||
        (p[at + 1] == '.' && h1_ends_at(p, at + 2, n)));
    predicate h1_no_dots{L}(uint8_t *p, integer end, integer n) =
      \forall integer k; 0 <= k < end && p[k] == '/' ==>
        !h1_dots_at(p, k + 1, n); */

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
/*@ requires h1_readable(path) && \valid(out);
    requires \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(room.ptr + (0 .. room.len - 1),
                        path.ptr + (0 .. path.len - 1));
    requires \separated(out, room.ptr + (0 .. room.len - 1),
                        path.ptr + (0 .. path.len - 1));
    assigns *out, room.ptr[0 .. path.len - 1];
    ensures \result == H1_OK ==> h1_readable(*out) &&
      1 <= out->len <= path.len && out->ptr[0] == '/';
    ensures \result == H1_OK ==> \forall integer i; 0 <= i < out->len ==>
      out->ptr[i] != '\\' && out->ptr[i] != '\r' && out->ptr[i] != '\n';
    ensures \result == H1_OK ==> h1_no_dots(out->ptr, out->len, out->len); */
h1_error h1_path_decode(h1_scan_level level, h1_slice path, h1_room room,
                        h1_slice *out);

/* Walks name=value pairs of a query or application/x-www-form-urlencoded body:
 * pairs split at '&', name and value at the first '='. `*rest` advances past
 * the pair; false when it is empty. The slices are still encoded; empty pairs
 * are skipped. */
/*@ requires \valid(rest) && \valid(name) && \valid(value);
    requires h1_readable(*rest) && \separated(rest, name, value);
    assigns *rest, *name, *value;
    ensures h1_readable(*rest) && h1_readable(*name) && h1_readable(*value);
    ensures \result ==> rest->len < \old(rest->len); */
bool h1_form_next(h1_slice *rest, h1_slice *name, h1_slice *value);

/* Decodes one name or value: '+' is a space, %XX a byte; a malformed escape is
 * H1_PATH_ENCODING. `room` must hold in.len bytes, else H1_NO_MEMORY; it may
 * begin where `in` does. `*size` is 0 on a fault. */
/*@ requires h1_readable(in) && \valid(size);
    requires \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1),
                        in.ptr + (0 .. in.len - 1));
    assigns *size, room.ptr[0 .. in.len - 1];
    ensures *size <= in.len; */
h1_error h1_form_decode(h1_slice in, h1_room room, size_t *size);

/* Percent-encodes: all but unreserved, and '/' when `keep_slash`. All or
 * nothing; NEED_ROOM as for the other encoders. Never fails. `room` may not
 * overlap `in`. */
h1_step h1_percent_encode(h1_slice in, bool keep_slash, h1_room room,
                          size_t *size);

#ifdef __cplusplus
}
#endif
#endif
