/* What is proven of parser/address.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_ADDRESS_H_
#define H1_PARSER_PROOF_ADDRESS_H_

/*@ requires digits <= 5 && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures \result <= 65536;
    ensures \result != 65536 ==> from < to && to - from <= digits;
    ensures \result != 65536 ==> \forall integer k; from <= k < to ==>
      digit_byte(p[k]); */
static uint32_t plain_number(const uint8_t *p, size_t from, size_t to,
                             size_t digits);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==> digit_byte(p[k]);
    ensures \result < n ==> !digit_byte(p[\result]); */
static size_t digits_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    requires at <= 12 && \valid(out + (at .. at + 3));
    requires \separated(out + (at .. at + 3), p + (0 .. n - 1));
    assigns out[at .. at + 3];
    ensures \result ==> n - from >= 7; */
static bool read_quad(const uint8_t *p, size_t from, size_t n, uint8_t *out,
                      size_t at);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n && \result - from <= 4;
    ensures \forall integer k; from <= k < \result ==> hexdig_byte(p[k]); */
static size_t h16_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= to && to - from <= 4 && \valid_read(p + (0 .. to - 1));
    requires \forall integer k; from <= k < to ==> hexdig_byte(p[k]);
    assigns \nothing;
    ensures \result <= 0xffff; */
static uint32_t h16_value(const uint8_t *p, size_t from, size_t to);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result <==> at + 2 <= n && p[at] == ':' && p[at + 1] == ':'; */
static bool two_colons(const uint8_t *p, size_t at, size_t n);

/*@ requires gap <= used <= 16 && \valid(out + (0 .. 15));
    assigns out[0 .. 15]; */
static void spread(uint8_t *out, size_t gap, size_t used);

/*@ requires from < n && \valid_read(p + (0 .. n - 1));
    requires used <= 14 && \valid(out + (0 .. 15)) && \valid(end);
    requires \separated(out + (0 .. 15), p + (0 .. n - 1), end);
    assigns *end, out[0 .. 15];
    ensures \result == 0 || \result == 2 || \result == 4;
    ensures used + \result <= 16;
    ensures \result != 0 ==> from < *end <= n; */
static size_t read_group(const uint8_t *p, size_t from, size_t n, uint8_t *out,
                         size_t used, size_t *end);

/*@ requires \valid_read(p + (0 .. n - 1)) && \valid(out + (0 .. 15));
    requires \separated(out + (0 .. 15), p + (0 .. n - 1));
    assigns out[0 .. 15]; */
static bool read_ipv6(const uint8_t *p, size_t n, uint8_t *out);

/*@ requires \valid(out) && \valid_read(bytes + (0 .. 15));
    requires \separated(out, bytes + (0 .. 15));
    assigns *out;
    ensures out->bits == bits; */
static void keep(h1_address *out, const uint8_t *bytes, uint8_t bits);

/*@ requires \valid_read(a);
    assigns \nothing;
    ensures \result ==> a->bits == 128; */
static bool is_mapped(const h1_address *a);

/*@ requires i < 16;
    assigns \nothing;
    ensures prefix >= 8 * i + 8 ==> \result == 0xff;
    ensures prefix <= 8 * i ==> \result == 0; */
static uint8_t byte_mask(size_t prefix, size_t i);

/*@ requires \valid_read(n);
    assigns \nothing; */
static bool ends_at_prefix(const h1_network *n);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result <= n;
    ensures \result < n ==> p[\result] == '/'; */
static size_t slash_at(const uint8_t *p, size_t n);

#endif
