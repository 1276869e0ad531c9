// The chunked decoder held against a slow second reading of RFC 9112 7.1 over
// all short lines and bodies.
#include "parser/chunked.h"

#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/testing/chunked_outcome.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::ChunkedLimits;
using h1_test::Feed;
using h1_test::Outcome;
using h1_test::SliceOf;

// A second reading of RFC 9112 7.1.1 over a whole line, without its CRLF.
bool LineMatches(const std::string& s, size_t* digits) {
  const auto in = [](char c, const char* set) {
    return c != '\0' && std::string(set).find(c) != std::string::npos;
  };
  const auto tchar = [&](char c) {
    return isalnum(static_cast<unsigned char>(c)) || in(c, "!#$%&'*+-.^_`|~");
  };
  size_t at = 0;
  const auto skip = [&](auto&& wanted) {
    const size_t from = at;
    while (at < s.size() && wanted(s[at])) at++;
    return at - from;
  };
  const auto bws = [&](char c) { return c == ' ' || c == '\t'; };
  *digits = skip([&](char c) { return in(c, "0123456789abcdefABCDEF"); });
  if (*digits == 0) return false;
  while (at < s.size()) {
    skip(bws);
    if (at == s.size() || s[at] != ';') return false;
    at++;
    skip(bws);
    if (skip(tchar) == 0) return false;
    const size_t name_end = at;
    skip(bws);
    if (at == s.size() || s[at] != '=') {
      at = name_end;
      continue;
    }
    at++;
    skip(bws);
    if (at == s.size()) return false;
    if (s[at] != '"') {
      if (skip(tchar) == 0) return false;
      continue;
    }
    at++;
    while (at < s.size() && s[at] != '"') at += s[at] == '\\' ? 2 : 1;
    if (at >= s.size()) return false;
    at++;
  }
  return true;
}

// Calls `visit` with every string over `alphabet` of up to `longest` letters.
template <typename Visit>
void ForAllStrings(const std::string& alphabet, size_t longest, Visit visit) {
  std::vector<size_t> letters;
  std::string s;
  for (;;) {
    visit(s);
    size_t i = 0;
    while (i < letters.size() && letters[i] + 1 == alphabet.size()) {
      letters[i] = 0;
      s[i] = alphabet[0];
      i++;
    }
    if (i == letters.size()) {
      if (i == longest) return;
      letters.push_back(0);
      s.push_back(alphabet[0]);
    } else {
      letters[i]++;
      s[i] = alphabet[letters[i]];
    }
  }
}

TEST(ChunkedGrammar, AgreesWithTheGrammarOnAllShortLines) {
  const h1_limits limits = ChunkedLimits();
  size_t accepted = 0;
  ForAllStrings("1gx ;=\"\\", 6, [&](const std::string& line) {
    h1_chunked_decoder d;
    h1_chunked_decoder_init(&d, &limits);
    const std::string input = line + "\r\n";
    h1_slice in = SliceOf(input);
    h1_slice data;
    const h1_step step = h1_chunked_decode(&d, &in, &data);
    size_t digits = 0;
    const bool expected = LineMatches(line, &digits);
    accepted += expected ? 1 : 0;
    if ((step == H1_NEED_INPUT) != expected) ADD_FAILURE() << line;
  });
  EXPECT_GT(accepted, 100u);
}

// Where the chunked body at the start of `s` ends, if it is whole and valid.
std::optional<size_t> BodyEnd(const std::string& s, std::string* data) {
  size_t at = 0;
  for (;;) {
    const size_t end = s.find("\r\n", at);
    if (end == std::string::npos) return std::nullopt;
    const std::string line = s.substr(at, end - at);
    size_t digits = 0;
    if (line.find_first_of("\r\n") != std::string::npos ||
        !LineMatches(line, &digits)) {
      return std::nullopt;
    }
    const size_t size = std::stoul(line.substr(0, digits), nullptr, 16);
    at = end + 2;
    if (size == 0) return at;
    if (s.size() < at + size + 2 || s.substr(at + size, 2) != "\r\n") {
      return std::nullopt;
    }
    *data += s.substr(at, size);
    at += size + 2;
  }
}

TEST(ChunkedGrammar, AgreesWithTheGrammarOnAllShortBodies) {
  const h1_limits limits = ChunkedLimits();
  size_t complete = 0;
  ForAllStrings("01\r\n;x", 8, [&](const std::string& input) {
    h1_chunked_decoder d;
    h1_chunked_decoder_init(&d, &limits);
    Outcome whole;
    Feed(&d, SliceOf(input), &whole);
    std::string data;
    const std::optional<size_t> end = BodyEnd(input, &data);
    if (end.has_value() != (whole.step == H1_DONE) ||
        (end && (*end != whole.offset || data != whole.data))) {
      ADD_FAILURE() << testing::PrintToString(input) << whole;
    }
    complete += end ? 1 : 0;
    Outcome bytewise;
    h1_chunked_decoder_init(&d, &limits);
    for (size_t i = 0; i < input.size() && bytewise.step == H1_NEED_INPUT;
         i++) {
      Feed(&d, {SliceOf(input).ptr + i, 1}, &bytewise);
    }
    if (!(whole == bytewise)) {
      ADD_FAILURE() << testing::PrintToString(input) << whole << bytewise;
    }
  });
  EXPECT_GT(complete, 100u);
}

}  // namespace
