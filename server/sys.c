#define _GNU_SOURCE
#include "server/sys.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <time.h>
#include <unistd.h>

#include "server/base/say.h"

ssize_t h1_sys_recv(int fd, void *to, size_t n) {
  ssize_t got;
  do {
    got = recv(fd, to, n, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  return got;
}

ssize_t h1_sys_peek(int fd, void *to, size_t n) {
  ssize_t got;
  do {
    got = recv(fd, to, n, MSG_DONTWAIT | MSG_PEEK);
  } while (got < 0 && errno == EINTR);
  return got;
}

ssize_t h1_sys_send(int fd, const struct iovec *iov, int count, bool ends) {
  const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (ends ? MSG_MORE : 0);
  ssize_t sent;
  if (count == 1) {
    do {
      sent = send(fd, iov[0].iov_base, iov[0].iov_len, flags);
    } while (sent < 0 && errno == EINTR);
    return sent;
  }
  struct msghdr message = {.msg_iov = (struct iovec *)iov,
                           .msg_iovlen = (size_t)count};
  do {
    sent = sendmsg(fd, &message, flags);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

ssize_t h1_sys_sendfile(int to, int from, uint64_t offset, size_t n) {
  off_t at = (off_t)offset;
  ssize_t sent;
  do {
    sent = sendfile(to, from, &at, n);
  } while (sent < 0 && errno == EINTR);
  return sent;
}

size_t h1_sys_unsent(int fd) {
  int bytes = 0;
  if (ioctl(fd, SIOCOUTQ, &bytes) != 0 || bytes < 0) return 0;
  return (size_t)bytes;
}

/* As ss(8) shows it; the numbers are of <linux/sock_diag.h>. */
size_t h1_sys_send_memory(int fd) {
  enum { WMEM_QUEUED = 5, COUNT = 16 };
  uint32_t values[COUNT] = {0};
  socklen_t size = sizeof values;
  const int failed = getsockopt(fd, SOL_SOCKET, SO_MEMINFO, values, &size);
  return failed == 0 ? values[WMEM_QUEUED] : 0;
}

size_t h1_sys_unread(int fd) {
  int bytes = 0;
  if (ioctl(fd, FIONREAD, &bytes) != 0 || bytes < 0) return 0;
  return (size_t)bytes;
}

int h1_sys_shutdown(int fd) { return shutdown(fd, SHUT_WR); }

/* Linux releases the descriptor even when close reports EINTR: never retried.
 */
int h1_sys_close(int fd) { return close(fd); }

int h1_sys_reset(int fd) {
  const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return close(fd);
}

/* Without it the kernel takes up to tcp_wmem from us, 4 MiB, for each client
 * that does not read. What is sent and not acknowledged does not count, so that
 * a long way costs no throughput. Only a bound: a failure does not matter. */
static void bound_unsent(int fd) {
  const int most = H1_SYS_UNSENT_BYTES;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof most);
}

int h1_sys_accept(int fd, struct sockaddr_storage *peer, socklen_t *peer_len) {
  int got;
  do {
    *peer_len = sizeof *peer;
    got = accept4(fd, (struct sockaddr *)peer, peer_len,
                  SOCK_NONBLOCK | SOCK_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got >= 0 && peer->ss_family != AF_UNIX) bound_unsent(got);
  return got;
}

int h1_sys_epoll_add(int epoll_fd, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data = {.u64 = data}};
  return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

int h1_sys_epoll_mod(int epoll_fd, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data = {.u64 = data}};
  return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

int h1_sys_epoll_wait(int epoll_fd, struct epoll_event *events, int count,
                      int timeout_ms) {
  const int n = epoll_wait(epoll_fd, events, count, timeout_ms);
  if (n < 0 && errno == EINTR) return 0;
  return n;
}

/* An eventfd write fails only when the counter is at its end, and then a
 * wake-up is pending anyway; a read only when there is none. */
void h1_sys_notify(int event_fd) {
  const uint64_t one = 1;
  ssize_t done;
  do {
    done = write(event_fd, &one, sizeof one);
  } while (done < 0 && errno == EINTR);
}

void h1_sys_notified(int event_fd) {
  uint64_t count;
  ssize_t done;
  do {
    done = read(event_fd, &count, sizeof count);
  } while (done < 0 && errno == EINTR);
}

void h1_sys_cannot_be(const char *what) { h1_say("internal error: %s", what); }

uint64_t h1_sys_monotonic_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t h1_sys_realtime_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}
