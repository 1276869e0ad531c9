/* Asks the kernel by sock_diag(7): a dump of the sockets of a port that are in
 * the state SYN_RECV. The kernel walks its table for it, so it is asked only
 * while a server without connections is about to end. */
#define _GNU_SOURCE
#include "server/loop/embryos.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A dump of more pieces than this is not read to its end. */
#define PIECES_MAX 64

typedef enum { GO_ON, NONE, SOME, UNKNOWN } finding;

int h1_embryos_open(void) {
  return socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                NETLINK_SOCK_DIAG);
}

static bool ask(int fd, const h1_listener *l) {
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 request;
  } message;
  memset(&message, 0, sizeof message);
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.request.sdiag_family = (uint8_t)l->family;
  message.request.sdiag_protocol = IPPROTO_TCP;
  message.request.idiag_states = 1u << TCP_SYN_RECV;
  message.request.id.idiag_sport = l->port;
  return send(fd, &message, sizeof message, MSG_DONTWAIT) ==
         (ssize_t)sizeof message;
}

/* What one piece of the answer says. */
static finding read_piece(const uint8_t *piece, size_t size) {
  struct nlmsghdr header;
  bool some = false;
  for (size_t at = 0; size - at >= sizeof header;) {
    memcpy(&header, piece + at, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > size - at) {
      return UNKNOWN;
    }
    if (header.nlmsg_type == NLMSG_DONE) return some ? SOME : NONE;
    if (header.nlmsg_type == NLMSG_ERROR) return UNKNOWN;
    if (header.nlmsg_type == SOCK_DIAG_BY_FAMILY) some = true;
    const size_t step = NLMSG_ALIGN(header.nlmsg_len);
    if (step >= size - at) break;
    at += step;
  }
  return some ? SOME : GO_ON;
}

/* Reads the answer to its end, so that the next question gets its own. */
static finding read_answer(int fd) {
  _Alignas(struct nlmsghdr) uint8_t piece[8192];
  bool some = false;
  for (int i = 0; i < PIECES_MAX; i++) {
    const ssize_t n = recv(fd, piece, sizeof piece, MSG_DONTWAIT);
    if (n <= 0) return some ? SOME : UNKNOWN;
    const finding found = read_piece(piece, (size_t)n);
    if (found == NONE) return some ? SOME : NONE;
    if (found == UNKNOWN) return UNKNOWN;
    if (found == SOME) some = true;
  }
  return SOME;
}

bool h1_embryos_any(int fd, const h1_listeners *l) {
  for (size_t i = 0; i < l->count; i++) {
    if (!l->items[i].deferred) continue;
    if (fd < 0 || !ask(fd, &l->items[i])) return true;
    if (read_answer(fd) != NONE) return true;
  }
  return false;
}
