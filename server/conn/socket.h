/* The descriptor of a connection: every call to the kernel on it, and what is
 * known of its two directions afterwards. Nobody else writes c->socket. */
#ifndef H1_SERVER_CONN_SOCKET_H_
#define H1_SERVER_CONN_SOCKET_H_

#include <sys/types.h>
#include <sys/uio.h>

#include "server/base/queue.h"
#include "server/conn/internal.h"

/* Owns `accepted->fd` from here on. */
void h1_socket_open(h1_conn *c, const h1_accepted *accepted);
/* A trusted proxy says that this is the client. */
void h1_socket_told(h1_conn *c, const h1_address *address, uint16_t port);
/* It counts in its peer's share, if it did in none. */
void h1_socket_count(h1_conn *c);
/* It counts in no client's share any more. */
void h1_socket_uncount(h1_conn *c);
void h1_socket_close(h1_conn *c);

/* Registers it with epoll, once, edge-triggered, or is starved. */
void h1_socket_register(h1_conn *c);
/* What epoll said of it. */
void h1_socket_event(h1_conn *c, uint32_t events);
/* There may be input, whatever was known. */
void h1_socket_look_again(h1_conn *c);

/* A call failed because the kernel was short of memory (socket.starved): it may
 * do now, in any direction. */
void h1_socket_retry(h1_conn *c);

/* Bytes received into `to`; 0: none now, or the end (socket.eof), or a failure
 * (socket.dead). */
H1_MUST_USE size_t h1_socket_receive(h1_conn *c, uint8_t *to, size_t n);
/* `ends`: see h1_sys_send. Bytes the kernel took; 0: none, it is full
 * (socket.writable is off) or the connection is broken (socket.dead). */
H1_MUST_USE size_t h1_socket_send(h1_conn *c, const struct iovec *parts,
                                  int count, bool ends);

typedef enum {
  H1_SENT_SOME,
  H1_SENT_FULL,   /* the kernel takes no more now */
  H1_SENT_BROKEN, /* the client's doing: socket.dead */
  H1_SENT_NO_FILE /* the file is shorter than it was, or cannot be read */
} h1_sent_file;
/* `*n`: how much of it went out. */
H1_MUST_USE h1_sent_file h1_socket_send_file(h1_conn *c, int file,
                                             uint64_t offset, size_t *n);

/* Bytes sent that the client has not acknowledged; 0 if that is unknown. On a
 * unix socket what send took is the client's, so there `unsent` is 0. */
H1_MUST_USE size_t h1_socket_unacknowledged(const h1_conn *c);
H1_MUST_USE size_t h1_socket_unsent(const h1_conn *c);
/* Memory that those bytes take in the kernel. */
H1_MUST_USE size_t h1_socket_send_memory(const h1_conn *c);
/* Bytes that have arrived and were not received yet; 0 if that is unknown. */
H1_MUST_USE size_t h1_socket_unread(const h1_conn *c);
/* Half-closes: the client sees the end, its bytes still arrive. */
void h1_socket_half_close(h1_conn *c);
/* Its close is to be a reset, which gives back what the kernel holds. */
void h1_socket_cut(h1_conn *c);
/* Nothing more can be sent or received: the turn ends with a close. */
void h1_socket_break(h1_conn *c);

#endif
