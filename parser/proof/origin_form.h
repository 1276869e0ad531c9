/* What is proven of parser/origin_form.c: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_ORIGIN_FORM_H_
#define H1_PARSER_PROOF_ORIGIN_FORM_H_

/*@ requires \valid_read(t) && h1_readable(t->authority);
    assigns \nothing;
    ensures \result ==> t->form == H1_TARGET_ABSOLUTE && !t->has_query; */
static bool says_no_path(const h1_target *t);

#endif
