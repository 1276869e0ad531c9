// What the kernel holds for sockets, by its own count (sock_diag), so that a
// test need not trust what the server says of itself.
#ifndef H1_TESTS_SUPPORT_SOCKET_MEMORY_H_
#define H1_TESTS_SUPPORT_SOCKET_MEMORY_H_

#include <cstdint>

namespace h1_test {

struct SocketMemory {
  bool known = false;  // the kernel answered
  uint64_t sockets = 0;
  uint64_t send_bytes = 0;  // queued to be sent or acknowledged, and its cost
  uint64_t receive_bytes = 0;  // received and not read, and its cost
};

// Over all TCP sockets of IPv4 whose own port is `port`, in any state but
// listening.
SocketMemory SocketMemoryOf(int port);

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_SOCKET_MEMORY_H_
