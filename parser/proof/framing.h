/* What is proven of parser/framing.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_FRAMING_H_
#define H1_PARSER_PROOF_FRAMING_H_

/*@ requires s.from <= s.end && \valid_read(p + (0 .. s.end - 1));
    assigns \nothing;
    ensures \result <==> h1_is_chunked_span(s, p); */
static bool is_chunked(const uint8_t *p, h1_span s);

/*@ requires h1_readable(s) && from <= s.len;
    assigns \nothing; */
static bool lacks_parameter(h1_slice s, size_t from);

/*@ requires h1_readable(member);
    assigns \nothing; */
static bool is_coding(h1_slice member);

/*@ predicate is_chunked_alone(codings c) = c.chunked && !c.other && !c.again;
    predicate is_sum(codings c) =
      (!c.chunked && !c.other ==> !c.again && !c.invalid) &&
      (c.chunked_last ==> c.chunked) &&
      (is_chunked_alone(c) ==> c.chunked_last && !c.invalid); */

/*@ requires h1_readable(line) && s.from <= s.end <= line.len && is_sum(c);
    assigns \nothing;
    ensures is_sum(\result) && (\result.chunked || \result.other);
    ensures is_chunked_alone(\result) <==>
      !c.chunked && !c.other && h1_is_chunked_span(s, line.ptr); */
static codings add_coding(codings c, h1_slice line, h1_span s);

/*@ requires h1_readable(line) && line.len <= UINT32_MAX && is_sum(before);
    assigns \nothing;
    ensures is_sum(\result) && (\result.chunked || \result.other);
    ensures is_chunked_alone(\result) <==> !before.chunked && !before.other &&
      h1_is_chunked(line.ptr, line.len); */
static codings add_line(codings before, h1_slice line);

/*@ requires h1_fields_sound(f) && h1_indexed(f, H1_FIELD_TRANSFER_ENCODING);
    assigns \nothing;
    ensures is_sum(\result);
    ensures h1_seen(f, H1_FIELD_TRANSFER_ENCODING) ==>
      \result.chunked || \result.other;
    ensures is_chunked_alone(\result) <==> h1_chunked_alone(f, f->count); */
static codings read_codings(const h1_fields *f);

/*@ requires \valid_read(f) && \valid_read(c) && is_sum(*c);
    assigns \nothing;
    ensures minor_version < 1 ==> \result == H1_CODING_VERSION;
    ensures minor_version >= 1 && h1_seen(f, H1_FIELD_CONTENT_LENGTH) ==>
      \result == H1_LENGTH_WITH_CODING;
    ensures \result == H1_OK <==> minor_version >= 1 &&
      !h1_seen(f, H1_FIELD_CONTENT_LENGTH) && !c->invalid && !c->again; */
static h1_error check_codings(const h1_fields *f, unsigned minor_version,
                              const codings *c);

/*@ requires h1_fields_sound(f) && h1_indexed(f, H1_FIELD_CONTENT_LENGTH);
    requires h1_seen(f, H1_FIELD_CONTENT_LENGTH) && \valid(length);
    assigns *length;
    ensures \result == H1_OK ==> h1_length_alone{Pre}(f, *length);
    ensures \result != H1_OK ==>
      \forall integer n; !h1_length_alone{Pre}(f, n); */
static h1_error read_length(const h1_fields *f, uint64_t *length);

/*@ assigns \nothing;
    ensures \result.kind == kind && \result.length == length; */
static h1_framing framing_of(h1_body_kind kind, uint64_t length);

/*@ requires \valid_read(r) && h1_fields_sound(&r->fields);
    requires h1_indexed(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    assigns \nothing;
    ensures \result == H1_OK <==> r->minor_version >= 1 &&
      !h1_seen(&r->fields, H1_FIELD_CONTENT_LENGTH) &&
      h1_chunked_alone(&r->fields, r->fields.count);
    ensures r->minor_version < 1 ==> \result == H1_CODING_VERSION;
    ensures r->minor_version >= 1 &&
      h1_seen(&r->fields, H1_FIELD_CONTENT_LENGTH) ==>
        \result == H1_LENGTH_WITH_CODING; */
static h1_error request_coding(const h1_request *r);

/*@ requires h1_readable(method);
    assigns \nothing;
    ensures \result ==> status == 101 || 200 <= status < 300;
    ensures status == 101 ==> \result; */
static bool opens_tunnel(uint16_t status, h1_slice method);

/*@ requires h1_readable(method);
    assigns \nothing;
    ensures 100 <= status < 200 || status == 204 || status == 304 ==> \result;
    ensures \result ==> 100 <= status < 200 || status == 204 ||
      status == 304 || method.len == 4; */
static bool response_has_no_body(uint16_t status, h1_slice method);

/*@ requires \valid_read(r);
    assigns \nothing;
    ensures \result <==> (r->tolerances & tolerance) != 0; */
static bool tolerates(const h1_response *r, uint32_t tolerance);

/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(out);
    requires h1_indexed(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    assigns *out;
    ensures \result == H1_OK ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH) && out->length == 0 &&
      (out->kind == H1_BODY_CHUNKED || out->kind == H1_BODY_UNTIL_CLOSE);
    ensures \result != H1_OK ==> *out == \old(*out); */
static h1_error response_coding(const h1_response *r, h1_framing *out);

/*@ requires h1_readable(line) && line.len <= UINT32_MAX;
    requires before.any ==> before.length <= INT64_MAX;
    assigns \nothing;
    ensures \result.any ==> \result.length <= INT64_MAX; */
static lengths add_lengths(lengths before, h1_slice line);

/*@ requires h1_fields_sound(f) && \valid(length);
    assigns *length;
    ensures \result == H1_OK ==> *length <= INT64_MAX; */
static h1_error read_equal_lengths(const h1_fields *f, uint64_t *length);

/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(out);
    requires h1_indexed(&r->fields, H1_FIELD_CONTENT_LENGTH);
    requires h1_seen(&r->fields, H1_FIELD_CONTENT_LENGTH);
    assigns *out;
    ensures \result == H1_OK ==> out->kind == H1_BODY_LENGTH;
    ensures \result == H1_OK && (\old(r->tolerances) & 0x20) == 0 ==>
      h1_length_alone{Pre}(&r->fields, out->length);
    ensures \result != H1_OK ==> *out == \old(*out); */
static h1_error response_length(const h1_response *r, h1_framing *out);

/*@ requires \valid_read(r) && h1_fields_sound(&r->fields);
    assigns \nothing;
    ensures \result == H1_OK || \result == H1_LENGTH_REPEATED; */
static h1_error check_no_body(const h1_response *r);

/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(out);
    requires h1_indexed(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    requires h1_indexed(&r->fields, H1_FIELD_CONTENT_LENGTH);
    assigns *out;
    ensures \result == H1_OK && out->kind == H1_BODY_CHUNKED ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH) &&
      h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING);
    ensures \result == H1_OK && out->kind == H1_BODY_LENGTH ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_TRANSFER_ENCODING) &&
      ((\old(r->tolerances) & 0x20) == 0 ==>
        h1_length_alone{Pre}(&r->fields, out->length));
    ensures \result == H1_OK && out->kind == H1_BODY_UNTIL_CLOSE ==>
      !h1_seen{Pre}(&r->fields, H1_FIELD_CONTENT_LENGTH);
    ensures \result == H1_OK ==> out->kind == H1_BODY_CHUNKED ||
      out->kind == H1_BODY_LENGTH || out->kind == H1_BODY_UNTIL_CLOSE;
    ensures \result != H1_OK ==> *out == \old(*out); */
static h1_error framing_by_fields(const h1_response *r, h1_framing *out);

#endif
