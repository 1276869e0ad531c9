// Clients that cost nothing and want to shut the door on everyone: a table of
// ways, an engine that keeps thousands of such connections open from as many
// addresses as it is told, and probes that measure what others still get.
//
//   Attackers attackers(target, FindAttack("slow-heads"), 400, 16);
//   const ProbeResult r = Probe(target, {"/", "127.9.9.9", 100, 1000});
//
// It knows nothing of the server that it is aimed at: the same code runs
// against this one and against others.
#ifndef H1_TESTS_HOSTILE_ATTACK_ATTACK_H_
#define H1_TESTS_HOSTILE_ATTACK_ATTACK_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace h1_test {

// Where to, and what is there.
struct Target {
  std::string address = "127.0.0.1";
  int port = 0;
  std::string stream = "/stream?count=1000&interval=10000";  // waits
  std::string submit = "/submit";                            // takes a body
  std::string large = "/static/large";                       // of megabytes
};

// What one connection does.
struct Manner {
  // What it sends when it is open.
  std::string (*opening)(const Target& target);
  const char* drip;  // then this, every `drip_ms`; empty: nothing more
  int drip_ms;
  bool reads;  // what comes is read; else it waits in the kernel
  int window;  // receive buffer; 0: as usual
};

struct Attack {
  const char* name;
  const char* what;
  bool
      hits_uploads;  // it takes memory for bodies: uploads show whether it does
  std::vector<Manner> manners;  // connections take turns
};

const std::vector<Attack>& Attacks();
// NULL: there is none of that name.
const Attack* FindAttack(const std::string& name);

// Keeps `connections` of them open, from `addresses` addresses of 127.2.0.0/16,
// until it is destroyed. What the server closes is opened again.
class Attackers {
 public:
  Attackers(const Target& target, const Attack& attack, int connections,
            int addresses);
  ~Attackers();
  Attackers(const Attackers&) = delete;
  Attackers& operator=(const Attackers&) = delete;

  // How many connections were made in all, and are there now.
  uint64_t opened() const { return opened_; }
  int open() const { return open_; }

 private:
  using Ms = int64_t;
  struct Connection {
    int fd = -1;
    bool connected = false;
    size_t sent = 0;  // of the opening
    Ms drip_at = 0;
    Ms reopen_at = 0;    // when it is not there, or is as good as closed
    bool ended = false;  // the server has sent its end
  };
  struct Kind {
    Manner manner;
    std::string opening;
  };

  void Run();
  void Open(size_t index, Ms now);
  void Close(Connection* c, Ms reopen_at);
  void OnEvent(size_t index, uint32_t events, Ms now);
  void SendOpening(size_t index, Ms now);
  void Drip(size_t index, Ms now);
  void Tend(Ms now);
  const Kind& KindOf(size_t index) const {
    return kinds_[index % kinds_.size()];
  }

  const Target target_;
  std::vector<Kind> kinds_;
  const int addresses_;
  std::vector<Connection> connections_;
  int epoll_ = -1;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> opened_{0};
  std::atomic<int> open_{0};
  std::thread thread_;
};

struct ProbeResult {
  int asked = 0;
  int served = 0;   // answered 200 within the limit
  int refused = 0;  // answered otherwise within the limit
  int worst_ms = 0;
  std::string ToString() const;
};

// `count` requests for `path` from `address`, each on a connection of its own,
// one after the other with `pause_ms` between. With `body_bytes` they are POST.
struct Probes {
  std::string path;
  std::string address;
  int count;
  int limit_ms;
  int pause_ms = 5;
  size_t body_bytes = 0;
  int give_up = 1 << 30;  // after so many that were not served
};
ProbeResult Probe(const Target& target, const Probes& probes);

}  // namespace h1_test

#endif  // H1_TESTS_HOSTILE_ATTACK_ATTACK_H_
