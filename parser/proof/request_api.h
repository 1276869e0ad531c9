/* What is proven of parser/request.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_REQUEST_API_H_
#define H1_PARSER_PROOF_REQUEST_API_H_

/*@ assigns \nothing; */
const char *h1_method_name(h1_method m);

/*@ requires \valid(r);
    requires r->method_text.ptr != \null ==>
      \base_addr(r->method_text.ptr) == \base_addr(r->fields.base.ptr);
    requires r->target.ptr != \null ==>
      \base_addr(r->target.ptr) == \base_addr(r->fields.base.ptr);
    assigns r->method_text.ptr, r->target.ptr, r->fields.base.ptr;
    ensures r->fields.base.ptr == head;
    ensures \old(r->method_text.ptr) != \null ==> r->method_text.ptr ==
      head + \old(r->method_text.ptr - r->fields.base.ptr);
    ensures \old(r->target.ptr) != \null ==> r->target.ptr ==
      head + \old(r->target.ptr - r->fields.base.ptr);
    ensures \old(r->method_text.ptr) == \null ==>
      r->method_text.ptr == \null;
    ensures \old(r->target.ptr) == \null ==> r->target.ptr == \null; */
void h1_request_rebase(h1_request *r, const uint8_t *head);

#endif
