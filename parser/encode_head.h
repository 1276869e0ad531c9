/* Private: what the encoders of request and response heads share. */
#ifndef H1_PARSER_ENCODE_HEAD_H_
#define H1_PARSER_ENCODE_HEAD_H_

#include "parser/encode.h"
#include "parser/values.h"

/* What stands in both kinds of heads, as bytes: what analysers know of a string
 * literal they know of characters. */
static const uint8_t kLineEnd[] = "\r\n";
static const uint8_t kLength[] = "Content-Length: ";
static const uint8_t kChunked[] = "Transfer-Encoding: chunked\r\n";
static const uint8_t kClose[] = "Connection: close\r\n";

/* One of them, without its NUL. */
#define H1_TEXT(bytes) ((h1_slice){(bytes), sizeof(bytes) - 1})

/* The most that h1_length_put writes, an unfinished number counted as 20
 * digits. */
#define H1_LENGTH_MAX (sizeof(kLength) - 1 + 20 + 2)

/* The line of a Content-Length, at to[0 ..); returns where it ends. */
/*@ requires \valid(to + (0 .. H1_LENGTH_MAX - 1));
    assigns to[0 .. H1_LENGTH_MAX - 1];
    ensures sizeof(kLength) + 1 < \result <= H1_LENGTH_MAX;
    ensures \forall integer i; 0 <= i < sizeof(kLength) - 1 ==>
      to[i] == kLength[i];
    ensures h1_digits(to + (sizeof(kLength) - 1), 0,
                      \result - 2 - (sizeof(kLength) - 1));
    ensures h1_decimal(to + (sizeof(kLength) - 1),
                       \result - 2 - (sizeof(kLength) - 1), length);
    ensures to[\result - 2] == '\r' && to[\result - 1] == '\n'; */
static inline size_t h1_length_put(uint8_t *to, uint64_t length) {
  size_t at = h1_put(to, 0, H1_TEXT(kLength));
  at += h1_decimal_encode(length, to + at);
  to[at] = '\r';
  to[at + 1] = '\n';
  return at + 2;
}

/* For the proofs: fields that may be written, and what is not overwritten by
 * the n bytes at `to`. */
/*@ predicate fields_allowed(h1_field *f, integer count) =
      \forall integer i; 0 <= i < count ==> field_line(f[i].name, f[i].value);

    predicate apart(uint8_t *to, integer n, h1_slice s) =
      \separated(to + (0 .. n - 1), s.ptr + (0 .. s.len - 1));

    predicate fields_apart(uint8_t *to, integer n, h1_field *f,
                           integer count) =
      \separated(to + (0 .. n - 1), f + (0 .. count - 1)) &&
      \forall integer i; 0 <= i < count ==>
        apart(to, n, f[i].name) && apart(to, n, f[i].value); */

#endif
