/* A lock that fails is a fault of ours: going on without it would be worse than
 * ending. */
#ifndef H1_HANDLERS_STATIC_GUARD_H_
#define H1_HANDLERS_STATIC_GUARD_H_

#include <stdlib.h>

static inline void h1_static_guard(int error) {
  if (error != 0) abort();
}

#endif
