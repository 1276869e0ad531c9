// Who the client is when a proxy says so: PROXY headers, Forwarded and
// X-Forwarded-For, and what the log shows of it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/client.h"
#include "tests/support/json.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
// From 203.0.113.8:2222 to 1.2.3.4:80.
const std::string kBlock =
    kSignature +
    std::string("\x21\x11\0\x0c\xcb\0\x71\x08\x01\x02\x03\x04\x08\xae\0\x50",
                16);
const std::string kLocal = kSignature + std::string("\x20\0\0\0", 4);
const char kLine[] = "PROXY TCP4 203.0.113.7 1.2.3.4 1111 80\r\n";

std::string Request(const std::string& fields = "") {
  return GetBytes("/", "Connection: close\r\n" + fields);
}

class Logged {
 public:
  Args With(const Args& more) const {
    Args args = {"--access-log", dir_.File("log")};
    args.insert(args.end(), more.begin(), more.end());
    return args;
  }
  // The lines of the log, of which there have to be `count`.
  std::vector<Json> Await(size_t count) const {
    std::vector<std::string> lines;
    EXPECT_TRUE(WaitUntil([&] {
      lines = absl::StrSplit(ReadFileText(dir_.File("log")), '\n');
      return lines.size() > count;
    })) << lines.size();
    std::vector<Json> out;
    for (size_t i = 0; i < count && i < lines.size(); i++) {
      out.push_back(ParseJson(lines[i]));
    }
    return out;
  }

 private:
  TempDir dir_;
};

std::string Text(const Json& line, const std::string& key) {
  if (!line.Has(key)) return "absent";
  const Json& value = line[key];
  return value.kind == Json::kNumber ? absl::StrCat(value.number) : value.text;
}

Finished RunServer(const Args& args) {
  Command command;
  command.argv = {ServerBinary()};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  return RunProgram(command);
}

// The client as a line shows it.
std::string ClientOf(const Json& line) {
  return absl::StrCat(Text(line, "client"), " ", Text(line, "client_port"), " ",
                      Text(line, "reason"));
}

int Ask(int port, const std::string& bytes, bool bytewise = false) {
  Client client(port);
  EXPECT_TRUE(bytewise ? client.SendBytewise(bytes) : client.Send(bytes));
  return client.Read().status;
}

const Args kProxied = {"--proxy-listen=127.0.0.1:0",
                       "--trusted-proxy=127.0.0.0/8", "--client-address=proxy",
                       "--header-timeout=500ms", "--workers=1"};

TEST(ProxyListen, TheHeaderNamesTheClient) {
  Logged log;
  Server server(log.With(kProxied));
  const int port = server.proxy_port();
  EXPECT_EQ(Ask(port, kLine + Request()), 200);
  EXPECT_EQ(Ask(port, kBlock + Request(), true), 200);
  EXPECT_EQ(Ask(port, kLocal + Request()), 200);
  EXPECT_EQ(Ask(server.port(), Request()), 200);
  const std::vector<Json> lines = log.Await(4);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(ClientOf(lines[0]), "203.0.113.7 1111 ");
  EXPECT_EQ(Text(lines[0], "peer"), "127.0.0.1");
  EXPECT_EQ(ClientOf(lines[1]), "203.0.113.8 2222 ");
  EXPECT_EQ(Text(lines[2], "client"), "127.0.0.1");
  EXPECT_EQ(Text(lines[2], "client_port"), Text(lines[2], "peer_port"));
  EXPECT_EQ(Text(lines[3], "client"), "127.0.0.1");
}

TEST(ProxyListen, TheHeaderHoldsForTheWholeConnection) {
  Logged log;
  Server server(log.With(kProxied));
  Client client(server.proxy_port());
  ASSERT_TRUE(client.Send(kLine + GetBytes("/") + GetBytes("/")));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Get("/nope").status, 404);
  for (const Json& line : log.Await(3)) {
    EXPECT_EQ(Text(line, "client"), "203.0.113.7");
  }
}

TEST(ProxyListen, WithoutAGoodHeaderNothingIsServed) {
  Logged log;
  Server server(log.With(kProxied));
  const int port = server.proxy_port();
  EXPECT_EQ(Ask(port, Request()), 400);
  EXPECT_EQ(Ask(port, "PROXY TCP4 203.0.113.7 1.2.3.4 01111 80\r\n"), 400);
  EXPECT_EQ(Ask(port, std::string(kLine) + kLine + Request()), 400);
  EXPECT_EQ(Ask(port, std::string(kLine).substr(0, 20)), 408);
  EXPECT_EQ(Ask(server.port(), kLine + Request()), 400);
  const std::vector<Json> lines = log.Await(5);
  ASSERT_EQ(lines.size(), 5u);
  const char* const reasons[] = {"proxy_missing", "proxy_port", "proxy_header",
                                 "proxy_timeout", "proxy_header"};
  for (size_t i = 0; i < 5; i++) {
    EXPECT_EQ(Text(lines[i], "reason"), reasons[i]);
  }
  EXPECT_EQ(Text(lines[2], "client"), "203.0.113.7");
  EXPECT_TRUE(server.AwaitRefusals("proxy_timeout", 1));
}

TEST(ProxyListen, OnlyTrustedProxiesMaySpeak) {
  Logged log;
  Server server(
      log.With({"--proxy-listen=127.0.0.1:0", "--trusted-proxy=10.0.0.0/8",
                "--client-address=proxy"}));
  EXPECT_EQ(Ask(server.proxy_port(), kLine + Request()), 400);
  EXPECT_EQ(ClientOf(log.Await(1)[0]).substr(0, 9), "127.0.0.1");
  EXPECT_TRUE(server.AwaitRefusals("proxy_untrusted", 1));
}

TEST(ClientAddress, ComesFromExactlyOneField) {
  Logged log;
  Server server(
      log.With({"--trusted-proxy=127.0.0.1", "--trusted-proxy=10.0.0.0/8",
                "--client-address=forwarded"}));
  EXPECT_EQ(Ask(server.port(),
                Request("X-Forwarded-For: 9.9.9.9\r\n"
                        "Forwarded: for=8.8.8.8, for=\"[2001:db8::5]:99\"\r\n"
                        "Forwarded: for=10.1.1.1\r\n")),
            200);
  EXPECT_EQ(
      Ask(server.port(),
          Request("Forwarded: for=8.8.8.8, for=_hidden, for=10.1.1.1\r\n")),
      200);
  const std::vector<Json> lines = log.Await(2);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(ClientOf(lines[0]), "2001:db8::5 99 ");
  EXPECT_EQ(Text(lines[0], "client_stopped"), "absent");
  EXPECT_EQ(Text(lines[1], "client"), "10.1.1.1");
  EXPECT_EQ(Text(lines[1], "client_port"), "absent");
  EXPECT_EQ(Text(lines[1], "client_stopped"), "hidden");
}

// On one connection, as proxies use it, and in the other format.
TEST(ClientAddress, ChangesFromRequestToRequest) {
  TempDir dir;
  Server server({"--access-log", dir.File("log"), "--log-format=combined",
                 "--trusted-proxy=127.0.0.1",
                 "--client-address=x-forwarded-for"});
  Client client = server.Connect();
  ASSERT_TRUE(client.Send(GetBytes("/", "X-Forwarded-For: 1.1.1.1\r\n") +
                          GetBytes("/", "X-Forwarded-For: 2.2.2.2\r\n") +
                          GetBytes("/")));
  for (int i = 0; i < 3; i++) EXPECT_EQ(client.Read().status, 200);
  std::vector<std::string> lines;
  ASSERT_TRUE(WaitUntil([&] {
    lines = absl::StrSplit(ReadFileText(dir.File("log")), '\n');
    return lines.size() == 4;
  }));
  EXPECT_EQ(lines[0].substr(0, 8), "1.1.1.1 ");
  EXPECT_EQ(lines[1].substr(0, 8), "2.2.2.2 ");
  EXPECT_EQ(lines[2].substr(0, 10), "127.0.0.1 ");
}

TEST(ClientAddress, OfAnUntrustedPeerIsItsOwn) {
  Logged log;
  Server server(
      log.With({"--trusted-proxy=unix", "--client-address=x-forwarded-for"}));
  EXPECT_EQ(Ask(server.port(), Request("X-Forwarded-For: 1.1.1.1\r\n")), 200);
  EXPECT_EQ(Text(log.Await(1)[0], "client"), "127.0.0.1");
}

// One client of a proxy has more than its share, and gives way to another.
TEST(ClientAddress, AShareCountsExchangesOfTheForwardedClient) {
  Server server({"--trusted-proxy=127.0.0.1", "--workers=1",
                 "--client-address=x-forwarded-for", "--max-connections=4",
                 "--max-client-connections=2"});
  const std::string post =
      "POST /submit HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n";
  std::vector<Client> slow;
  for (int i = 0; i < 4; i++) {
    slow.push_back(server.Connect());
    const char* who = i == 0 ? "2.2.2.2" : "1.1.1.1";
    ASSERT_TRUE(slow.back().Send(
        absl::StrCat(post, "X-Forwarded-For: ", who, "\r\n\r\n12345678")));
  }
  Client other = server.Connect();
  EXPECT_EQ(other.Get("/", "X-Forwarded-For: 3.3.3.3\r\n").status, 200);
  EXPECT_TRUE(server.AwaitRefusals("gave_way", 1));
  ASSERT_TRUE(slow[0].Send("9"));
  EXPECT_EQ(slow[0].Read("POST").status, 200);
}

TEST(LogSkip, LeavesProbesOut) {
  Logged log;
  Server server(log.With({"--log-skip=/_health", "--log-skip=/probe/**"}));
  EXPECT_EQ(Ask(server.port(), GetBytes("/_health")), 200);
  EXPECT_EQ(Ask(server.port(), GetBytes("/probe/a/b")), 404);
  EXPECT_EQ(Ask(server.port(), GetBytes("/%5Fhealth?x")), 200);
  EXPECT_EQ(Ask(server.port(), GetBytes("/last")), 404);
  const std::vector<Json> lines = log.Await(1);
  EXPECT_EQ(Text(lines[0], "path"), "/last");
  EXPECT_TRUE(server.AwaitRefusals("not_found", 2));
}

TEST(ProxyOptions, ThatContradictEachOtherAreRefused) {
  const struct {
    Args args;
    const char* begins;
  } cases[] = {
      {{"--proxy-listen=127.0.0.1:0"}, "httpd: --proxy-listen needs"},
      {{"--client-address=proxy"}, "httpd: --client-address=proxy needs"},
      {{"--client-address=forwarded"}, "httpd: --client-address needs"},
      {{"--trusted-proxy=10.0.0.1/8"}, "httpd: --trusted-proxy: '10.0.0.1/8'"},
      {{"--log-skip=probe"}, "httpd: --log-skip: 'probe'"},
  };
  for (const auto& c : cases) {
    const Finished done = RunServer(c.args);
    EXPECT_EQ(done.exit, 2);
    EXPECT_EQ(done.err.rfind(c.begins, 0), 0u) << done.err;
  }
}

// What is allowed and may not be meant is said.
TEST(ProxyOptions, ThatDoLessOrMoreThanTheySeemAreWarnedOf) {
  TempDir root;
  const std::string listen = "--proxy-listen=127.0.0.1:0";
  const std::string trusted = "--trusted-proxy=10.0.0.0/8";
  const struct {
    Args args;
    const char* says;  // empty: nothing
  } cases[] = {
      {{}, ""},
      {{listen, trusted, "--client-address=proxy"}, ""},
      {{trusted, "--client-address=forwarded"}, ""},
      {{listen, trusted}, "each proxy counts as one client\n"},
      {{listen, trusted, "--client-address=peer"},
       "httpd: warning: --proxy-listen without --client-address=proxy"},
      {{listen, trusted, "--client-address=x-forwarded-for"},
       "lets each of them choose its address\n"},
      {{trusted}, "httpd: warning: --trusted-proxy without --client-address"},
      {{"--trusted-proxy=::/0", "--client-address=forwarded"},
       "httpd: warning: --trusted-proxy: a network of all addresses"},
      {{"--proxy-listen=unix:" + root.File("s"), trusted,
        "--client-address=proxy"},
       "without --trusted-proxy=unix every connection there is refused\n"},
      {{"--listen=unix:" + root.File("s"), trusted,
        "--client-address=x-forwarded-for"},
       "without --trusted-proxy=unix nobody there is asked"},
      {{"--listen=unix:" + root.File("s"), trusted, "--trusted-proxy=unix",
        "--client-address=x-forwarded-for"},
       ""},
  };
  for (const auto& c : cases) {
    Args args = {"--check", "--listen=127.0.0.1:0", "--root=" + root.path()};
    args.insert(args.end(), c.args.begin(), c.args.end());
    const Finished done = RunServer(args);
    EXPECT_EQ(done.exit, 0) << done.err;
    const bool silent = c.says[0] == '\0';
    EXPECT_EQ(done.err.find("warning") == std::string::npos, silent);
    EXPECT_NE(done.err.find(c.says), std::string::npos) << done.err;
  }
  Server server({listen, trusted});
  EXPECT_TRUE(server.process().Says("warning: --proxy-listen without"));
}

}  // namespace
}  // namespace h1_test
