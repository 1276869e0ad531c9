/* What is proven of parser/slice.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_SLICE_H_
#define H1_PARSER_PROOF_SLICE_H_

/*@ predicate h1_same{L}(h1_slice a, h1_slice b) = a.len == b.len &&
      \forall integer i; 0 <= i < a.len ==> a.ptr[i] == b.ptr[i];
    predicate h1_same_nocase{L}(h1_slice a, h1_slice b) = a.len == b.len &&
      \forall integer i; 0 <= i < a.len ==>
        h1_lower(a.ptr[i]) == h1_lower(b.ptr[i]); */

/*@ requires h1_readable(a) && h1_readable(b);
    assigns \nothing;
    ensures \result <==> h1_same_nocase(a, b); */
bool h1_slice_equal_nocase(h1_slice a, h1_slice b);

/*@ requires h1_readable(a) && h1_readable(b);
    assigns \nothing;
    ensures \result <==> h1_same(a, b); */
bool h1_slice_equal(h1_slice a, h1_slice b);

/*@ requires \exists integer n; 0 <= n < SIZE_MAX && text[n] == 0 &&
      \valid_read(text + (0 .. n));
    assigns \nothing;
    exits \false;
    ensures h1_readable(\result); */
h1_slice h1_slice_of(const char *text);

#endif
