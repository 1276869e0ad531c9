#define _GNU_SOURCE
#include "server/process/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "server/base/say.h"

/* For a change of state; a ping that finds no room is left out. */
#define PATIENCE_MS 1000
#define STATUS_MAX 512

static int manager = -1;
static uint64_t watchdog_ms;

/* ---- what the manager has set ---- */

/* Decimal digits alone. */
static bool read_number(const char *text, uint64_t *out) {
  uint64_t n = 0;
  size_t i = 0;
  for (; text[i] >= '0' && text[i] <= '9' && i < 18; i++) {
    n = n * 10 + (uint64_t)(text[i] - '0');
  }
  *out = n;
  return i > 0 && text[i] == '\0';
}

/* False: the name is of no kind that is known. */
static bool read_address(const char *name, struct sockaddr_un *address,
                         socklen_t *size) {
  const size_t len = strlen(name);
  if ((name[0] != '/' && name[0] != '@') || len < 2 ||
      len >= sizeof address->sun_path) {
    return false;
  }
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  memcpy(address->sun_path, name, len);
  if (name[0] == '@') address->sun_path[0] = '\0';
  *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len +
                      (name[0] == '/' ? 1 : 0));
  return true;
}

static void open_manager(const char *name) {
  struct sockaddr_un address;
  socklen_t size;
  if (!read_address(name, &address, &size)) {
    h1_say("warning: NOTIFY_SOCKET is neither a path nor '@' and a name");
    return;
  }
  manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (manager >= 0 &&
      connect(manager, (const struct sockaddr *)&address, size) == 0) {
    return;
  }
  h1_say("warning: cannot reach NOTIFY_SOCKET %.108s: %s", name,
         strerror(errno));
  h1_notify_close();
}

static void open_watchdog(const char *usec, const char *pid) {
  uint64_t number;
  if (pid != NULL &&
      (!read_number(pid, &number) || number != (uint64_t)getpid())) {
    return; /* it is for another process */
  }
  if (!read_number(usec, &number) || number == 0) {
    h1_say("warning: WATCHDOG_USEC is no time");
    return;
  }
  watchdog_ms = number < 1000 ? 1 : number / 1000;
}

void h1_notify_open(void) {
  const char *name = getenv("NOTIFY_SOCKET");
  const char *usec = getenv("WATCHDOG_USEC");
  if (name != NULL) open_manager(name);
  if (usec != NULL && manager >= 0) {
    open_watchdog(usec, getenv("WATCHDOG_PID"));
  }
  (void)unsetenv("NOTIFY_SOCKET");
  (void)unsetenv("WATCHDOG_USEC");
  (void)unsetenv("WATCHDOG_PID");
}

void h1_notify_close(void) {
  if (manager >= 0) close(manager);
  manager = -1;
  watchdog_ms = 0;
}

/* ---- what it is told ---- */

static bool tell(const char *text) {
  const ssize_t size = (ssize_t)strlen(text);
  return send(manager, text, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT) == size;
}

/* A change of state must not be lost because the queue was full. */
static void tell_surely(const char *text) {
  if (manager < 0 || tell(text)) return;
  if (errno == EAGAIN) {
    struct pollfd room = {.fd = manager, .events = POLLOUT};
    (void)poll(&room, 1, PATIENCE_MS);
    if (tell(text)) return;
  }
  h1_say("warning: the service manager was not told: %s", strerror(errno));
}

/* A status is one line. */
static void tell_state(const char *state, const char *status) {
  char text[STATUS_MAX + 64];
  snprintf(text, sizeof text, "%s\nSTATUS=%.*s\n", state, STATUS_MAX, status);
  tell_surely(text);
}

void h1_notify_ready(const char *status) { tell_state("READY=1", status); }

void h1_notify_stopping(const char *status) {
  tell_state("STOPPING=1", status);
}

void h1_notify_reloading(void) {
  char state[64];
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const uint64_t usec =
      (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
  snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, usec);
  tell_state(state, "Reloading");
}

uint64_t h1_notify_watchdog_ms(void) { return watchdog_ms; }

void h1_notify_alive(void) {
  if (manager >= 0) (void)tell("WATCHDOG=1\n");
}
