// Clients that people really use: curl, Python's http.client, Node's fetch.
// One that is not installed is skipped by name.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

class Clients : public testing::Test {
 protected:
  void Find(const std::string& name) {
    program_ = FindProgram(name);
    if (program_.empty()) GTEST_SKIP() << name << " is not installed";
    server_ = std::make_unique<Server>();
    server_->root().Write("a.txt", "static text\n");
    server_->root().Write("large.bin", std::string(3 << 20, 'L'));
    url_ = absl::StrCat("http://127.0.0.1:", server_->port());
  }

  Finished RunClient(std::vector<std::string> args) {
    args.insert(args.begin(), program_);
    Command command;
    command.argv = std::move(args);
    command.env = {{"HOME", dir_.path()},
                   {"no_proxy", "127.0.0.1"},
                   {"NO_PROXY", "127.0.0.1"}};
    command.dir = dir_.path();
    Finished done = RunProgram(command, Milliseconds(40000));
    EXPECT_EQ(done.exit, 0) << done.out << done.err;
    return done;
  }

  std::string program_, url_;
  std::unique_ptr<Server> server_;
  TempDir dir_;
};

class Curl : public Clients {
 protected:
  void SetUp() override { Find("curl"); }
  // Quiet, bounded in time, no configuration of whoever runs the test.
  std::string Fetch(std::vector<std::string> args) {
    std::vector<std::string> all = {"-q", "-sS", "--max-time", "30"};
    all.insert(all.end(), args.begin(), args.end());
    return RunClient(all).out;
  }
};

TEST_F(Curl, GetsEveryRoute) {
  EXPECT_FALSE(Fetch({"-f", url_ + "/"}).empty());
  EXPECT_FALSE(Fetch({"-f", url_ + "/stream"}).empty());
  EXPECT_EQ(Fetch({"-f", url_ + "/static/a.txt"}), "static text\n");
  EXPECT_EQ(Fetch({"-f", url_ + "/static/large.bin"}).size(), size_t{3} << 20);
  EXPECT_EQ(Fetch({"-o", "/dev/null", "-w", "%{http_code}", url_ + "/nope"}),
            "404");
  EXPECT_FALSE(Fetch({"-f", "-I", url_ + "/"}).empty());
}

TEST_F(Curl, PostsWithLengthChunkedAndExpect) {
  EXPECT_EQ(Fetch({"-f", "-d", "a=b", url_ + "/submit"}), "a=b");
  EXPECT_EQ(Fetch({"-f", "-d", "a=b", "-H", "Transfer-Encoding: chunked",
                   url_ + "/submit"}),
            "a=b");
  dir_.Write("body", std::string(1 << 20, 'b'));
  // curl expects a 100 before bodies of this size.
  EXPECT_EQ(Fetch({"-f", "--data-binary", "@body", url_ + "/submit"}).size(),
            size_t{1} << 20);
  EXPECT_EQ(Fetch({"-f", "-T", "body", "-X", "POST", "-H",
                   "Transfer-Encoding: chunked", "-H", "Expect: 100-continue",
                   url_ + "/submit"})
                .size(),
            size_t{1} << 20);
}

TEST_F(Curl, ReusesItsConnection) {
  const std::string urls = url_ + "/";
  EXPECT_EQ(Fetch({"-f", "-o", "/dev/null", "-o", "/dev/null", "-o",
                   "/dev/null", "-w", "%{num_connects}", urls, urls, urls}),
            "100");
}

TEST_F(Curl, SpeaksHttp10) {
  EXPECT_EQ(Fetch({"-f", "-0", url_ + "/static/a.txt"}), "static text\n");
  EXPECT_FALSE(Fetch({"-f", "-0", url_ + "/stream"}).empty());
}

TEST_F(Curl, ResumesAndRevalidates) {
  EXPECT_EQ(Fetch({"-f", "-r", "0-5", url_ + "/static/a.txt"}), "static");
  EXPECT_EQ(Fetch({"-f", "-C", "7", url_ + "/static/a.txt"}), "text\n");
  // A file that has just changed has no entity tag yet, and one worker may know
  // it a moment before the other does.
  EXPECT_TRUE(WaitUntil([this] {
    Fetch({"-f", "--etag-save", "tag", "-o", "one", url_ + "/static/a.txt"});
    return Fetch({"-o", "/dev/null", "-w", "%{http_code}", "--etag-compare",
                  "tag", url_ + "/static/a.txt"}) == "304";
  }));
}

TEST_F(Curl, TalksToAUnixSocket) {
  const std::string path = dir_.File("s.sock");
  Server server({"--listen", "unix:" + path});
  EXPECT_FALSE(
      Fetch({"-f", "--unix-socket", path, "http://localhost/"}).empty());
}

TEST_F(Curl, FollowsTheRedirectOfAFolder) {
  server_->root().Write("folder/index.html", "the index");
  EXPECT_EQ(Fetch({"-f", "-L", url_ + "/static/folder"}), "the index");
}

TEST_F(Clients, PythonHttpClient) {
  ASSERT_NO_FATAL_FAILURE(Find("python3"));
  if (IsSkipped()) return;
  dir_.Write("client.py", R"(
import http.client, sys
c = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
def ask(method, path, body=None, headers={}, **more):
    c.request(method, path, body, headers, **more)
    r = c.getresponse()
    return r.status, r.read(), r
status, body, r = ask("GET", "/")
assert status == 200 and body and r.version == 11, (status, body)
sock = c.sock
status, body, r = ask("GET", "/stream")
assert status == 200 and body and r.chunked, (status, body)
status, body, r = ask("POST", "/submit", b"hello", {"Content-Type": "text/x"})
assert (status, body) == (200, b"hello"), (status, body)
assert r.getheader("Content-Type") == "text/x"
def pieces():
    for i in range(1000):
        yield b"piece %d," % i
status, body, r = ask("POST", "/submit", pieces(), {}, encode_chunked=True)
assert (status, body) == (200, b"".join(pieces())), status
status, body, r = ask("HEAD", "/")
assert status == 200 and body == b"" and int(r.getheader("Content-Length")) > 0
status, body, r = ask("GET", "/static/large.bin")
assert status == 200 and body == b"L" * (3 << 20), len(body)
status, body, r = ask("GET", "/nope")
assert status == 404, status
status, body, r = ask("DELETE", "/")
assert status == 405 and "GET" in r.getheader("Allow"), status
assert c.sock is sock, "one connection for all of them"
print("fine")
)");
  EXPECT_EQ(RunClient({"client.py", absl::StrCat(server_->port())}).out,
            "fine\n");
}

TEST_F(Clients, NodeFetch) {
  ASSERT_NO_FATAL_FAILURE(Find("node"));
  if (IsSkipped()) return;
  const Finished probe = RunClient({"-p", "typeof fetch"});
  if (probe.out != "function\n") GTEST_SKIP() << "this node has no fetch";
  dir_.Write("client.js", R"(
const assert = require('assert');
const base = process.argv[2];
(async () => {
  let r = await fetch(base + '/');
  assert.strictEqual(r.status, 200);
  assert((await r.text()).length > 0);
  r = await fetch(base + '/stream');
  assert((await r.text()).length > 0);
  r = await fetch(base + '/submit', {method: 'POST', body: 'hello'});
  assert.strictEqual(await r.text(), 'hello');
  const pieces = new ReadableStream({
    start(c) {
      for (let i = 0; i < 100; i++) c.enqueue(Buffer.from('piece,'));
      c.close();
    }
  });
  r = await fetch(base + '/submit',
                  {method: 'POST', body: pieces, duplex: 'half'});
  assert.strictEqual(await r.text(), 'piece,'.repeat(100));
  r = await fetch(base + '/static/large.bin');
  assert.strictEqual((await r.arrayBuffer()).byteLength, 3 << 20);
  const many = await Promise.all(
      Array.from({length: 50}, () => fetch(base + '/').then(
          async r => [r.status, (await r.text()).length > 0])));
  assert(many.every(([status, full]) => status === 200 && full));
  r = await fetch(base + '/nope');
  assert.strictEqual(r.status, 404);
  await r.text();
  console.log('fine');
})().catch(e => { console.error(e); process.exit(1); });
)");
  EXPECT_EQ(RunClient({"client.js", url_}).out, "fine\n");
}

}  // namespace
}  // namespace h1_test
