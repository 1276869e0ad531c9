/* What is proven of parser/percent_encode.c: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_PERCENT_ENCODE_H_
#define H1_PARSER_PROOF_PERCENT_ENCODE_H_

/* RFC 3986 2.3, what percent-encoding leaves as it is, and what it writes. */
/*@ predicate unreserved_byte(integer c) =
      'a' <= c <= 'z' || 'A' <= c <= 'Z' || '0' <= c <= '9' || c == '-' ||
      c == '.' || c == '_' || c == '~';
    predicate unescaped_byte(integer c, integer keep_slash) =
      unreserved_byte(c) || (keep_slash != 0 && c == '/');
    logic integer encoded_len(integer c, integer keep_slash) =
      'a' <= c <= 'z' ? 1 : 'A' <= c <= 'Z' ? 1 : '0' <= c <= '9' ? 1 :
      c == '-' ? 1 : c == '.' ? 1 : c == '_' ? 1 : c == '~' ? 1 :
      keep_slash == 0 ? 3 : c == '/' ? 1 : 3;
    predicate encoded_byte(integer c, integer keep_slash) =
      unescaped_byte(c, keep_slash) || c == '%';
    logic integer encoded_size{L}(uint8_t *p, integer keep_slash, integer n) =
      n <= 0 ? 0 : encoded_size(p, keep_slash, n - 1) +
                       encoded_len(p[n - 1], keep_slash);
    predicate encoded_grow{L}(uint8_t *p, integer keep_slash, integer n) =
      \forall integer i; 0 <= i <= n ==>
        0 <= encoded_size(p, keep_slash, i) <=
          encoded_size(p, keep_slash, n) - (n - i);
    predicate encoded_at{L}(uint8_t *to, integer at, integer c,
                            integer keep_slash) =
      (encoded_len(c, keep_slash) == 1 && to[at] == c) ||
      (encoded_len(c, keep_slash) == 3 && to[at] == '%' &&
       hexdig_byte(to[at + 1]) && hexdig_byte(to[at + 2]) &&
       hex_value(to[at + 1]) * 16 + hex_value(to[at + 2]) == c); */

/*@ assigns \nothing;
    ensures \result <==> unreserved_byte(c); */
static bool is_unreserved(uint8_t c);

/*@ assigns \nothing;
    ensures \result <==> unescaped_byte(c, keep_slash);
    ensures encoded_len(c, keep_slash) == (\result ? 1 : 3); */
static bool is_encoded_plain(uint8_t c, bool keep_slash);

/*@ requires digit < 16;
    assigns \nothing;
    ensures '0' <= \result <= '9' || 'A' <= \result <= 'F';
    ensures hex_value(\result) == digit; */
static uint8_t upper_hex(unsigned digit);

/*@ requires at + encoded_len(c, keep_slash) <= SIZE_MAX;
    requires \valid(to + (at ..
                           at + encoded_len(c, keep_slash) - 1));
    assigns to[at .. at + encoded_len(c, keep_slash) - 1];
    ensures \result == at + encoded_len(c, keep_slash);
    ensures encoded_at(to, at, c, keep_slash);
    ensures \forall integer i; at <= i < \result ==>
      encoded_byte(to[i], keep_slash); */
static size_t put_encoded(uint8_t *to, size_t at, uint8_t c, bool keep_slash);

/*@ requires h1_readable(in) && \valid(size);
    requires \valid(room.ptr + (0 .. room.len - 1)) && room.len < SIZE_MAX;
    requires \separated(size, room.ptr + (0 .. room.len - 1),
                        in.ptr + (0 .. in.len - 1));
    assigns *size, room.ptr[0 .. room.len - 1];
    ensures \result == H1_DONE || \result == H1_NEED_ROOM;
    ensures \result == H1_DONE <==> *size <= room.len;
    ensures in.len <= SIZE_MAX / 3 ==>
      *size == encoded_size{Pre}(in.ptr, keep_slash, in.len);
    ensures \result == H1_DONE ==> \forall integer k; 0 <= k < *size ==>
      encoded_byte(room.ptr[k], keep_slash);
    ensures \result == H1_DONE ==> \forall integer k; 0 <= k < in.len ==>
      encoded_at(room.ptr, encoded_size{Pre}(in.ptr, keep_slash, k),
                 \at(in.ptr[k], Pre), keep_slash);
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]); */
h1_step h1_percent_encode(h1_slice in, bool keep_slash, h1_buffer room,
                          size_t *size);

#endif
