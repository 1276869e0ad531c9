#define _GNU_SOURCE /* setresuid, setgroups */
#include "server/sandbox/user.h"

#include <errno.h>
#include <grp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* (uid_t)-1 means "leave it" to the calls below. */
#define LAST_NUMBER ((uint64_t)UINT32_MAX - 1)
#define NAME_BYTES 256

static const char allowed[] =
    "allowed: NAME[:GROUP], each a name of /etc/passwd and /etc/group or a "
    "number";

/* ---- the two files ---- */

/* Fields of a line, which is cut up; those that are missing are empty. */
enum { FIELDS = 4 };
typedef struct {
  char *field[FIELDS];
} row;

static row cut(char *line) {
  static char empty[] = "";
  row r;
  line[strcspn(line, "\n")] = '\0';
  for (size_t i = 0; i < FIELDS; i++) {
    char *colon = line == NULL ? NULL : strchr(line, ':');
    r.field[i] = line == NULL ? empty : line;
    if (colon != NULL) *colon = '\0';
    line = colon == NULL ? NULL : colon + 1;
  }
  return r;
}

static bool read_number(const char *text, uint32_t *out) {
  uint64_t n = 0;
  if (text[0] == '\0') return false;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') return false;
    n = n * 10 + (uint64_t)(*text - '0');
    if (n > LAST_NUMBER) return false;
  }
  *out = (uint32_t)n;
  return true;
}

/* Called for each line; true to go on. */
typedef bool row_reader(void *arg, const row *r);

static void read_rows(const char *path, row_reader *reader, void *arg) {
  FILE *file = fopen(path, "re");
  char *line = NULL;
  size_t size = 0;
  bool more = file != NULL;
  while (more && getline(&line, &size, file) >= 0) {
    const row r = cut(line);
    more = reader(arg, &r);
  }
  free(line);
  if (file != NULL) (void)fclose(file);
}

/* What is looked for: a name, or a number when `name` is NULL. */
typedef struct {
  const char *name;
  uint32_t number;
  bool found;
  char found_name[NAME_BYTES];
  uint32_t found_number, found_gid;
} search;

/* name:password:number:group */
static bool match(void *arg, const row *r) {
  search *s = arg;
  uint32_t number;
  if (!read_number(r->field[2], &number)) return true;
  if (s->name != NULL ? strcmp(r->field[0], s->name) != 0
                      : number != s->number) {
    return true;
  }
  s->found = true;
  s->found_number = number;
  if (!read_number(r->field[3], &s->found_gid)) s->found_gid = number;
  snprintf(s->found_name, sizeof s->found_name, "%s", r->field[0]);
  return false;
}

/* By name, else by number; a number that nobody has is that number. */
static bool find(const char *path, const char *text, search *s) {
  memset(s, 0, sizeof *s);
  s->name = text;
  read_rows(path, match, s);
  if (s->found) return true;
  if (!read_number(text, &s->number)) return false;
  s->name = NULL;
  read_rows(path, match, s);
  if (s->found) return true;
  s->found_number = s->number;
  s->found_gid = s->number;
  return true;
}

/* ---- groups that list a user ---- */

typedef struct {
  const char *name;
  h1_user *user;
  bool too_many;
} membership;

static bool lists(const char *members, const char *name) {
  const size_t len = strlen(name);
  while (*members != '\0') {
    const size_t member = strcspn(members, ",");
    if (member == len && memcmp(members, name, len) == 0) return true;
    members += member + (members[member] == ',' ? 1 : 0);
  }
  return false;
}

static bool add_group(void *arg, const row *r) {
  membership *m = arg;
  uint32_t number;
  if (!read_number(r->field[2], &number) || !lists(r->field[3], m->name)) {
    return true;
  }
  m->too_many = m->user->group_count == H1_USER_GROUPS_MAX;
  if (!m->too_many) m->user->groups[m->user->group_count++] = number;
  return !m->too_many;
}

/* ---- the option ---- */

static bool refuse(char message[H1_USER_MESSAGE_BYTES], const char *what,
                   const char *why) {
  snprintf(message, H1_USER_MESSAGE_BYTES, "--user: '%.64s' %s; %s", what, why,
           allowed);
  return false;
}

static bool find_group(const char *text, const char *path, h1_user *out) {
  search group;
  if (!find(path, text, &group)) return false;
  out->gid = group.found_number;
  return true;
}

bool h1_user_find(const char *text, const char *passwd, const char *group,
                  h1_user *out, char message[H1_USER_MESSAGE_BYTES]) {
  char name[NAME_BYTES];
  search user;
  memset(out, 0, sizeof *out);
  snprintf(name, sizeof name, "%s", text);
  char *colon = strchr(name, ':');
  if (colon != NULL) *colon = '\0';
  const char *group_name = colon == NULL ? NULL : colon + 1;
  if (strlen(text) >= sizeof name || name[0] == '\0' ||
      (group_name != NULL &&
       (group_name[0] == '\0' || strchr(group_name, ':') != NULL))) {
    return refuse(message, text, "is not a user and a group");
  }
  if (!find(passwd, name, &user)) {
    return refuse(message, name, "is no user here");
  }
  out->uid = user.found_number;
  out->gid = user.found_gid;
  if (group_name != NULL && !find_group(group_name, group, out)) {
    return refuse(message, group_name, "is no group here");
  }
  if (!user.found) return true;
  membership m = {user.found_name, out, false};
  read_rows(group, add_group, &m);
  if (m.too_many) return refuse(message, name, "is in more than 256 groups");
  return true;
}

/* ---- becoming it ---- */

static bool fail(char message[H1_USER_MESSAGE_BYTES], const h1_user *user,
                 const char *call, int error) {
  snprintf(message, H1_USER_MESSAGE_BYTES,
           "--user: cannot become %u:%u: %s: %s%s", (unsigned)user->uid,
           (unsigned)user->gid, call, strerror(error),
           error == EPERM ? " (only root can become another user)" : "");
  return false;
}

static bool is_named(const h1_user *user, gid_t gid) {
  if (gid == user->gid) return true;
  for (size_t i = 0; i < user->group_count; i++) {
    if (user->groups[i] == gid) return true;
  }
  return false;
}

/* In no group beside those of the user. A process may be in more than there is
 * space for: then that is not known. */
static bool in_no_further_group(const h1_user *user) {
  gid_t groups[H1_USER_GROUPS_MAX];
  const int count = getgroups(H1_USER_GROUPS_MAX, groups);
  if (count < 0) return false;
  for (int i = 0; i < count; i++) {
    if (!is_named(user, groups[i])) return false;
  }
  return true;
}

static bool has_identity(const h1_user *user) {
  uid_t uid[3];
  gid_t gid[3];
  if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 ||
      getresgid(&gid[0], &gid[1], &gid[2]) != 0) {
    return false;
  }
  for (int i = 0; i < 3; i++) {
    if (uid[i] != user->uid || gid[i] != user->gid) return false;
  }
  return true;
}

bool h1_user_become(const h1_user *user, char message[H1_USER_MESSAGE_BYTES]) {
  if (geteuid() != 0 && has_identity(user) && in_no_further_group(user)) {
    return true;
  }
  if (setgroups(user->group_count, user->groups) != 0) {
    return fail(message, user, "setgroups", errno);
  }
  if (setresgid(user->gid, user->gid, user->gid) != 0) {
    return fail(message, user, "setresgid", errno);
  }
  if (setresuid(user->uid, user->uid, user->uid) != 0) {
    return fail(message, user, "setresuid", errno);
  }
  return true;
}

/* Who is root stays it: there is nothing to get back. */
static bool can_go_back(const h1_user *user) {
  if (user->uid == 0) return false;
  return setresuid((uid_t)-1, 0, (uid_t)-1) == 0 ||
         (user->gid != 0 && setresgid((gid_t)-1, 0, (gid_t)-1) == 0) ||
         setgroups(0, NULL) == 0;
}

bool h1_user_verify(const h1_user *user, char message[H1_USER_MESSAGE_BYTES]) {
  const bool holds = has_identity(user) && in_no_further_group(user);
  if (holds && !can_go_back(user)) return true;
  snprintf(message, H1_USER_MESSAGE_BYTES,
           "--user: became %u:%u, but not for good: %s", (unsigned)user->uid,
           (unsigned)user->gid,
           holds ? "root can be got back" : "an identity was left");
  return false;
}
