/* What is proven of parser/internal/encode_head.h: see README.md here. For
 * Frama-C alone. */
#ifndef H1_PARSER_PROOF_ENCODE_HEAD_H_
#define H1_PARSER_PROOF_ENCODE_HEAD_H_

/*@ requires \valid(to + (0 .. H1_LENGTH_MAX - 1));
    assigns to[0 .. H1_LENGTH_MAX - 1];
    ensures sizeof(kLength) + 1 < \result <= H1_LENGTH_MAX;
    ensures \forall integer i; 0 <= i < sizeof(kLength) - 1 ==>
      to[i] == kLength[i];
    ensures h1_digits(to + (sizeof(kLength) - 1), 0,
                      \result - 2 - (sizeof(kLength) - 1));
    ensures h1_decimal(to + (sizeof(kLength) - 1),
                       \result - 2 - (sizeof(kLength) - 1), length);
    ensures to[\result - 2] == '\r' && to[\result - 1] == '\n'; */
static inline size_t h1_length_put(uint8_t *to, uint64_t length);

/* For the proofs: fields that may be written, and what is not overwritten by
 * the n bytes at `to`. */
/*@ predicate fields_allowed(h1_field *f, integer count) =
      \forall integer i; 0 <= i < count ==> field_line(f[i].name, f[i].value);

    predicate apart(uint8_t *to, integer n, h1_slice s) =
      \separated(to + (0 .. n - 1), s.ptr + (0 .. s.len - 1));

    predicate fields_apart(uint8_t *to, integer n, h1_field *f,
                           integer count) =
      \separated(to + (0 .. n - 1), f + (0 .. count - 1)) &&
      \forall integer i; 0 <= i < count ==>
        apart(to, n, f[i].name) && apart(to, n, f[i].value); */

#endif
