// For the unit tests of the decoders. Feeds one input to a decoder whole, byte
// by byte and cut at every place, at every vector level, each time in a buffer
// that ends at an unreadable page, and expects the same result every time.
#ifndef H1_PARSER_TESTING_EVERY_WAY_H_
#define H1_PARSER_TESTING_EVERY_WAY_H_

#include <gtest/gtest.h>

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/scan.h"
#include "tests/support/guarded.h"

namespace h1_test {

inline std::vector<h1_scan_level> SupportedLevels() {
  std::vector<h1_scan_level> levels;
  for (h1_scan_level l :
       {H1_SCAN_SCALAR, H1_SCAN_SSE, H1_SCAN_AVX2, H1_SCAN_NEON}) {
    if (h1_scan_supported(l)) levels.push_back(l);
  }
  return levels;
}

// Control bytes made visible, for messages.
inline std::string Visible(const std::string& bytes) {
  std::string out;
  for (char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (b < 0x20 || b >= 0x7f) {
      const char* hex = "0123456789abcdef";
      out += "\\x";
      out += hex[b >> 4];
      out += hex[b & 15];
    } else {
      out += c;
    }
  }
  return out.size() <= 300 ? out : out.substr(0, 300) + "...";
}

inline bool Inside(h1_slice part, h1_slice whole) {
  return part.len == 0 || (part.ptr >= whole.ptr &&
                           part.ptr + part.len <= whole.ptr + whole.len);
}

// "{Name=value}" for each field, checked against the summary by id.
inline std::string TextOf(const h1_fields& f) {
  std::string text;
  uint64_t seen = 0;
  for (size_t i = 0; i < f.count; i++) {
    EXPECT_TRUE(Inside(h1_fields_name(&f, i), f.base));
    EXPECT_TRUE(Inside(h1_fields_value(&f, i), f.base));
    text += "{" + StringOf(h1_fields_name(&f, i)) + "=" +
            StringOf(h1_fields_value(&f, i)) + "}";
    const uint32_t id = f.headers[i].id;
    EXPECT_EQ(id, h1_field_lookup(h1_fields_name(&f, i)));
    if (!((seen >> id) & 1)) {
      EXPECT_EQ(f.first[id], i);
    }
    seen |= uint64_t{1} << id;
  }
  EXPECT_EQ(f.seen, seen);
  return text;
}

// One decoder under test.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual void Init(h1_scan_level level) = 0;
  virtual h1_step Step(h1_slice bytes) = 0;
  // The result of the last step in full: what was decoded, or the error.
  virtual std::string Text() const = 0;
  // The smallest number of bytes after which this result is certain.
  virtual size_t Decided() const = 0;
};

class EveryWay {
 public:
  explicit EveryWay(const std::string& input) : n_(input.size()) {
    for (size_t k = 0; k <= n_; k++) {
      prefixes_.push_back(std::make_unique<Guarded>(input.data(), k));
    }
    std::string lines;
    for (int i = 0; i < 16; i++) lines += "a: b\r\n";
    for (const std::string& more :
         {std::string(100, 'x'), std::string(100, '\n'), lines + "\r\n"}) {
      extended_.push_back(std::make_unique<Guarded>(input + more));
    }
  }

  void Expect(Subject& s, const std::string& expected) {
    for (h1_scan_level level : SupportedLevels()) {
      SCOPED_TRACE(h1_scan_level_name(level));
      Feed(s, level, {n_});
      ASSERT_EQ(s.Text(), expected) << "whole";
      const size_t decided = s.Decided();
      if (expected != "more") {
        ASSERT_NO_FATAL_FAILURE(Extend(s, level, expected));
      }
      Feed(s, level, {n_, n_});
      ASSERT_EQ(s.Text(), expected) << "asked twice";
      std::vector<size_t> bytewise;
      for (size_t k = 0; k <= n_; k++) bytewise.push_back(k);
      Feed(s, level, bytewise);
      ASSERT_EQ(s.Text(), expected) << "byte by byte";
      for (size_t k = 0; k <= n_; k++) {
        Feed(s, level, {k, n_});
        ASSERT_EQ(s.Text(), expected) << "cut at " << k;
        Feed(s, level, {k});
        ASSERT_EQ(s.Text(), k < decided ? "more" : expected)
            << "the first " << k << " bytes";
      }
    }
  }

 private:
  void Feed(Subject& s, h1_scan_level level, const std::vector<size_t>& cuts) {
    s.Init(level);
    for (size_t k : cuts) (void)s.Step(prefixes_[k]->slice());
  }

  // Bytes that follow a decided message never change its result.
  void Extend(Subject& s, h1_scan_level level, const std::string& expected) {
    for (const auto& bytes : extended_) {
      s.Init(level);
      (void)s.Step(bytes->slice());
      ASSERT_EQ(s.Text(), expected) << "with more after it";
    }
  }

  size_t n_;
  std::vector<std::unique_ptr<Guarded>> prefixes_, extended_;
};

}  // namespace h1_test

#endif  // H1_PARSER_TESTING_EVERY_WAY_H_
