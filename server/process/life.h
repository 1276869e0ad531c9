/* A server that runs: what the main thread waits for, from the first request
 * that may come to the end of the last.
 *
 * It takes signals (signals.h), tells the service manager (notify.h), reads the
 * configuration again (reload.h), and ends the server within its deadlines. */
#ifndef H1_SERVER_PROCESS_LIFE_H_
#define H1_SERVER_PROCESS_LIFE_H_

#include <stdbool.h>

#include "server/loop/listen.h"
#include "server/process/reload.h"
#include "server/server.h"

/* The exit status of a stop that was cut short. */
#define H1_LIFE_EXIT_DRAIN 5

typedef struct {
  h1_server *server;
  h1_listeners *listeners;
  h1_reload *reload;
  int signal_fd; /* h1_signals_open */
} h1_life;

/* Returns when the server has ended. True: in order, and it is freed. False: a
 * second signal or a deadline ended the wait, its threads may still run, and
 * the process can only leave. Once in a process. */
bool h1_life_lead(const h1_life *of);

/* For h1_signals_begin: a second signal ends the process at once. */
void h1_life_end_impatient(void);

#endif
