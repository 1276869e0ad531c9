/* What the process may still do, as the steps of sandbox.h find it out. */
#ifndef H1_SERVER_SANDBOX_STATE_H_
#define H1_SERVER_SANDBOX_STATE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/config/config.h"
#include "server/sandbox/user.h"

#define H1_SANDBOX_ROOTS_MAX 64

typedef struct {
  h1_sandbox_mode mode;
  bool has_user; /* --user was given */
  h1_user user;
  const char *roots[H1_SANDBOX_ROOTS_MAX]; /* to be filled in: folders served */
  size_t root_count;

  /* What holds, once it was entered. */
  unsigned uid, gid;
  bool capabilities; /* none are left but `kept` */
  uint64_t kept;
  bool no_new_privs;
  int landlock; /* the version in use; 0: none */
  int landlock_kernel;
  bool seccomp;
  bool restart;              /* deploys need one */
  char restart_outside[256]; /* unless they stay below this folder */
  char missing[256];         /* layers that are not there, and why */
} h1_sandbox;

#endif
