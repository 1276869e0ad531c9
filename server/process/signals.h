/* TERM, INT and HUP, from main's first statement to its last. What they do
 * depends on how far the process is:
 *
 *   reading options     TERM and INT are noted, HUP is nothing
 *   not to serve        all three do what they did before
 *   starting to serve   TERM and INT end the process at once: there is nothing
 *                       to finish yet. HUP is nothing: no log is open
 *   serving             the main thread reads them from a descriptor. No other
 *                       thread handles one, so whatever a signal asks for
 *                       happens in one place, and nothing has to be made for it
 *
 * For the main thread alone. */
#ifndef H1_SERVER_SIGNALS_H_
#define H1_SERVER_SIGNALS_H_

#include <stdint.h>

/* A stop signal this soon after the first belongs to the same stop: supervisors
 * and terminals send several. A later one is impatient. */
#define H1_SAME_STOP_MS 1000u

/* Ends the process; called by a handler, so it may do only what those may. */
typedef void h1_signals_end(void);

/* The options are being read. A second stop signal that does not belong to the
 * first calls `impatient`. */
void h1_signals_begin(h1_signals_end *impatient);
/* What is asked for is not to serve: a stop signal that came meanwhile does now
 * what it would have done. */
void h1_signals_give_back(void);
/* A stop signal calls `end`, at once when one has come. */
void h1_signals_starting(h1_signals_end *end);
/* From here on they wait for h1_signals_take; the descriptor becomes readable.
 * -1 with errno. */
int h1_signals_open(void);

typedef enum { H1_SIGNAL_NONE, H1_SIGNAL_STOP, H1_SIGNAL_REOPEN } h1_signal;
h1_signal h1_signals_take(int fd);

/* Calls `end` after that time, whatever the main thread is doing then. */
void h1_signals_deadline(uint64_t ms, h1_signals_end *end);

#endif
