/* The filters of filter.h, installed. */
#ifndef H1_SERVER_SANDBOX_SECCOMP_H_
#define H1_SERVER_SANDBOX_SECCOMP_H_

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* For this thread and those it starts. Needs no_new_privs. NULL, or why it
 * could not be done. */
const char *h1_seccomp_start(void);
/* For all threads: no further one is started. */
const char *h1_seccomp_seal(void);
/* The architecture whose list is used; NULL: there is none. */
const char *h1_seccomp_arch(void);

#ifdef __cplusplus
}
#endif
#endif
