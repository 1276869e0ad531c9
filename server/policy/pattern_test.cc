// Patterns: a table, the faults, and a slow reference over many short ones.
#include "server/policy/pattern.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

h1_slice Slice(const std::string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}

// Compiled in a block of exactly the size that was promised.
class Pattern {
 public:
  explicit Pattern(const std::string& text)
      : room_(h1_pattern_bytes(Slice(text)) / 8),
        p_(h1_pattern_compile(Slice(text), room_.data())) {}
  bool Matches(const std::string& path) const {
    const std::vector<char> exact(path.begin(), path.end());
    return h1_pattern_matches(p_, Slice({exact.begin(), exact.end()}));
  }
  const h1_pattern* get() const { return p_; }

 private:
  std::vector<uint64_t> room_;
  const h1_pattern* p_;
};

// The rules of pattern.h by trying everything. Texts without percent signs.
bool Reference(const std::string& p, size_t i, const std::string& s, size_t j) {
  if (i == p.size()) return j == s.size();
  if (p.compare(i, 3, "**/") == 0 && p[i - 1] == '/') {
    for (size_t k = j; k <= s.size(); k++) {
      if (k == j || s[k - 1] == '/') {
        if (Reference(p, i + 3, s, k)) return true;
      }
    }
    return false;
  }
  if (p.compare(i, 2, "**") == 0) {
    for (size_t k = j; k <= s.size(); k++) {
      if (Reference(p, i + 2, s, k)) return true;
    }
    return false;
  }
  if (p[i] == '*') {
    for (size_t k = j; k <= s.size(); k++) {
      if (Reference(p, i + 1, s, k)) return true;
      if (k < s.size() && s[k] == '/') return false;
    }
    return false;
  }
  return j < s.size() && p[i] == s[j] && Reference(p, i + 1, s, j + 1);
}

struct Row {
  const char* pattern;
  const char* path;
  bool matches;
};

TEST(Pattern, MatchesWhatItSays) {
  const Row rows[] = {
      {"/", "/", true},
      {"/", "/a", false},
      {"/a", "/a", true},
      {"/a", "/A", false},
      {"/a", "/a/", false},
      {"/a", "/", false},
      {"/*", "/", true},
      {"/*", "/a", true},
      {"/*", "/.a", true},
      {"/*", "/a/b", false},
      {"/*.js", "/a.js", true},
      {"/*.js", "/.js", true},
      {"/*.js", "/a.jsx", false},
      {"/*.js", "/a/b.js", false},
      {"/a*b*c", "/abbcbc", true},
      {"/a*b*c", "/abbcbd", false},
      {"/*/b", "//b", true},
      {"/**", "/", true},
      {"/**", "/a/b/c", true},
      {"/assets/**", "/assets/", true},
      {"/assets/**", "/assets/a/b.js", true},
      {"/assets/**", "/assets", false},
      {"/assets/**", "/assetsx", false},
      {"/**/*.js", "/a.js", true},
      {"/**/*.js", "/x/y/a.js", true},
      {"/**/*.js", "/x/y/a.css", false},
      {"/**.js", "/x/y/a.js", true},
      {"/a/**/b", "/a/b", true},
      {"/a/**/b", "/a/x/y/b", true},
      {"/a/**/b", "/a/xb", false},
      {"/a/**/b", "/ab", false},
      {"/a/**/**/b", "/a/b", true},
      {"/a/**/", "/a/", true},
      {"/a/**/", "/a/b/", true},
      {"/a/**/", "/a/b", false},
      {"/a**/b", "/axx/y/b", true},
      {"/%2A", "/*", true},
      {"/%2A", "/x", false},
      {"/a%20b", "/a b", true},
      {"/a=b", "/a=b", true},
      {"/%3f", "/?", true},
      {"/%2e%2Ea", "/..a", true},
      {"/...", "/...", true},
      {"/.*", "/.git", true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(h1_pattern_fault(Slice(row.pattern)), nullptr) << row.pattern;
    EXPECT_EQ(Pattern(row.pattern).Matches(row.path), row.matches)
        << row.pattern << " " << row.path;
  }
}

TEST(Pattern, AnEncodedSlashSeparatesNothing) {
  const std::string path("/a\0b", 4);
  EXPECT_TRUE(Pattern("/a%2Fb").Matches(path));
  EXPECT_TRUE(Pattern("/a%2fb").Matches(path));
  EXPECT_TRUE(Pattern("/*").Matches(path));
  EXPECT_FALSE(Pattern("/a/b").Matches(path));
  EXPECT_FALSE(Pattern("/a%2Fb").Matches("/a/b"));
}

TEST(Pattern, RefusesWhatIsNoneOrMatchesNothing) {
  const char* const bad[] = {
      "",      "a",       "*",      "**",      "%2Fa", "/a?b", "/a#b",
      "/a\\b", "/a%5Cb",  "/%00",   "/%0a",    "/%0D", "/%",   "/%2",
      "/%2g",  "/a/../b", "/..",    "/./",     "/a/.", "/%2e", "/%2E./a",
      "/***",  "/a****b", "/**/..", "/**/./a",
  };
  for (const char* text : bad) {
    EXPECT_NE(h1_pattern_fault(Slice(text)), nullptr) << text;
    EXPECT_EQ(h1_pattern_bytes(Slice(text)), 0u) << text;
    EXPECT_EQ(h1_pattern_compile(Slice(text), nullptr), nullptr) << text;
  }
  EXPECT_EQ(h1_pattern_fault(Slice("/" + std::string(254, 'a'))), nullptr);
  EXPECT_NE(h1_pattern_fault(Slice("/" + std::string(255, 'a'))), nullptr);
}

TEST(Pattern, RestIsWhatTheOnlyWildcardMatchedAtTheEnd) {
  const std::string path = "/old/a/b";
  const Pattern open("/old/**");
  ASSERT_TRUE(h1_pattern_has_rest(open.get()));
  const h1_slice rest = h1_pattern_rest(open.get(), Slice(path));
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(rest.ptr), rest.len),
            "a/b");
  EXPECT_TRUE(h1_pattern_has_rest(Pattern("/old/*").get()));
  EXPECT_FALSE(h1_pattern_has_rest(Pattern("/old").get()));
  EXPECT_FALSE(h1_pattern_has_rest(Pattern("/old/*/**").get()));
  EXPECT_FALSE(h1_pattern_has_rest(Pattern("/old/*.html").get()));
  EXPECT_FALSE(h1_pattern_has_rest(Pattern("/old/**/").get()));
}

// Every word over the letters, up to `longest` of them.
std::vector<std::string> Words(const std::string& letters, size_t longest) {
  std::vector<std::string> out = {""};
  for (size_t from = 0, n = 0; n < longest; n++) {
    const size_t to = out.size();
    for (; from < to; from++) {
      for (char c : letters) out.push_back(out[from] + c);
    }
  }
  return out;
}

TEST(Pattern, AgreesWithTheReferenceOnEveryShortOne) {
  const std::vector<std::string> paths = Words("a/b", 5);
  size_t matched = 0, patterns = 0;
  for (const std::string& word : Words("a/*", 6)) {
    const std::string text = "/" + word;
    if (h1_pattern_fault(Slice(text)) != nullptr) continue;
    const Pattern p(text);
    patterns++;
    for (const std::string& tail : paths) {
      const std::string path = "/" + tail;
      const bool expected = Reference(text, 0, path, 0);
      ASSERT_EQ(p.Matches(path), expected) << text << " " << path;
      matched += expected;
    }
  }
  EXPECT_GT(patterns, 500u);
  EXPECT_GT(matched, 5000u);
}

// All four words of a set, and their seams.
TEST(Pattern, LongOnesMatchAcrossWords) {
  for (size_t n : {30u, 31u, 32u, 62u, 63u, 64u, 125u, 126u}) {
    std::string text = "/**", path = "/", twice;
    for (size_t i = 0; i < n; i++) {
      text += i % 7 == 3 ? "*" : "a";
      if (text.size() > 3 && text.substr(text.size() - 1) == "*") text += "b";
      if (text.size() + 2 > H1_PATTERN_BYTES_MAX) break;
    }
    for (char c : text.substr(3)) path += c == '*' ? 'x' : c;
    ASSERT_EQ(h1_pattern_fault(Slice(text)), nullptr) << text;
    EXPECT_TRUE(Pattern(text).Matches(path)) << n;
    EXPECT_TRUE(Pattern(text).Matches("/x" + path)) << n;
    path.back() = 'z';
    EXPECT_FALSE(Pattern(text).Matches(path)) << n;
  }
}

// What takes a backtracking matcher for ever.
TEST(Pattern, ManyWildcardsOverALongPathEnd) {
  std::string text = "/", path = "/" + std::string(16000, 'a');
  for (int i = 0; i < 60; i++) text += "**a*a";
  text.resize(253);
  text += "bb";
  ASSERT_EQ(h1_pattern_fault(Slice(text)), nullptr);
  const Pattern p(text);
  for (int i = 0; i < 20; i++) EXPECT_FALSE(p.Matches(path));
  EXPECT_TRUE(p.Matches(path + "bb"));
}

}  // namespace
