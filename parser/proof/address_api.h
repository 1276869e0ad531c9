/* What is proven of parser/address.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_ADDRESS_API_H_
#define H1_PARSER_PROOF_ADDRESS_API_H_

/*@ predicate h1_address_sound{L}(h1_address *a) =
      a->bits == 0 || a->bits == 32 || a->bits == 128;
    predicate h1_network_sound{L}(h1_network *n) =
      (n->address.bits == 32 || n->address.bits == 128) &&
      n->prefix <= n->address.bits; */

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> out->bits == 32;
    ensures \result ==> 7 <= s.len;
    ensures !\result ==> *out == \old(*out); */
bool h1_address_parse_ipv4(h1_slice s, h1_address *out);

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> out->bits == 128;
    ensures !\result ==> *out == \old(*out); */
bool h1_address_parse_ipv6(h1_slice s, h1_address *out);

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> out->bits == 32 || out->bits == 128;
    ensures !\result ==> *out == \old(*out); */
bool h1_address_parse(h1_slice s, h1_address *out);

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> 1 <= s.len <= 5;
    ensures \result ==> \forall integer i; 0 <= i < s.len ==>
      '0' <= s.ptr[i] <= '9';
    ensures !\result ==> *out == \old(*out); */
bool h1_port_parse(h1_slice s, uint16_t *out);

/*@ requires \valid(a);
    assigns *a;
    ensures a->bits == \old(a->bits) || (\old(a->bits) == 128 && a->bits == 32);
*/
void h1_address_unmap(h1_address *a);

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> h1_network_sound(out); */
bool h1_network_parse(h1_slice s, h1_network *out);

/*@ requires \valid_read(n) && \valid_read(a);
    assigns \nothing;
    ensures \result ==> a->bits != 0 && a->bits == n->address.bits; */
bool h1_network_has(const h1_network *n, const h1_address *a);

#endif
