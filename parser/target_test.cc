#include "parser/target.h"

#include <arpa/inet.h>

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;
using std::string_literals::operator""s;

std::vector<h1_scan_level> Levels() {
  std::vector<h1_scan_level> levels;
  for (h1_scan_level level :
       {H1_SCAN_SCALAR, H1_SCAN_SSE, H1_SCAN_AVX2, H1_SCAN_NEON}) {
    if (h1_scan_supported(level)) levels.push_back(level);
  }
  return levels;
}

// ------------------------------------------------------------------ forms

TEST(TargetSplit, TakesTheFourForms) {
  struct Row {
    const char* target;
    h1_target_form form;
    const char *scheme, *authority, *path;
    const char* query;  // nullptr: none
  };
  const Row rows[] = {
      {"/", H1_TARGET_ORIGIN, "", "", "/", nullptr},
      {"/a/b", H1_TARGET_ORIGIN, "", "", "/a/b", nullptr},
      {"/a?", H1_TARGET_ORIGIN, "", "", "/a", ""},
      {"/a?b", H1_TARGET_ORIGIN, "", "", "/a", "b"},
      {"/a?b?c/d", H1_TARGET_ORIGIN, "", "", "/a", "b?c/d"},
      {"/?", H1_TARGET_ORIGIN, "", "", "/", ""},
      {"/?x", H1_TARGET_ORIGIN, "", "", "/", "x"},
      {"//host/a", H1_TARGET_ORIGIN, "", "", "//host/a", nullptr},
      {"/http://a/", H1_TARGET_ORIGIN, "", "", "/http://a/", nullptr},
      {"/\\|{}%zz", H1_TARGET_ORIGIN, "", "", "/\\|{}%zz", nullptr},
      {"*", H1_TARGET_ASTERISK, "", "", "", nullptr},
      {"http://a", H1_TARGET_ABSOLUTE, "http", "a", "/", nullptr},
      {"http://a/", H1_TARGET_ABSOLUTE, "http", "a", "/", nullptr},
      {"http://a?", H1_TARGET_ABSOLUTE, "http", "a", "/", ""},
      {"http://a?b/c", H1_TARGET_ABSOLUTE, "http", "a", "/", "b/c"},
      {"http://a/b?c", H1_TARGET_ABSOLUTE, "http", "a", "/b", "c"},
      {"http://a//b", H1_TARGET_ABSOLUTE, "http", "a", "//b", nullptr},
      {"http://a:80/b", H1_TARGET_ABSOLUTE, "http", "a:80", "/b", nullptr},
      {"https://[::1]:8/", H1_TARGET_ABSOLUTE, "https", "[::1]:8", "/",
       nullptr},
      {"HTTP://A/", H1_TARGET_ABSOLUTE, "HTTP", "A", "/", nullptr},
      {"hTtPs://A/", H1_TARGET_ABSOLUTE, "hTtPs", "A", "/", nullptr},
      {"a:80", H1_TARGET_AUTHORITY_FORM, "", "a:80", "", nullptr},
      {"[::1]:80", H1_TARGET_AUTHORITY_FORM, "", "[::1]:80", "", nullptr},
      {"http:80", H1_TARGET_AUTHORITY_FORM, "", "http:80", "", nullptr},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.target);
    const Guarded input{std::string(row.target)};
    h1_target t;
    ASSERT_EQ(h1_target_split(input.slice(), &t), H1_OK);
    EXPECT_EQ(t.form, row.form);
    EXPECT_EQ(StringOf(t.scheme), row.scheme);
    EXPECT_EQ(StringOf(t.authority), row.authority);
    EXPECT_EQ(StringOf(t.path), row.path);
    EXPECT_EQ(t.has_query, row.query != nullptr);
    EXPECT_EQ(StringOf(t.query), row.query == nullptr ? "" : row.query);
  }
}

TEST(TargetSplit, RefusesOtherFormsAndAuthorities) {
  struct Row {
    const char* target;
    h1_error error;
  };
  const Row rows[] = {
      {"", H1_TARGET_FORM},
      {"a", H1_TARGET_FORM},
      {"a/b", H1_TARGET_FORM},
      {"?a", H1_TARGET_FORM},
      {"**", H1_TARGET_FORM},
      {"*/", H1_TARGET_FORM},
      {"*?a", H1_TARGET_FORM},
      {"a:", H1_TARGET_FORM},
      {"a:b", H1_TARGET_FORM},
      {":80", H1_TARGET_FORM},
      {"80", H1_TARGET_FORM},
      {"[::1]", H1_TARGET_FORM},
      {"u@a:80", H1_TARGET_FORM},
      {"a:65536", H1_TARGET_FORM},
      {"a:80/", H1_TARGET_FORM},
      {"ftp://a/", H1_TARGET_FORM},
      {"httpx://a/", H1_TARGET_FORM},
      {"httpss://a/", H1_TARGET_FORM},
      {"http:", H1_TARGET_FORM},
      {"http:/", H1_TARGET_FORM},
      {"http:/a", H1_TARGET_FORM},
      {"http/a", H1_TARGET_FORM},
      {"htt", H1_TARGET_FORM},
      {"https", H1_TARGET_FORM},
      {"https:/", H1_TARGET_FORM},
      {"http://", H1_TARGET_AUTHORITY},
      {"http:///", H1_TARGET_AUTHORITY},
      {"http:///a", H1_TARGET_AUTHORITY},
      {"http://?a", H1_TARGET_AUTHORITY},
      {"http://:80/", H1_TARGET_AUTHORITY},
      {"http://u@a/", H1_TARGET_AUTHORITY},
      {"http://u:p@a/", H1_TARGET_AUTHORITY},
      {"http://@a/", H1_TARGET_AUTHORITY},
      {"http://a,b/", H1_TARGET_AUTHORITY},
      {"http://a\\b/", H1_TARGET_AUTHORITY},
      {"http://[::1/", H1_TARGET_AUTHORITY},
      {"http://a:x/", H1_TARGET_AUTHORITY},
      {"http://a:99999/", H1_TARGET_AUTHORITY},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.target);
    const Guarded input{std::string(row.target)};
    h1_target t;
    memset(&t, 0xee, sizeof t);
    EXPECT_EQ(h1_target_split(input.slice(), &t), row.error);
    EXPECT_EQ(t.form, H1_TARGET_ORIGIN);
    EXPECT_EQ(t.scheme.len + t.authority.len + t.path.len + t.query.len, 0u);
    EXPECT_FALSE(t.has_query);
  }
}

// -------------------------------------------------------------- authority

bool Valid(const std::string& s) {
  const Guarded input(s);
  return h1_authority_valid(input.slice());
}

TEST(Authority, TakesHostsAndPorts) {
  for (const char* s : {"a",
                        "localhost",
                        "example.com",
                        "EXAMPLE.com.",
                        "a:80",
                        "a:",
                        "a:0",
                        "a:65535",
                        "a:00080",
                        "127.0.0.1",
                        "127.0.0.1:8080",
                        "999.1.1.1",
                        "1",
                        "a-b_c~d.e",
                        "!$&'()*+;=",
                        "%41",
                        "a%2fb",
                        "%c3%A9",
                        "[::]",
                        "[::]:",
                        "[::1]:8080",
                        "[1:2:3:4:5:6:7:8]",
                        "[FFFF::abcd]",
                        "[::0.10.99.255]",
                        "[::255.249.200.100]",
                        "[v1.a]",
                        "[VF.a:b]",
                        "[v1.!$&'()*+;=:]:80"}) {
    EXPECT_TRUE(Valid(s)) << s;
  }
}

TEST(Authority, RefusesWhatIsNoHost) {
  for (const char* s : {"",
                        ":",
                        ":80",
                        "a b",
                        "a,b",
                        "a/",
                        "a?",
                        "a#",
                        "u@a",
                        "@a",
                        "a:b",
                        "a:80:80",
                        "a:-1",
                        "a:+1",
                        "a:65536",
                        "a:99999",
                        "a:000080",
                        "a: 80",
                        "a:80 ",
                        " a",
                        "%",
                        "%4",
                        "%4g",
                        "%g4",
                        "a%",
                        "a\\b",
                        "\"a\"",
                        "<a>",
                        "a|b",
                        "a{",
                        "a^",
                        "a`",
                        "a\x7f",
                        "a\x80",
                        "a\tb",
                        "[",
                        "[]",
                        "]",
                        "a]",
                        "[a]",
                        "[::1",
                        "::1",
                        "[::1]a",
                        "[::1]80",
                        "[::1]]",
                        "[[::1]]",
                        "[::1%25]",
                        "[::1%eth0]",
                        "[v.a]",
                        "[v1:a]",
                        "[v1ga]",
                        "[::1.2.3.256]",
                        "[::256.2.3.4]",
                        "[::1.2.3.04]",
                        "[v1.]",
                        "[v1]",
                        "[v1a]",
                        "[vg.a]",
                        "[v1.a,b]",
                        "[v1.a/]",
                        "[v1.a%41]",
                        "[1.2.3.4]",
                        "[::1]:x",
                        "[::1]:65536"}) {
    EXPECT_FALSE(Valid(s)) << s;
  }
  EXPECT_FALSE(Valid("a\0b"s));
  EXPECT_FALSE(Valid("[::1\0]"s));
}

// The C library reads the same grammar, RFC 4291 with an IPv4 tail.
bool IsIpv6(const std::string& s) {
  in6_addr address;
  return inet_pton(AF_INET6, s.c_str(), &address) == 1;
}

TEST(Authority, AgreesWithAnotherIpv6Parser) {
  std::vector<std::string> seeds;
  size_t accepted = 0;
  const auto check = [&](const std::string& s) {
    const bool expected = IsIpv6(s);
    accepted += expected ? 1 : 0;
    if (h1_authority_valid(SliceOf("[" + s + "]")) != expected) {
      ADD_FAILURE() << s;
    }
  };
  const auto groups = [](int n) {
    std::string s;
    for (int i = 0; i < n; i++)
      s += (i ? ":" : "") + std::to_string(1 + i * 37);
    return s;
  };
  for (const std::string middle : {"", ":", "::", ":::"}) {
    for (const std::string tail : {"", ":1.2.3.4", "1.2.3.4", ":1.2.3.4:"}) {
      for (int front = 0; front < 10; front++) {
        for (int back = 0; back < 10; back++) {
          const std::string s = groups(front) + middle + groups(back) + tail;
          check(s);
          if (IsIpv6(s)) seeds.push_back(s);
        }
      }
    }
  }
  const std::string letters = "0123456789abfFg:::....";
  std::mt19937 random(1);
  for (int i = 0; i < 200000; i++) {
    std::string s = seeds[random() % seeds.size()];
    for (size_t edits = 1 + random() % 2; edits > 0; edits--) {
      const size_t at = random() % (s.size() + 1);
      const char c = letters[random() % letters.size()];
      switch (random() % 3) {
        case 0:
          s.insert(at, 1, c);
          break;
        case 1:
          s.erase(at, 1);
          break;
        default:
          if (at < s.size()) s[at] = c;
      }
    }
    check(s);
  }
  EXPECT_GT(accepted, 1000u);
}

// ------------------------------------------------------------------ paths

struct Decoded {
  h1_error error = H1_OK;
  std::string path;
  bool same_bytes = false;

  bool operator==(const Decoded& o) const {
    return error == o.error && path == o.path && same_bytes == o.same_bytes;
  }
};

std::ostream& operator<<(std::ostream& out, const Decoded& d) {
  return out << h1_error_name(d.error) << " " << testing::PrintToString(d.path)
             << (d.same_bytes ? " (view)" : "");
}

Decoded DecodeInto(h1_scan_level level, h1_slice path, h1_room room) {
  h1_slice out = {reinterpret_cast<const uint8_t*>(1), 99};
  Decoded d;
  d.error = h1_path_decode(level, path, room, &out);
  d.path = out.ptr == nullptr ? "" : StringOf(out);
  d.same_bytes = out.ptr != nullptr && out.ptr == path.ptr;
  if (d.same_bytes) {
    EXPECT_EQ(out.len, path.len);
  }
  if (d.error != H1_OK) {
    EXPECT_EQ(out.len, 0u);
  } else if (!d.same_bytes) {
    EXPECT_EQ(out.ptr, room.ptr);
  }
  return d;
}

// Against the guard page, input and room, at every vector level.
Decoded Decode(const std::string& path) {
  const Guarded input(path);
  Guarded room(std::string(path.size(), '#'));
  const Decoded first = DecodeInto(H1_SCAN_SCALAR, input.slice(), room.room());
  for (h1_scan_level level : Levels()) {
    EXPECT_EQ(DecodeInto(level, input.slice(), room.room()), first)
        << h1_scan_level_name(level);
  }
  return first;
}

TEST(PathDecode, LeavesPlainPathsWhereTheyAre) {
  for (const char* path :
       {"/", "/a", "/a/b/c", "/a/", "//", "///", "//a//b//", "/index.html",
        "/.a", "/..a", "/...", "/a.", "/a..", "/a/.b/..c/d./e..", "/a;b=c,d",
        "/~!$&'()*+,;=:@-_", "/|{}^`\"<>[]", "/....", "/.../a"}) {
    EXPECT_EQ(Decode(path), (Decoded{H1_OK, path, true}));
  }
  const std::string longest = "/" + std::string(8000, 'a') + "/b.c/";
  EXPECT_EQ(Decode(longest), (Decoded{H1_OK, longest, true}));
}

TEST(PathDecode, DecodesOnceAndRemovesDotSegments) {
  const std::pair<std::string, std::string> rows[] = {
      {"/%61", "/a"},
      {"/%41b%43", "/AbC"},
      {"/a%20b", "/a b"},
      {"/%C3%a9", "/\xc3\xa9"},
      {"/%25", "/%"},
      {"/%2561", "/%61"},
      {"/%252e%252e/a", "/%2e%2e/a"},
      {"/%3f%23", "/?#"},
      {"/%01%7f%09", "/\x01\x7f\x09"},
      {"/a%2Fb", "/a\0b"s},
      {"/a%2fb/c", "/a\0b/c"s},
      {"/%2F", "/\0"s},
      {"/%2F..%2F..", "/\0..\0.."s},
      {"/..%2F", "/..\0"s},
      {"/%2e%2f/a", "/.\0/a"s},
      {"/.", "/"},
      {"/./", "/"},
      {"/././.", "/"},
      {"/a/.", "/a/"},
      {"/a/./b", "/a/b"},
      {"/a/..", "/"},
      {"/a/../", "/"},
      {"/a/../b", "/b"},
      {"/a/b/..", "/a/"},
      {"/a/b/../", "/a/"},
      {"/a/b/../../c", "/c"},
      {"/a/b/../c/./d/../e", "/a/c/e"},
      {"/a//..", "/a/"},
      {"/a//../b", "/a/b"},
      {"//..", "/"},
      {"//../a", "/a"},
      {"///../..", "/"},
      {"/%2e", "/"},
      {"/%2E/a", "/a"},
      {"/a/%2e%2e", "/"},
      {"/a/.%2e/b", "/b"},
      {"/a/%2e./b", "/b"},
      {"/a%2Fb/..", "/"},
      {"/a%2Fb/../c", "/c"},
      {"/a/b%2F../c", "/a/b\0../c"s},
      {"/%61/../%62", "/b"},
      {"/a.b/%2e%2e/c", "/c"},
      {"/%2e%2e%2e", "/..."},
      {"/a/%2e.%2e/b", "/a/.../b"},
  };
  for (const auto& [path, expected] : rows) {
    SCOPED_TRACE(path);
    EXPECT_EQ(Decode(path), (Decoded{H1_OK, expected, false}));
  }
}

TEST(PathDecode, RefusesTheFirstFault) {
  const std::pair<std::string, h1_error> rows[] = {
      {"", H1_TARGET_FORM},
      {"a", H1_TARGET_FORM},
      {"*", H1_TARGET_FORM},
      {"%2Fa", H1_TARGET_FORM},
      {"/%", H1_PATH_ENCODING},
      {"/%2", H1_PATH_ENCODING},
      {"/%%", H1_PATH_ENCODING},
      {"/%2/", H1_PATH_ENCODING},
      {"/%g0", H1_PATH_ENCODING},
      {"/%0g", H1_PATH_ENCODING},
      {"/%:0", H1_PATH_ENCODING},
      {"/%-1", H1_PATH_ENCODING},
      {"/%u0041", H1_PATH_ENCODING},
      {"/a/b%", H1_PATH_ENCODING},
      {"/a%2\0"s, H1_PATH_ENCODING},
      {"/%00", H1_PATH_CONTROL},
      {"/a%00.html", H1_PATH_CONTROL},
      {"/%0d", H1_PATH_CONTROL},
      {"/%0A", H1_PATH_CONTROL},
      {"/a\0"s, H1_PATH_CONTROL},
      {"/a\r", H1_PATH_CONTROL},
      {"/a\n", H1_PATH_CONTROL},
      {"/\\", H1_PATH_BACKSLASH},
      {"/a\\b", H1_PATH_BACKSLASH},
      {"/..\\a", H1_PATH_BACKSLASH},
      {"/%5C", H1_PATH_BACKSLASH},
      {"/%5c..%5c", H1_PATH_BACKSLASH},
      {"/..", H1_PATH_ABOVE_ROOT},
      {"/../", H1_PATH_ABOVE_ROOT},
      {"/../a", H1_PATH_ABOVE_ROOT},
      {"/./..", H1_PATH_ABOVE_ROOT},
      {"/a/../..", H1_PATH_ABOVE_ROOT},
      {"/a/../../a", H1_PATH_ABOVE_ROOT},
      {"/%2e%2e", H1_PATH_ABOVE_ROOT},
      {"/.%2E/", H1_PATH_ABOVE_ROOT},
      {"/a/b/%2e%2e/../..", H1_PATH_ABOVE_ROOT},
      {"/a%2Fb/../..", H1_PATH_ABOVE_ROOT},
      // The first of two.
      {"/../%", H1_PATH_ABOVE_ROOT},
      {"/../\\", H1_PATH_ABOVE_ROOT},
      {"/%/..", H1_PATH_ENCODING},
      {"/\\/../..", H1_PATH_BACKSLASH},
      {"/%00%", H1_PATH_CONTROL},
      {"/%%00", H1_PATH_ENCODING},
      {"/..%", H1_PATH_ENCODING},
  };
  for (const auto& [path, error] : rows) {
    SCOPED_TRACE(testing::PrintToString(path));
    EXPECT_EQ(Decode(path), (Decoded{error, "", false}));
  }
}

TEST(PathDecode, JudgesEveryByteValuePlainAndEncoded) {
  for (int c = 0; c < 256; c++) {
    const std::string byte(1, static_cast<char>(c));
    char escape[4];
    snprintf(escape, sizeof escape, "%%%02x", static_cast<unsigned>(c));
    h1_error error = H1_OK;
    if (c == 0 || c == '\r' || c == '\n') error = H1_PATH_CONTROL;
    if (c == '\\') error = H1_PATH_BACKSLASH;
    const std::string kept = c == '/' ? std::string(1, '\0') : byte;
    SCOPED_TRACE(c);
    EXPECT_EQ(Decode("/a" + std::string(escape) + "b"),
              (Decoded{error, error == H1_OK ? "/a" + kept + "b" : "", false}));
    if (c == '%') continue;
    const std::string plain = "/a" + byte + "b";
    EXPECT_EQ(Decode(plain),
              (Decoded{error, error == H1_OK ? plain : "", error == H1_OK}));
  }
}

TEST(PathDecode, NeedsRoomOnlyWhenBytesChange) {
  const std::string plain = "/a/b.c", changed = "/a/%62";
  h1_room none = {nullptr, 0};
  EXPECT_EQ(DecodeInto(H1_SCAN_SCALAR, SliceOf(plain), none),
            (Decoded{H1_OK, plain, true}));
  Guarded room(std::string(changed.size() - 1, '#'));
  EXPECT_EQ(DecodeInto(H1_SCAN_SCALAR, SliceOf(changed), room.room()),
            (Decoded{H1_NO_MEMORY, "", false}));
  EXPECT_EQ(StringOf(room.slice()), std::string(changed.size() - 1, '#'));
}

// A slow second reading of the rules: split at '/', decode each segment into a
// list, apply dot segments to the list, join.
Decoded Reference(const std::string& path) {
  const auto hex = [](char c) {
    const std::string digits = "0123456789abcdef";
    const size_t at = digits.find(static_cast<char>(tolower(c)));
    return c == '\0' || at == std::string::npos ? -1 : static_cast<int>(at);
  };
  std::vector<std::string> kept;
  bool ends_in_slash = false;
  size_t at = 1;
  for (bool last = false; !last;) {
    size_t end = path.find('/', at);
    last = end == std::string::npos;
    if (last) end = path.size();
    const std::string raw = path.substr(at, end - at);
    std::string segment;
    for (size_t i = 0; i < raw.size(); i++) {
      char c = raw[i];
      if (c == '%') {
        if (i + 2 >= raw.size() || hex(raw[i + 1]) < 0 || hex(raw[i + 2]) < 0) {
          return {H1_PATH_ENCODING, "", false};
        }
        c = static_cast<char>(hex(raw[i + 1]) * 16 + hex(raw[i + 2]));
        i += 2;
      }
      if (c == '\0' || c == '\r' || c == '\n') {
        return {H1_PATH_CONTROL, "", false};
      }
      if (c == '\\') return {H1_PATH_BACKSLASH, "", false};
      segment += c == '/' ? '\0' : c;
    }
    ends_in_slash = segment == "." || segment == "..";
    if (segment == "..") {
      if (kept.empty()) return {H1_PATH_ABOVE_ROOT, "", false};
      kept.pop_back();
    } else if (segment != ".") {
      kept.push_back(segment);
    }
    at = end + 1;
  }
  std::string out;
  for (const std::string& segment : kept) out += "/" + segment;
  if (ends_in_slash || kept.empty()) out += "/";
  return {H1_OK, out, out == path};
}

// Every "/" + up to `longest` of `pieces`.
void AgreeOnAll(const std::vector<std::string>& pieces, size_t longest,
                const std::string& prefix, size_t* accepted) {
  const Decoded expected = Reference(prefix);
  std::vector<uint8_t> room(prefix.size());
  for (h1_scan_level level : Levels()) {
    const Decoded actual =
        DecodeInto(level, SliceOf(prefix), {room.data(), room.size()});
    if (!(actual == expected)) {
      ADD_FAILURE() << testing::PrintToString(prefix) << ": " << actual
                    << " instead of " << expected;
    }
  }
  *accepted += expected.error == H1_OK ? 1 : 0;
  if (longest == 0) return;
  for (const std::string& piece : pieces) {
    AgreeOnAll(pieces, longest - 1, prefix + piece, accepted);
  }
}

TEST(PathDecode, AgreesWithAReferenceOnAllShortPaths) {
  size_t accepted = 0;
  AgreeOnAll({"/", ".", "%", "2", "e", "F", "a", "\\"}, 5, "/", &accepted);
  EXPECT_GT(accepted, 1000u);
  accepted = 0;
  AgreeOnAll({"/", ".", "%2e", "a"}, 7, "/", &accepted);
  EXPECT_GT(accepted, 1000u);
  accepted = 0;
  AgreeOnAll({"/", ".", "..", "%2E", "%2f", "%5C", "%00", "%", "a", "?"}, 4,
             "/", &accepted);
  EXPECT_GT(accepted, 1000u);
}

TEST(PathDecode, SeesEveryByteAtEveryPlace) {
  for (const size_t size : {8u, 9u, 10u, 16u, 17u, 18u, 27u}) {
    Guarded input(std::string(size, 'a'));
    uint8_t* const path = input.writable();
    std::vector<uint8_t> room(size);
    path[0] = '/';
    for (size_t at = 1; at < size; at++) {
      for (const uint8_t before : {uint8_t{'a'}, uint8_t{'/'}}) {
        path[at - 1] = at == 1 ? uint8_t{'/'} : before;
        for (unsigned c = 0; c < 256; c++) {
          path[at] = static_cast<uint8_t>(c);
          const Decoded expected = Reference(StringOf(input.slice()));
          for (h1_scan_level level : Levels()) {
            ASSERT_EQ(DecodeInto(level, input.slice(), {room.data(), size}),
                      expected)
                << size << " " << at << " " << c;
          }
        }
        path[at] = 'a';
        path[at - 1] = at == 1 ? uint8_t{'/'} : uint8_t{'a'};
      }
    }
  }
}

TEST(PathDecode, AgreesWithAReferenceOnLongPaths) {
  const char* pieces[] = {
      "/",    "/",     "/..", "/.",  "/%2e%2e",
      "abc",  "%41",   "%2F", "...", "/aaaaaaaaaaaaaaaaaaaaaa",
      "/a.b", "/a%20b"};
  std::mt19937 random(1);
  for (int i = 0; i < 20000; i++) {
    std::string path = "/aaa/bbb";
    for (size_t n = random() % 30; n > 0; n--) path += pieces[random() % 12];
    std::vector<uint8_t> room(path.size());
    const Decoded expected = Reference(path);
    for (h1_scan_level level : Levels()) {
      ASSERT_EQ(DecodeInto(level, SliceOf(path), {room.data(), room.size()}),
                expected)
          << path;
    }
  }
}

// ------------------------------------------------------------------ forms

std::vector<std::pair<std::string, std::string>> Pairs(const std::string& s) {
  const Guarded input(s);
  h1_slice rest = input.slice();
  h1_slice name, value;
  std::vector<std::pair<std::string, std::string>> pairs;
  while (h1_form_next(&rest, &name, &value)) {
    pairs.emplace_back(StringOf(name), StringOf(value));
  }
  EXPECT_EQ(rest.len, 0u);
  EXPECT_EQ(name.len + value.len, 0u);
  EXPECT_FALSE(h1_form_next(&rest, &name, &value));
  return pairs;
}

TEST(Form, SplitsPairs) {
  using P = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(Pairs(""), P{});
  EXPECT_EQ(Pairs("&"), P{});
  EXPECT_EQ(Pairs("&&&"), P{});
  EXPECT_EQ(Pairs("a"), (P{{"a", ""}}));
  EXPECT_EQ(Pairs("a="), (P{{"a", ""}}));
  EXPECT_EQ(Pairs("=b"), (P{{"", "b"}}));
  EXPECT_EQ(Pairs("="), (P{{"", ""}}));
  EXPECT_EQ(Pairs("a=b"), (P{{"a", "b"}}));
  EXPECT_EQ(Pairs("a=b=c"), (P{{"a", "b=c"}}));
  EXPECT_EQ(Pairs("a=b&c=d"), (P{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(Pairs("&a=b&&c&"), (P{{"a", "b"}, {"c", ""}}));
  EXPECT_EQ(Pairs("a&b=c&=&d=+%3d"),
            (P{{"a", ""}, {"b", "c"}, {"", ""}, {"d", "+%3d"}}));
}

TEST(Form, DecodesPlusAndEscapes) {
  const std::pair<std::string, std::string> rows[] = {{"", ""},
                                                      {"a", "a"},
                                                      {"a+b", "a b"},
                                                      {"+++", "   "},
                                                      {"%2b", "+"},
                                                      {"%41%2B+", "A+ "},
                                                      {"%00%ff", "\0\xff"s},
                                                      {"%2525", "%25"},
                                                      {"a=b&c", "a=b&c"}};
  for (const auto& [in, expected] : rows) {
    SCOPED_TRACE(in);
    const Guarded input(in);
    Guarded room(std::string(in.size(), '#'));
    size_t size = 99;
    ASSERT_EQ(h1_form_decode(input.slice(), room.room(), &size), H1_OK);
    EXPECT_EQ(StringOf({room.data(), size}), expected);
    // In place.
    Guarded both(in);
    ASSERT_EQ(h1_form_decode(both.slice(), both.room(), &size), H1_OK);
    EXPECT_EQ(StringOf({both.data(), size}), expected);
  }
}

TEST(Form, RefusesMalformedEscapesAndLittleRoom) {
  for (const char* in : {"%", "a%", "%4", "%4g", "%g4", "%%41", "a+%2"}) {
    const Guarded input{std::string(in)};
    Guarded room(std::string(input.size(), '#'));
    size_t size = 99;
    EXPECT_EQ(h1_form_decode(input.slice(), room.room(), &size),
              H1_PATH_ENCODING)
        << in;
    EXPECT_EQ(size, 0u);
  }
  Guarded room(std::string(2, '#'));
  size_t size = 99;
  EXPECT_EQ(h1_form_decode(SliceOf("abc"), room.room(), &size), H1_NO_MEMORY);
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(StringOf(room.slice()), "##");
}

// ------------------------------------------------------- percent-encoding

std::string PercentEncoded(const std::string& in, bool keep_slash,
                           const std::string& expected) {
  const Guarded input(in);
  for (size_t len = 0; len < expected.size(); len++) {
    Guarded room(std::string(len, '#'));
    size_t size = 0;
    EXPECT_EQ(h1_percent_encode(input.slice(), keep_slash, room.room(), &size),
              H1_NEED_ROOM);
    EXPECT_EQ(size, expected.size());
    EXPECT_EQ(StringOf(room.slice()), std::string(len, '#'));
  }
  Guarded room(std::string(expected.size(), '#'));
  size_t size = 0;
  EXPECT_EQ(h1_percent_encode(input.slice(), keep_slash, room.room(), &size),
            H1_DONE);
  EXPECT_EQ(size, expected.size());
  return StringOf(room.slice());
}

TEST(PercentEncode, EscapesAllButUnreserved) {
  struct Row {
    std::string in;
    bool keep_slash;
    std::string out;
  };
  const Row rows[] = {
      {"", false, ""},
      {"azAZ09-._~", false, "azAZ09-._~"},
      {"a/b", true, "a/b"},
      {"a/b", false, "a%2Fb"},
      {" \"%\\", true, "%20%22%25%5C"},
      {"\r\n\0\x7f\xff"s, true, "%0D%0A%00%7F%FF"},
      {"//evil", false, "%2F%2Fevil"},
      {"@[`{:;&=+,?#", true, "%40%5B%60%7B%3A%3B%26%3D%2B%2C%3F%23"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(PercentEncoded(row.in, row.keep_slash, row.out), row.out);
  }
}

TEST(PercentEncode, IsUndoneByTheFormDecoder) {
  std::string all;
  for (int c = 0; c < 256; c++) all += static_cast<char>(c);
  std::string encoded(3 * all.size(), '#');
  size_t size = 0;
  ASSERT_EQ(
      h1_percent_encode(
          SliceOf(all), false,
          {reinterpret_cast<uint8_t*>(&encoded[0]), encoded.size()}, &size),
      H1_DONE);
  encoded.resize(size);
  for (char c : encoded) EXPECT_TRUE(isalnum(c) || strchr("-._~%", c)) << c;
  std::string back(size, '#');
  ASSERT_EQ(h1_form_decode(SliceOf(encoded),
                           {reinterpret_cast<uint8_t*>(&back[0]), size}, &size),
            H1_OK);
  EXPECT_EQ(back.substr(0, size), all);
}

}  // namespace
