// The server under test: the real binary, started with options, ready when the
// constructor returns, stopped and judged by the destructor.
#ifndef H1_TESTS_SUPPORT_SERVER_H_
#define H1_TESTS_SUPPORT_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/json.h"
#include "tests/support/process.h"

namespace h1_test {

// Path of the binary: H1_HTTPD_BINARY in the environment, else from runfiles.
std::string ServerBinary();
// A file that a test names as `data`, by its path in the repository.
std::string DataFile(const std::string& path);

// Whether the binary was built with a sanitizer, which changes what memory and
// allocations look like.
bool ServerIsSanitized();

// What a server is started with unless a test says otherwise: "require" where
// the kernel has what that takes, "off" in a build with a sanitizer.
const std::string& SandboxOfTests();

// For a server that is ended with requests in progress: it cannot join the
// threads that serve them. ThreadSanitizer would call those leaked, and
// LeakSanitizer would wait for one that hangs in the kernel.
Environment ThreadsMayBeAbandoned();

using Args = std::vector<std::string>;

class Server {
 public:
  // Unless `args` say otherwise: one listener on a free port of 127.0.0.1, two
  // workers, no access log, an empty folder as root, idle connections that a
  // stop does not wait for, and the sandbox. `descriptors` is a limit of open
  // files.
  explicit Server(const Args& args = {}, const Environment& env = {},
                  rlim_t descriptors = 0);
  // Stops the server unless the test did, and demands that it ends well.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  bool Ready() const { return ready_; }
  int port() const { return PortOf(0); }
  // Of the n-th listener, 0 for one that has none.
  int PortOf(size_t n) const;
  int admin_port() const { return admin_port_; }
  int proxy_port() const { return proxy_port_; }  // of --proxy-listen
  const std::vector<std::string>& listeners() const { return listeners_; }
  const std::string& start_line() const { return start_line_; }
  Process& process() { return *process_; }
  // The empty folder that is the root when no --root is given.
  const TempDir& root() const { return root_; }

  Client Connect() const { return Client(port()); }
  // /_metrics in JSON.
  Json Metrics() const;
  // How often requests were refused for `reason`. A refusal is counted when its
  // answer has been sent, so a client can be faster.
  double Refusals(const std::string& reason) const;
  // Waits for `count` of them; false as well when there are more.
  bool AwaitRefusals(const std::string& reason, double count) const;

  // SIGTERM, then Expect(0).
  void Stop();
  // Waits for the end and demands the exit status and no report of a
  // sanitizer.
  void ExpectExit(int status, Milliseconds limit = kPatience);

 private:
  void ReadStartLine();

  TempDir root_;
  std::unique_ptr<Process> process_;
  std::string start_line_;
  std::vector<std::string> listeners_;
  int admin_port_ = 0, proxy_port_ = 0;
  bool ready_ = false, ended_ = false;
};

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_SERVER_H_
