/* What malloc_counter.so shares with the test that loads it into a server: a
 * file of one struct, mapped by both. */
#ifndef H1_TESTS_SUPPORT_MALLOC_COUNTER_H_
#define H1_TESTS_SUPPORT_MALLOC_COUNTER_H_

#include <stdint.h>

/* Names the file, which must exist and hold the struct, in the environment. */
#define H1_MALLOC_COUNTER_FILE "MALLOC_COUNTER_FILE"

struct h1_malloc_counter {
  uint64_t
      calls; /* that allocate: malloc, calloc, realloc, aligned_alloc, ... */
  uint64_t bytes; /* asked for by them */
};

#endif
