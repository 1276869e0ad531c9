/* What is proven of parser/authority.h: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_AUTHORITY_API_H_
#define H1_PARSER_PROOF_AUTHORITY_API_H_

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

#endif
