/* Counts work, linked into work tests alone. Two things come here: the callback
 * that the compiler puts at every edge of the control flow, for which
 * sanitizers and fuzzers have definitions of their own; and the codecs' calls
 * of libc's leaves, which the linker turns aside (--wrap), because what a leaf
 * touches is work too. Compilers make bcmp of some memcmp. */
#include <stddef.h>
#include <stdint.h>

#include "fuzz/engine/work.h"

void __sanitizer_cov_trace_pc(void);

void __sanitizer_cov_trace_pc(void) { fuzz_work_add(1); }

#define LEAF(result, name, arguments, call) \
  result __real_##name arguments;           \
  result __wrap_##name arguments;           \
  result __wrap_##name arguments {          \
    fuzz_work_add(len);                     \
    return __real_##name call;              \
  }

LEAF(void *, memcpy, (void *to, const void *from, size_t len), (to, from, len))
LEAF(void *, memmove, (void *to, const void *from, size_t len), (to, from, len))
LEAF(void *, memset, (void *to, int byte, size_t len), (to, byte, len))
LEAF(int, memcmp, (const void *a, const void *b, size_t len), (a, b, len))
LEAF(int, bcmp, (const void *a, const void *b, size_t len), (a, b, len))

/* This one reads no further than what it looks for. */
void *__real_memchr(const void *in, int byte, size_t len);
void *__wrap_memchr(const void *in, int byte, size_t len);
void *__wrap_memchr(const void *in, int byte, size_t len) {
  uint8_t *found = __real_memchr(in, byte, len);
  fuzz_work_add(found == NULL ? len
                              : (size_t)(found - (const uint8_t *)in) + 1);
  return found;
}
