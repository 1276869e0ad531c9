#include "tests/hostile/attack/attack.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace h1_test {
namespace {

// New connections in a turn of 5 ms: 2,000 a second at most, so that it is
// holding that hurts and not the work of a flood.
constexpr int kOpenPerTurn = 10;
constexpr int kTurnMs = 5;
// A closed one comes back after this, and one that has seen the server's end
// holds on to what is left of it for so long.
constexpr int kReopenMs = 20;
constexpr int kHoldMs = 1000;

int64_t NowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

sockaddr_in AddressOf(const std::string& text, int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, text.c_str(), &address.sin_addr);
  return address;
}

// A connection on its way from `from`; -1 when there is none. Closing it
// resets it, so that no port stays taken.
int BeginConnect(const std::string& from, const Target& target, int window) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  const linger reset = {1, 0};
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (window > 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
  }
  const sockaddr_in source = AddressOf(from, 0);
  const sockaddr_in to = AddressOf(target.address, target.port);
  const bool bound =
      bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source) == 0;
  if (bound &&
      (connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 ||
       errno == EINPROGRESS)) {
    return fd;
  }
  close(fd);
  return -1;
}

void Drain(int fd) {
  char bytes[16384];
  while (recv(fd, bytes, sizeof bytes, 0) > 0) {
  }
}

std::string SourceOf(size_t index, int addresses) {
  const int n = static_cast<int>(index) % addresses + 1;
  return "127.2." + std::to_string(n / 250) + "." + std::to_string(n % 250 + 1);
}

}  // namespace

// ---- attackers ----

Attackers::Attackers(const Target& target, const Attack& attack,
                     int connections, int addresses)
    : target_(target),
      addresses_(addresses),
      connections_(static_cast<size_t>(connections)) {
  for (const Manner& manner : attack.manners) {
    kinds_.push_back({manner, manner.opening(target)});
  }
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  thread_ = std::thread([this] { Run(); });
}

Attackers::~Attackers() {
  stop_ = true;
  thread_.join();
  for (Connection& c : connections_) {
    if (c.fd >= 0) close(c.fd);
  }
  close(epoll_);
}

void Attackers::Open(size_t index, Ms now) {
  Connection* c = &connections_[index];
  *c = Connection();
  const Manner& manner = KindOf(index).manner;
  c->fd = BeginConnect(SourceOf(index, addresses_), target_, manner.window);
  if (c->fd < 0) {
    c->reopen_at = now + kReopenMs;
    return;
  }
  epoll_event event = {};
  event.events = EPOLLOUT | EPOLLRDHUP | (manner.reads ? EPOLLIN : 0u);
  event.data.u64 = index;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, c->fd, &event);
}

void Attackers::Close(Connection* c, Ms reopen_at) {
  close(c->fd);
  if (c->connected) open_--;
  *c = Connection();
  c->reopen_at = reopen_at;
}

void Attackers::SendOpening(size_t index, Ms now) {
  Connection* c = &connections_[index];
  const Kind& kind = KindOf(index);
  while (c->sent < kind.opening.size()) {
    const ssize_t n = send(c->fd, kind.opening.data() + c->sent,
                           kind.opening.size() - c->sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    c->sent += static_cast<size_t>(n);
  }
  c->drip_at = now + kind.manner.drip_ms;
  epoll_event event = {};
  event.events = EPOLLRDHUP | (kind.manner.reads ? EPOLLIN : 0u);
  event.data.u64 = index;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, c->fd, &event);
}

void Attackers::OnEvent(size_t index, uint32_t events, Ms now) {
  Connection* c = &connections_[index];
  if (c->fd < 0) return;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
    Close(c, now + kReopenMs);
    return;
  }
  if (!c->connected) {
    c->connected = true;
    opened_++;
    open_++;
  }
  if ((events & EPOLLIN) != 0) Drain(c->fd);
  if ((events & EPOLLOUT) != 0) SendOpening(index, now);
  if ((events & EPOLLRDHUP) != 0 && !c->ended) {
    c->ended = true;
    c->reopen_at = now + kHoldMs;
    epoll_event event = {};
    event.data.u64 = index;  // errors are told of all the same
    epoll_ctl(epoll_, EPOLL_CTL_MOD, c->fd, &event);
  }
}

void Attackers::Drip(size_t index, Ms now) {
  Connection* c = &connections_[index];
  const Kind& kind = KindOf(index);
  const Manner& manner = kind.manner;
  if (manner.drip_ms == 0 || !c->connected || now < c->drip_at ||
      c->sent < kind.opening.size()) {
    return;
  }
  c->drip_at = now + manner.drip_ms;
  if (send(c->fd, manner.drip, strlen(manner.drip), MSG_NOSIGNAL) < 0 &&
      errno != EAGAIN) {
    Close(c, now + kReopenMs);
  }
}

// What time asks for: drips, and connections in place of those that ended.
void Attackers::Tend(Ms now) {
  int opened = 0;
  for (size_t i = 0; i < connections_.size(); i++) {
    Connection* c = &connections_[i];
    if (c->ended && now >= c->reopen_at) Close(c, now);
    if (c->fd < 0) {
      if (now < c->reopen_at || opened == kOpenPerTurn) continue;
      Open(i, now);
      opened++;
    } else {
      Drip(i, now);
    }
  }
}

void Attackers::Run() {
  epoll_event events[512];
  Ms tended = 0;
  while (!stop_) {
    const int n = epoll_wait(epoll_, events, 512, kTurnMs);
    const Ms now = NowMs();
    for (int i = 0; i < n; i++) {
      OnEvent(static_cast<size_t>(events[i].data.u64), events[i].events, now);
    }
    if (now < tended + kTurnMs) continue;
    tended = now;
    Tend(now);
  }
}

// ---- probes ----

namespace {

// Waits for `events`; false when the time is over.
bool WaitFor(int fd, short events, int64_t until) {
  const int64_t left = until - NowMs();
  pollfd p = {fd, events, 0};
  return left > 0 && poll(&p, 1, static_cast<int>(left)) > 0;
}

std::string RequestOf(const Probes& p) {
  std::string bytes = (p.body_bytes > 0 ? "POST " : "GET ") + p.path +
                      " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
  if (p.body_bytes == 0) return bytes + "\r\n";
  return bytes + "Content-Length: " + std::to_string(p.body_bytes) +
         "\r\n\r\n" + std::string(p.body_bytes, 'b');
}

// False when the other side takes no more, or not in time; it may still have
// answered.
bool SendAll(int fd, const std::string& bytes, int64_t until) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    if (!WaitFor(fd, POLLOUT, until)) return false;
    const ssize_t n =
        send(fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) return false;
    sent += n > 0 ? static_cast<size_t>(n) : 0;
  }
  return true;
}

// The status of one answer, 0 for none in time.
int Ask(const Target& target, const std::string& address,
        const std::string& request, int64_t until) {
  const int fd = BeginConnect(address, target, 0);
  if (fd < 0) return 0;
  SendAll(fd, request, until);
  std::string answer;
  char bytes[16384];
  while (answer.size() < 12 && WaitFor(fd, POLLIN, until)) {
    const ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n <= 0) break;
    answer.append(bytes, static_cast<size_t>(n));
  }
  close(fd);
  return answer.compare(0, 9, "HTTP/1.1 ") == 0 && answer.size() >= 12
             ? std::stoi(answer.substr(9, 3))
             : 0;
}

}  // namespace

ProbeResult Probe(const Target& target, const Probes& probes) {
  ProbeResult result;
  const std::string request = RequestOf(probes);
  for (int i = 0; i < probes.count; i++) {
    if (result.asked - result.served >= probes.give_up) break;
    const int64_t start = NowMs();
    const int status =
        Ask(target, probes.address, request, start + probes.limit_ms);
    const int took = static_cast<int>(NowMs() - start);
    result.asked++;
    if (status == 200) {
      result.served++;
    } else if (status != 0) {
      result.refused++;
    }
    result.worst_ms = std::max(result.worst_ms, took);
    std::this_thread::sleep_for(std::chrono::milliseconds(probes.pause_ms));
  }
  return result;
}

std::string ProbeResult::ToString() const {
  return std::to_string(served) + " of " + std::to_string(asked) + " served, " +
         std::to_string(refused) + " refused, worst " +
         std::to_string(worst_ms) + " ms";
}

}  // namespace h1_test
