// The list "Stricter than the RFCs" in parser/REASONS.md is true, and complete:
// every row is shown by a message, and where the table of differences has us
// refuse what the RFCs leave free, the list has the reason.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "parser/error.h"
#include "parser/tolerance.h"
#include "tests/differential/classes.h"
#include "tests/differential/odd_responses.h"
#include "tests/differential/ours.h"

namespace differential {
namespace {

using std::string_view_literals::operator""sv;

// A row of the document: what is refused, our reason, and its last cell.
struct Stricter {
  std::string what, reason, last;
};

std::vector<Stricter> Rows(absl::string_view begin, absl::string_view end) {
  std::ifstream in("parser/REASONS.md");
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const size_t from = text.find(std::string(begin));
  const size_t to = text.find(std::string(end), from);
  EXPECT_NE(from, std::string::npos) << begin;
  EXPECT_NE(to, std::string::npos) << end;
  std::vector<Stricter> rows;
  if (from == std::string::npos || to == std::string::npos) return rows;
  const std::string part = text.substr(from, to - from);
  for (absl::string_view line : absl::StrSplit(part, '\n')) {
    const std::vector<std::string> cells = absl::StrSplit(line, " | ");
    if (cells.size() != 4 || !absl::StartsWith(cells[1], "`")) continue;
    rows.push_back({cells[0].substr(2), cells[1].substr(1, cells[1].size() - 2),
                    cells[3].substr(0, cells[3].size() - 2)});
  }
  return rows;
}

std::vector<Stricter> RequestRows() {
  return Rows("## Stricter than the RFCs", "Of responses these");
}
std::vector<Stricter> ResponseRows() {
  return Rows("Of responses these", "and these in any case");
}

const std::map<std::string, std::string_view> kRequests = {
    {"a bare LF as the end of a line", "GET / HTTP/1.1\nHost: a\r\n\r\n"sv},
    {"`Content-Length` repeated with the same value",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n"
     "\r\nx"sv},
    {"empty members in `Transfer-Encoding`",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,chunked\r\n\r\n"
     "0\r\n\r\n"sv},
    {"an empty `Host`, or a comma in it",
     "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"sv},
    {"dot segments above the root", "GET /../a HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"a port above 65535 or of more than five digits",
     "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"sv},
    {"a scheme other than `http` and `https` in the target",
     "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"a quoted parameter of a transfer coding",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x;a=\"b\", chunked\r\n"
     "\r\n0\r\n\r\n"sv},
    {"a second empty line before a request",
     "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"blanks other than one space between the parts of a request line",
     "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"a folded line", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"sv},
    {"white space before the first field",
     "GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n"sv},
    {"controls other than CR, LF and NUL in a value",
     "GET / HTTP/1.1\r\nHost: a\r\nX: a\x01\r\n\r\n"sv},
    {"`Range`, `User-Agent`, `Referer`, `Date` and other single fields given "
     "twice",
     "GET / HTTP/1.1\r\nHost: a\r\nReferer: /\r\nReferer: /\r\n\r\n"sv},
    {"`Content-Length` beside `Transfer-Encoding`",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv},
    {"`Transfer-Encoding` in HTTP/1.0",
     "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\n"sv},
    {"fields about framing, routing or authentication as trailers",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
     "Host: b\r\n\r\n"sv},
    {"a coding before a final `chunked`",
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
     "0\r\n\r\n"sv},
    {"an expectation other than `100-continue`",
     "POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 0\r\n\r\n"sv},
    {"`Connection` that is no list of tokens",
     "GET / HTTP/1.1\r\nHost: a\r\nConnection: a b\r\n\r\n"sv},
    {"sizes and lengths above 2^63-1",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775808\r\n"
     "\r\n"sv},
};

struct Tolerated {
  uint32_t tolerance;
  std::string_view bytes;
};

// Each answers with a body of "hello".
const std::map<std::string, Tolerated> kResponses = {
    {"H1_TOLERATE_FOLDS",
     {H1_TOLERATE_FOLDS,
      "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nhello"sv}},
    {"H1_TOLERATE_SPACE_BEFORE_COLON",
     {H1_TOLERATE_SPACE_BEFORE_COLON,
      "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello"sv}},
    {"H1_TOLERATE_NO_SPACE_AFTER_STATUS",
     {H1_TOLERATE_NO_SPACE_AFTER_STATUS,
      "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello"sv}},
    {"H1_TOLERATE_BARE_LF",
     {H1_TOLERATE_BARE_LF, "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"sv}},
    {"H1_TOLERATE_CONTROLS",
     {H1_TOLERATE_CONTROLS,
      "HTTP/1.1 200 OK\r\nX: a\x01\r\nContent-Length: 5\r\n\r\nhello"sv}},
    {"H1_TOLERATE_EQUAL_LENGTHS",
     {H1_TOLERATE_EQUAL_LENGTHS,
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"
      "hello"sv}},
    {"H1_TOLERATE_HTTP10_CHUNKED",
     {H1_TOLERATE_HTTP10_CHUNKED,
      "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
      "0\r\n\r\n"sv}},
    {"H1_TOLERATE_PADDED_CHUNKS",
     {H1_TOLERATE_PADDED_CHUNKS,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n"
      "0\r\n\r\n"sv}},
    {"H1_TOLERATE_EMPTY_LINE",
     {H1_TOLERATE_EMPTY_LINE,
      "\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"sv}},
};

TEST(Stricter, ThanTheRfcsInEveryRowOfRequests) {
  const auto rows = RequestRows();
  EXPECT_EQ(rows.size(), kRequests.size());
  for (const Stricter& row : rows) {
    const auto shown = kRequests.find(row.what);
    ASSERT_NE(shown, kRequests.end()) << "no message for: " << row.what;
    Ours last;
    const Answers answers = AnswersOfOurs(shown->second, 1, &last);
    EXPECT_EQ(answers.letters, "R") << row.what;
    EXPECT_EQ(h1_error_name(answers.why), row.reason) << row.what;
  }
}

TEST(Stricter, ThanTheRfcsInEveryRowOfResponsesUnlessTolerated) {
  const auto rows = ResponseRows();
  EXPECT_EQ(rows.size(), kResponses.size());
  for (const Stricter& row : rows) {
    const std::string name = row.last.substr(1, row.last.size() - 2);
    const auto shown = kResponses.find(name);
    ASSERT_NE(shown, kResponses.end()) << "no message for: " << name;
    const OddResponse odd = {row.what, 200, "hello",
                             std::string(shown->second.bytes)};
    EXPECT_EQ(VerdictOf(odd, H1_TOLERATE_NOTHING),
              absl::StrCat("`", row.reason, "`"));
    EXPECT_EQ(VerdictOf(odd, shown->second.tolerance), "taken") << name;
  }
}

// Of the rows of differences, those where the RFC leaves the choice.
TEST(Stricter, ListNamesEveryReasonThatTheDifferencesShow) {
  std::set<std::string> listed[2];
  for (const Stricter& row : RequestRows()) listed[0].insert(row.reason);
  for (const Stricter& row : ResponseRows()) listed[1].insert(row.reason);
  // What stands in the sentence after the list.
  listed[1].insert({"length_with_coding", "coding_invalid", "length_invalid"});
  size_t seen = 0;
  for (const Class& row : ClassesOfRefused()) {
    // After a CONNECT those peers read nothing: whatever we refuse there is
    // refused in other requests too, and listed or a fault for that.
    if (row.right != Right::kBoth || row.id == "connect-any"sv) continue;
    const bool response = row.kind == PEER_RESPONSE;
    seen++;
    for (absl::string_view reason : absl::StrSplit(row.ours, '|')) {
      EXPECT_TRUE(listed[response].count(std::string(reason)) ||
                  listed[!response].count(std::string(reason)))
          << row.id << ": parser/REASONS.md does not list " << reason;
    }
  }
  EXPECT_GT(seen, 10u);
}

}  // namespace
}  // namespace differential
