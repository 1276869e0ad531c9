// Paths of targets as tables, and all short ones held against a slow second
// reading of the rules.
#include "parser/target.h"

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/every_way.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;
using h1_test::SupportedLevels;
using std::string_literals::operator""s;

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

Decoded DecodeInto(h1_scan_level level, h1_slice path, h1_buffer room) {
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

// Decodes at every vector level; input and room both end at a guard page.
Decoded Decode(const std::string& path) {
  const Guarded input(path);
  Guarded room(std::string(path.size(), '#'));
  const Decoded first = DecodeInto(H1_SCAN_SCALAR, input.slice(), room.room());
  for (h1_scan_level level : SupportedLevels()) {
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

TEST(PathDecode, ChecksEveryByteValuePlainAndEncoded) {
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
  h1_buffer none = {nullptr, 0};
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
  for (h1_scan_level level : SupportedLevels()) {
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
          for (h1_scan_level level : SupportedLevels()) {
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
    for (h1_scan_level level : SupportedLevels()) {
      ASSERT_EQ(DecodeInto(level, SliceOf(path), {room.data(), room.size()}),
                expected)
          << path;
    }
  }
}

}  // namespace
