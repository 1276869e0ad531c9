/* Private: functions from here to level_end.h are compiled for SSE4.2. No
 * include guard: used several times. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("ssse3,sse4.2"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("ssse3,sse4.2")
#endif
