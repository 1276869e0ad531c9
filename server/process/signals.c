#define _GNU_SOURCE
#include "server/process/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { COUNT = 3 };
static const int numbers[COUNT] = {SIGTERM, SIGINT, SIGHUP};
static struct sigaction before[COUNT];

/* What the handlers know. Written while they cannot run, or by them. */
static volatile sig_atomic_t noted; /* the first stop signal; 0: none */
static struct timespec noted_at;
static h1_signals_end *volatile at_stop; /* NULL: stop signals are noted */
static h1_signals_end *volatile at_second;
static h1_signals_end *volatile at_deadline;

static bool same_stop(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const int64_t ms = (int64_t)(now.tv_sec - noted_at.tv_sec) * 1000 +
                     (now.tv_nsec - noted_at.tv_nsec) / 1000000;
  return ms < (int64_t)H1_SAME_STOP_MS;
}

static void on_stop(int number) {
  const int error = errno;
  if (at_stop != NULL) at_stop();
  if (noted == 0) {
    clock_gettime(CLOCK_MONOTONIC, &noted_at);
    noted = number;
  } else if (!same_stop() && at_second != NULL) {
    at_second();
  }
  errno = error;
}

static void on_hup(int number) { (void)number; }

static void on_deadline(int number) {
  (void)number;
  if (at_deadline != NULL) at_deadline();
}

static void ours(sigset_t *set) {
  sigemptyset(set);
  for (int i = 0; i < COUNT; i++) sigaddset(set, numbers[i]);
}

/* `restart`: a call that waits goes on waiting. */
static void handle(int number, void (*handler)(int), bool restart,
                   struct sigaction *old) {
  struct sigaction action = {.sa_flags = restart ? SA_RESTART : 0};
  action.sa_handler = handler;
  ours(&action.sa_mask);
  sigaction(number, &action, old);
}

/* Whoever started us may have blocked or ignored them. Reading the options may
 * wait for a pipe, so a stop signal interrupts that. */
void h1_signals_begin(h1_signals_end *impatient) {
  sigset_t set;
  at_second = impatient;
  for (int i = 0; i < COUNT; i++) {
    const bool hup = numbers[i] == SIGHUP;
    handle(numbers[i], hup ? on_hup : on_stop, hup, &before[i]);
  }
  ours(&set);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void h1_signals_give_back(void) {
  for (int i = 0; i < COUNT; i++) sigaction(numbers[i], &before[i], NULL);
  if (noted != 0) raise(noted);
}

void h1_signals_starting(h1_signals_end *end) {
  at_stop = end;
  if (noted != 0) end();
}

int h1_signals_open(void) {
  sigset_t set;
  ours(&set);
  sigprocmask(SIG_BLOCK, &set, NULL);
  at_stop = NULL;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

h1_signal h1_signals_take(int fd) {
  struct signalfd_siginfo info;
  if (read(fd, &info, sizeof info) != (ssize_t)sizeof info) {
    return H1_SIGNAL_NONE;
  }
  return info.ssi_signo == SIGHUP ? H1_SIGNAL_REOPEN : H1_SIGNAL_STOP;
}

/* A timer of the kernel needs nothing that may be short now, and its handler
 * interrupts whatever waits. */
void h1_signals_deadline(uint64_t ms, h1_signals_end *end) {
  sigset_t set;
  const struct itimerval timer = {
      .it_value = {.tv_sec = (time_t)(ms / 1000),
                   .tv_usec = (suseconds_t)(ms % 1000 * 1000)}};
  at_deadline = end;
  handle(SIGALRM, on_deadline, false, NULL);
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  setitimer(ITIMER_REAL, &timer, NULL);
}
