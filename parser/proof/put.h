/* What is proven of parser/internal/put.h: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_PUT_H_
#define H1_PARSER_PROOF_PUT_H_

/* For the proofs: a sum that stops at SIZE_MAX, and where the bytes of a slice
 * stand. */
/*@ logic integer size_sum(integer a, integer b) =
      a + b <= SIZE_MAX ? a + b : SIZE_MAX;

    predicate stands_at(uint8_t *to, integer at, h1_slice s) =
      \forall integer i; 0 <= i < s.len ==> to[at + i] == s.ptr[i]; */

/*@ assigns \nothing;
    ensures \result == size_sum(a, b); */
static inline size_t h1_size_add(size_t a, size_t b);

/*@ requires at + s.len <= SIZE_MAX && h1_readable(s);
    requires \valid(to + (at .. at + s.len - 1));
    requires \separated(to + (at .. at + s.len - 1), s.ptr + (0 .. s.len - 1));
    assigns to[at .. at + s.len - 1];
    exits \false;
    ensures stands_at(to, at, s); */
static inline void h1_copy(uint8_t *to, size_t at, h1_slice s);

/*@ requires at + s.len <= SIZE_MAX && h1_readable(s);
    requires \valid(to + (at .. at + s.len - 1));
    requires \separated(to + (at .. at + s.len - 1), s.ptr + (0 .. s.len - 1));
    assigns to[at .. at + s.len - 1];
    exits \false;
    ensures \result == at + s.len && stands_at(to, at, s); */
static inline size_t h1_put(uint8_t *to, size_t at, h1_slice s);

#endif
