#include "server/base/fatal.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/say.h"

_Noreturn void h1_fatal(const char *what, int error) {
  h1_say("%s: %s", what, strerror(error));
  abort();
}

void h1_lock(pthread_mutex_t *lock) {
  const int error = pthread_mutex_lock(lock);
  if (error != 0) h1_fatal("pthread_mutex_lock", error);
}

void h1_unlock(pthread_mutex_t *lock) {
  const int error = pthread_mutex_unlock(lock);
  if (error != 0) h1_fatal("pthread_mutex_unlock", error);
}
