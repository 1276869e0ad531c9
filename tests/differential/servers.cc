#include "tests/differential/servers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace differential {
namespace {

// A server that has not closed by then waits for something; what it answered so
// far counts.
constexpr int kPatienceMs = 1500;

[[noreturn]] void Die(const ServerPeer& server, const char* what) {
  std::fprintf(stderr, "peer %s: %s\n", server.name.c_str(), what);
  std::exit(1);
}

int Connect(const ServerPeer& server) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(server.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address),
                        sizeof address) != 0) {
    Die(server, "does not accept a connection");
  }
  return fd;
}

// What fits into a socket's buffer at once; a server may close while it comes.
void SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  shutdown(fd, SHUT_WR);
}

std::string ReceiveAll(int fd) {
  std::string all;
  char piece[16384];
  pollfd wait = {fd, POLLIN, 0};
  while (poll(&wait, 1, kPatienceMs) > 0) {
    const ssize_t n = recv(fd, piece, sizeof piece, 0);
    if (n <= 0) break;
    all.append(piece, static_cast<size_t>(n));
  }
  return all;
}

std::string Listed(const std::vector<int>& codes) {
  std::string text;
  for (const int code : codes) text += " " + std::to_string(code);
  return text.empty() ? " none" : text;
}

// The first place where both lists differ.
struct Difference {
  How how;
  size_t at;  // among the peer's codes
};

// `found` is false when there is none.
Difference FirstDifference(const std::string& ours,
                           const std::vector<int>& codes, bool unfinished,
                           bool* found) {
  *found = true;
  for (size_t i = 0; i < ours.size(); i++) {
    const bool answered = i < codes.size();
    const bool refused = answered && IsRefusal(codes[i]);
    if (ours[i] == 'R') {
      *found = answered && !refused;
      return {How::kWeRefuse, i};
    }
    if (!answered) return {How::kPeerWaits, i};
    if (refused) return {How::kWeAccept, i};
  }
  *found = ours.size() < codes.size();
  if (!*found) return {How::kRead, 0};
  const bool refused = IsRefusal(codes[ours.size()]);
  if (!unfinished) return {How::kRead, ours.size()};
  return {refused ? How::kTheyRefuse : How::kWeWait, ours.size()};
}

// Whether a request after the one at `at` was served, too: then bytes that we
// would never have read as a request were.
bool GoesOn(const std::vector<int>& codes, size_t at) {
  return at + 1 < codes.size() && !IsRefusal(codes[at + 1]);
}

const char* PartOf(const Difference& difference,
                   const std::vector<int>& codes) {
  switch (difference.how) {
    case How::kWeRefuse:
    case How::kWeWait:
      return GoesOn(codes, difference.at) ? "goes on" : "stops";
    case How::kPeerWaits:
      return codes.empty() ? "silent" : "closes";
    case How::kRead:
      return "answers";
    case How::kWeAccept:
    case How::kTheyRefuse:
      return "";
  }
  return "";
}

}  // namespace

const std::string_view kMarker =
    "GET /marker HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

bool IsRefusal(int status) {
  switch (status) {
    case 400:
    case 408:
    case 411:
    case 413:
    case 414:
    case 417:
    case 421:
    case 422:
    case 426:
    case 431:
    case 501:
    case 505:
      return true;
    default:
      return false;
  }
}

std::vector<int> StatusCodes(std::string_view answer) {
  std::vector<int> codes;
  for (size_t at = answer.find("HTTP/1."); at != answer.npos;
       at = answer.find("HTTP/1.", at + 1)) {
    // "HTTP/1.1 200"
    if (answer.size() - at < 12 || answer[at + 8] != ' ') continue;
    int code = 0;
    for (size_t i = 9; i < 12; i++) code = code * 10 + (answer[at + i] - '0');
    if (code >= 200 && code <= 599) codes.push_back(code);
  }
  return codes;
}

std::vector<int> Probe(const ServerPeer& server, std::string_view bytes) {
  const int fd = Connect(server);
  SendAll(fd, bytes);
  const std::string answer = ReceiveAll(fd);
  close(fd);
  return StatusCodes(answer);
}

std::vector<Disagreement> CompareAnswers(const ServerPeer& server,
                                         const Answers& ours,
                                         const std::vector<int>& codes,
                                         size_t* at) {
  bool found = false;
  const Difference difference =
      FirstDifference(ours.letters, codes, ours.unfinished, &found);
  *at = difference.at;
  if (!found) return {};
  const How how = difference.how;
  const bool refused = how == How::kWeAccept || how == How::kTheyRefuse;
  return {{server.name, how,
           how == How::kWeRefuse ? h1_error_name(ours.why) : "",
           refused ? std::to_string(codes[difference.at]) : "",
           PartOf(difference, codes),
           ours.letters + (ours.unfinished ? "-" : ""), Listed(codes)}};
}

}  // namespace differential
