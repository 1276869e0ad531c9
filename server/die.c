#include "server/die.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void h1_die(const char *what, int error) {
  fprintf(stderr, "httpd: %s: %s\n", what, strerror(error));
  abort();
}

void h1_lock(pthread_mutex_t *lock) {
  const int error = pthread_mutex_lock(lock);
  if (error != 0) h1_die("pthread_mutex_lock", error);
}

void h1_unlock(pthread_mutex_t *lock) {
  const int error = pthread_mutex_unlock(lock);
  if (error != 0) h1_die("pthread_mutex_unlock", error);
}
