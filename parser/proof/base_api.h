/* What is proven of parser/base.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_BASE_API_H_
#define H1_PARSER_PROOF_BASE_API_H_

/* For the proofs: what a slice promises, what the decimal digits p[from..to)
 * amount to, and a letter without its case. */
/*@ logic integer h1_lower(integer c) = 'A' <= c <= 'Z' ? c + 32 : c;
    predicate h1_readable{L}(h1_slice s) =
      \valid_read(s.ptr + (0 .. s.len - 1));
    logic integer h1_number{L}(uint8_t *p, integer from, integer to) =
      to <= from ? 0 : h1_number(p, from, to - 1) * 10 + (p[to - 1] - '0'); */

#endif
