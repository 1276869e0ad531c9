/* What is proven of parser/internal/scan/walk.h: see README.md here. For
 * Frama-C alone. */
#ifndef H1_PARSER_PROOF_SCAN_WALK_H_
#define H1_PARSER_PROOF_SCAN_WALK_H_

/*@ requires one_class(class_bit) && from <= n;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures class_end(class_bit, p, from, \result, n); */
static size_t H1_LEVEL(scan)(unsigned class_bit, const uint8_t *p, size_t from,
                             size_t n);

#endif
