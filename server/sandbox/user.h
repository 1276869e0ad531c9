/* Who the process becomes: --user=NAME[:GROUP].
 *
 * Names are looked up in /etc/passwd and /etc/group and nowhere else: the
 * binary runs where there is nothing but libc, and libc's own way would load
 * other libraries. Numbers need neither file. */
#ifndef H1_SERVER_SANDBOX_USER_H_
#define H1_SERVER_SANDBOX_USER_H_

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define H1_USER_GROUPS_MAX 256

typedef struct {
  uid_t uid;
  gid_t gid;
  gid_t groups[H1_USER_GROUPS_MAX]; /* supplementary ones */
  size_t group_count;
} h1_user;

#define H1_USER_MESSAGE_BYTES 320

/* Reads NAME[:GROUP], each a name or a number. Without GROUP it is the user's
 * own group; for a number that no user has, the same number. The supplementary
 * groups are those that list the user. `passwd` and `group`: paths. False, with
 * a line that names the option and what is allowed. */
bool h1_user_find(const char *text, const char *passwd, const char *group,
                  h1_user *out, char message[H1_USER_MESSAGE_BYTES]);

/* Becomes that user, for good. Who is that user already, and in no further
 * group, needs no right for it. False, with a line: nobody else was become, or
 * only in part, so that the process has to end. */
bool h1_user_become(const h1_user *user, char message[H1_USER_MESSAGE_BYTES]);

/* Whether each identity of the process is that user's, and none that it had
 * can be got back. To be asked once capabilities are gone. */
bool h1_user_verify(const h1_user *user, char message[H1_USER_MESSAGE_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
