/* A world for one worker in which everything outside it is simulated: sockets,
 * epoll, clock. It takes the place of sys.c at link time; a test moves the
 * world, then lets the worker take turns.
 *
 * Epoll is edge-triggered, and stricter than Linux: an edge for writing comes
 * only after a send that was refused, never after a short one. After every turn
 * the worker's invariants are checked (sim_check.c): every block is owned by
 * exactly one connection, lists and slots agree, nobody is left without a
 * deadline; and whenever it would sleep, that nothing is left that it could do.
 * The first fault found is kept.
 *
 * One world at a time: the seam has no place for a context. */
#ifndef H1_SERVER_SIM_SIM_H_
#define H1_SERVER_SIM_SIM_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/config/config.h"
#include "server/handler.h"
#include "server/log/log.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct h1_sim h1_sim;

typedef struct {
  h1_config config; /* of one worker */
  bool lane;        /* the worker is the overload lane */
  const h1_route *routes;
  size_t route_count;
  h1_log *log;      /* NULL: none is written */
  unsigned helpers; /* threads for blocking routes, which are real */
  size_t depot;     /* large blocks that are not the worker's own */
} h1_sim_options;

/* Defaults: those of httpd, one worker, the routes of sim_routes.h. */
void h1_sim_options_init(h1_sim_options *o);
/* Clients at 127.0.0.0/8 are proxies, and the PROXY headers of those that have
 * one say who the client is. */
void h1_sim_options_proxies(h1_sim_options *o);
/* The least --buffer-memory that these options start with. */
uint64_t h1_sim_least_memory(const h1_sim_options *o);
/* NULL with `message` when the options contradict each other. `o` must live as
 * long as the world. */
h1_sim *h1_sim_start(const h1_sim_options *o, char message[256]);
/* From the next turn on new exchanges go by `c`, which must live as long as the
 * world. False with `message`: a rule cannot be laid out, or an exchange still
 * uses the configuration before the last one. */
bool h1_sim_reload(h1_sim *s, const h1_config *c, char message[256]);
/* What went wrong first, "" when nothing did. Valid until the next start. */
const char *h1_sim_fault(const h1_sim *s);
/* Notes a fault unless there is one. */
void h1_sim_fail(h1_sim *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Ends the world, in which no connection may be left. The first fault, as
 * h1_sim_fault. */
const char *h1_sim_stop(h1_sim *s);

/* ---- clients ---- */

/* A new connection waits in the queue; its number, or -1: the queue is full.
 * The client takes any number of bytes. */
int h1_sim_connect(h1_sim *s);
/* The same from 127.0.0.`host`; h1_sim_connect is from 127.0.0.1. */
int h1_sim_connect_from(h1_sim *s, uint8_t host);
/* The same on a listener of --proxy-listen: a PROXY header has to come first.
 */
int h1_sim_connect_proxied(h1_sim *s, uint8_t host);
/* Bytes arrive. Ignored when the client has finished or reset. */
void h1_sim_deliver(h1_sim *s, int client, const void *bytes, size_t len);
/* The client will send no more. */
void h1_sim_finish(h1_sim *s, int client);
void h1_sim_reset(h1_sim *s, int client);
/* How many more bytes it takes before it reads again; SIZE_MAX: any number. */
void h1_sim_set_room(h1_sim *s, int client, size_t room);
/* The most bytes one send or sendfile hands over. */
void h1_sim_set_send_max(h1_sim *s, int client, size_t most);
/* How much of what was sent its kernel holds back still. */
void h1_sim_set_unsent(h1_sim *s, int client, size_t bytes);

/* What was sent to it so far. */
const uint8_t *h1_sim_output(const h1_sim *s, int client, size_t *len);
/* What was sent by sendfile comes from here: byte i of file f. */
uint8_t h1_sim_file_byte(int file, uint64_t at);
/* How long a simulated file is. */
void h1_sim_set_file(h1_sim *s, int file, uint64_t size);

typedef enum {
  H1_SIM_QUEUED, /* no worker has taken it yet */
  H1_SIM_OPEN,
  H1_SIM_HALF, /* the server will send no more */
  H1_SIM_CLOSED
} h1_sim_state;
h1_sim_state h1_sim_client_state(const h1_sim *s, int client);
/* Bytes that arrived and that the server has not read. */
size_t h1_sim_unread(const h1_sim *s, int client);

/* ---- the worker ---- */

/* One turn of the loop; nothing when it would sleep. */
void h1_sim_turn(h1_sim *s);
/* Whether the worker has left its loop. */
bool h1_sim_ended(const h1_sim *s);
/* Turns until it would sleep. Spinning is a fault. */
void h1_sim_settle(h1_sim *s);
/* Lets time pass, waking the worker whenever it asked for it. */
void h1_sim_pass(h1_sim *s, uint64_t ms);
/* Moves the clock without a turn. */
void h1_sim_jump(h1_sim *s, uint64_t ms);
uint64_t h1_sim_now_ms(const h1_sim *s);
/* How long it would sleep now in milliseconds; -1: until something happens. */
int h1_sim_sleep_ms(const h1_sim *s);
/* Whether it would have to be woken. */
bool h1_sim_offers_itself(const h1_sim *s);
void h1_sim_drain(h1_sim *s);
void h1_sim_close_listeners(h1_sim *s);

uint32_t h1_sim_open(const h1_sim *s);       /* connections */
size_t h1_sim_blocks(const h1_sim *s);       /* blocks in use */
size_t h1_sim_large_blocks(const h1_sim *s); /* that there are */
/* Another worker asks for so many, for one who has nothing. */
void h1_sim_ask_blocks(h1_sim *s, size_t blocks, bool pressing);
size_t h1_sim_queue_depth(const h1_sim *s);
uint64_t h1_sim_turns(const h1_sim *s);    /* of the loop, so far */
uint64_t h1_sim_requests(const h1_sim *s); /* accounted in the metrics */
uint64_t h1_sim_refusals(const h1_sim *s, h1_error why);

/* ---- failing calls ---- */

typedef enum {
  H1_SIM_RECV,
  H1_SIM_SEND,
  H1_SIM_SENDFILE,
  H1_SIM_SHUTDOWN,
  H1_SIM_CLOSE,
  H1_SIM_EPOLL_ADD,
  H1_SIM_EPOLL_MOD
} h1_sim_call;
/* Which calls were made so far, in order. */
size_t h1_sim_call_count(const h1_sim *s);
h1_sim_call h1_sim_call_at(const h1_sim *s, size_t i);
/* Call number `nth` (from 0) fails with `error`; 0: it does as little as it
 * may: one byte. EAGAIN is followed by the edge that ends it. */
void h1_sim_fail_call(h1_sim *s, size_t nth, int error);

#ifdef __cplusplus
}
#endif
#endif
