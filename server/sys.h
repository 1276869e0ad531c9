/* The one seam to the kernel. Everything the server asks of it on behalf of a
 * connection goes through these functions, so that a test can replace them at
 * link time: fail the n-th call, or run the connection state machine over a
 * simulated socket and clock. Each keeps the contract of the call it names
 * (-1 and errno), with EINTR already retried. */
#ifndef H1_SERVER_SYS_H_
#define H1_SERVER_SYS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Never block; never raise SIGPIPE. `ends`: the half-close or close follows at
 * once, so the last bytes wait for it and share its segment (MSG_MORE). Not
 * used before sendfile: there it made the kernel copy the file, 15 us
 * instead of 11 for 100 KiB. */
ssize_t h1_sys_recv(int fd, void *to, size_t n);
/* What recv would give next, and will. */
ssize_t h1_sys_peek(int fd, void *to, size_t n);
ssize_t h1_sys_send(int fd, const struct iovec *iov, int count, bool ends);
ssize_t h1_sys_sendfile(int to, int from, uint64_t offset, size_t n);
/* Bytes the kernel holds that the client has not taken yet; 0 if it cannot say.
 */
size_t h1_sys_unsent(int fd);
/* What that takes of the kernel's memory, with its cost; 0 if it does not say.
 */
size_t h1_sys_send_memory(int fd);
/* Bytes that have arrived and were not received yet; 0 if it cannot say. */
size_t h1_sys_unread(int fd);
/* Half-closes for writing. */
int h1_sys_shutdown(int fd);
int h1_sys_close(int fd);
/* Closes by a reset: unlike a close it leaves no bytes with the kernel that
 * wait for a client to take them. */
int h1_sys_reset(int fd);

/* A non-blocking, close-on-exec connection with TCP_NODELAY set on TCP, and
 * with a bound on what the kernel takes before it has sent it. */
#define H1_SYS_UNSENT_BYTES (128 * 1024)
int h1_sys_accept(int fd, struct sockaddr_storage *peer, socklen_t *peer_len);

int h1_sys_epoll_add(int epoll_fd, int fd, uint32_t events, uint64_t data);
/* Changes what is waited for; unlike adding it needs no memory. */
int h1_sys_epoll_mod(int epoll_fd, int fd, uint32_t events, uint64_t data);
/* An interrupted wait is 0 events. */
int h1_sys_epoll_wait(int epoll_fd, struct epoll_event *events, int count,
                      int timeout_ms);

/* Wakes whoever waits for an eventfd; consumes such a wake-up. */
void h1_sys_notify(int event_fd);
void h1_sys_notified(int event_fd);

/* A state that cannot be. The server says `what` on standard error and goes on:
 * the caller ends the connection. The simulator and tests end here. */
void h1_sys_cannot_be(const char *what);

uint64_t h1_sys_monotonic_ns(void);
uint64_t h1_sys_realtime_us(void);

#endif
