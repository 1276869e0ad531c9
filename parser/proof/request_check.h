/* What is proven of parser/request_check.c: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_REQUEST_CHECK_H_
#define H1_PARSER_PROOF_REQUEST_CHECK_H_

/*@ requires \valid_read(r) && h1_readable(r->method_text);
    assigns \nothing;
    ensures \result ==> r->method == H1_METHOD_UNRECOGNISED; */
static bool is_connect(const h1_request *r);

/*@ requires \valid_read(r) && \valid(authority);
    requires h1_readable(r->target) && h1_readable(r->method_text);
    assigns *authority;
    ensures \result == H1_OK && \old(r->target.len == 1 &&
      r->target.ptr[0] == '*') ==> \old(r->method) == H1_OPTIONS; */
static h1_error check_target(const h1_request *r, h1_slice *authority);

/*@ requires \valid_read(r) && h1_fields_sound(&r->fields) && \valid(host);
    assigns *host;
    ensures \result == H1_OK && !h1_seen{Pre}(&r->fields, H1_FIELD_HOST) ==>
      \old(r->minor_version) < 1;
    ensures \result == H1_OK && h1_seen{Pre}(&r->fields, H1_FIELD_HOST) &&
      h1_indexed{Pre}(&r->fields, H1_FIELD_HOST) ==>
        h1_one_line{Pre}(&r->fields, H1_FIELD_HOST); */
static h1_error check_host(const h1_request *r, h1_slice *host);

#endif
