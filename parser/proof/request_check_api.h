/* What is proven of parser/request_check.h: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_REQUEST_CHECK_API_H_
#define H1_PARSER_PROOF_REQUEST_CHECK_API_H_

/* For the proofs: the lines of which just one is of a field. */
/*@ predicate h1_only_line{L}(h1_fields *f, integer id, integer i,
                              integer end) =
      0 <= i < end && h1_line_of(f, id, i) && h1_no_line(f, id, 0, i) &&
      h1_no_line(f, id, i + 1, end);
    predicate h1_one_line{L}(h1_fields *f, integer id) =
      \exists integer i; h1_only_line(f, id, i, f->count); */

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

#endif
