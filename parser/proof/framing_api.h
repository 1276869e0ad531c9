/* What is proven of parser/framing.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_FRAMING_API_H_
#define H1_PARSER_PROOF_FRAMING_API_H_

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

/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(out);
    requires h1_indexed(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    requires h1_indexed(&r->fields, H1_FIELD_CONTENT_LENGTH);
    requires h1_readable(request_method);
    assigns *out;
    ensures out->kind == H1_BODY_TUNNEL ==> \result == H1_OK &&
      (\old(r->status) == 101 || 200 <= \old(r->status) < 300);
    ensures \old(r->status) == 101 ==> out->kind == H1_BODY_TUNNEL;
    ensures 100 <= \old(r->status) < 200 || \old(r->status) == 204 ||
      \old(r->status) == 304 ==>
        out->kind == H1_BODY_NONE || out->kind == H1_BODY_TUNNEL;
    ensures \result == H1_OK && out->kind == H1_BODY_CHUNKED ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH) &&
      h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    ensures \result == H1_OK && out->kind == H1_BODY_LENGTH ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      ((\old(r->tolerances) & 0x20) == 0 ==>
        h1_length_alone{Pre}(&r->fields, out->length));
    ensures \result == H1_OK && out->kind == H1_BODY_UNTIL_CLOSE ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH); */
h1_error h1_framing_of_response(const h1_response *r, h1_slice request_method,
                                h1_framing *out);

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
    ensures \result != H1_OK || framing->kind == H1_BODY_UNTIL_CLOSE ||
      framing->kind == H1_BODY_TUNNEL ==> !*persists; */
h1_error h1_persistence_of_response(const h1_response *r,
                                    const h1_framing *framing, bool *persists);

/*@ requires \valid_read(r) && h1_fields_sound(&r->fields);
    requires \valid(expects_continue);
    requires \separated(expects_continue, r,
                        r->fields.headers + (0 .. r->fields.count - 1),
                        r->fields.base.ptr + (0 .. r->fields.base.len - 1));
    assigns *expects_continue;
    ensures r->minor_version < 1 ==> \result == H1_OK && !*expects_continue;
    ensures \result != H1_OK ==> !*expects_continue; */
h1_error h1_expectation_of_request(const h1_request *r, bool *expects_continue);

#endif
