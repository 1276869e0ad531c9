/* Failures that nothing can repair, and locks that cannot fail otherwise. */
#ifndef H1_SERVER_BASE_FATAL_H_
#define H1_SERVER_BASE_FATAL_H_

#include <pthread.h>

/* Prints "httpd: <what>: <errno text>" to standard error and aborts. */
_Noreturn void h1_fatal(const char *what, int error);

/* A lock that fails means our own state is broken: fatal, never a branch that
 * skips the work. */
void h1_lock(pthread_mutex_t *lock);
void h1_unlock(pthread_mutex_t *lock);

#endif
