/* What is proven of parser/chunked_encode.c: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_CHUNKED_ENCODE_H_
#define H1_PARSER_PROOF_CHUNKED_ENCODE_H_

/*@ requires \valid(to + (0 .. len - 1)) && \valid_read(from + (0 .. len - 1));
    requires \separated(to + (0 .. len - 1), from + (0 .. len - 1));
    assigns to[0 .. len - 1];
    exits \false;
    ensures \forall integer i; 0 <= i < len ==> to[i] == \old(from[i]); */
static void copy_bytes(uint8_t *to, const uint8_t *from, size_t len);

/* `size` without its last k hex digits. */
/*@ logic integer without(integer size, integer k) =
      k <= 0 ? size : without(size, k - 1) / 16; */

/*@ assigns \nothing;
    ensures \result <= 16 && without(size, \result) == 0;
    ensures size != 0 <==> \result != 0;
    ensures \result != 0 ==> without(size, \result - 1) != 0; */
static size_t hex_digits(uint64_t size);

/*@ logic integer hex_char(integer digit) =
      digit < 10 ? '0' + digit : 'a' + digit - 10; */

/*@ requires digit < 16;
    assigns \nothing;
    ensures \result == hex_char(digit); */
static uint8_t hex_char_of(unsigned digit);

/* "SIZE\r\n": exactly which bytes. */
/*@ predicate head_bytes(uint8_t *out, integer size, integer digits) =
      (\forall integer i; 0 <= i < digits ==>
         out[i] == hex_char(without(size, digits - 1 - i) % 16)) &&
      out[digits] == '\r' && out[digits + 1] == '\n'; */

/*@ requires digits <= 16 && \valid(out + (0 .. digits + 1));
    assigns out[0 .. digits + 1];
    ensures head_bytes(out, size, digits); */
static void write_head(uint8_t *out, uint64_t size, size_t digits);

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
h1_step h1_chunk_head_encode(uint64_t size, h1_buffer room, size_t *written);

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
h1_step h1_chunk_encode(h1_slice data, h1_buffer room, size_t *size);

/*@ requires \valid(size) && \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1));
    assigns *size, room.ptr[0 .. 2];
    ensures *size == 3;
    ensures \result == (room.len < 3 ? H1_NEED_ROOM : H1_DONE);
    ensures room.len >= 3 ==> room.ptr[0] == '0' && room.ptr[1] == '\r' &&
      room.ptr[2] == '\n'; */
h1_step h1_last_chunk_encode(h1_buffer room, size_t *size);

/*@ requires \valid(size) && \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1));
    assigns *size, room.ptr[0 .. 1];
    ensures *size == 2;
    ensures \result == (room.len < 2 ? H1_NEED_ROOM : H1_DONE);
    ensures room.len >= 2 ==> room.ptr[0] == '\r' && room.ptr[1] == '\n'; */
h1_step h1_trailers_end_encode(h1_buffer room, size_t *size);

#endif
