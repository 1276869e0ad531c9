// Chunk sizes with blanks after them, as some servers write them.
#include <gtest/gtest.h>

#include <string>

#include "parser/chunked.h"
#include "parser/testing/chunked_outcome.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::ChunkedLimits;
using h1_test::Guarded;
using Decode = h1_step (*)(h1_chunked_decoder*, h1_slice*, h1_slice*);

// "data|end" of a body that is decoded, or "data|reason@offset"; the input is
// shown in pieces of `step` bytes.
std::string Decoded(Decode decode, const std::string& body, size_t step,
                    const h1_limits& limits = ChunkedLimits()) {
  h1_chunked_decoder d;
  h1_chunked_decoder_init(&d, &limits);
  std::string data;
  for (size_t at = 0; at < body.size();) {
    const std::string piece = body.substr(at, step);
    const Guarded guarded(piece);
    h1_slice in = guarded.slice(), got = {nullptr, 0};
    h1_step s = decode(&d, &in, &got);
    while (s == H1_DATA) {
      data += h1_test::StringOf(got);
      s = decode(&d, &in, &got);
    }
    at += piece.size() - in.len;
    if (s == H1_DONE) return data + "|" + std::to_string(at);
    if (s == H1_FAILED) {
      EXPECT_EQ(h1_chunked_error_offset(&d), at);
      EXPECT_EQ(decode(&d, &in, &got), H1_FAILED);
      return data + "|" + h1_error_name(h1_chunked_error(&d)) + "@" +
             std::to_string(at);
    }
    EXPECT_EQ(in.len, 0u);
  }
  return data + "|more";
}

void Expect(const std::string& body, const std::string& strict,
            const std::string& padded) {
  SCOPED_TRACE(body);
  for (size_t step = 1; step <= body.size(); step++) {
    EXPECT_EQ(Decoded(h1_chunked_decode, body, step), strict) << step;
    EXPECT_EQ(Decoded(h1_chunked_decode_padded, body, step), padded) << step;
  }
}

TEST(ChunkedPadded, TakesBlanksAfterASize) {
  Expect("2   \r\nhi\r\n0\r\n\r\n", "|chunk_size_invalid@5", "hi|13");
  Expect("2\t \r\nhi\r\n0 \r\n\r\n", "|chunk_size_invalid@4", "hi|13");
  Expect("1\r\na\r\n000c  \r\nabcdefghijkl\r\n0\r\n", "a|chunk_size_invalid@13",
         "aabcdefghijkl|31");
}

TEST(ChunkedPadded, IsOtherwiseTheSame) {
  for (const char* body :
       {"2\r\nhi\r\n0\r\n\r\n", "2;a=b\r\nhi\r\n0;c\r\n", "2 ;a\r\nhi\r\n",
        " 2\r\nhi\r\n0\r\n", "\r\n", "2 3\r\nhi", "2 \nhi", "2;a \r\nhi",
        "2 \rx", "g", "2\r\nhix", "ffffffffffffffff1\r\n", "2\r\n\r\n\r\n0\r\n",
        "2\n", "3\r\nhi"}) {
    SCOPED_TRACE(body);
    const size_t size = std::string(body).size();
    const std::string strict = Decoded(h1_chunked_decode, body, size);
    Expect(body, strict, strict);
  }
}

TEST(ChunkedPadded, CountsThePaddingAsFraming) {
  h1_limits limits = ChunkedLimits();
  limits.chunk_overhead_ratio = 0;
  const std::string body = "2   \r\nhi\r\n0\r\n";
  limits.chunk_overhead_bytes = 11;
  EXPECT_EQ(Decoded(h1_chunked_decode_padded, body, 99, limits), "hi|13");
  limits.chunk_overhead_bytes = 10;
  EXPECT_EQ(Decoded(h1_chunked_decode_padded, body, 99, limits),
            "hi|chunk_overhead@12");
  limits.chunk_overhead_bytes = 3;
  EXPECT_EQ(Decoded(h1_chunked_decode_padded, body, 99, limits),
            "|chunk_overhead@3");
}

}  // namespace
