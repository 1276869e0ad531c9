/* In the order in which each step needs the one before: what only root may do
 * comes first, and what a later step still calls is forbidden last. */
#define _GNU_SOURCE
#include "server/sandbox/sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "server/sandbox/capabilities.h"
#include "server/sandbox/landlock.h"
#include "server/sandbox/plan.h"
#include "server/sandbox/print.h"
#include "server/sandbox/seccomp.h"

#define PASSWD "/etc/passwd"
#define GROUP "/etc/group"

/* A sanitizer starts threads and reads files whenever it likes. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

bool h1_sandbox_find_user(const h1_config *c, h1_sandbox *box,
                          char message[H1_SANDBOX_MESSAGE_BYTES]) {
  char why[H1_USER_MESSAGE_BYTES];
  memset(box, 0, sizeof *box);
  box->mode = c->sandbox;
  box->has_user = strcmp(c->user, "none") != 0;
  if (!box->has_user) return true;
  if (h1_user_find(c->user, PASSWD, GROUP, &box->user, why)) return true;
  snprintf(message, H1_SANDBOX_MESSAGE_BYTES, "%s", why);
  return false;
}

/* ---- the layers ---- */

/* `layer` is not there. True: it goes on without. */
static bool lack(h1_sandbox *box, const char *layer, const char *why,
                 char message[H1_SANDBOX_MESSAGE_BYTES]) {
  if (box->mode == H1_SANDBOX_REQUIRE) {
    snprintf(message, H1_SANDBOX_MESSAGE_BYTES,
             "--sandbox=require: no %s: %s (try: start without)", layer, why);
    return false;
  }
  const size_t at = strlen(box->missing);
  snprintf(box->missing + at, sizeof box->missing - at, "%sno %s (%s)",
           at > 0 ? ", " : "", layer, why);
  return true;
}

static bool add_no_new_privs(h1_sandbox *box,
                             char message[H1_SANDBOX_MESSAGE_BYTES]) {
  const bool set = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  const int error = errno;
  box->no_new_privs = set && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
  if (box->no_new_privs) return true;
  return lack(box, "no_new_privs", set ? "it has no effect" : strerror(error),
              message);
}

static const char *landlock_fault(int error) {
  switch (error) {
    case ENOSYS:
      return "this kernel was built without";
    case EOPNOTSUPP:
      return "this kernel was started without";
    case ENAMETOOLONG:
      return "the options name too many folders, or too long paths";
    default:
      return strerror(error);
  }
}

static bool add_landlock(h1_sandbox *box, const h1_places *places,
                         char message[H1_SANDBOX_MESSAGE_BYTES]) {
  box->landlock_kernel = h1_landlock_version();
  if (box->landlock_kernel == 0) {
    return lack(box, "landlock", landlock_fault(errno), message);
  }
  if (places->everywhere && !lack(box, "bound on what is written",
                                  "--access-log lies in '/'", message)) {
    return false;
  }
  const int abi = box->landlock_kernel < H1_LANDLOCK_ABIS ? box->landlock_kernel
                                                          : H1_LANDLOCK_ABIS;
  if (!h1_landlock_restrict(abi, places)) {
    return lack(box, "landlock", landlock_fault(errno), message);
  }
  box->landlock = abi;
  box->restart = places->restart;
  snprintf(box->restart_outside, sizeof box->restart_outside, "%.255s",
           places->restart_outside);
  return true;
}

static bool add_seccomp(h1_sandbox *box,
                        char message[H1_SANDBOX_MESSAGE_BYTES]) {
  const char *fault = h1_seccomp_start();
  box->seccomp = fault == NULL;
  return box->seccomp || lack(box, "seccomp", fault, message);
}

static bool add_layers(h1_sandbox *box, const h1_places *places,
                       char message[H1_SANDBOX_MESSAGE_BYTES]) {
  if (SANITIZED) {
    return lack(box, "layers", "this build has a sanitizer", message);
  }
  return add_no_new_privs(box, message) && add_landlock(box, places, message) &&
         add_seccomp(box, message);
}

/* ---- the user ---- */

/* A server that stays root may read what it serves, whoever owns it. */
static bool drop_capabilities(h1_sandbox *box,
                              char message[H1_SANDBOX_MESSAGE_BYTES]) {
  box->kept = geteuid() == 0 ? H1_CAP_DAC_READ_SEARCH : 0;
  box->capabilities = h1_capabilities_drop(box->kept);
  const int error = errno;
  box->kept = h1_capabilities_now();
  return box->capabilities ||
         lack(box, "loss of capabilities", strerror(error), message);
}

static h1_sandbox_result become_user(h1_sandbox *box,
                                     char message[H1_SANDBOX_MESSAGE_BYTES]) {
  char why[H1_USER_MESSAGE_BYTES];
  const bool any = box->has_user || box->mode != H1_SANDBOX_OFF;
  if (any) h1_capabilities_bound();
  if (box->has_user && !h1_user_become(&box->user, why)) {
    snprintf(message, H1_SANDBOX_MESSAGE_BYTES, "%s", why);
    return H1_SANDBOX_BAD_OPTION;
  }
  if (any && !drop_capabilities(box, message)) return H1_SANDBOX_FAILED;
  if (box->has_user && !h1_user_verify(&box->user, why)) {
    snprintf(message, H1_SANDBOX_MESSAGE_BYTES, "%s", why);
    return H1_SANDBOX_FAILED;
  }
  box->uid = geteuid();
  box->gid = getegid();
  return H1_SANDBOX_OK;
}

/* It was found by whoever started the process; now somebody else goes there. */
static bool reaches_roots(const h1_sandbox *box,
                          char message[H1_SANDBOX_MESSAGE_BYTES]) {
  for (size_t i = 0; box->has_user && i < box->root_count; i++) {
    if (access(box->roots[i], X_OK) == 0) continue;
    snprintf(message, H1_SANDBOX_MESSAGE_BYTES,
             "--user: %u:%u cannot read the folder %.256s: %s", box->uid,
             box->gid, box->roots[i], strerror(errno));
    return false;
  }
  return true;
}

h1_sandbox_result h1_sandbox_enter(const h1_config *c, h1_sandbox *box,
                                   FILE *list,
                                   char message[H1_SANDBOX_MESSAGE_BYTES]) {
  const h1_sandbox_result became = become_user(box, message);
  if (became != H1_SANDBOX_OK) return became;
  if (!reaches_roots(box, message)) return H1_SANDBOX_BAD_OPTION;
  h1_places *places = calloc(1, sizeof *places);
  if (places == NULL) {
    snprintf(message, H1_SANDBOX_MESSAGE_BYTES, "sandbox: no memory");
    return H1_SANDBOX_FAILED;
  }
  h1_sandbox_plan(c, box->roots, box->root_count, places);
  const bool good =
      box->mode == H1_SANDBOX_OFF || add_layers(box, places, message);
  if (good && list != NULL) h1_sandbox_print(box, places, list);
  free(places);
  return good ? H1_SANDBOX_OK : H1_SANDBOX_FAILED;
}

bool h1_sandbox_seal(const h1_sandbox *box,
                     char message[H1_SANDBOX_MESSAGE_BYTES]) {
  const char *fault = box->seccomp ? h1_seccomp_seal() : NULL;
  if (fault == NULL) return true;
  snprintf(message, H1_SANDBOX_MESSAGE_BYTES, "sandbox: seccomp: %s", fault);
  return false;
}
