// The whole server with handlers of this test, over real sockets: what the
// routes of httpd do not use. Blocking handlers, streamed bodies, waking from
// another thread, names in patterns, handlers that misbehave.
#include "server/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace {

h1_slice Slice(const char* s) {
  return {reinterpret_cast<const uint8_t*>(s), strlen(s)};
}

// ---- calls that fail ----

// Each is the error of such a call, 0: it does what it should. The calls are
// counted, failed or not.
int g_epoll_add_error = 0, g_epoll_mod_error = 0, g_accept_error = 0;
int g_epoll_mods = 0, g_accepts = 0;
int g_epoll_wait_fails = 0;  // how many more calls of it do
int g_threads_left = 1000;   // that can be made

int Load(const int* from) { return __atomic_load_n(from, __ATOMIC_SEQ_CST); }
void Store(int* to, int value) {
  __atomic_store_n(to, value, __ATOMIC_SEQ_CST);
}
void Count(int* what) { __atomic_fetch_add(what, 1, __ATOMIC_SEQ_CST); }

bool Fails(int error) {
  errno = error;
  return error != 0;
}

extern "C" {
int __real_epoll_ctl(int epoll, int op, int fd, epoll_event* event);
int __wrap_epoll_ctl(int epoll, int op, int fd, epoll_event* event);
int __wrap_epoll_ctl(int epoll, int op, int fd, epoll_event* event) {
  if (op == EPOLL_CTL_ADD && Fails(Load(&g_epoll_add_error))) return -1;
  if (op == EPOLL_CTL_MOD) Count(&g_epoll_mods);
  if (op == EPOLL_CTL_MOD && Fails(Load(&g_epoll_mod_error))) return -1;
  return __real_epoll_ctl(epoll, op, fd, event);
}

int __real_epoll_wait(int epoll, epoll_event* events, int count, int ms);
int __wrap_epoll_wait(int epoll, epoll_event* events, int count, int ms);
int __wrap_epoll_wait(int epoll, epoll_event* events, int count, int ms) {
  if (Load(&g_epoll_wait_fails) > 0) {
    __atomic_fetch_sub(&g_epoll_wait_fails, 1, __ATOMIC_SEQ_CST);
    errno = ENOMEM;
    return -1;
  }
  return __real_epoll_wait(epoll, events, count, ms);
}

int __real_accept4(int fd, sockaddr* peer, socklen_t* len, int flags);
int __wrap_accept4(int fd, sockaddr* peer, socklen_t* len, int flags);
int __wrap_accept4(int fd, sockaddr* peer, socklen_t* len, int flags) {
  Count(&g_accepts);
  if (Fails(Load(&g_accept_error))) return -1;
  return __real_accept4(fd, peer, len, flags);
}

using ThreadFunction = void*(void*);
int __real_pthread_create(pthread_t* thread, const pthread_attr_t* attr,
                          ThreadFunction* run, void* arg);
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attr,
                          ThreadFunction* run, void* arg);
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attr,
                          ThreadFunction* run, void* arg) {
  if (g_threads_left == 0) return EAGAIN;
  g_threads_left--;
  return __real_pthread_create(thread, attr, run, arg);
}
}

// ---- handlers ----

int g_ends = 0;    // h1_exchange_on_end calls
int g_gate = 0;    // blocking handlers run until it is 1
int g_inside = 0;  // blocking handlers running now

void CountEnd(void*) { __atomic_fetch_add(&g_ends, 1, __ATOMIC_SEQ_CST); }

void Hello(h1_exchange* x) {
  h1_reply_copy(x, 200, Slice("text/plain"), Slice("hello"));
}

void Name(h1_exchange* x) {
  h1_reply_copy(x, 200, Slice("text/plain"), h1_exchange_param(x, "id"));
}

void Blocking(h1_exchange* x) {
  h1_exchange_on_end(x, CountEnd);
  __atomic_fetch_add(&g_inside, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&g_gate, __ATOMIC_SEQ_CST) == 0) usleep(1000);
  size_t cursor = 0;
  h1_slice piece;
  std::string body = "blocked:";
  while (h1_exchange_body(x, &cursor, &piece)) {
    body.append(reinterpret_cast<const char*>(piece.ptr), piece.len);
  }
  h1_reply_field(x, Slice("X-Path"), h1_exchange_path(x));
  h1_reply_copy(x, 200, Slice("text/plain"),
                {reinterpret_cast<const uint8_t*>(body.data()), body.size()});
  __atomic_fetch_sub(&g_inside, 1, __ATOMIC_SEQ_CST);
}

// Holds up the worker itself, which no handler should do.
void Stall(h1_exchange* x) {
  Store(&g_inside, 1);
  while (Load(&g_gate) == 0) usleep(1000);
  h1_reply_copy(x, 200, Slice("text/plain"), Slice("stalled"));
}

void Silent(h1_exchange*) {}

void Twice(h1_exchange* x) {
  h1_reply_copy(x, 200, Slice("text/plain"), Slice("first"));
  h1_reply_copy(x, 404, Slice("text/plain"), Slice("second"));
}

void Splitting(h1_exchange* x) {
  EXPECT_FALSE(h1_reply_field(x, Slice("X"), Slice("a\r\nSet-Cookie: b")));
  EXPECT_FALSE(h1_reply_field(x, Slice("X y"), Slice("a")));
  EXPECT_FALSE(h1_reply_field(x, Slice("Content-Length"), Slice("7")));
  for (const char* own :
       {"Date", "server", "Content-Type", "X-Content-Type-Options"}) {
    EXPECT_FALSE(h1_reply_field(x, Slice(own), Slice("a"))) << own;
  }
  EXPECT_FALSE(h1_reply_field(x, Slice("Transfer-Encoding"), Slice("gzip")));
  h1_reply_copy(x, 200, Slice("text/plain\r\nEvil: 1"), Slice("body"));
}

h1_pulled PullShort(void*, h1_buffer room, uint64_t) {
  memcpy(room.ptr, "abc", 3);
  return {H1_PULL_END, 3, 0};
}
void ShortPull(h1_exchange* x) {
  h1_reply_pull(x, 200, Slice("text/plain"), 10, PullShort);
}

// A pull that waits without a time until another thread wakes it.
struct WakeState {
  h1_wake_token token;
  int ready;
  int asked;
};
WakeState* g_wake = nullptr;
h1_pulled PullWoken(void* state, h1_buffer room, uint64_t) {
  WakeState* s = static_cast<WakeState*>(state);
  if (__atomic_load_n(&s->ready, __ATOMIC_SEQ_CST) == 0) {
    __atomic_store_n(&s->asked, 1, __ATOMIC_SEQ_CST);
    return {H1_PULL_WAIT, 0, UINT64_MAX};
  }
  memcpy(room.ptr, "woken", 5);
  return {H1_PULL_END, 5, 0};
}
void Woken(h1_exchange* x) {
  WakeState* s = static_cast<WakeState*>(h1_exchange_state(x));
  s->token = h1_exchange_token(x);
  __atomic_store_n(&g_wake, s, __ATOMIC_SEQ_CST);
  h1_reply_pull(x, 200, Slice("text/plain"), H1_LENGTH_UNKNOWN, PullWoken);
}

// Counts a streamed body; takes at most 1000 bytes of a piece, sometimes none,
// and then wants to be woken, which it does itself.
struct CountState {
  uint64_t bytes;
  uint64_t calls;
};
size_t Sink(h1_exchange* x, void* state, h1_slice piece, bool last) {
  CountState* s = static_cast<CountState*>(state);
  s->calls++;
  if (last) {
    const std::string text = std::to_string(s->bytes);
    h1_reply_copy(x, 200, Slice("text/plain"),
                  {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    return 0;
  }
  const size_t want = s->calls % 3 == 0 ? 0 : 1000;
  const size_t take = piece.len < want ? piece.len : want;
  if (take < piece.len) h1_wake(h1_exchange_token(x));
  s->bytes += take;
  return take;
}
void Streamed(h1_exchange* x) { h1_receive(x, Sink); }

constexpr unsigned kGet = H1_METHOD_BIT(H1_GET);
constexpr unsigned kPost = H1_METHOD_BIT(H1_POST);
const h1_route kRoutes[] = {
    {kGet, "/hello", Hello, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER, 0},
    {kGet, "/u/{id}/x", Name, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER, 0},
    {kGet | kPost, "/block", Blocking, nullptr, H1_BODY_BUFFER,
     H1_BODY_LIMIT_SERVER, H1_ROUTE_BLOCKING},
    {kGet, "/stall", Stall, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER, 0},
    {kGet, "/silent", Silent, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER, 0},
    {kGet, "/twice", Twice, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER, 0},
    {kGet, "/split", Splitting, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER,
     0},
    {kGet, "/short", ShortPull, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER,
     0},
    {kGet, "/woken", Woken, nullptr, H1_BODY_IGNORE, H1_BODY_LIMIT_SERVER, 0},
    {kPost, "/count", Streamed, nullptr, H1_BODY_STREAM, H1_BODY_LIMIT_SERVER,
     0},
    {kPost, "/small", Hello, nullptr, H1_BODY_BUFFER, 10, 0},
};

// ---- the server and a client ----

class Server : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(Start(), H1_START_OK) << message_; }
  h1_start_result Start() {
    g_ends = g_gate = g_inside = 0;
    g_wake = nullptr;
    const char* args[] = {
        "httpd", "--listen",     "127.0.0.1:0", "--workers",
        "1",     "--access-log", "off",         "--blocking-threads",
        "1",     "--queue-size", queue_size_};
    char* env[] = {nullptr};
    EXPECT_EQ(h1_config_load(&config_, sizeof args / sizeof args[0],
                             const_cast<char* const*>(args), env, nullptr, ".",
                             message_),
              H1_CONFIG_OK)
        << message_;
    EXPECT_TRUE(h1_listen_all(&config_, &listeners_, message_)) << message_;
    port_ = atoi_port(listeners_.items[0].name);
    h1_server_options o = {};
    o.config = &config_;
    o.routes = kRoutes;
    o.route_count = sizeof kRoutes / sizeof kRoutes[0];
    return h1_server_start(&o, &listeners_, &server_, message_);
  }
  void TearDown() override {
    __atomic_store_n(&g_gate, 1, __ATOMIC_SEQ_CST);
    h1_server_finish(server_);
    pollfd finished = {h1_server_finished_fd(server_), POLLIN, 0};
    ASSERT_EQ(poll(&finished, 1, 20000), 1);
    h1_server_free(server_);
  }
  static uint16_t atoi_port(const char* name) {
    return static_cast<uint16_t>(strtoul(strrchr(name, ':') + 1, nullptr, 10));
  }
  int Connect() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in a = {};
    a.sin_family = AF_INET;
    a.sin_port = htons(port_);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a), 0);
    return fd;
  }
  static void Send(int fd, const std::string& s) {
    size_t at = 0;
    while (at < s.size()) {
      const ssize_t n = send(fd, s.data() + at, s.size() - at, MSG_NOSIGNAL);
      ASSERT_GT(n, 0) << strerror(errno);
      at += static_cast<size_t>(n);
    }
  }
  // Reads until the text has arrived, the connection ends, or ten seconds.
  static std::string ReadUntil(int fd, const std::string& end) {
    std::string all;
    char buffer[4096];
    while (end.empty() || all.find(end) == std::string::npos) {
      const ssize_t n = recv(fd, buffer, sizeof buffer, 0);
      if (n <= 0) break;
      all.append(buffer, static_cast<size_t>(n));
    }
    return all;
  }
  std::string Ask(const std::string& request) {
    const int fd = Connect();
    Send(fd, request);
    const std::string answer = ReadUntil(fd, "");
    close(fd);
    return answer;
  }
  static std::string Get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  }
  template <typename Condition>
  static bool Eventually(Condition condition) {
    for (int i = 0; i < 10000; i++) {
      if (condition()) return true;
      usleep(1000);
    }
    return false;
  }

  const char* queue_size_ = "128";
  char message_[512];
  h1_config config_;
  h1_listeners listeners_;
  h1_server* server_ = nullptr;
  uint16_t port_ = 0;
};

TEST_F(Server, ANameInThePatternReachesTheHandler) {
  const std::string answer = Ask(Get("/u/jos%C3%A9/x"));
  EXPECT_NE(answer.find("\r\n\r\njos\xC3\xA9"), std::string::npos) << answer;
}

TEST_F(Server, ABlockingHandlerHoldsNoWorker) {
  const int blocked = Connect();
  Send(blocked,
       "POST /block HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
       "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(Eventually(
      [] { return __atomic_load_n(&g_inside, __ATOMIC_SEQ_CST) == 1; }));
  EXPECT_NE(Ask(Get("/hello")).find("200 OK"), std::string::npos);
  __atomic_store_n(&g_gate, 1, __ATOMIC_SEQ_CST);
  const std::string answer = ReadUntil(blocked, "");
  close(blocked);
  const size_t first = answer.find("blocked:body");
  const size_t second = answer.find("hello");
  ASSERT_NE(first, std::string::npos) << answer;
  ASSERT_NE(second, std::string::npos) << answer;
  EXPECT_LT(first, second) << "pipelined answers keep their order";
  EXPECT_NE(answer.find("X-Path: /block"), std::string::npos);
  EXPECT_TRUE(Eventually(
      [] { return __atomic_load_n(&g_ends, __ATOMIC_SEQ_CST) == 1; }));
}

TEST_F(Server, WhenEveryHelperIsTakenTheAnswerIs503) {
  std::vector<int> held;
  for (int i = 0; i < 4; i++) {
    held.push_back(Connect());
    Send(held.back(), Get("/block"));
  }
  ASSERT_TRUE(Eventually(
      [] { return __atomic_load_n(&g_inside, __ATOMIC_SEQ_CST) == 1; }));
  // The four jobs of one thread: one runs, three wait. Each is submitted by the
  // one worker in the order of arrival, so a fifth finds none.
  ASSERT_TRUE(Eventually([this] {
    return Ask(Get("/block")).find(" 503 ") != std::string::npos;
  }));
  __atomic_store_n(&g_gate, 1, __ATOMIC_SEQ_CST);
  for (int fd : held) {
    EXPECT_NE(ReadUntil(fd, "").find("blocked:"), std::string::npos);
    close(fd);
  }
}

TEST_F(Server, AClientThatLeavesDoesNotDisturbARunningHandler) {
  const int fd = Connect();
  Send(fd, Get("/block"));
  ASSERT_TRUE(Eventually(
      [] { return __atomic_load_n(&g_inside, __ATOMIC_SEQ_CST) == 1; }));
  const linger hard = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  close(fd);
  EXPECT_NE(Ask(Get("/hello")).find("200 OK"), std::string::npos);
  EXPECT_EQ(__atomic_load_n(&g_ends, __ATOMIC_SEQ_CST), 0)
      << "its state ended while it ran";
  __atomic_store_n(&g_gate, 1, __ATOMIC_SEQ_CST);
  EXPECT_TRUE(Eventually(
      [] { return __atomic_load_n(&g_ends, __ATOMIC_SEQ_CST) == 1; }));
}

TEST_F(Server, AWaitingPullIsWokenFromAnotherThread) {
  const int fd = Connect();
  Send(fd, Get("/woken"));
  ASSERT_TRUE(Eventually([] {
    WakeState* s = __atomic_load_n(&g_wake, __ATOMIC_SEQ_CST);
    return s != nullptr && __atomic_load_n(&s->asked, __ATOMIC_SEQ_CST) == 1;
  }));
  const h1_wake_token token = g_wake->token;
  __atomic_store_n(&g_wake->ready, 1, __ATOMIC_SEQ_CST);
  h1_wake(token);
  const std::string answer = ReadUntil(fd, "");
  close(fd);
  EXPECT_NE(answer.find("5\r\nwoken\r\n0\r\n\r\n"), std::string::npos)
      << answer;
  h1_wake(token);  // over: nothing happens
  EXPECT_NE(Ask(Get("/hello")).find("200 OK"), std::string::npos);
}

TEST_F(Server, AStreamedBodyArrivesWholeThroughBackPressure) {
  for (const bool chunked : {false, true}) {
    const std::string body(50000, 'b');
    std::string request =
        "POST /count HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    request += chunked ? "Transfer-Encoding: chunked\r\n\r\nC350\r\n" + body +
                             "\r\n0\r\n\r\n"
                       : "Content-Length: 50000\r\n\r\n" + body;
    const std::string answer = Ask(request);
    EXPECT_NE(answer.find("\r\n\r\n50000"), std::string::npos)
        << chunked << answer;
  }
  EXPECT_NE(Ask("POST /count HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .find("\r\n\r\n0"),
            std::string::npos);
}

TEST_F(Server, AHandlerThatNeverAnswersIs500) {
  const std::string answer = Ask(Get("/silent"));
  EXPECT_NE(answer.find("HTTP/1.1 500 "), std::string::npos);
  EXPECT_NE(answer.find("handler_failed"), std::string::npos);
}

TEST_F(Server, OfTwoAnswersTheFirstStands) {
  const std::string answer = Ask(Get("/twice"));
  EXPECT_NE(answer.find("HTTP/1.1 200 "), std::string::npos);
  EXPECT_EQ(answer.find("second"), std::string::npos);
}

TEST_F(Server, NothingAHandlerSaysCanSplitAMessage) {
  const std::string answer = Ask(Get("/split"));
  EXPECT_NE(answer.find("HTTP/1.1 500 "), std::string::npos) << answer;
  EXPECT_EQ(answer.find("Evil"), std::string::npos);
  EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
}

TEST_F(Server, ABodyShorterThanPromisedEndsTheConnection) {
  const int fd = Connect();
  Send(fd,
       "GET /short HTTP/1.1\r\nHost: a\r\n\r\n"
       "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string answer = ReadUntil(fd, "");
  close(fd);
  EXPECT_NE(answer.find("Content-Length: 10"), std::string::npos);
  EXPECT_EQ(answer.find("hello"), std::string::npos)
      << "an answer after a cut one would be read as its body";
}

TEST_F(Server, ARoutesOwnBodyLimitHolds) {
  const std::string head =
      "POST /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
  EXPECT_NE(Ask(head + "Content-Length: 10\r\n\r\n0123456789").find(" 200 "),
            std::string::npos);
  EXPECT_NE(Ask(head + "Content-Length: 11\r\n\r\n0123456789a").find(" 413 "),
            std::string::npos);
  EXPECT_NE(Ask(head + "Transfer-Encoding: chunked\r\n\r\nb\r\n0123456789a\r\n"
                       "0\r\n\r\n")
                .find(" 413 "),
            std::string::npos);
}

// ---- calls that fail ----

class CrowdedServer : public Server {
 protected:
  CrowdedServer() { queue_size_ = "4"; }
  void SetUp() override {
    Server::SetUp();
    Store(&g_epoll_mods, 0);
    Store(&g_accepts, 0);
    stalled_ = Connect();
    Send(stalled_, Get("/stall"));
    ASSERT_TRUE(Eventually([] { return Load(&g_inside) == 1; }));
  }
  // More than the queue holds while the worker takes none.
  void Crowd() {
    for (int i = 0; i < 12; i++) {
      crowd_.push_back(Connect());
      Send(crowd_.back(), Get("/hello"));
    }
  }
  void TearDown() override {
    Store(&g_epoll_add_error, 0);
    Store(&g_epoll_mod_error, 0);
    Store(&g_accept_error, 0);
    Store(&g_gate, 1);
    EXPECT_NE(ReadUntil(stalled_, "").find("stalled"), std::string::npos);
    EXPECT_TRUE(Eventually([this] {
      return Ask(Get("/hello")).find(" 200 ") != std::string::npos;
    }));
    close(stalled_);
    for (int fd : crowd_) close(fd);
    Server::TearDown();
  }

  int stalled_ = -1;
  std::vector<int> crowd_;
};

// What a watchdog is told: idle threads turn when asked, one that hangs does
// not, whatever the others do.
TEST_F(CrowdedServer, AWorkerThatHangsIsNoticed) {
  EXPECT_TRUE(h1_server_turns(server_)) << "the first call only asks";
  usleep(100000);
  EXPECT_FALSE(h1_server_turns(server_));
  EXPECT_FALSE(h1_server_turns(server_));
  Store(&g_gate, 1);
  EXPECT_TRUE(Eventually([this] { return h1_server_turns(server_); }));
  EXPECT_TRUE(Eventually([this] { return h1_server_turns(server_); }))
      << "though nothing happens";
}

// A full queue pauses and resumes accepting, which needs nothing new.
TEST_F(CrowdedServer, APauseNeedsNoMemory) {
  Store(&g_epoll_add_error, ENOMEM);
  Crowd();
  EXPECT_TRUE(Eventually([] { return Load(&g_epoll_mods) >= 2; }))
      << "it paused, and then the overload lane had room";
}

TEST_F(CrowdedServer, APauseThatFailsIsTriedAgain) {
  Store(&g_epoll_mod_error, ENOMEM);
  Crowd();
  EXPECT_TRUE(Eventually([] { return Load(&g_epoll_mods) >= 3; }));
  Store(&g_epoll_mod_error, 0);
  // Until the queue has filled again, and its being full has lasted.
  EXPECT_TRUE(Eventually([this] {
    return Ask(Get("/hello")).find(" 503 ") != std::string::npos;
  }));
}

// What stays in the kernel's queue is left there for a while, whatever the
// reason why it cannot be taken.
TEST_F(CrowdedServer, AnAcceptThatFailsIsTriedAgainWithoutSpinning) {
  for (int error : {EMFILE, ENFILE, ENOMEM, ENOBUFS, EPERM, ENOSR}) {
    Store(&g_accept_error, error);
    const int before = Load(&g_accepts);
    crowd_.push_back(Connect());
    EXPECT_TRUE(Eventually([&] { return Load(&g_accepts) > before; }));
    usleep(250000);
    EXPECT_LE(Load(&g_accepts) - before, 20) << strerror(error);
  }
}

TEST_F(Server, AWaitThatFailsIsTriedAgain) {
  for (int i = 0; i < 5; i++) {
    Store(&g_epoll_wait_fails, 10);
    EXPECT_NE(Ask(Get("/hello")).find(" 200 "), std::string::npos);
  }
}

TEST(ServerStart, AHelperThatCannotBeMadeIsAFailureWithAMessage) {
  struct Unstarted : Server {
    void TestBody() override {}
    using Server::message_;
    using Server::Start;
  };
  EXPECT_EXIT(
      {
        Unstarted server;
        g_threads_left = 0;
        const h1_start_result result = server.Start();
        fputs(server.message_, stderr);
        _exit(result == H1_START_FAILED ? 0 : 1);
      },
      testing::ExitedWithCode(0), "helper threads");
}

}  // namespace
