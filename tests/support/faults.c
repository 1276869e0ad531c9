/* Makes the server run short of threads, and makes freed memory stay freed for
 * a while, by taking the place of two of the C library's functions. */
#define _GNU_SOURCE
#include "tests/support/faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* The environment is read when it is needed: constructors run in no certain
 * order, and the allocator is called before any. */
static long number(const char *name, long otherwise) {
  const char *text = getenv(name);
  return text == NULL ? otherwise : strtol(text, NULL, 10);
}

typedef int create_function(pthread_t *, const pthread_attr_t *,
                            void *(*)(void *), void *);

int pthread_create(pthread_t *thread, const pthread_attr_t *attr,
                   void *(*run)(void *), void *arg) {
  static long made;
  if (made >= number(H1_FAULTS_THREADS, 1000000)) return EAGAIN;
  made++;
  create_function *real = (create_function *)dlsym(RTLD_NEXT, "pthread_create");
  return real(thread, attr, run, arg);
}

extern __attribute__((visibility("default"))) void __libc_free(void *block);

void free(void *block) {
  const size_t bytes = block == NULL ? 0 : malloc_usable_size(block);
  __libc_free(block);
  if (bytes < H1_FAULTS_LARGE_BYTES) return;
  const long ms = number(H1_FAULTS_SLOW_FREE_MS, 0);
  if (ms > 0) usleep((useconds_t)ms * 1000);
}
