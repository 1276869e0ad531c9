#include "tests/support/socket_memory.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace h1_test {
namespace {

struct Request {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

bool Ask(int fd, int port) {
  Request request;
  memset(&request, 0, sizeof request);
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.sdiag_family = AF_INET;
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = ~(1u << TCP_LISTEN);
  request.body.idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1);
  request.body.id.idiag_sport = htons(static_cast<uint16_t>(port));
  return send(fd, &request, sizeof request, 0) ==
         static_cast<ssize_t>(sizeof request);
}

void AddSocket(const nlmsghdr* message, int port, SocketMemory* sum) {
  const auto* found = static_cast<const inet_diag_msg*>(NLMSG_DATA(message));
  if (ntohs(found->id.idiag_sport) != port) return;
  sum->sockets++;
  size_t left = message->nlmsg_len - NLMSG_LENGTH(sizeof *found);
  const auto* attribute = reinterpret_cast<const rtattr*>(found + 1);
  while (RTA_OK(attribute, left)) {
    if (attribute->rta_type == INET_DIAG_SKMEMINFO) {
      uint32_t values[SK_MEMINFO_VARS] = {};
      memcpy(values, RTA_DATA(attribute),
             RTA_PAYLOAD(attribute) < sizeof values ? RTA_PAYLOAD(attribute)
                                                    : sizeof values);
      sum->send_bytes += values[SK_MEMINFO_WMEM_QUEUED];
      sum->receive_bytes += values[SK_MEMINFO_RMEM_ALLOC];
    }
    attribute = RTA_NEXT(attribute, left);
  }
}

// False at the end of the answer, or when it is none.
bool AddMessages(const char* bytes, size_t size, int port, SocketMemory* sum) {
  const auto* message = reinterpret_cast<const nlmsghdr*>(bytes);
  for (; NLMSG_OK(message, size); message = NLMSG_NEXT(message, size)) {
    if (message->nlmsg_type == NLMSG_DONE) {
      sum->known = true;
      return false;
    }
    if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY) return false;
    AddSocket(message, port, sum);
  }
  return true;
}

}  // namespace

SocketMemory SocketMemoryOf(int port) {
  SocketMemory sum;
  const int fd =
      socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) return sum;
  const timeval limit = {5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  alignas(nlmsghdr) char bytes[65536];
  bool more = Ask(fd, port);
  while (more) {
    const ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    more = n > 0 && AddMessages(bytes, static_cast<size_t>(n), port, &sum);
  }
  close(fd);
  return sum;
}

}  // namespace h1_test
