// Every call to the kernel fails once, in every way it may; and the log shows
// each request as it was, whatever became of the memory it lay in.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>

#include "server/sim/world.h"

namespace h1_test {
namespace {

std::vector<int> ErrorsOf(h1_sim_call call) {
  switch (call) {
    case H1_SIM_RECV:
      return {0, EAGAIN, ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENOMEM};
    case H1_SIM_SEND:
      return {0, EAGAIN, ECONNRESET, EPIPE, ENOBUFS, ENOMEM, ETIMEDOUT};
    case H1_SIM_SENDFILE:
      return {0, EAGAIN, ECONNRESET, EPIPE, EIO, ENOMEM, EOVERFLOW};
    case H1_SIM_SHUTDOWN:
      return {ENOTCONN, ENOBUFS};
    case H1_SIM_CLOSE:
      return {EIO, EINTR};
    case H1_SIM_EPOLL_ADD:
      return {ENOMEM, ENOSPC};
    case H1_SIM_EPOLL_MOD:
      return {ENOMEM};
  }
  return {};
}

// Scenarios in which every call occurs, in turns of several shapes.
struct Scenario {
  const char* name;
  std::function<void(World*)> play;
};

void Pipeline(World* w) {
  const int c = w->Connect();
  w->Send(c, Get("/small") + Get("/large") + Post("/echo", Body(20000)) +
                 Get("/file") + Get("/pull") + Get("/none"));
  w->Send(c, Get("/small"));
  w->Finish(c);
}

void Pieces(World* w) {
  const int c = w->Connect();
  const std::string all = Post("/sink", Body(3000)) +
                          Chunked("/count", Body(5000), 100, "A: b\r\n") +
                          Get("/small", "Connection: close\r\n");
  for (size_t at = 0; at < all.size(); at += 700)
    w->Send(c, all.substr(at, 700));
}

void SmallRoom(World* w) {
  const int c = w->Connect();
  h1_sim_set_room(w->sim(), c, 50);
  w->Send(c, Get("/small") + Get("/pull-known") + Get("/file"));
  for (int i = 0; i < 12; i++) w->Room(c, 50000);
  w->Room(c, SIZE_MAX);
}

void Refusals(World* w) {
  const int a = w->Connect(), b = w->Connect(), c = w->Connect();
  w->Send(a, "GET / HTTP/2.0\r\n\r\n");
  w->Send(b,
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n");
  w->Send(b, Body(1000));
  w->Send(c, Chunked("/none", Body(3000), 100) + "\r\n\r\n\r\n");
  w->Pass(3000);
}

void Continue(World* w) {
  const int c = w->Connect();
  w->Send(c,
          "POST /count HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
          "Content-Length: 5\r\n\r\n");
  w->Send(c, "hello" + Get("/pull-wait"));
  w->Pass(100);
}

void Evict(World* w) {
  for (int i = 0; i < 6; i++) w->Send(w->Connect(), Get("/small"));
}

void Proxied(World* w) {
  const int a = w->ConnectProxied(), b = w->ConnectProxied();
  const std::string line = "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n";
  w->Send(a, line.substr(0, 9));
  w->Send(a, line.substr(9) + Get("/who") + Get("/small"));
  w->Send(b, "PROXY TCP5 \r\n" + Get("/small"));
  w->ConnectProxied();
  w->Pass(11000);
}

const Scenario kScenarios[] = {
    {"pipeline", Pipeline}, {"pieces", Pieces},     {"small room", SmallRoom},
    {"refusals", Refusals}, {"continue", Continue}, {"evict", Evict},
    {"proxied", Proxied}};

World::Tweak FewSlots() {
  return [](h1_sim_options* o) {
    h1_sim_options_proxies(o);
    o->config.max_connections = 4;
  };
}

std::vector<h1_sim_call> Trace(const Scenario& s) {
  World w(FewSlots());
  s.play(&w);
  std::vector<h1_sim_call> calls;
  for (size_t i = 0; i < h1_sim_call_count(w.sim()); i++) {
    calls.push_back(h1_sim_call_at(w.sim(), i));
  }
  return calls;
}

// Only that nothing crashes, leaks or hangs, and that what is answered is
// answered well: the world checks it.
TEST(ConnectionFaults, EveryCallMayFail) {
  std::set<h1_sim_call> seen;
  for (const Scenario& s : kScenarios) {
    const std::vector<h1_sim_call> calls = Trace(s);
    ASSERT_GT(calls.size(), 4u);
    for (size_t n = 0; n < calls.size(); n++) {
      seen.insert(calls[n]);
      for (const int error : ErrorsOf(calls[n])) {
        SCOPED_TRACE(std::string(s.name) + ": call " + std::to_string(n) +
                     " of kind " + std::to_string(calls[n]) + " fails with " +
                     std::to_string(error));
        World w(FewSlots());
        h1_sim_fail_call(w.sim(), n, error);
        s.play(&w);
        w.Pass(1);
        for (int c = 0; c < w.clients(); c++) {
          std::string rest;
          w.Answers(c, {}, &rest);
        }
        w.End();
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
  EXPECT_EQ(seen.size(), 6u) << "a kind of call is in no scenario";
}

// Doing less than asked, being told to wait, or being short of the kernel's
// memory for a moment changes no answer.
std::vector<int> PassingErrorsOf(h1_sim_call call) {
  switch (call) {
    case H1_SIM_RECV:
    case H1_SIM_SENDFILE:
      return {0, EAGAIN, ENOMEM};
    case H1_SIM_SEND:
      return {0, EAGAIN, ENOBUFS};
    case H1_SIM_EPOLL_ADD:
      return {ENOSPC};
    default:
      return {};
  }
}

TEST(ConnectionFaults, WhatPassesChangesNothing) {
  for (const Scenario& s : kScenarios) {
    std::vector<std::string> want;
    {
      World w(FewSlots());
      s.play(&w);
      w.Pass(100);
      for (int c = 0; c < w.clients(); c++) want.push_back(w.Output(c));
    }
    const std::vector<h1_sim_call> calls = Trace(s);
    for (size_t n = 0; n < calls.size(); n++) {
      for (const int error : PassingErrorsOf(calls[n])) {
        World w(FewSlots());
        h1_sim_fail_call(w.sim(), n, error);
        s.play(&w);
        w.Pass(100);
        for (int c = 0; c < w.clients(); c++) {
          /* A pull's chunks may be cut elsewhere: compare what they say. */
          std::string rest;
          if (w.Output(c) != want[static_cast<size_t>(c)]) {
            const auto got = w.Answers(c, {}, &rest);
            EXPECT_EQ(rest, "") << s.name << " " << n << " " << error;
            EXPECT_FALSE(got.empty());
          }
        }
        w.End();
        if (::testing::Test::HasFailure()) return;
      }
    }
  }
}

// ---- the log ----

class Logged {
 public:
  Logged() {
    char name[] = "/tmp/h1_conn_log_XXXXXX";
    const int fd = mkstemp(name);
    if (fd >= 0) close(fd);
    path_ = name;
    char message[256];
    log_ = h1_log_start(path_.c_str(), H1_LOG_JSON, 1, message);
    EXPECT_NE(log_, nullptr) << message;
  }
  ~Logged() { unlink(path_.c_str()); }
  h1_log* log() { return log_; }
  // Stops the log and gives the paths and reasons it names, in order; and what
  // comes after `more`, if anything.
  std::vector<std::string> Paths(const std::string& more = "") {
    h1_log_stop(log_);
    std::vector<std::string> out;
    std::ifstream in(path_);
    for (std::string line; std::getline(in, line);) {
      out.push_back(Value(line, "\"path\":") + " " +
                    Value(line, "\"status\":") + " " +
                    Value(line, "\"reason\":") +
                    (more.empty() ? "" : " " + Value(line, more)));
    }
    return out;
  }

 private:
  static std::string Value(const std::string& line, const std::string& key) {
    const size_t at = line.find(key);
    if (at == std::string::npos) return "?";
    size_t from = at + key.size(), to = from;
    if (line[from] == '"') {
      to = line.find('"', ++from);
    } else {
      to = line.find_first_of(",}", from);
    }
    return line.substr(from, to - from);
  }
  std::string path_;
  h1_log* log_ = nullptr;
};

// Many requests in one turn, some of which outlive it, from several clients
// that use the same buffers: each line names its own request.
TEST(ConnectionLog, NamesEveryRequestWhateverBecameOfItsBuffer) {
  for (const size_t piece : {size_t{1}, size_t{100}, size_t{5000}}) {
    for (const size_t room : {size_t{300}, SIZE_MAX}) {
      Logged log;
      std::multiset<std::string> want;
      {
        World w([&](h1_sim_options* o) { o->log = log.log(); });
        std::vector<int> clients;
        std::vector<std::string> all(3);
        for (size_t i = 0; i < all.size(); i++) {
          clients.push_back(w.Connect());
          h1_sim_set_room(w.sim(), clients[i], room);
          for (int n = 0; n < 40; n++) {
            const std::string name =
                std::to_string(i) + "." + std::to_string(n);
            const std::string body = Body(static_cast<size_t>(n) * 90);
            switch (n % 4) {
              case 0:
                all[i] += Get("/user/" + name);
                want.insert("/user/" + name + " 200 null");
                break;
              case 1:
                all[i] += Post("/count?" + name, body);
                want.insert("/count?" + name + " 200 null");
                break;
              case 2:
                all[i] += Chunked("/sink?" + name, body, 50, "A: b\r\n");
                want.insert("/sink?" + name + " 200 null");
                break;
              case 3:
                all[i] += Get("/none/" + name);
                want.insert("/none/" + name + " 404 not_found");
                break;
            }
          }
          all[i] += "GET /bad" + std::to_string(i) + " HTTP/1.1\r\n\r\n";
          want.insert("/bad" + std::to_string(i) + " 400 host_missing");
        }
        for (size_t at = 0; at < all[0].size() + 4000; at += piece) {
          for (size_t i = 0; i < all.size(); i++) {
            if (at < all[i].size()) {
              w.Deliver(clients[i], all[i].substr(at, piece));
            }
            if (room != SIZE_MAX) h1_sim_set_room(w.sim(), clients[i], room);
          }
          w.Settle();
        }
      }
      const auto got = log.Paths();
      EXPECT_EQ(std::multiset<std::string>(got.begin(), got.end()), want);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// An answer that the kernel did not take: its line waits, and then tells what
// became of it.
TEST(ConnectionLog, WaitsForAnAnswerThatIsHeldBack) {
  for (const bool taken : {true, false}) {
    Logged log;
    {
      World w([&](h1_sim_options* o) { o->log = log.log(); });
      const int c = w.Connect();
      h1_sim_set_room(w.sim(), c, 1000);
      w.Send(c, Get("/copy"));
      EXPECT_EQ(h1_sim_requests(w.sim()), 0u);
      if (taken) {
        w.Room(c, SIZE_MAX);
      } else {
        w.Reset(c);
      }
      EXPECT_EQ(h1_sim_requests(w.sim()), 1u);
    }
    const auto got = log.Paths("\"bytes\":");
    ASSERT_EQ(got.size(), 1u);
    const std::string all = std::to_string(H1_SIM_COPY);
    if (taken) {
      EXPECT_EQ(got[0], "/copy 200 null " + all);
    } else {
      EXPECT_EQ(got[0].rfind("/copy 200 client_closed ", 0), 0u) << got[0];
      EXPECT_LT(std::stoi(got[0].substr(24)), 1000);
    }
  }
}

// The heads of pipelined requests cannot wait: their lines say what the kernel
// had not taken, once, and from then on each answer is waited for.
TEST(ConnectionLog, SaysWhatOfPipelinedAnswersWasHeldBack) {
  Logged log;
  {
    World w([&](h1_sim_options* o) { o->log = log.log(); });
    const int c = w.Connect();
    h1_sim_set_room(w.sim(), c, 100);
    w.Send(c, Get("/small?a") + Get("/small?b") + Get("/small?c"));
    EXPECT_EQ(h1_sim_requests(w.sim()), 2u) << "the last can wait";
    w.Room(c, 10000);
    EXPECT_EQ(h1_sim_requests(w.sim()), 3u);
    h1_sim_set_room(w.sim(), c, 0);
    w.Send(c, Get("/small?d") + Get("/small?e"));
    EXPECT_EQ(h1_sim_requests(w.sim()), 3u) << "and from now on the first too";
    w.Reset(c);
  }
  const auto got = log.Paths("\"unsent\":");
  ASSERT_EQ(got.size(), 4u);
  EXPECT_EQ(got[0].rfind("/small?a 200 null ", 0), 0u) << got[0];
  EXPECT_NE(got[0], "/small?a 200 null ?");
  EXPECT_EQ(got[1].rfind("/small?b 200 null ", 0), 0u) << got[1];
  EXPECT_NE(got[1], "/small?b 200 null ?");
  EXPECT_EQ(got[2], "/small?c 200 null ?");
  EXPECT_EQ(got[3].rfind("/small?d 200 client_closed ", 0), 0u) << got[3];
}

TEST(ConnectionLog, SaysWhyAConnectionEnded) {
  Logged log;
  {
    World w([&](h1_sim_options* o) { o->log = log.log(); });
    const int a = w.Connect(), b = w.Connect(), c = w.Connect();
    const int d = w.Connect(), e = w.Connect(), f = w.Connect();
    w.Send(a, "GET /half");
    w.Finish(a);
    w.Send(b, Get("/file-cut"));
    h1_sim_set_room(w.sim(), c, 100);
    w.Send(c, Get("/file"));
    w.Reset(c);
    w.Send(d, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    w.Finish(d);
    h1_sim_set_room(w.sim(), e, 100);
    w.Send(e, Get("/large"));
    w.Send(f, "GET /slow HTTP/1.1\r\nHos");
    w.Pass(31000);
  }
  const std::multiset<std::string> want = {
      "null 0 client_closed",      "/file-cut 200 handler_failed",
      "/file 200 client_closed",   "/echo 0 client_closed",
      "/large 200 write_too_slow", "null 408 header_timeout"};
  const auto got = log.Paths();
  EXPECT_EQ(std::multiset<std::string>(got.begin(), got.end()), want);
}

// Whose first byte never came has not waited since the system started.
TEST(ConnectionLog, ARefusalWithoutARequestTookNoTime) {
  Logged log;
  {
    World w([&](h1_sim_options* o) {
      o->log = log.log();
      o->lane = true;
    });
    w.Connect();
    w.Pass(1000);
  }
  EXPECT_EQ(log.Paths("\"latency_us\":"),
            std::vector<std::string>{"null 503 queue_full 0"});
}

}  // namespace
}  // namespace h1_test
