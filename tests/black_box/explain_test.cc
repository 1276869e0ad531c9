// httpd --explain: what it says about the bytes of a connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/black_box/explanation.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

// ---- what it says ----

struct Case {
  std::string bytes;
  int exit;
  std::vector<std::string> lines;  // all of these, in this order
};

void ExpectLines(const Case& c, const Args& options = {}) {
  const Explained e = Explain(c.bytes, options);
  EXPECT_EQ(e.exit, c.exit) << e.text;
  size_t at = 0;
  for (const std::string& line : c.lines) {
    const size_t found = e.text.find(absl::StrCat("  ", line, "\n"), at);
    EXPECT_NE(found, std::string::npos) << line << " in\n" << e.text;
    if (found != std::string::npos) at = found;
  }
}

TEST(Explain, AcceptedRequestsShowRouteFramingAndPersistence) {
  const Case cases[] = {
      {"", 0, {"requests: 0", "state: open", "unread: 0"}},
      {"\r\n", 0, {"requests: 0", "state: open", "unread: 0"}},
      {Get("/"),
       0,
       {"offset: 0", "method: GET", "target: /", "version: 1.1",
        "verdict: accepted", "header-bytes: 27/16384", "header-count: 1/100",
        "target-bytes: 1/8192", "framing: none", "body: none", "route: /",
        "answer: 200", "connection: keep-alive", "requests: 1", "state: open",
        "unread: 0"}},
      {"\r\n" + Get("/"), 0, {"offset: 2", "header-bytes: 29/16384"}},
      {Get("/", "Connection: close\r\n") + "rest",
       0,
       {"verdict: accepted", "connection: close", "state: closed",
        "unread: 4"}},
      {"GET / HTTP/1.0\r\n\r\n", 0, {"version: 1.0", "connection: close"}},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
       0,
       {"version: 1.0", "connection: keep-alive", "state: open"}},
      {"GET / HTTP/1.7\r\nHost: a\r\n\r\n", 0, {"version: 1.1"}},
      {Post("Content-Length: 5\r\n", "hello"),
       0,
       {"framing: length 5", "body: buffered", "body-bytes: 5/1048576",
        "request-bytes: 58/1069056", "route: /submit", "answer: 200"}},
      {Post("Content-Length: 0\r\n", ""),
       0,
       {"framing: length 0", "body: buffered", "body-bytes: 0/1048576"}},
      {Post("Content-Length: 20000\r\n", std::string(20000, 'x')),
       0,
       {"body-bytes: 20000/1048576", "answer: 200", "unread: 0"}},
      {PostChunked("5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n"),
       0,
       {"framing: chunked", "body: buffered", "body-bytes: 6/1048576",
        "trailer-bytes: 8/4096", "request-bytes: 76/1069056", "answer: 200"}},
      {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
       0,
       {"framing: length 3", "body: ignored", "body-bytes: 3/1048576"}},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
       0,
       {"target: *", "answer: 204", "allow: GET, HEAD, POST, OPTIONS"}},
      {"OPTIONS /submit HTTP/1.1\r\nHost: a\r\n\r\n",
       0,
       {"route: /submit", "answer: 204", "allow: POST, OPTIONS"}},
      {"HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n",
       0,
       {"method: HEAD", "route: /stream", "answer: 200"}},
      {Get("/_health"), 0, {"route: /_health", "answer: 200"}},
      {Get("/_metrics"), 0, {"route: /_metrics", "answer: 200"}},
      {Get("http://b/static/file.txt?q"),
       0,
       {"target: http://b/static/file.txt?q", "route: /static/*",
        "answer: 200"}},
      {Get("/static/folder"),
       0,
       {"route: /static/*", "answer: 301", "location: folder/"}},
      {Get("/static/file.txt", "Range: bytes=2-3\r\n"), 0, {"answer: 206"}},
  };
  for (const Case& c : cases) ExpectLines(c);
}

TEST(Explain, RefusalsShowReasonSectionAndPlace) {
  const Case cases[] = {
      {"GET / HTTP/1.1\nHost: a\r\n\r\n",
       1,
       {"method: GET", "verdict: refused", "reason: bare_lf",
        "section: RFC 9112 2.2", "fault: 14",
        "near: GET / HTTP/1.1[\\x0A]Host: a\\x0D\\x0A\\x0D\\x0A", "answer: 400",
        "connection: close", "state: closed", "unread: 12"}},
      {"GET /[\\] HTTP/1.1\r\n\r\n",
       1,
       {"target: /[\\x5C]", "reason: host_missing", "fault: 19",
        "near:  /\\x5B\\x5C\\x5D HTTP/1.1\\x0D\\x0A[\\x0D]\\x0A"}},
      {Get("/a%zz"), 1, {"reason: path_encoding", "fault: 4"}},
      {Get("/../x"), 1, {"reason: path_above_root", "fault: 4"}},
      {"GET / HTTP/2.0\r\n\r\n", 1, {"reason: version_unsupported"}},
      {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
       1,
       {"reason: method_unknown", "fault: 0", "answer: 501"}},
      {"GET / HTTP/1.1\r\nHost: a,b\r\n\r\n",
       1,
       {"reason: host_invalid", "fault: 22"}},
      {Get("/", "Connection: a b\r\n"),
       1,
       {"reason: connection_invalid", "fault: 37"}},
      {Get("/", "Expect: x\r\n"),
       1,
       {"reason: expect_unknown", "fault: 33", "answer: 417"}},
      {Post("Content-Length: x\r\n", ""),
       1,
       {"reason: length_invalid", "fault: 48"}},
      {Post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", ""),
       1,
       {"reason: length_with_coding", "fault: 48"}},
      {Post("Transfer-Encoding: gzip\r\n", ""),
       1,
       {"reason: coding_not_chunked", "fault: 51", "answer: 400"}},
      {Post("Transfer-Encoding: gzip, chunked\r\n", ""),
       1,
       {"reason: coding_unknown", "fault: 51", "answer: 501"}},
      {Post("Content-Length: 1048577\r\n", "abc"),
       1,
       {"reason: body_too_large", "fault: 48", "framing: length 1048577",
        "answer: 413", "unread: 3"}},
      {PostChunked("G\r\n"),
       1,
       {"reason: chunk_size_invalid", "fault: 62", "unread: 3"}},
      {PostChunked("5\r\nhelloX\r\n0\r\n\r\n"),
       1,
       {"reason: chunk_end_invalid", "fault: 70", "body-bytes: 5/1048576",
        "answer: 400", "unread: 8"}},
      {PostChunked("5\r\nhello\r\n0\r\nHost: b\r\n\r\n"),
       1,
       {"reason: trailer_forbidden", "fault: 79", "answer: 400", "unread: 7"}},
      {PostChunked("5\r\nhello\r\n0\r\nA: b\n\r\n"),
       1,
       {"reason: bare_lf", "fault: 79"}},
      {Get("/none"),
       1,
       {"verdict: refused", "reason: not_found", "fault: 4", "route: none",
        "answer: 404", "connection: keep-alive", "state: open"}},
      {Get("/static/none"),
       1,
       {"reason: not_found", "route: /static/*", "answer: 404"}},
      {Get("/static/file.txt", "Range: bytes=10-\r\n"),
       1,
       {"reason: range_unsatisfiable", "answer: 416"}},
      {Get("/static/file.txt", "If-Match: \"x\"\r\n"),
       1,
       {"reason: precondition_failed", "answer: 412"}},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + Get("/"),
       1,
       {"reason: method_not_allowed", "framing: length 3", "body: dropped",
        "body-bytes: 3/65536", "route: /", "answer: 405",
        "allow: GET, HEAD, OPTIONS", "connection: keep-alive", "offset: 49",
        "answer: 200", "state: open", "unread: 0"}},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\nabc",
       1,
       {"reason: method_not_allowed", "answer: 405", "connection: close",
        "state: closed", "unread: 3"}},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
       "1\r\nab",
       1,
       {"reason: method_not_allowed", "answer: 405", "connection: keep-alive",
        "state: closed", "unread: 1"}},
  };
  for (const Case& c : cases) ExpectLines(c);
}

TEST(Explain, TruncatedInputSaysWhatIsMissing) {
  const Case cases[] = {
      {"G",
       1,
       {"verdict: incomplete", "header-bytes: 1/16384",
        "expected: the rest of the request line", "state: incomplete",
        "unread: 0"}},
      {"\r\nGET / HTTP/1.1\r\nHost",
       1,
       {"offset: 2",
        "expected: the rest of the fields and the empty line after them"}},
      {Post("Content-Length: 5\r\n", "he"),
       1,
       {"verdict: incomplete", "body-bytes: 2/1048576", "route: /submit",
        "expected: 3 more bytes of body", "state: incomplete"}},
      {Post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""),
       1,
       {"interim: 100", "expected: 5 more bytes of body"}},
      {PostChunked("5\r\nhe"),
       1,
       {"body-bytes: 2/1048576",
        "expected: the rest of the chunked body, up to its last chunk"}},
      {PostChunked("0\r\nA: b"),
       1,
       {"expected: the rest of the trailer section and the empty line after "
        "it"}},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na",
       1,
       {"verdict: refused", "answer: 405", "expected: 2 more bytes of body",
        "state: incomplete"}},
  };
  for (const Case& c : cases) ExpectLines(c);
}

TEST(Explain, EveryPrefixOfAPipelineIsOpenOrIncomplete) {
  const std::string whole = Get("/") + Post("Content-Length: 3\r\n", "abc") +
                            PostChunked("2;x\r\nab\r\n0\r\nT: u\r\n\r\n") +
                            Get("/static/file.txt");
  std::set<size_t> ends = {0};
  const Explained all = Explain(whole);
  for (const Block& r : all.requests) {
    ends.insert(static_cast<size_t>(std::stoul(r.At("offset"))));
  }
  ASSERT_EQ(ends.size(), 4u) << all.text;
  for (size_t n = 0; n < whole.size(); n++) {
    const bool at_end = ends.count(n) > 0;
    if (!at_end && LeftOut()) continue;
    const Explained e = Explain(whole.substr(0, n));
    EXPECT_EQ(e.exit, at_end ? 0 : 1) << e.text;
    EXPECT_EQ(e.end.At("state"), at_end ? "open" : "incomplete") << e.text;
    EXPECT_EQ(e.end.At("unread"), "0");
    if (at_end) continue;
    EXPECT_EQ(e.requests.back().At("verdict"), "incomplete") << e.text;
    EXPECT_NE(e.requests.back().At("expected"), "") << e.text;
    EXPECT_EQ(e.requests.back().At("answer"), "") << e.text;
  }
}

TEST(Explain, NoiseIsRefusedInPrintableLines) {
  std::mt19937 random(4);
  for (int i = 0; i < 20; i++) {
    std::string noise(static_cast<size_t>(1 + i * 37), '\0');
    for (char& c : noise) c = static_cast<char>(random());
    const Explained e = Explain(noise);
    EXPECT_EQ(e.exit, 1) << e.text;
    ASSERT_EQ(e.requests.size(), 1u) << e.text;
    EXPECT_NE(e.requests[0].At("verdict"), "accepted");
    const Explained after = Explain(Get("/") + "\x80" + noise);
    EXPECT_EQ(after.Answers(), "200 400 ") << after.text;
  }
}

// ---- limits ----

struct LimitCase {
  Args options;
  std::string within, beyond;
  std::string line;  // of the one within
  std::string reason;
};

TEST(Explain, LimitsAreThoseOfTheOptions) {
  const LimitCase cases[] = {
      {{"--max-header-bytes=256"},
       Get("/", "A: " + std::string(224, 'x') + "\r\n"),
       Get("/", "A: " + std::string(225, 'x') + "\r\n"),
       "header-bytes: 256/256",
       "head_too_large"},
      {{"--max-header-count=2"},
       Get("/", "A: b\r\n"),
       Get("/", "A: b\r\nC: d\r\n"),
       "header-count: 2/2",
       "header_count"},
      {{"--max-target-bytes=3"},
       Get("/?a"),
       Get("/?ab"),
       "target-bytes: 3/3",
       "target_too_long"},
      {{"--max-body-bytes=3"},
       Post("Content-Length: 3\r\n", "abc"),
       Post("Content-Length: 4\r\n", "abcd"),
       "body-bytes: 3/3",
       "body_too_large"},
      {{"--max-body-bytes=3"},
       PostChunked("3\r\nabc\r\n0\r\n\r\n"),
       PostChunked("4\r\nabcd\r\n0\r\n\r\n"),
       "body-bytes: 3/3",
       "body_too_large"},
      {{"--max-trailer-bytes=8"},
       PostChunked("0\r\nA: b\r\n\r\n"),
       PostChunked("0\r\nA: bc\r\n\r\n"),
       "trailer-bytes: 8/8",
       "trailer_too_large"},
      {{"--max-request-bytes=256"},
       Post("Content-Length: 201\r\n", std::string(201, 'x')),
       Post("Content-Length: 202\r\n", std::string(202, 'x')),
       "request-bytes: 256/256",
       "request_too_large"},
      {{"--max-request-bytes=256"},
       PostChunked("a0\r\n" + std::string(160, 'x') +
                   "\r\n0\r\nA: " + std::string(27, 'y') + "\r\n\r\n"),
       PostChunked("a0\r\n" + std::string(160, 'x') +
                   "\r\n0\r\nA: " + std::string(28, 'y') + "\r\n\r\n"),
       "request-bytes: 256/256",
       "request_too_large"},
  };
  for (const LimitCase& c : cases) {
    ExpectLines({c.within, 0, {"verdict: accepted", c.line}}, c.options);
    ExpectLines({c.beyond, 1, {"reason: " + c.reason, "state: closed"}},
                c.options);
  }
}

TEST(Explain, KeepAliveEndsWhereTheOptionSays) {
  const Explained e =
      Explain(Get("/") + Get("/") + Get("/"), {"--keepalive-requests=2"});
  ASSERT_EQ(e.requests.size(), 2u) << e.text;
  EXPECT_EQ(e.requests[1].At("connection"), "close");
  EXPECT_EQ(e.end.At("unread"), "27");
}

TEST(Explain, AdminRoutesAreElsewhereWhenToldSo) {
  ExpectLines({Get("/_health"), 1, {"reason: not_found", "route: none"}},
              {"--admin-listen", "127.0.0.1:0"});
}

TEST(Explain, OptionsThatAreWrongAreUsageErrors) {
  for (const Args& options :
       {Args{"--workers=0"}, Args{"--explain=yes"}, Args{"x"},
        Args{"--max-memory=1M"}, Args{"--buffer-memory=64K"}}) {
    const Finished done = RunExplain(Get("/"), options);
    EXPECT_EQ(done.exit, 2) << done.err;
    EXPECT_EQ(done.out, "");
  }
}

TEST(Explain, OutputThatCannotBeWrittenIsAFailure) {
  Command command;
  command.argv = {"/bin/sh",
                  "-c",
                  "exec \"$0\" \"$@\" < /dev/null > /dev/full",
                  ServerBinary(),
                  "--explain",
                  "--root",
                  Folder().File("www")};
  const Finished done = RunProgram(command);
  EXPECT_EQ(done.exit, 1);
  EXPECT_EQ(done.err, "httpd: cannot write to standard output\n");
}

// ---- what its page says of it ----

std::string Page() {
  const std::string text = ReadFileText(DataFile("server/explain/README.md"));
  EXPECT_NE(text, "");
  return text;
}

TEST(ExplainPage, TheExampleIsWhatIsPrinted) {
  const std::string text = Page();
  const std::string fence = "```console\n$ ";
  const size_t at = text.find(fence);
  ASSERT_NE(at, std::string::npos);
  const size_t line_end = text.find('\n', at + fence.size());
  const std::string command =
      text.substr(at + fence.size(), line_end - at - fence.size());
  ASSERT_TRUE(absl::EndsWith(command, "| httpd --explain")) << command;
  Command run;
  run.argv = {
      "/bin/sh", "-c",
      absl::StrReplaceAll(
          command, {{"| httpd", absl::StrCat("| ", ServerBinary(), " --root ",
                                             Folder().File("www"))}})};
  const Finished done = RunProgram(run);
  EXPECT_EQ(done.exit, 1) << done.err;
  EXPECT_EQ(done.out, text.substr(line_end + 1,
                                  text.find("```\n", line_end) - line_end - 1));
}

// Last, so that every other test has shown what keys there are.
TEST(ExplainPageKeys, AreThoseThatArePrinted) {
  std::set<std::string> written;
  bool inside = false;
  for (absl::string_view line : absl::StrSplit(Page(), '\n')) {
    if (absl::StartsWith(line, "| line |")) {
      inside = true;
    } else if (!absl::StartsWith(line, "|")) {
      inside = false;
    } else if (inside && !absl::StartsWith(line, "|---")) {
      const std::string cell(line.substr(1, line.find('|', 1) - 1));
      for (absl::string_view key : absl::StrSplit(cell, ',')) {
        written.insert(
            absl::StrReplaceAll(absl::StripAsciiWhitespace(key), {{"`", ""}}));
      }
    }
  }
  ExpectLines({Get("/"), 0, {}});
  ExpectLines(
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na", 1, {}});
  ExpectLines({Get("/static/folder"), 0, {}});
  ExpectLines({PostChunked("0\r\nA: b\r\n\r\n"), 0, {}});
  ExpectLines(
      {Post("Expect: 100-continue\r\nContent-Length: 5\r\n", ""), 1, {}});
  EXPECT_THAT(SeenKeys(), testing::ContainerEq(written));
}

}  // namespace
}  // namespace h1_test
