#define _GNU_SOURCE
#include "server/sandbox/capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Older headers lack them. */
#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

#define SETS 64u

typedef struct {
  uint64_t effective, permitted;
} held;

static bool get(held *h) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct half[2];
  memset(half, 0, sizeof half);
  if (syscall(SYS_capget, &header, half) != 0) return false;
  h->effective = (uint64_t)half[1].effective << 32 | half[0].effective;
  h->permitted = (uint64_t)half[1].permitted << 32 | half[0].permitted;
  return true;
}

/* Nothing is ever inheritable: no other program is run. */
static bool set(uint64_t all) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct half[2];
  memset(half, 0, sizeof half);
  for (unsigned i = 0; i < 2; i++) {
    half[i].effective = (uint32_t)(all >> (32 * i));
    half[i].permitted = half[i].effective;
  }
  return syscall(SYS_capset, &header, half) == 0;
}

/* They matter only to a program that is run later, and none ever is: what the
 * kernel refuses here costs nothing. */
void h1_capabilities_bound(void) {
  for (unsigned i = 0; i < SETS; i++) {
    if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0) break;
  }
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/* Where there is nothing to drop nothing is tried: whoever started the process
 * may have forbidden the very call. */
bool h1_capabilities_drop(uint64_t keep) {
  held h;
  if (!get(&h)) return false;
  if (h.permitted == 0) return true;
  const uint64_t rest = h.permitted & keep;
  if (!set(rest) || !get(&h)) return false;
  const uint64_t more = rest == 0 ? 1 : rest | rest << 1;
  if (h.permitted == rest && h.effective == rest && !set(more)) return true;
  errno = EPERM;
  return false;
}

uint64_t h1_capabilities_now(void) {
  held h;
  return get(&h) ? h.effective : 0;
}
