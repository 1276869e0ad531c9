/* Sizes that keep what follows on a cache line of its own. */
#ifndef H1_SERVER_BASE_ROUND_H_
#define H1_SERVER_BASE_ROUND_H_

#include <stddef.h>

/* The next multiple of 64. */
static inline size_t h1_round_64(size_t n) { return (n + 63u) & ~(size_t)63u; }

#endif
