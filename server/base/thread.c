#define _GNU_SOURCE
#include "server/base/thread.h"

#include <signal.h>
#include <time.h>

int h1_thread_start(pthread_t *thread, void *(*run)(void *), void *argument) {
  pthread_attr_t attr;
  sigset_t all, before;
  int error = pthread_attr_init(&attr);
  if (error != 0) return error;
  error = pthread_attr_setstacksize(&attr, H1_STACK_BYTES);
  if (error == 0) {
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(thread, &attr, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
  }
  pthread_attr_destroy(&attr);
  return error;
}

void h1_thread_nap(int ms) {
  const struct timespec time = {0, ms * 1000000L};
  nanosleep(&time, NULL);
}
