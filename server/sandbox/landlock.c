/* Constants and structures of our own: the headers of the system that compiles
 * this may be older than the kernel it runs on. */
#define _GNU_SOURCE
#include "server/sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The same numbers on every architecture. */
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 };
enum { GET_VERSION = 1, RULE_PATH_BENEATH = 1 };

#define BIT(n) ((uint64_t)1 << (n))
#define WRITE_FILE BIT(1)
#define READ_FILE BIT(2)
#define READ_DIR BIT(3)
#define REMOVE_FILE BIT(5)
#define MAKE_REG BIT(8)
#define FILES_1 (BIT(13) - 1)
#define REFER BIT(13)
#define TRUNCATE BIT(14)
#define IOCTL_DEV BIT(15)
#define BIND_TCP BIT(0)
#define CONNECT_TCP BIT(1)
#define ABSTRACT_UNIX_SOCKET BIT(0)
#define SIGNAL BIT(1)
/* What a rule may say of a single file. */
#define OF_A_FILE (WRITE_FILE | READ_FILE)

const h1_landlock_abi h1_landlock_abis[H1_LANDLOCK_ABIS] = {
    {1, "5.13",
     "no file is read, written, made, removed or run except where that is "
     "allowed",
     FILES_1, 0, 0},
    {2, "5.19", "no file is moved to another folder", REFER, 0, 0},
    {3, "6.2", "no file is truncated", TRUNCATE, 0, 0},
    {4, "6.7", "no TCP socket is bound or connected", 0, BIND_TCP | CONNECT_TCP,
     0},
    {5, "6.10", "no device takes a command", IOCTL_DEV, 0, 0},
    {6, "6.12",
     "no abstract unix socket of others is reached, and no signal sent to them",
     0, 0, ABSTRACT_UNIX_SOCKET | SIGNAL},
    {7, "6.15", NULL, 0, 0, 0},
};

typedef struct {
  uint64_t files, net, scopes;
} ruleset;

/* The kernel packs it. */
typedef struct {
  uint64_t allowed;
  int32_t folder;
} __attribute__((packed)) path_rule;

int h1_landlock_version(void) {
  const long abi = syscall(CREATE_RULESET, NULL, 0, GET_VERSION);
  return abi > 0 ? (int)abi : 0;
}

static ruleset all_of(int abi) {
  ruleset all = {0, 0, 0};
  for (size_t i = 0; i < H1_LANDLOCK_ABIS; i++) {
    if (h1_landlock_abis[i].abi > abi) break;
    all.files |= h1_landlock_abis[i].files;
    all.net |= h1_landlock_abis[i].net;
    all.scopes |= h1_landlock_abis[i].scopes;
  }
  return all;
}

/* A kernel refuses members that it does not know. */
static size_t size_for(int abi) {
  if (abi < 4) return offsetof(ruleset, net);
  return abi < 6 ? offsetof(ruleset, scopes) : sizeof(ruleset);
}

static uint64_t rights_of(unsigned rights) {
  uint64_t all = 0;
  if ((rights & H1_PLACE_READ) != 0) all |= READ_FILE | READ_DIR;
  if ((rights & H1_PLACE_WRITE) != 0) all |= WRITE_FILE | MAKE_REG;
  if ((rights & H1_PLACE_REMOVE) != 0) all |= REMOVE_FILE;
  return all;
}

static bool is_short_of_something(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* What is not there, or cannot be reached, needs no rule. Nor does what lies in
 * no folder at all, such as a pipe, for which the kernel takes none. */
static bool add_rule(int rules, const h1_place *place) {
  struct stat st;
  const int fd = open(place->path, O_PATH | O_CLOEXEC);
  if (fd < 0) return !is_short_of_something(errno);
  path_rule rule = {rights_of(place->rights), fd};
  const bool known = fstat(fd, &st) == 0;
  if (known && !S_ISDIR(st.st_mode)) rule.allowed &= OF_A_FILE;
  const bool good =
      !known || rule.allowed == 0 ||
      syscall(ADD_RULE, rules, RULE_PATH_BENEATH, &rule, 0) == 0 ||
      errno == EBADFD;
  const int error = errno;
  close(fd);
  errno = error;
  return good;
}

static bool add_rules(int rules, const h1_places *places) {
  for (size_t i = 0; i < places->count; i++) {
    if (!add_rule(rules, &places->item[i])) return false;
  }
  return true;
}

bool h1_landlock_restrict(int abi, const h1_places *places) {
  const ruleset all = all_of(abi);
  if (places->too_many) {
    errno = ENAMETOOLONG;
    return false;
  }
  const int rules = (int)syscall(CREATE_RULESET, &all, size_for(abi), 0);
  if (rules < 0) return false;
  const bool good =
      add_rules(rules, places) && syscall(RESTRICT_SELF, rules, 0) == 0;
  const int error = errno;
  close(rules);
  errno = error;
  return good;
}
