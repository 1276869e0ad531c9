/* The acceptor: one thread that takes connections from the kernel and moves
 * them into the bounded queue.
 *
 *   room in the queue        -> queue, a sleeping worker is woken
 *   full of clients above their share -> one of them makes room, and goes to
 *                               the lane, refused with client_connections
 *   full, and stays full     -> overload lane, refused with queue_full
 *   queued for too long      -> overload lane, refused with queue_timeout
 *   from an admin listener   -> overload lane, at once: health is answered
 *                               whatever the workers do
 *   lane full, or accept fails -> accepting pauses; the kernel's backlog holds
 *                               the rest
 *   no more descriptors      -> idle connections give way as well */
#ifndef H1_SERVER_LOOP_ACCEPTOR_H_
#define H1_SERVER_LOOP_ACCEPTOR_H_

#include "server/loop/acceptor_state.h"

bool h1_acceptor_init(h1_acceptor *a, const h1_config *config,
                      h1_handoff *handoff, h1_listeners *listeners,
                      h1_worker *workers, unsigned worker_count,
                      h1_clients *clients, h1_acceptor_metrics *metrics);
void h1_acceptor_deinit(h1_acceptor *a);
/* One turn, for the thread and for tests: waits up to `most_ms` (negative: as
 * long as nothing has to be done). */
h1_acceptor_stage h1_acceptor_turn(h1_acceptor *a, int most_ms);
/* The thread's function: until only admin listeners are left, and all that came
 * has been moved on. */
void *h1_acceptor_run(void *acceptor);
/* Then, on the same thread: health is answered until the last worker has ended;
 * closes the admin listeners. */
void h1_acceptor_serve_admin(h1_acceptor *a);
/* Other times from now on; any thread. */
void h1_acceptor_configure(h1_acceptor *a, const h1_config *config);
/* Tells it to finish; any thread. */
void h1_acceptor_finish(h1_acceptor *a);

#endif
