/* Landlock: where in the file system the process may do what, held by the
 * kernel whatever user it runs as (landlock(7)). It can only lose rights by it.
 */
#ifndef H1_SERVER_SANDBOX_LANDLOCK_H_
#define H1_SERVER_SANDBOX_LANDLOCK_H_

#include <stdbool.h>
#include <stdint.h>

#include "server/sandbox/places.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One version of the kernel's interface, and what came with it. */
typedef struct {
  int abi;
  const char *linux_version;
  const char *adds; /* in words, what is forbidden beside the rest; or NULL */
  uint64_t files, net, scopes;
} h1_landlock_abi;
#define H1_LANDLOCK_ABIS 7
extern const h1_landlock_abi h1_landlock_abis[H1_LANDLOCK_ABIS];

/* The kernel's version; 0: it has none, and errno says why. */
int h1_landlock_version(void);

/* From now on this thread, and each that it starts, may do in the file system
 * only what `places` names, and nothing of all else that version `abi` knows
 * of. Needs no_new_privs. False: errno says why. */
bool h1_landlock_restrict(int abi, const h1_places *places);

#ifdef __cplusplus
}
#endif
#endif
