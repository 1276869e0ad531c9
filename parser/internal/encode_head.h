/* Private: what the encoders of request and response heads share.
 *
 * The contracts are in proof/encode_head.h, and are proven. */
#ifndef H1_PARSER_INTERNAL_ENCODE_HEAD_H_
#define H1_PARSER_INTERNAL_ENCODE_HEAD_H_

#include "parser/internal/encode.h"
#include "parser/values.h"

/* What stands in both kinds of heads, as bytes: what analysers know of a string
 * literal they know of characters. */
static const uint8_t kLineEnd[] = "\r\n";
static const uint8_t kLength[] = "Content-Length: ";
static const uint8_t kChunked[] = "Transfer-Encoding: chunked\r\n";
static const uint8_t kClose[] = "Connection: close\r\n";
static const uint8_t kUpgrade[] = "Connection: upgrade\r\n";

/* One of them, without its NUL. */
#define H1_TEXT(bytes) ((h1_slice){(bytes), sizeof(bytes) - 1})

/* The most that h1_length_put writes, an unfinished number counted as 20
 * digits. */
#define H1_LENGTH_MAX (sizeof(kLength) - 1 + 20 + 2)

#ifdef __FRAMAC__
#include "parser/proof/encode_head.h"
#endif

/* The line of a Content-Length, at to[0 ..); returns where it ends. */
static inline size_t h1_length_put(uint8_t *to, uint64_t length) {
  size_t at = h1_put(to, 0, H1_TEXT(kLength));
  at += h1_decimal_encode(length, to + at);
  to[at] = '\r';
  to[at + 1] = '\n';
  return at + 2;
}

#endif
