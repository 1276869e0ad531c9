// Responses that the grammar has no place for: refused as they come, taken with
// the tolerance that names them and with no other.
#include "parser/tolerance.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/response.h"
#include "parser/testing/response_subject.h"

namespace {

using h1_test::EveryWay;
using h1_test::ResponseSubject;
using h1_test::SliceOf;
using h1_test::Visible;
using std::string_literals::operator""s;

constexpr uint32_t kAll = 2 * H1_TOLERATE_EMPTY_LINE - 1;

void Expect(const std::string& input, uint32_t tolerances,
            const std::string& expected,
            const h1_limits& limits = h1_limits_default()) {
  SCOPED_TRACE(Visible(input) + " " + std::to_string(tolerances));
  ResponseSubject subject(limits, tolerances);
  EveryWay(input).Expect(subject, expected);
}

struct Row {
  std::string input, strict, tolerant;
};

// Strictly, and with every other tolerance: refused. With this one, and with
// all: taken.
void ExpectRows(uint32_t tolerance, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    Expect(row.input, H1_TOLERATE_NOTHING, row.strict);
    Expect(row.input, tolerance, row.tolerant);
    Expect(row.input, kAll, row.tolerant);
    Expect(row.input, kAll & ~tolerance, row.strict);
  }
}

TEST(Tolerance, SetsAreThoseOfTheirNames) {
  EXPECT_EQ(H1_TOLERATE_USER_AGENT,
            H1_TOLERATE_FOLDS | H1_TOLERATE_NO_SPACE_AFTER_STATUS |
                H1_TOLERATE_HTTP10_CHUNKED | H1_TOLERATE_PADDED_CHUNKS |
                H1_TOLERATE_CONTROLS | H1_TOLERATE_EQUAL_LENGTHS);
  EXPECT_EQ(H1_TOLERATE_PROXY, H1_TOLERATE_SPACE_BEFORE_COLON |
                                   H1_TOLERATE_FOLDS |
                                   H1_TOLERATE_NO_SPACE_AFTER_STATUS);
}

// Every good head reads the same with all of them.
TEST(Tolerance, ChangesNothingOfAGoodHead) {
  const struct {
    std::string input, expected;
  } rows[] = {
      {"HTTP/1.1 200 OK\r\n\r\nbody", "200|1.1|OK||19"},
      {"HTTP/1.0 404 Not Found\r\nA: b\r\n\r\n", "404|1.0|Not Found|{A=b}|32"},
      {"HTTP/1.1 204 \r\n\r\n", "204|1.1|||17"},
      {"HTTP/1.1 200 OK\r\nA:\t b \r\nContent-Length: 5\r\nA:\r\nSet-Cookie: "
       "a=b; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n",
       "200|1.1|OK|{A=b}{Content-Length=5}{A=}{Set-Cookie=a=b; Path=/; "
       "Expires=Thu, 01 Jan 1970 00:00:00 GMT}|114"},
  };
  for (const auto& row : rows) {
    Expect(row.input, kAll, row.expected);
    Expect(row.input, H1_TOLERATE_USER_AGENT, row.expected);
    Expect(row.input, H1_TOLERATE_PROXY, row.expected);
  }
}

TEST(Tolerance, OfFoldsHandsThemOut) {
  ExpectRows(
      H1_TOLERATE_FOLDS,
      {
          {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "field_folded@23 200OK",
           "200|1.1|OK|{A=b\r\n c}|29"},
          {"HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n  d \r\nE: f\r\n\r\n",
           "field_folded@23 200OK", "200|1.1|OK|{A=b\r\n\tc\r\n  d}{E=f}|41"},
          // A value that only begins, or only ends, with a fold has none.
          {"HTTP/1.1 200 OK\r\nA:\r\n b\r\n\r\n", "field_folded@21 200OK",
           "200|1.1|OK|{A=b}|27"},
          {"HTTP/1.1 200 OK\r\nA: b\r\n \r\n\t\r\nC: d\r\n\r\n",
           "field_folded@23 200OK", "200|1.1|OK|{A=b}{C=d}|37"},
          {"HTTP/1.1 200 OK\r\nA:\r\n \r\n\r\n", "field_folded@21 200OK",
           "200|1.1|OK|{A=}|26"},
          {"HTTP/1.1 200 OK\r\nA: b\r\n", "more", "more"},
      });
  // Before the first field there is nothing to go on with.
  Expect("HTTP/1.1 200 OK\r\n A: b\r\n\r\n", kAll,
         "field_first_space@17 200OK");
  // A line of a long head whose blocks are classified at once.
  const std::string lines(40, 'x');
  const std::string head = "HTTP/1.1 200 OK\r\nAccept-Ranges: " + lines +
                           "\r\n " + lines + "\r\nVary: " + lines + "\r\n\r\n";
  Expect(head, H1_TOLERATE_FOLDS,
         "200|1.1|OK|{Accept-Ranges=" + lines + "\r\n " + lines +
             "}{Vary=" + lines + "}|" + std::to_string(head.size()));
}

TEST(Tolerance, OfFoldsCountsALineOnce) {
  h1_limits limits = h1_limits_default();
  limits.header_count = 1;
  Expect("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", H1_TOLERATE_FOLDS,
         "200|1.1|OK|{A=b\r\n c}|29", limits);
  Expect("HTTP/1.1 200 OK\r\nA: b\r\n c\r\nD: e\r\n\r\n", H1_TOLERATE_FOLDS,
         "header_count@27 200OK", limits);
}

TEST(Tolerance, OfASpaceBeforeTheColonHandsOutTheNameAlone) {
  ExpectRows(H1_TOLERATE_SPACE_BEFORE_COLON,
             {
                 {"HTTP/1.1 200 OK\r\nServer : x\r\n\r\n",
                  "field_name_space@23 200OK", "200|1.1|OK|{Server=x}|31"},
                 {"HTTP/1.1 200 OK\r\nContent-Length \t : 2\r\nA: b\r\n\r\n",
                  "field_name_space@31 200OK",
                  "200|1.1|OK|{Content-Length=2}{A=b}|47"},
                 {"HTTP/1.1 200 OK\r\nA b: c\r\n\r\n",
                  "field_name_space@18 200OK", "field_name_space@19 200OK"},
                 {"HTTP/1.1 200 OK\r\nA \r\n\r\n", "field_name_space@18 200OK",
                  "field_colon_missing@19 200OK"},
                 {"HTTP/1.1 200 OK\r\nA \x7f: b\r\n\r\n",
                  "field_name_space@18 200OK", "field_name_invalid@19 200OK"},
             });
  Expect("HTTP/1.1 200 OK\r\n : b\r\n\r\n", kAll, "field_first_space@17 200OK");
}

TEST(Tolerance, OfAStatusWithoutSpaceTakesNoReason) {
  ExpectRows(
      H1_TOLERATE_NO_SPACE_AFTER_STATUS,
      {
          {"HTTP/1.1 200\r\n\r\n", "reason_invalid@12 0", "200|1.1|||16"},
          {"HTTP/1.0 404\r\nA: b\r\n\r\n", "reason_invalid@12 0",
           "404|1.0||{A=b}|22"},
          {"HTTP/1.1 200\r\r\n", "reason_invalid@12 0", "bare_cr@13 200"},
      });
  for (const char* input : {"HTTP/1.1 200OK\r\n\r\n", "HTTP/1.1 200\tOK\r\n"}) {
    Expect(input, kAll, "status_invalid@12 0");
  }
  Expect("HTTP/1.1 20\r\n\r\n", kAll, "status_invalid@11 0");
}

TEST(Tolerance, OfABareLfEndsLinesWithIt) {
  ExpectRows(H1_TOLERATE_BARE_LF,
             {
                 {"HTTP/1.1 200 OK\n\n", "bare_lf@15 200", "200|1.1|OK||17"},
                 {"HTTP/1.1 200 OK\nA: b \nC:d\n\n", "bare_lf@15 200",
                  "200|1.1|OK|{A=b}{C=d}|27"},
                 {"HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\n", "bare_lf@21 200OK",
                  "200|1.1|OK|{A=b}{C=d}|29"},
                 {"HTTP/1.1 200 OK\r\nA\n\n", "bare_lf@18 200OK",
                  "field_colon_missing@18 200OK"},
             });
  Expect("HTTP/1.1 200\nA: b\n\n",
         H1_TOLERATE_BARE_LF | H1_TOLERATE_NO_SPACE_AFTER_STATUS,
         "200|1.1||{A=b}|19");
  Expect("HTTP/1.1 200 OK\nA: b\n c\n\n",
         H1_TOLERATE_BARE_LF | H1_TOLERATE_FOLDS, "200|1.1|OK|{A=b\n c}|25");
  // A CR alone ends nothing.
  Expect("HTTP/1.1 200 OK\rA: b\n\n", kAll, "bare_cr@16 200OK");
  Expect("HTTP/1.1 200 OK\nA: b\rC: d\n\n", kAll, "bare_cr@21 200OK");
}

TEST(Tolerance, OfControlsNeverTakesCrLfOrNul) {
  for (unsigned c = 1; c < 0x80; c++) {
    if (c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < 0x7f)) continue;
    const std::string value = std::string("a") + static_cast<char>(c) + "b";
    const std::string head =
        "HTTP/1.1 200 OK\r\nSet-Cookie: " + value + "; path=/\r\n\r\n";
    Expect(head, kAll & ~H1_TOLERATE_CONTROLS, "field_value_invalid@30 200OK");
    Expect(head, H1_TOLERATE_CONTROLS,
           "200|1.1|OK|{Set-Cookie=" + value + "; path=/}|" +
               std::to_string(head.size()));
  }
  Expect("HTTP/1.1 200 OK\r\nA: \x01\x7f\r\n\r\n", H1_TOLERATE_CONTROLS,
         "200|1.1|OK|{A=\x01\x7f}|26");
  Expect("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"s, kAll,
         "field_value_invalid@21 200OK");
  Expect("HTTP/1.1 200 OK\r\nA: b\nc\r\n\r\n", kAll & ~H1_TOLERATE_BARE_LF,
         "bare_lf@21 200OK");
  Expect("HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", kAll, "bare_cr@22 200OK");
  // Neither in names nor in the reason phrase.
  Expect("HTTP/1.1 200 O\x01K\r\n\r\n", kAll, "reason_invalid@14 200");
  Expect("HTTP/1.1 200 OK\r\nA\x01: b\r\n\r\n", kAll,
         "field_name_invalid@18 200OK");
}

TEST(Tolerance, OfAnEmptyLineTakesOne) {
  ExpectRows(
      H1_TOLERATE_EMPTY_LINE,
      {
          {"\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n", "version_invalid@0 0",
           "200|1.1|OK|{A=b}|27"},
          {"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "version_invalid@0 0",
           "version_invalid@2 0"},
          {"\rHTTP/1.1 200 OK\r\n\r\n", "version_invalid@0 0", "bare_cr@1 0"},
      });
  Expect("\nHTTP/1.1 200 OK\n\n", kAll, "200|1.1|OK||18");
  Expect("\nHTTP/1.1 200 OK\r\n\r\n", H1_TOLERATE_EMPTY_LINE, "bare_lf@0 0");
}

TEST(Tolerance, KeepsTheLimits) {
  const std::string head = "HTTP/1.1 200\r\nA : b\r\n c\r\n\r\n";
  h1_limits limits = h1_limits_default();
  for (size_t limit = 0; limit <= head.size(); limit++) {
    limits.head_bytes = limit;
    const char* line = limit <= 12 ? "0" : "200";
    Expect(head, H1_TOLERATE_PROXY,
           limit == head.size()
               ? "200|1.1||{A=b\r\n c}|27"
               : "head_too_large@" + std::to_string(limit) + " " + line,
           limits);
  }
}

TEST(ValueUnfold, WritesSpacesForFolds) {
  const struct {
    std::string value, expected;
  } rows[] = {{"", ""},
              {"b", "b"},
              {"b\r\n c", "b   c"},
              {"b \r\n\t c\r\n d", "b   \t c   d"},
              {"b\n c", "b  c"}};
  for (const auto& row : rows) {
    std::string out(row.value.size() + 1, '#');
    const h1_buffer room = {reinterpret_cast<uint8_t*>(&out[0]),
                            row.value.size()};
    size_t size = 0;
    ASSERT_EQ(h1_value_unfold(SliceOf(row.value), room, &size), H1_DONE);
    EXPECT_EQ(out.substr(0, size), row.expected);
    EXPECT_EQ(out.back(), '#');
    std::string place = row.value;  // In its own memory.
    const h1_buffer own = {reinterpret_cast<uint8_t*>(&place[0]), place.size()};
    ASSERT_EQ(h1_value_unfold(SliceOf(place), own, &size), H1_DONE);
    EXPECT_EQ(place, row.expected);
    if (row.value.empty()) continue;
    const h1_buffer less = {own.ptr, own.len - 1};
    ASSERT_EQ(h1_value_unfold(SliceOf(row.value), less, &size), H1_NEED_ROOM);
    EXPECT_EQ(size, row.value.size());
  }
}

}  // namespace
