#include "tests/support/server.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace h1_test {
namespace {

void AddDefault(Args* argv, const std::string& option,
                const std::string& value) {
  for (const std::string& arg : *argv) {
    if (arg == option || absl::StartsWith(arg, option + "=")) return;
  }
  argv->push_back(option);
  argv->push_back(value);
}

int PortIn(const std::string& listener) {
  int port = 0;
  const size_t colon = listener.rfind(':');
  if (absl::StartsWith(listener, "unix:") || colon == std::string::npos ||
      !absl::SimpleAtoi(listener.substr(colon + 1), &port)) {
    return 0;
  }
  return port;
}

}  // namespace

std::string DataFile(const std::string& path) {
  const char* sources = getenv("TEST_SRCDIR");
  const char* workspace = getenv("TEST_WORKSPACE");
  return absl::StrCat(sources != nullptr ? sources : ".", "/",
                      workspace != nullptr ? workspace : "h1", "/", path);
}

std::string ServerBinary() {
  const char* binary = getenv("H1_HTTPD_BINARY");
  return binary != nullptr ? binary : DataFile("server/httpd");
}

bool ServerIsSanitized() {
  static const bool sanitized = [] {
    const std::string bytes = ReadFileText(ServerBinary());
    return absl::StrContains(bytes, "__asan_init") ||
           absl::StrContains(bytes, "__tsan_init") ||
           absl::StrContains(bytes, "__msan_init");
  }();
  return sanitized;
}

// As strict as this machine can be.
const std::string& SandboxOfTests() {
  static const std::string mode = [] {
    if (ServerIsSanitized()) return std::string("off");
    Command command;
    command.argv = {ServerBinary(), "--sandbox=require", "--print-sandbox",
                    "--root", "/"};
    const Finished done = RunProgram(command);
    if (done.exit == 0) return std::string("require");
    fprintf(stderr,
            "WARNING: the server is tested without a whole sandbox: %s\n",
            done.err.c_str());
    return std::string("try");
  }();
  return mode;
}

Environment ThreadsMayBeAbandoned() {
  constexpr std::pair<const char*, const char*> kLenient[] = {
      {"TSAN_OPTIONS", ":report_thread_leaks=0"},
      {"ASAN_OPTIONS", ":detect_leaks=0"}};
  Environment all;
  for (const auto& [name, option] : kLenient) {
    const char* options = getenv(name);
    all.push_back(
        {name, absl::StrCat(options != nullptr ? options : "", option)});
  }
  return all;
}

Server::Server(const Args& args, const Environment& env, rlim_t descriptors) {
  Command command;
  command.argv = {ServerBinary()};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  command.env = env;
  command.descriptors = descriptors;
  AddDefault(&command.argv, "--listen", "127.0.0.1:0");
  AddDefault(&command.argv, "--workers", "2");
  AddDefault(&command.argv, "--access-log", "off");
  AddDefault(&command.argv, "--root", root_.path());
  AddDefault(&command.argv, "--drain-idle", "0");
  AddDefault(&command.argv, "--sandbox", SandboxOfTests());
  /* Said by name, that it stays root is no warning. */
  if (geteuid() == 0) AddDefault(&command.argv, "--user", "0");
  process_ = std::make_unique<Process>(command);
  const bool ended = !WaitUntil([this] {
    ReadStartLine();
    return ready_ || !process_->Running();
  });
  if (ready_) return;
  ADD_FAILURE() << "the server did not start" << (ended ? " in time" : "")
                << ":\n"
                << process_->Err();
}

void Server::ReadStartLine() {
  const std::string err = process_->Err();
  for (absl::string_view line : absl::StrSplit(err, '\n')) {
    const size_t end =
        static_cast<size_t>(line.data() - err.data()) + line.size();
    absl::string_view rest = line;
    if (end == err.size() ||  // The line is not complete yet.
        !absl::ConsumePrefix(&rest, "httpd: listening on ")) {
      continue;
    }
    start_line_ = std::string(line);
    const std::vector<std::string> parts = absl::StrSplit(rest, "; ");
    listeners_ = absl::StrSplit(parts[0], ", ");
    for (const std::string& part : parts) {
      if (absl::StartsWith(part, "admin on ")) admin_port_ = PortIn(part);
      if (absl::StartsWith(part, "proxies on ")) proxy_port_ = PortIn(part);
    }
    ready_ = true;
  }
}

Server::~Server() {
  if (ready_ && !ended_) Stop();
}

int Server::PortOf(size_t n) const {
  return n < listeners_.size() ? PortIn(listeners_[n]) : 0;
}

void Server::Stop() {
  process_->Signal(SIGTERM);
  ExpectExit(0);
}

void Server::ExpectExit(int status, Milliseconds limit) {
  ended_ = true;
  const std::optional<int> exit = process_->Wait(limit);
  const std::string err = process_->Err();
  EXPECT_TRUE(exit.has_value()) << "the server does not end\n" << err;
  EXPECT_EQ(exit.value_or(-1), status) << err;
  for (const char* report :
       {"AddressSanitizer", "ThreadSanitizer", "LeakSanitizer",
        "MemorySanitizer", "runtime error:"}) {
    EXPECT_FALSE(absl::StrContains(err, report)) << err;
  }
}

Json Server::Metrics() const {
  Client client(admin_port_ != 0 ? admin_port_ : port());
  const Response response = client.Get("/_metrics", "Connection: close\r\n");
  EXPECT_EQ(response.status, 200) << response;
  const Json json = ParseJson(response.body);
  EXPECT_EQ(json.kind, Json::kObject) << response.body;
  return json;
}

double Server::Refusals(const std::string& reason) const {
  const Json json = Metrics();
  EXPECT_TRUE(json.Has("refusals"));
  return json["refusals"][reason].number;
}

bool Server::AwaitRefusals(const std::string& reason, double count) const {
  WaitUntil([&] { return Refusals(reason) >= count; }, Milliseconds(5000));
  return Refusals(reason) == count;
}

}  // namespace h1_test
