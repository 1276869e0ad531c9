/* The acceptor in a simulated world: listeners whose kernel queue a test fills,
 * a clock that only waiting moves, calls that fail as told, and workers that
 * are no more than two numbers. Takes the place of //server:sys. */
#ifndef H1_SERVER_SIM_ACCEPTOR_SIM_H_
#define H1_SERVER_SIM_ACCEPTOR_SIM_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint64_t drain_idle_ms;
  size_t queue_size;
  bool hidden; /* whether the kernel holds some back cannot be found out */
  bool stuck;  /* workers take nothing from the queue */
} h1_acceptor_sim_options;

/* One public listener and one for admins; two workers and the lane. */
void h1_acceptor_sim_start(const h1_acceptor_sim_options *o);
void h1_acceptor_sim_stop(void);

/* So many connections arrive in the kernel's queue. */
void h1_acceptor_sim_arrive(bool admin, unsigned count);
/* Who arrives from now on: 127.0.0.`host`; 0, as at first: unix sockets. */
void h1_acceptor_sim_from(uint8_t host);
/* What they have sent; NULL, as at first: nothing. Not copied. */
void h1_acceptor_sim_say(const char *bytes);
/* The public listener is one for proxies, and everyone there is one that is
 * trusted. */
void h1_acceptor_sim_proxies(void);
/* A worker waits for somebody new, and all of them together have so many free
 * slots; at first none waits, and there is one. */
void h1_acceptor_sim_offer(unsigned slots);
/* From now on so many calls of accept fail with `error`. */
void h1_acceptor_sim_fail_accept(int error, unsigned times);
/* So many more connections have a descriptor; as with the kernel, EMFILE comes
 * before the look whether there is any. */
void h1_acceptor_sim_descriptors(unsigned left);
/* The same for epoll_mod and epoll_wait. */
void h1_acceptor_sim_fail_epoll(int error, unsigned times);
/* So many accepted connections end. */
void h1_acceptor_sim_leave(unsigned count);
/* The public listener outlives the process. */
void h1_acceptor_sim_hold(void);
void h1_acceptor_sim_finish(void);
/* The workers, but not the lane, have ended. */
void h1_acceptor_sim_end_workers(void);

/* Turns, until so much time has passed or the acceptor is done. */
void h1_acceptor_sim_run(uint64_t ms);

unsigned h1_acceptor_sim_pending(bool admin); /* in the kernel's queue */
unsigned h1_acceptor_sim_accepts(void);       /* calls of accept */
unsigned h1_acceptor_sim_turns(void);
unsigned h1_acceptor_sim_refused(uint8_t host); /* given to the lane with why */
uint64_t h1_acceptor_sim_accepted(void);
unsigned h1_acceptor_sim_asks(void); /* for a descriptor */
bool h1_acceptor_sim_listens(bool admin);
bool h1_acceptor_sim_done(void);

#ifdef __cplusplus
}
#endif
#endif
