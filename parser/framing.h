/* What follows a head, and whether the connection persists: RFC 9112 6.3, 9.3.
 * Each decision is one function; nobody else derives it again. */
#ifndef H1_PARSER_FRAMING_H_
#define H1_PARSER_FRAMING_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/request.h"
#include "parser/response.h"
#include "parser/target.h"
#include "parser/values.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_BODY_NONE,
  H1_BODY_LENGTH, /* `length` bytes, may be 0 */
  H1_BODY_CHUNKED,
  H1_BODY_UNTIL_CLOSE /* responses only */
} h1_body_kind;

typedef struct {
  h1_body_kind kind;
  uint64_t length; /* with LENGTH, else 0 */
} h1_framing;

/* For the proofs: a line that is "chunked" in any case
 * between OWS, and no list; Transfer-Encoding given on one line, which is that;
 * Content-Length given on one line, which is a number. */
/*@ predicate h1_letter(integer c, integer low) = c == low || c == low - 32;
    predicate h1_all_ows{L}(uint8_t *p, integer from, integer end) =
      \forall integer k; from <= k < end ==> ows_byte(p[k]);
    predicate h1_no_comma{L}(uint8_t *p, integer from, integer end) =
      \forall integer k; from <= k < end ==> p[k] != ',';
    predicate h1_chunked_at{L}(uint8_t *p, integer a) =
      h1_letter(p[a], 'c') && h1_letter(p[a + 1], 'h') &&
      h1_letter(p[a + 2], 'u') && h1_letter(p[a + 3], 'n') &&
      h1_letter(p[a + 4], 'k') && h1_letter(p[a + 5], 'e') &&
      h1_letter(p[a + 6], 'd');
    predicate h1_chunked_in{L}(uint8_t *p, integer from, integer end) =
      \exists integer a; from <= a && a + 7 <= end && h1_chunked_at(p, a) &&
        h1_all_ows(p, from, a) && h1_all_ows(p, a + 7, end);
    predicate h1_is_chunked{L}(uint8_t *p, integer len) =
      h1_no_comma(p, 0, len) && h1_chunked_in(p, 0, len);
    predicate h1_is_length{L}(uint8_t *p, integer len, integer length) =
      len > 0 && h1_digits(p, 0, len) && length == h1_number(p, 0, len) &&
      length <= INT64_MAX;
    predicate h1_only_line{L}(h1_fields *f, integer id, integer i,
                              integer end) =
      0 <= i < end && h1_line_of(f, id, i) && h1_no_line(f, id, 0, i) &&
      h1_no_line(f, id, i + 1, end);
    predicate h1_one_line{L}(h1_fields *f, integer id) =
      \exists integer i; h1_only_line(f, id, i, f->count);
    predicate h1_chunked_alone{L}(h1_fields *f, integer end) =
      \exists integer i;
        h1_only_line(f, H1_FIELD_TRANSFER_ENCODING, i, end) &&
        h1_is_chunked(f->base.ptr + f->headers[i].value_at,
                      f->headers[i].value_len);
    predicate h1_length_alone{L}(h1_fields *f, integer length) =
      \exists integer i;
        h1_only_line(f, H1_FIELD_CONTENT_LENGTH, i, f->count) &&
        h1_is_length(f->base.ptr + f->headers[i].value_at,
                     f->headers[i].value_len, length); */

/* The checks that need the whole head and answer 400: Host once and valid (at
 * most once on 1.0), target in a form its method may have, absolute-form
 * authority valid. H1_OK or the first fault. `authority`, when not NULL, gets
 * the authority that decides: the absolute target's, else Host's value, empty
 * on 1.0 without one. */
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields);
    requires h1_indexed(&r->fields, H1_FIELD_HOST);
    requires h1_readable(r->target) && h1_readable(r->method_text);
    requires authority == \null || \valid(authority);
    assigns *authority;
    ensures \result == H1_OK ==> \old(r->minor_version) < 1 ||
      h1_seen{Pre}(&r->fields, H1_FIELD_HOST);
    ensures \result == H1_OK && h1_seen{Pre}(&r->fields, H1_FIELD_HOST) ==>
      h1_one_line{Pre}(&r->fields, H1_FIELD_HOST); */
h1_error h1_request_check(const h1_request *r, h1_slice *authority);

/* RFC 9112 6.3. H1_OK and `*out`, or why it is refused. Order: faults that
 * answer 400 before 501. */
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(out);
    requires h1_indexed(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    requires h1_indexed(&r->fields, H1_FIELD_CONTENT_LENGTH);
    assigns *out;
    ensures \result == H1_OK && out->kind == H1_BODY_NONE <==>
      \result == H1_OK &&
      !h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH);
    ensures !h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH) ==> \result == H1_OK;
    ensures \result == H1_OK && out->kind == H1_BODY_CHUNKED <==>
      \old(r->minor_version) >= 1 &&
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH) &&
      h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      h1_chunked_alone{Pre}(&r->fields, \old(r->fields.count));
    ensures \result == H1_OK && out->kind == H1_BODY_LENGTH ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      h1_length_alone{Pre}(&r->fields, out->length);
    ensures \forall integer n;
      !h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH) &&
      h1_length_alone{Pre}(&r->fields, n) ==>
        \result == H1_OK && out->kind == H1_BODY_LENGTH;
    ensures out->kind != H1_BODY_UNTIL_CLOSE; */
h1_error h1_framing_of_request(const h1_request *r, h1_framing *out);

/* `request_method`: of the request answered (HEAD and 2xx to CONNECT have no
 * body). 1xx, 204 and 304 have none. */
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(out);
    requires h1_indexed(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    requires h1_indexed(&r->fields, H1_FIELD_CONTENT_LENGTH);
    requires h1_readable(request_method);
    assigns *out;
    ensures \old(r->status) < 200 || \old(r->status) == 204 ||
      \old(r->status) == 304 ==>
        \result == H1_OK && out->kind == H1_BODY_NONE;
    ensures \result == H1_OK && out->kind == H1_BODY_CHUNKED ==>
      \old(r->minor_version) >= 1 &&
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH) &&
      h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    ensures \result == H1_OK && out->kind == H1_BODY_LENGTH ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      h1_length_alone{Pre}(&r->fields, out->length);
    ensures \result == H1_OK && out->kind == H1_BODY_UNTIL_CLOSE ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH); */
h1_error h1_framing_of_response(const h1_response *r, h1_slice request_method,
                                h1_framing *out);

/* RFC 9112 9.3: whether the connection may serve another request after this
 * one. HTTP/1.1: unless Connection lists "close". HTTP/1.0: only if it lists
 * "keep-alive", and not "close". Malformed lists: H1_CONNECTION_INVALID. */
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(persists);
    requires \separated(persists, r,
                        r->fields.headers + (0 .. r->fields.count - 1),
                        r->fields.base.ptr + (0 .. r->fields.base.len - 1));
    assigns *persists;
    ensures \result != H1_OK ==> !*persists; */
h1_error h1_persistence_of_request(const h1_request *r, bool *persists);
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(persists);
    requires \separated(persists, r, framing,
                        r->fields.headers + (0 .. r->fields.count - 1),
                        r->fields.base.ptr + (0 .. r->fields.base.len - 1));
    requires \valid_read(framing);
    assigns *persists;
    ensures \result != H1_OK || framing->kind == H1_BODY_UNTIL_CLOSE ==>
      !*persists; */
h1_error h1_persistence_of_response(const h1_response *r,
                                    const h1_framing *framing, bool *persists);

/* RFC 9110 10.1.1: `*expects_continue` when the client waits for a 100; never
 * for HTTP/1.0, where the field is ignored. H1_EXPECT_UNKNOWN for another
 * expectation. */
/*@ requires \valid_read(r) && h1_fields_sound(&r->fields);
    requires \valid(expects_continue);
    requires \separated(expects_continue, r,
                        r->fields.headers + (0 .. r->fields.count - 1),
                        r->fields.base.ptr + (0 .. r->fields.base.len - 1));
    assigns *expects_continue;
    ensures r->minor_version < 1 ==> \result == H1_OK && !*expects_continue;
    ensures \result != H1_OK ==> !*expects_continue; */
h1_error h1_expectation_of_request(const h1_request *r, bool *expects_continue);

#ifdef __cplusplus
}
#endif
#endif
