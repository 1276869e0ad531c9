// The simulated world as tests write it: requests as strings, answers as
// structs, and an end at which nothing may be left.
#ifndef H1_SERVER_SIM_WORLD_H_
#define H1_SERVER_SIM_WORLD_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "server/sim/response.h"
#include "server/sim/routes.h"
#include "server/sim/sim.h"

namespace h1_test {

struct Answer {
  int status;
  std::string body;
  bool closes;
};

inline bool operator==(const Answer& a, const Answer& b) {
  return a.status == b.status && a.body == b.body;
}

inline std::ostream& operator<<(std::ostream& out, const Answer& a) {
  return out << a.status << " (" << a.body.size() << " bytes) "
             << a.body.substr(0, 60);
}

inline std::string Get(const std::string& path, const std::string& more = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}

inline std::string Post(const std::string& path, const std::string& body,
                        const std::string& more = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + more +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string Hex(size_t n) {
  char text[20];
  snprintf(text, sizeof text, "%zx", n);
  return text;
}

inline std::string Chunks(const std::string& body, size_t size) {
  std::string out;
  for (size_t at = 0; at < body.size(); at += size) {
    const std::string piece = body.substr(at, size);
    out += Hex(piece.size()) + "\r\n" + piece + "\r\n";
  }
  return out + "0\r\n";
}

inline std::string Chunked(const std::string& path, const std::string& body,
                           size_t size, const std::string& trailers = "") {
  return "POST " + path +
         " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
         Chunks(body, size) + trailers + "\r\n";
}

// A body in which every place looks different.
inline std::string Body(size_t n) {
  std::string s(n, 0);
  for (size_t i = 0; i < n; i++) {
    s[i] = static_cast<char>(h1_sim_large_byte(i * 3 + n));
  }
  return s;
}

inline std::string Large() {
  std::string s(H1_SIM_LARGE, 0);
  for (size_t i = 0; i < s.size(); i++) {
    s[i] = static_cast<char>(h1_sim_large_byte(i));
  }
  return s;
}

inline std::string File(int file, size_t from, size_t n) {
  std::string s(n, 0);
  for (size_t i = 0; i < n; i++) {
    s[i] = static_cast<char>(h1_sim_file_byte(file, from + i));
  }
  return s;
}

// What /count and /sink say of a body.
inline std::string Sum(const std::string& body, const std::string& query = "") {
  uint64_t sum = 0;
  for (char c : body) sum = (sum * 31 + static_cast<uint8_t>(c)) % 1000000007u;
  return std::to_string(body.size()) + " " + std::to_string(sum) + " " + query +
         "\n";
}

class World {
 public:
  using Tweak = std::function<void(h1_sim_options*)>;
  explicit World(const Tweak& tweak = nullptr) {
    h1_sim_options_init(&options_);
    if (tweak) tweak(&options_);
    char message[256] = "";
    sim_ = h1_sim_start(&options_, message);
    if (sim_ == nullptr) {
      ADD_FAILURE() << message;
      abort();
    }
    h1_sim_set_file(sim_, 0, H1_SIM_FILE);
    h1_sim_set_file(sim_, 1, 1000);
  }
  ~World() { End(); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  h1_sim* sim() { return sim_; }
  const h1_config& config() const { return options_.config; }
  int clients() const { return clients_; }
  int Connect() { return ConnectFrom(1); }
  // From 127.0.0.host.
  int ConnectFrom(uint8_t host) {
    const int c = h1_sim_connect_from(sim_, host);
    EXPECT_GE(c, 0) << "the queue is full";
    clients_++;
    return c;
  }
  // On a listener of --proxy-listen.
  int ConnectProxied(uint8_t host = 1) {
    const int c = h1_sim_connect_proxied(sim_, host);
    EXPECT_GE(c, 0) << "the queue is full";
    clients_++;
    return c;
  }
  void Deliver(int c, const std::string& bytes) {
    h1_sim_deliver(sim_, c, bytes.data(), bytes.size());
  }
  // Delivers, then lets the worker do what it can.
  void Send(int c, const std::string& bytes) {
    Deliver(c, bytes);
    Settle();
  }
  void Settle() { h1_sim_settle(sim_); }
  void Pass(uint64_t ms) { h1_sim_pass(sim_, ms); }
  void Finish(int c) {
    h1_sim_finish(sim_, c);
    Settle();
  }
  void Reset(int c) {
    h1_sim_reset(sim_, c);
    Settle();
  }
  void Room(int c, size_t room) {
    h1_sim_set_room(sim_, c, room);
    Settle();
  }
  h1_sim_state State(int c) { return h1_sim_client_state(sim_, c); }
  std::string Output(int c) {
    size_t len = 0;
    const uint8_t* p = h1_sim_output(sim_, c, &len);
    return std::string(reinterpret_cast<const char*>(p), len);
  }
  std::string Fault() { return h1_sim_fault(sim_); }

  // The answers so far. `heads`: which of the requests were HEAD. What is
  // after the last whole one, if anything, goes to `rest`.
  std::vector<Answer> Answers(int c, const std::vector<bool>& heads = {},
                              std::string* rest = nullptr) {
    const std::string out = Output(c);
    const bool ended = State(c) == H1_SIM_HALF || State(c) == H1_SIM_CLOSED;
    std::vector<Answer> answers;
    std::string body(out.size(), 0);
    size_t at = 0, finals = 0;
    while (at < out.size()) {
      const bool head = finals < heads.size() && heads[finals];
      h1_sim_answer a;
      const char* problem = nullptr;
      const size_t n = h1_sim_read_answer(
          reinterpret_cast<const uint8_t*>(out.data()) + at, out.size() - at,
          head, ended, reinterpret_cast<uint8_t*>(&body[0]), body.size(), &a,
          &problem);
      if (n == 0) {
        if (rest == nullptr) {
          ADD_FAILURE() << "at " << at << ": "
                        << (problem == nullptr ? "incomplete" : problem) << ": "
                        << out.substr(at, 200);
        }
        break;
      }
      answers.push_back({a.status, body.substr(0, a.body_len), a.closes});
      at += n;
      if (a.status >= 200) finals++;
    }
    if (rest != nullptr) *rest = out.substr(at);
    return answers;
  }

  // Everyone leaves; then nothing may be left.
  void End() {
    if (sim_ == nullptr) return;
    for (int c = 0; c < clients_; c++) {
      h1_sim_set_room(sim_, c, SIZE_MAX);
      h1_sim_finish(sim_, c);
    }
    for (int i = 0; i < 12; i++) {
      h1_sim_settle(sim_);
      h1_sim_wake_all();
    }
    h1_sim_pass(sim_, 400000);
    EXPECT_STREQ(h1_sim_stop(sim_), "");
    sim_ = nullptr;
  }

 private:
  h1_sim_options options_;
  h1_sim* sim_ = nullptr;
  int clients_ = 0;
};

}  // namespace h1_test

#endif
