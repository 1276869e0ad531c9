/* Mutations that know lines, fields and chunks, for fuzzers and work tests. */
#ifndef H1_FUZZ_ENGINE_MUTATOR_H_
#define H1_FUZZ_ENGINE_MUTATOR_H_

#include <stddef.h>
#include <stdint.h>

/* libFuzzer calls these where they are linked in; others need not. Option bytes
 * stay before the message. Both write at most `max_size` bytes and return
 * how many; the same seed gives the same result. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
                                 const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t max_size, unsigned seed);

/* The same message made as long as `max_size` by repeating one piece of it, so
 * that what is not linear shows. */
size_t fuzz_stretch(uint8_t *data, size_t size, size_t max_size, unsigned seed);

#endif
