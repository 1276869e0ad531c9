#include "tests/support/client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace h1_test {
namespace {

int PollTimeout(Clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<int64_t>(0, left.count()));
}

bool Poll(int fd, short events, Clock::time_point deadline) {
  pollfd p = {fd, events, 0};
  int n;
  do {
    n = poll(&p, 1, PollTimeout(deadline));
  } while (n < 0 && errno == EINTR);
  return n > 0;
}

int ConnectTo(const sockaddr* address, socklen_t size, int receive_buffer) {
  const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    ADD_FAILURE() << "socket: " << strerror(errno);
    return -1;
  }
  if (receive_buffer != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
               sizeof receive_buffer);
  }
  if (connect(fd, address, size) != 0) {
    close(fd);
    return -1;
  }
  if (address->sa_family != AF_UNIX) {
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  return fd;
}

int ConnectV4(int port, int receive_buffer) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ConnectTo(reinterpret_cast<const sockaddr*>(&address), sizeof address,
                   receive_buffer);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, End end) {
  return out << (end == End::kOpen     ? "still open"
                 : end == End::kClosed ? "closed"
                                       : "reset");
}

Client::Client(int fd, bool) : fd_(fd) {}
Client::Client(int tcp_port) : fd_(ConnectV4(tcp_port, 0)) {}
Client Client::SmallWindow(int tcp_port) {
  return Client(ConnectV4(tcp_port, 4096), true);
}

Client Client::V6(int tcp_port) {
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<uint16_t>(tcp_port));
  address.sin6_addr = in6addr_loopback;
  return Client(
      ConnectTo(reinterpret_cast<const sockaddr*>(&address), sizeof address, 0),
      true);
}

Client Client::Unix(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Client(-1, true);
  memcpy(address.sun_path, path.data(), path.size());
  return Client(
      ConnectTo(reinterpret_cast<const sockaddr*>(&address), sizeof address, 0),
      true);
}

Client::~Client() { Close(); }

Client::Client(Client&& other) noexcept { *this = std::move(other); }

Client& Client::operator=(Client&& other) noexcept {
  if (this == &other) return *this;
  Close();
  fd_ = std::exchange(other.fd_, -1);
  in_ = std::move(other.in_);
  end_ = other.end_;
  return *this;
}

bool Client::Send(absl::string_view bytes) {
  const auto deadline = Clock::now() + kPatience;
  while (!bytes.empty()) {
    const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno != EAGAIN && errno != EINTR) {
      return false;
    } else if (!Poll(fd_, POLLOUT, deadline)) {
      return false;
    }
  }
  return true;
}

bool Client::SendBytewise(absl::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); i++) {
    if (!Send(bytes.substr(i, 1))) return false;
  }
  return true;
}

size_t Client::SendSome(absl::string_view bytes) {
  const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return n > 0 ? static_cast<size_t>(n) : 0;
}

// Receives something more. False at the end of the connection or the deadline.
bool Client::Fill(Clock::time_point deadline) {
  if (end_ != End::kOpen || fd_ < 0) return false;
  if (!Poll(fd_, POLLIN, deadline)) return false;
  char bytes[65536];
  const ssize_t n = recv(fd_, bytes, sizeof bytes, 0);
  if (n > 0) {
    in_.append(bytes, static_cast<size_t>(n));
    return true;
  }
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  end_ = n == 0 ? End::kClosed : End::kReset;
  return false;
}

Response Client::Read(absl::string_view method, Milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  Response response;
  if (fd_ < 0) {
    response.problem = "not connected";
    return response;
  }
  for (;;) {
    const size_t used =
        ParseResponse(in_, method, end_ == End::kClosed, &response);
    if (used > 0) {
      in_.erase(0, used);
      return response;
    }
    if (!response.problem.empty()) {
      ADD_FAILURE() << "malformed answer: " << response.problem << "\n"
                    << absl::CHexEscape(in_.substr(0, 2000));
      response.status = 0;
      return response;
    }
    if (!Fill(deadline) && end_ != End::kClosed) break;
    if (end_ == End::kClosed &&
        ParseResponse(in_, method, true, &response) == 0) {
      break;
    }
  }
  response = Response();
  response.problem = absl::StrCat(end_ == End::kOpen ? "no whole answer in time"
                                  : end_ == End::kClosed ? "closed"
                                                         : "reset",
                                  " after ", in_.size(), " bytes of it");
  return response;
}

std::string Client::ReadToEnd(End* end, Milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (Fill(deadline)) {
  }
  if (end != nullptr) *end = end_;
  return std::exchange(in_, "");
}

End Client::WaitEnd(Milliseconds limit) {
  End end = End::kOpen;
  const std::string rest = ReadToEnd(&end, limit);
  EXPECT_EQ(absl::CHexEscape(rest.substr(0, 2000)), "")
      << "bytes where the end of the connection was due";
  return end;
}

bool Client::Readable(Milliseconds limit) {
  return !in_.empty() || end_ != End::kOpen ||
         Poll(fd_, POLLIN, Clock::now() + limit);
}

std::string Client::ReceiveSome(size_t size) {
  if (in_.empty()) Fill(Clock::now() + kPatience);
  std::string some = in_.substr(0, size);
  in_.erase(0, some.size());
  return some;
}

Response Client::Get(absl::string_view path, absl::string_view fields) {
  return Exchange("GET", path, fields);
}

Response Client::Exchange(absl::string_view method, absl::string_view path,
                          absl::string_view fields, absl::string_view body) {
  Send(RequestBytes(method, path, fields, body));
  return Read(method);
}

void Client::HalfClose() { shutdown(fd_, SHUT_WR); }

void Client::Reset() {
  const linger now = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  Close();
}

void Client::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

std::string RequestBytes(absl::string_view method, absl::string_view path,
                         absl::string_view fields, absl::string_view body) {
  const bool has_body = !body.empty() || method == "POST";
  return absl::StrCat(
      method, " ", path, " HTTP/1.1\r\nHost: test\r\n", fields,
      has_body ? absl::StrCat("Content-Length: ", body.size(), "\r\n") : "",
      "\r\n", body);
}

std::string ChunkedPost(absl::string_view path, absl::string_view body,
                        size_t chunk, absl::string_view trailers) {
  std::string bytes = absl::StrCat("POST ", path,
                                   " HTTP/1.1\r\nHost: test\r\n"
                                   "Transfer-Encoding: chunked\r\n\r\n");
  while (!body.empty()) {
    const absl::string_view piece = body.substr(0, chunk);
    absl::StrAppend(&bytes, absl::Hex(piece.size()), "\r\n", piece, "\r\n");
    body.remove_prefix(piece.size());
  }
  absl::StrAppend(&bytes, "0\r\n", trailers, "\r\n");
  return bytes;
}

}  // namespace h1_test
