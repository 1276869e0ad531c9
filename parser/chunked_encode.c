/* Writing the chunked transfer coding, RFC 9112 7.1. What each function writes
 * is stated byte by byte in its contract. */
#include <string.h>

#include "parser/chunked.h"
#include "parser/hex.h"

/* No chunk is larger, so that sums of two sizes and signed 64-bit consumers are
 * safe. */
#define SIZE_LIMIT ((uint64_t)INT64_MAX)

/* Leaf around memcpy: `to` and `from` hold `len` bytes and do not overlap. */
/*@ requires \valid(to + (0 .. len - 1)) && \valid_read(from + (0 .. len - 1));
    requires \separated(to + (0 .. len - 1), from + (0 .. len - 1));
    assigns to[0 .. len - 1];
    exits \false;
    ensures \forall integer i; 0 <= i < len ==> to[i] == \old(from[i]); */
static void copy_bytes(uint8_t *to, const uint8_t *from, size_t len) {
  memcpy(to, from, len);
}

/* `size` without its last k hex digits. */
/*@ logic integer without(integer size, integer k) =
      k <= 0 ? size : without(size, k - 1) / 16; */

/* How many hex digits `size` takes, none for 0. */
/*@ assigns \nothing;
    ensures \result <= 16 && without(size, \result) == 0;
    ensures size != 0 <==> \result != 0;
    ensures \result != 0 ==> without(size, \result - 1) != 0; */
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

/*@ logic integer hex_char(integer digit) =
      digit < 10 ? '0' + digit : 'a' + digit - 10; */

/*@ requires digit < 16;
    assigns \nothing;
    ensures \result == hex_char(digit); */
static uint8_t hex_char_of(unsigned digit) {
  static const uint8_t chars[16] = {'0', '1', '2', '3', '4', '5', '6', '7',
                                    '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
  return chars[digit];
}

/* "SIZE\r\n": exactly which bytes. */
/*@ predicate head_bytes(uint8_t *out, integer size, integer digits) =
      (\forall integer i; 0 <= i < digits ==>
         out[i] == hex_char(without(size, digits - 1 - i) % 16)) &&
      out[digits] == '\r' && out[digits + 1] == '\n'; */

/* Writes "SIZE\r\n" at the start of `out`, which holds it. */
/*@ requires digits <= 16 && \valid(out + (0 .. digits + 1));
    assigns out[0 .. digits + 1];
    ensures head_bytes(out, size, digits); */
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

/*@ requires \valid(written) && \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(written, room.ptr + (0 .. room.len - 1));
    assigns *written, room.ptr[0 .. room.len - 1];
    ensures \result == H1_FAILED <==> size == 0 || size > SIZE_LIMIT;
    ensures \result == H1_FAILED ==> *written == 0;
    ensures \result == H1_DONE || \result == H1_NEED_ROOM ||
      \result == H1_FAILED;
    ensures \result == H1_NEED_ROOM ==> *written > room.len;
    ensures \result != H1_FAILED ==> 3 <= *written <= H1_CHUNK_HEAD_MAX &&
      without(size, *written - 2) == 0 && without(size, *written - 3) != 0;
    ensures \result == H1_DONE ==> *written <= room.len &&
      head_bytes(room.ptr, size, *written - 2);
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]); */
h1_step h1_chunk_head_encode(uint64_t size, h1_room room, size_t *written) {
  *written = 0;
  if (size == 0 || size > SIZE_LIMIT) return H1_FAILED;
  size_t digits = hex_digits(size);
  *written = digits + 2;
  if (room.len < digits + 2) return H1_NEED_ROOM;
  write_head(room.ptr, size, digits);
  return H1_DONE;
}

/*@ requires \valid(size) && \valid(room.ptr + (0 .. room.len - 1));
    requires \valid_read(data.ptr + (0 .. data.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1),
                        data.ptr + (0 .. data.len - 1));
    assigns *size, room.ptr[0 .. room.len - 1];
    ensures \result == H1_DONE || \result == H1_NEED_ROOM ||
      \result == H1_FAILED;
    ensures \result == H1_FAILED <==> data.len > SIZE_MAX / 2;
    ensures data.len == 0 ==> \result == H1_DONE && *size == 0;
    ensures \result == H1_NEED_ROOM ==> *size > room.len;
    ensures \result == H1_DONE ==> *size <= room.len;
    ensures \result != H1_FAILED && data.len != 0 ==>
      without(data.len, *size - data.len - 4) == 0 &&
      without(data.len, *size - data.len - 5) != 0;
    ensures \result == H1_DONE && data.len != 0 ==>
      head_bytes(room.ptr, data.len, *size - data.len - 4) &&
      (\forall integer i; 0 <= i < data.len ==>
         room.ptr[*size - data.len - 2 + i] == data.ptr[i]) &&
      room.ptr[*size - 2] == '\r' && room.ptr[*size - 1] == '\n';
    ensures \result != H1_DONE || data.len == 0 ==>
      \forall integer i; 0 <= i < room.len ==>
        room.ptr[i] == \old(room.ptr[i]); */
h1_step h1_chunk_encode(h1_slice data, h1_room room, size_t *size) {
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

/*@ requires \valid(size) && \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1));
    assigns *size, room.ptr[0 .. 2];
    ensures *size == 3;
    ensures \result == (room.len < 3 ? H1_NEED_ROOM : H1_DONE);
    ensures room.len >= 3 ==> room.ptr[0] == '0' && room.ptr[1] == '\r' &&
      room.ptr[2] == '\n'; */
h1_step h1_last_chunk_encode(h1_room room, size_t *size) {
  *size = 3;
  if (room.len < 3) return H1_NEED_ROOM;
  room.ptr[0] = '0';
  room.ptr[1] = '\r';
  room.ptr[2] = '\n';
  return H1_DONE;
}

/*@ requires \valid(size) && \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1));
    assigns *size, room.ptr[0 .. 1];
    ensures *size == 2;
    ensures \result == (room.len < 2 ? H1_NEED_ROOM : H1_DONE);
    ensures room.len >= 2 ==> room.ptr[0] == '\r' && room.ptr[1] == '\n'; */
h1_step h1_trailers_end_encode(h1_room room, size_t *size) {
  *size = 2;
  if (room.len < 2) return H1_NEED_ROOM;
  room.ptr[0] = '\r';
  room.ptr[1] = '\n';
  return H1_DONE;
}
