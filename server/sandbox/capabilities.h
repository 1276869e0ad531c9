/* Capabilities: what root may do, in pieces (capabilities(7)). */
#ifndef H1_SERVER_SANDBOX_CAPABILITIES_H_
#define H1_SERVER_SANDBOX_CAPABILITIES_H_

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The one that a server which stays root keeps: to read what it serves,
 * whoever owns it. */
#define H1_CAP_DAC_READ_SEARCH ((uint64_t)1 << 2)

/* Empties the bounding and ambient sets, as far as the process may; before it
 * becomes another user, for that takes the right to do so. */
void h1_capabilities_bound(void);
/* Keeps `keep` of what the process has, permitted and effective, and verifies
 * that nothing else can be got back. False: errno says why. */
bool h1_capabilities_drop(uint64_t keep);
/* Those in effect now. */
uint64_t h1_capabilities_now(void);

#ifdef __cplusplus
}
#endif
#endif
