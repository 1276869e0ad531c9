/* The threads of the server. */
#ifndef H1_SERVER_BASE_THREAD_H_
#define H1_SERVER_BASE_THREAD_H_

#include <pthread.h>
#include <stddef.h>

/* What --print-limits counts for the stack of each. */
#define H1_STACK_BYTES ((size_t)512 * 1024)

/* Starts one with such a stack, whatever the limit of stacks is, and with all
 * signals blocked: they are the main thread's alone. 0, or an error number. */
int h1_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

/* A pause of less than a second, after a call to wait for events has failed:
 * trying again at once would spin. */
void h1_thread_nap(int ms);

#endif
