/* A connection, as its worker sees it: opened, given turns, and told when its
 * time has come. internal.h draws its states; serve.c is what a turn does. */
#ifndef H1_SERVER_CONN_CONN_H_
#define H1_SERVER_CONN_CONN_H_

#include "server/base/queue.h"
#include "server/conn/internal.h"

/* Takes over `accepted->fd` and serves what has already arrived. There must be
 * a free slot. */
void h1_conn_open(h1_context *cx, const h1_accepted *accepted);

/* Does everything that can be done now: reads, decodes, answers, sends, within
 * the turn's budget. May close the connection. */
void h1_conn_turn(h1_conn *c);
/* The same, after epoll named it, after a handler called h1_wake, after blocks
 * came back, and for a last look at whether something has arrived. */
void h1_conn_event(h1_conn *c, uint32_t events);
void h1_conn_woken(h1_conn *c);
void h1_conn_served(h1_conn *c);
void h1_conn_look(h1_conn *c);

/* Its deadline has changed without a turn. */
void h1_conn_arm(h1_conn *c);
/* Its deadline has passed. */
void h1_conn_due(h1_conn *c);
/* Gives up its blocks to those who wait for memory, or its place: by a 503 when
 * its answer has not begun. Afterwards the place is free. */
void h1_conn_evict(h1_conn *c);
void h1_conn_give_way(h1_conn *c);
/* Ends it by a reset: its client does not take what the kernel holds for it. */
void h1_conn_cut(h1_conn *c);

#endif
