/* Private: ends what level_avx2.h or level_sse.h began. */
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
