/* What is proven of parser/authority.c: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_AUTHORITY_H_
#define H1_PARSER_PROOF_AUTHORITY_H_

/*@ predicate literal_byte(integer c) = h1_host_byte(c) || c == '%' ||
      c == ':' || c == '[' || c == ']'; */

/*@ assigns \nothing;
    ensures \result <==> hexdig_byte(c); */
static bool is_hex(uint8_t c);

/*@ assigns \nothing;
    ensures \result <==> h1_host_byte(c); */
static bool is_name_byte(uint8_t c);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result <==> h1_is_port(p, from, n); */
static bool is_port_part(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==>
      literal_byte(p[k]); */
static size_t reg_name_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==> digit_byte(p[k]); */
static size_t octet_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result ==> \forall integer k; from <= k < n ==>
      digit_byte(p[k]) || p[k] == '.'; */
static bool is_ipv4(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n && \result - from <= 4;
    ensures \forall integer k; from <= k < \result ==> hexdig_byte(p[k]); */
static size_t group_end(const uint8_t *p, size_t from, size_t n);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result <==> at + 2 <= n && p[at] == ':' && p[at + 1] == ':'; */
static bool is_double_colon(const uint8_t *p, size_t at, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result ==> \forall integer k; from <= k < n ==>
      hexdig_byte(p[k]) || p[k] == '.' || p[k] == ':'; */
static bool is_ipv6(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result ==> \forall integer k; from <= k < n ==>
      literal_byte(p[k]); */
static bool is_ip_future(const uint8_t *p, size_t from, size_t n);

/*@ requires from < n && \valid_read(p + (0 .. n - 1));
    requires p[from] == '[';
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==>
      literal_byte(p[k]); */
static size_t ip_literal_end(const uint8_t *p, size_t from, size_t n);

#endif
