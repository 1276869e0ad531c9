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

/* Never block; never raise SIGPIPE. MSG_MORE is not used: in front of sendfile
 * it made the kernel copy the file, 15 us instead of 11 for 100 KiB. */
ssize_t h1_sys_recv(int fd, void *to, size_t n);
ssize_t h1_sys_send(int fd, const struct iovec *iov, int count);
ssize_t h1_sys_sendfile(int to, int from, uint64_t offset, size_t n);
/* Bytes the kernel holds that the client has not taken yet; 0 if it cannot say.
 */
size_t h1_sys_unsent(int fd);
/* Half-closes for writing. */
int h1_sys_shutdown(int fd);
int h1_sys_close(int fd);

/* A non-blocking, close-on-exec connection with TCP_NODELAY set on TCP. */
int h1_sys_accept(int fd, struct sockaddr_storage *peer, socklen_t *peer_len);

int h1_sys_epoll_add(int epoll_fd, int fd, uint32_t events, uint64_t data);
int h1_sys_epoll_del(int epoll_fd, int fd);
/* An interrupted wait is 0 events. */
int h1_sys_epoll_wait(int epoll_fd, struct epoll_event *events, int count,
                      int timeout_ms);

/* Wakes whoever waits for an eventfd; consumes such a wake-up. */
void h1_sys_notify(int event_fd);
void h1_sys_notified(int event_fd);

uint64_t h1_sys_monotonic_ns(void);
uint64_t h1_sys_realtime_us(void);

#endif
