/* The resident size of this process, from the kernel. */
#ifndef H1_SERVER_METRICS_RESIDENT_H_
#define H1_SERVER_METRICS_RESIDENT_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Opens what is read for it, for good: later there may be no way to open it.
 * Before the first thread. */
void h1_resident_open(void);
/* In bytes; 0: unknown. Any thread. */
uint64_t h1_resident_bytes(void);

#ifdef __cplusplus
}
#endif
#endif
