/* Takes one signal after the other, and ends the server when one says so. */
#include "server/process/life.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "server/base/say.h"
#include "server/base/thread.h"
#include "server/process/notify.h"
#include "server/process/signals.h"
#include "server/sys.h"

static h1_life life;

static const char second_signal[] = "httpd: second signal: stopping at once\n";

void h1_life_end_impatient(void) {
  h1_say_line(second_signal);
  _exit(H1_LIFE_EXIT_DRAIN);
}

static const char overdue[] =
    "httpd: --drain-timeout passed with work in progress\n";

static void end_overdue(void) {
  h1_say_line(overdue);
  h1_listen_unlink(life.listeners);
  _exit(H1_LIFE_EXIT_DRAIN);
}

static uint64_t now_ms(void) { return h1_sys_monotonic_ns() / 1000000u; }

/* When the stop began; 0: it has not. */
static uint64_t stop_ms;

static void tell_ready(void) {
  char names[256], status[300];
  h1_listen_names(life.listeners, false, names, sizeof names);
  snprintf(status, sizeof status, "Serving on %s", names);
  h1_notify_ready(status);
}

#define NEVER UINT64_MAX

/* When a reload that waits is tried again. */
static uint64_t reload_ms = NEVER;
static bool reload_told; /* that it began, and not yet that it ended */

/* To the service manager a stop that has begun stays the last word. */
static void try_reload(void) {
  const uint64_t wait_ms = h1_reload_step(life.reload);
  reload_ms = wait_ms == NEVER ? NEVER : now_ms() + wait_ms;
  if (reload_ms != NEVER || !reload_told) return;
  reload_told = false;
  if (stop_ms == 0) tell_ready();
}

static void begin_reload(void) {
  if (stop_ms == 0) {
    h1_notify_reloading();
    reload_told = true;
    h1_reload_ask(life.reload);
  }
  h1_server_reopen_log(life.server);
  try_reload();
}

/* Takes one signal, if there is one: HUP is done here, true for a stop. */
static bool take_signal(void) {
  const h1_signal signal = h1_signals_take(life.signal_fd);
  if (signal == H1_SIGNAL_REOPEN) begin_reload();
  if (signal != H1_SIGNAL_STOP) return false;
  const uint64_t now = now_ms();
  if (stop_ms != 0) return now - stop_ms >= H1_SAME_STOP_MS;
  stop_ms = now;
  return true;
}

static int poll_time(uint64_t until_ms) {
  const uint64_t now = now_ms();
  const uint64_t left = until_ms > now ? until_ms - now : 0;
  return left > 3600000u ? 3600000 : (int)left;
}

/* Waits until either descriptor may have something. poll fails where the limit
 * of open files was lowered to almost nothing: then both are looked at often.
 */
static void wait_readable(int a, int b, int timeout_ms) {
  struct pollfd fds[] = {{.fd = a, .events = POLLIN},
                         {.fd = b, .events = POLLIN}};
  if (poll(fds, 2, timeout_ms) < 0 && errno != EINTR) h1_thread_nap(10);
}

static bool is_notified(int event_fd) {
  uint64_t count;
  return event_fd >= 0 && read(event_fd, &count, sizeof count) > 0;
}

typedef enum { TIME_PASSED, STOP_SIGNAL, FINISHED } wait_end;

/* ---- the service manager's watchdog ---- */

/* So often in its time it is told that all threads turn, and they are asked to.
 */
#define WATCHES 4u

static uint64_t watch_ms = NEVER; /* when the next is due */

static void watch(void) {
  const uint64_t every = h1_notify_watchdog_ms();
  if (every == 0 || (watch_ms != NEVER && now_ms() < watch_ms)) return;
  watch_ms = now_ms() + (every < WATCHES ? 1 : every / WATCHES);
  if (h1_server_turns(life.server)) h1_notify_alive();
}

static uint64_t sooner(uint64_t a_ms, uint64_t b_ms) {
  return a_ms < b_ms ? a_ms : b_ms;
}

/* Waits for a stop signal, for the server to have finished (`finished_fd`, -1:
 * not for that) and until `until_ms`. */
static wait_end wait_for(int finished_fd, uint64_t until_ms) {
  for (;;) {
    watch();
    wait_readable(life.signal_fd, finished_fd,
                  poll_time(sooner(until_ms, sooner(watch_ms, reload_ms))));
    if (now_ms() >= reload_ms) try_reload();
    if (is_notified(finished_fd)) return FINISHED;
    if (take_signal()) return STOP_SIGNAL;
    if (until_ms != NEVER && now_ms() >= until_ms) return TIME_PASSED;
  }
}

static bool give_up(const char *line) {
  h1_say_line(line);
  h1_listen_unlink(life.listeners);
  return false;
}

/* Of the deadline: the main thread ends it in order, unless something keeps it.
 */
#define OVERDUE_MS 250u

/* The one deadline bounds everything that ends, whatever it waits for. */
static bool drain(void) {
  const h1_config *c = h1_server_config(life.server);
  char status[96];
  snprintf(
      status, sizeof status, "Draining for at most %llu s",
      (unsigned long long)((c->drain_delay_ms + c->drain_timeout_ms + 999u) /
                           1000u));
  h1_server_drain(life.server);
  h1_notify_stopping(status);
  h1_reload_give_up(life.reload);
  reload_ms = NEVER;
  if (c->drain_delay_ms > 0 &&
      wait_for(-1, now_ms() + c->drain_delay_ms) == STOP_SIGNAL) {
    return give_up(second_signal);
  }
  h1_signals_deadline(c->drain_timeout_ms + OVERDUE_MS, end_overdue);
  h1_server_finish(life.server);
  switch (wait_for(h1_server_finished_fd(life.server),
                   now_ms() + c->drain_timeout_ms)) {
    case STOP_SIGNAL:
      return give_up(second_signal);
    case TIME_PASSED:
      return give_up(overdue);
    case FINISHED:
      break;
  }
  h1_server_free(life.server);
  return true;
}

bool h1_life_lead(const h1_life *of) {
  life = *of;
  tell_ready();
  wait_for(-1, NEVER);
  return drain();
}
