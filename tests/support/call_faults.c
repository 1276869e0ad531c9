/* Stands between the server and the C library, and lets calls fail that the
 * kernel would not let fail on demand. */
#define _GNU_SOURCE
#include "tests/support/call_faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static h1_call_faults_page *page;

__attribute__((constructor)) static void map_page(void) {
  const char *path = getenv(H1_CALL_FAULTS_FILE);
  const int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *at =
      mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at != MAP_FAILED) page = at;
  close(fd);
}

static int load(const int *from) {
  return __atomic_load_n(from, __ATOMIC_SEQ_CST);
}

static bool fails(h1_call_fault call) {
  if (page == NULL || load(&page->call) != (int)call) return false;
  const int nth = __atomic_add_fetch(&page->calls, 1, __ATOMIC_SEQ_CST);
  const int every = load(&page->every);
  if (every == 0 || nth % every != 0) return false;
  __atomic_add_fetch(&page->failed, 1, __ATOMIC_SEQ_CST);
  errno = load(&page->error);
  return true;
}

/* The function of that name that would be called without this library. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

int accept4(int fd, struct sockaddr *peer, socklen_t *len, int flags) {
  return fails(H1_FAULT_ACCEPT4) ? -1 : REAL(accept4)(fd, peer, len, flags);
}

/* Linux releases the descriptor even then. */
int close(int fd) {
  const int result = REAL(close)(fd);
  return fails(H1_FAULT_CLOSE) ? -1 : result;
}

int epoll_ctl(int epoll, int op, int fd, struct epoll_event *event) {
  return fails(H1_FAULT_EPOLL_CTL) ? -1 : REAL(epoll_ctl)(epoll, op, fd, event);
}

int epoll_wait(int epoll, struct epoll_event *events, int count, int ms) {
  return fails(H1_FAULT_EPOLL_WAIT)
             ? -1
             : REAL(epoll_wait)(epoll, events, count, ms);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list args;
  va_start(args, request);
  void *argument = va_arg(args, void *);
  va_end(args);
  return fails(H1_FAULT_IOCTL) ? -1 : REAL(ioctl)(fd, request, argument);
}

int poll(struct pollfd *fds, nfds_t count, int ms) {
  return fails(H1_FAULT_POLL) ? -1 : REAL(poll)(fds, count, ms);
}

ssize_t preadv2(int fd, const struct iovec *iov, int count, off_t at,
                int flags) {
  return fails(H1_FAULT_PREADV2) ? -1
                                 : REAL(preadv2)(fd, iov, count, at, flags);
}

ssize_t read(int fd, void *to, size_t n) {
  return fails(H1_FAULT_READ) ? -1 : REAL(read)(fd, to, n);
}

ssize_t recv(int fd, void *to, size_t n, int flags) {
  return fails(H1_FAULT_RECV) ? -1 : REAL(recv)(fd, to, n, flags);
}

ssize_t send(int fd, const void *from, size_t n, int flags) {
  return fails(H1_FAULT_SEND) ? -1 : REAL(send)(fd, from, n, flags);
}

ssize_t sendfile(int to, int from, off_t *at, size_t n) {
  return fails(H1_FAULT_SENDFILE) ? -1 : REAL(sendfile)(to, from, at, n);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  return fails(H1_FAULT_SENDMSG) ? -1 : REAL(sendmsg)(fd, message, flags);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len) {
  return fails(H1_FAULT_SETSOCKOPT)
             ? -1
             : REAL(setsockopt)(fd, level, name, value, len);
}

int shutdown(int fd, int how) {
  return fails(H1_FAULT_SHUTDOWN) ? -1 : REAL(shutdown)(fd, how);
}

ssize_t write(int fd, const void *from, size_t n) {
  return fails(H1_FAULT_WRITE) ? -1 : REAL(write)(fd, from, n);
}

ssize_t writev(int fd, const struct iovec *iov, int count) {
  return fails(H1_FAULT_WRITEV) ? -1 : REAL(writev)(fd, iov, count);
}
