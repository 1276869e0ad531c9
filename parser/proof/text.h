/* What is proven of parser/internal/text.h: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_TEXT_H_
#define H1_PARSER_PROOF_TEXT_H_

/*@ assigns \nothing;
    ensures \result <==> ows_byte(c); */
static inline bool h1_is_ows(uint8_t c);

/*@ assigns \nothing;
    ensures \result <==> digit_byte(c); */
static inline bool h1_is_digit(uint8_t c);

/*@ assigns \nothing;
    ensures \result <==> c == low || c == low - 32; */
static inline bool h1_is_letter(uint8_t c, uint8_t low);

/*@ assigns \nothing;
    ensures \result == h1_lower(c); */
static inline uint8_t h1_to_lower(uint8_t c);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures h1_readable(\result);
    ensures \result.ptr == p + from && \result.len == to - from;
    ensures \forall integer i; 0 <= i < to - from ==>
      \result.ptr[i] == p[from + i]; */
static inline h1_slice h1_part(const uint8_t *p, size_t from, size_t to);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==> ows_byte(p[k]);
    ensures \result < n ==> !ows_byte(p[\result]); */
static inline size_t h1_skip_ows(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==> token_byte(p[k]);
    ensures \result < n ==> !token_byte(p[\result]); */
static inline size_t h1_skip_token(const uint8_t *p, size_t from, size_t n);

#endif
