/* Time: what the deadlines of a connection count from, and which one is next.
 * Nobody else writes c->times or flight->times. */
#ifndef H1_SERVER_CONN_DEADLINES_H_
#define H1_SERVER_CONN_DEADLINES_H_

#include "server/config/config.h"
#include "server/conn/internal.h"

/* ---- from now on counts ---- */

/* Idleness, lingering, or a request that begins by waiting for memory. */
void h1_time_since(h1_conn *c);
/* The head's first byte. */
void h1_time_head(h1_conn *c);
/* The body's first byte; and each later one. */
void h1_time_body(h1_conn *c);
void h1_time_body_moved(h1_conn *c);
/* Bytes arrived. */
void h1_time_read_moved(h1_conn *c);
/* The client took something, or something new is there to be taken. */
void h1_time_write_moved(h1_conn *c);
/* Its answer is out while its body still arrives. */
void h1_time_answered(h1_conn *c);
/* A wait for memory; and its end, for which the client is not charged. */
void h1_time_wait(h1_conn *c);
void h1_time_waited(h1_conn *c);

/* ---- what it adds up to ---- */

/* How long idle connections are kept when the server stops: --drain-idle,
 * within --drain-timeout. */
uint64_t h1_drain_idle_ms(const h1_config *config);

/* The PROXY header that has to come first did not come in time. */
bool h1_proxy_is_late(const h1_conn *c);
/* Between requests, with nothing of the next one here and nothing unsent. */
bool h1_conn_is_idle(const h1_conn *c);
/* On a list of those who wait for blocks. */
bool h1_conn_waits_for_memory(const h1_conn *c);

/* All that is left to do is its handler's. */
bool h1_conn_waits_for_handler(const h1_conn *c);

/* When something has to end that is not over by then; H1_NEVER: somebody else
 * will end it. */
uint64_t h1_deadline(const h1_conn *c);
/* Whether the client has taken an answer too slowly, or nothing of it for too
 * long, by what is known since h1_out_progressed. */
bool h1_write_is_slow(const h1_conn *c);
bool h1_write_has_stalled(const h1_conn *c);
/* Whether a pull has waited too long for a byte. */
bool h1_pull_is_over(const h1_conn *c);
/* In the overload lane: the one that nothing moves. */
uint64_t h1_lane_deadline(const h1_conn *c);
/* Of one that lingers: its last moment, and from when on it is quiet. */
uint64_t h1_linger_last_ms(const h1_conn *c);
uint64_t h1_linger_quiet_ms(const h1_conn *c);
/* Why a body that has reached its deadline is too late. */
h1_error h1_body_lateness(const h1_conn *c);
/* Until when what its client did lately has paid for its place: the last move,
 * and by the least rate all moves together. The same for `bytes` of memory, of
 * which a head or an unread answer is to be rid soon. */
uint64_t h1_time_paid(const h1_conn *c);
uint64_t h1_time_rent(const h1_conn *c, uint64_t bytes);
/* When the request in progress began, and the bytes of it and of its answer
 * that its client has moved since then. */
uint64_t h1_time_begun(const h1_conn *c);
uint64_t h1_bytes_moved(const h1_conn *c);

#endif
