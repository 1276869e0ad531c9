/* Writing the chunked transfer coding, RFC 9112 7.1. What each function writes
 * is stated byte by byte in its contract.
 *
 * The contracts are in proof/chunked_encode.h, and are proven. */
#include <string.h>

#include "parser/chunked.h"
#include "parser/internal/hex.h"

/* No chunk is larger, so that sums of two sizes and signed 64-bit consumers are
 * safe. */
#define SIZE_LIMIT ((uint64_t)INT64_MAX)

#ifdef __FRAMAC__
#include "parser/proof/chunked_encode.h"
#endif

/* Leaf around memcpy: `to` and `from` hold `len` bytes and do not overlap. */
static void copy_bytes(uint8_t *to, const uint8_t *from, size_t len) {
  memcpy(to, from, len);
}

/* How many hex digits `size` takes, none for 0. */
static size_t hex_digits(uint64_t size) {
  uint64_t rest = size;
  size_t count = 0;
  /*@ loop invariant 0 <= count <= 16 && rest == without(size, count);
      loop invariant digits_hold(16 - count, rest);
      loop invariant count != 0 ==> without(size, count - 1) != 0;
      loop invariant count == 0 ==> rest == size;
      loop assigns rest, count;
      loop variant 16 - count; */
  while (rest != 0) {
    rest /= 16;
    count++;
  }
  return count;
}

static uint8_t hex_char_of(unsigned digit) {
  static const uint8_t chars[16] = {'0', '1', '2', '3', '4', '5', '6', '7',
                                    '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
  return chars[digit];
}

/* Writes "SIZE\r\n" at the start of `out`, which holds it. */
static void write_head(uint8_t *out, uint64_t size, size_t digits) {
  uint64_t rest = size;
  size_t at = digits;
  /*@ loop invariant 0 <= at <= digits && rest == without(size, digits - at);
      loop invariant \forall integer i; at <= i < digits ==>
        out[i] == hex_char(without(size, digits - 1 - i) % 16);
      loop assigns rest, at, out[0 .. digits - 1];
      loop variant at; */
  while (at > 0) {
    at--;
    out[at] = hex_char_of((unsigned)(rest % 16));
    rest /= 16;
  }
  out[digits] = '\r';
  out[digits + 1] = '\n';
}

h1_step h1_chunk_head_encode(uint64_t size, h1_buffer room, size_t *written) {
  *written = 0;
  if (size == 0 || size > SIZE_LIMIT) return H1_FAILED;
  size_t digits = hex_digits(size);
  *written = digits + 2;
  if (room.len < digits + 2) return H1_NEED_ROOM;
  write_head(room.ptr, size, digits);
  return H1_DONE;
}

h1_step h1_chunk_encode(h1_slice data, h1_buffer room, size_t *size) {
  *size = 0;
  if (data.len == 0) return H1_DONE;
  /* No object is that large; the guard keeps the sum below from wrapping. */
  if (data.len > SIZE_MAX / 2) return H1_FAILED;
  size_t digits = hex_digits(data.len);
  size_t head = digits + 2;
  *size = head + data.len + 2;
  if (room.len < head + data.len + 2) return H1_NEED_ROOM;
  write_head(room.ptr, data.len, digits);
  copy_bytes(room.ptr + head, data.ptr, data.len);
  room.ptr[head + data.len] = '\r';
  room.ptr[head + data.len + 1] = '\n';
  return H1_DONE;
}

h1_step h1_last_chunk_encode(h1_buffer room, size_t *size) {
  *size = 3;
  if (room.len < 3) return H1_NEED_ROOM;
  room.ptr[0] = '0';
  room.ptr[1] = '\r';
  room.ptr[2] = '\n';
  return H1_DONE;
}

h1_step h1_trailers_end_encode(h1_buffer room, size_t *size) {
  *size = 2;
  if (room.len < 2) return H1_NEED_ROOM;
  room.ptr[0] = '\r';
  room.ptr[1] = '\n';
  return H1_DONE;
}
