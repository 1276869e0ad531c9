/* Writing percent-encoded text, RFC 3986 2.1.
 *
 * The contracts are in proof/percent_encode.h, and are proven. */
#include "parser/internal/hex.h"
#include "parser/target.h"

#ifdef __FRAMAC__
#include "parser/proof/percent_encode.h"
#endif

static bool is_unreserved(uint8_t c) {
  bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  bool digit = c >= '0' && c <= '9';
  return alpha || digit || c == '-' || c == '.' || c == '_' || c == '~';
}

static bool is_encoded_plain(uint8_t c, bool keep_slash) {
  return is_unreserved(c) || (keep_slash && c == '/');
}

static uint8_t upper_hex(unsigned digit) {
  return (uint8_t)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}

/* The byte at to[at ..), as it is or as "%XX"; returns where that ends. */
static size_t put_encoded(uint8_t *to, size_t at, uint8_t c, bool keep_slash) {
  if (is_encoded_plain(c, keep_slash)) {
    to[at] = c;
    return at + 1;
  }
  to[at] = '%';
  to[at + 1] = upper_hex(c / 16u);
  to[at + 2] = upper_hex(c % 16u);
  return at + 3;
}

h1_step h1_percent_encode(h1_slice in, bool keep_slash, h1_buffer room,
                          size_t *size) {
  const uint8_t *p = in.ptr;
  size_t n = in.len;
  size_t total = 0;
  /* No object is that large; the guard keeps the sum from wrapping. */
  if (n > SIZE_MAX / 3) {
    *size = SIZE_MAX;
    return H1_NEED_ROOM;
  }
  /*@ loop invariant 0 <= i <= n && total <= 3 * i;
      loop invariant total == encoded_size(p, keep_slash, i);
      loop invariant encoded_grow(p, keep_slash, i);
      loop assigns i, total;
      loop variant n - i; */
  for (size_t i = 0; i < n; i++) {
    total += is_encoded_plain(p[i], keep_slash) ? 1 : 3;
  }
  *size = total;
  if (room.len < total) return H1_NEED_ROOM;
  size_t w = 0;
  /*@ loop invariant 0 <= i <= n && w <= total;
      loop invariant w == encoded_size{Pre}(p, keep_slash, i);
      loop invariant \forall integer k; 0 <= k < n ==>
        p[k] == \at(in.ptr[k], Pre);
      loop invariant \forall integer k; 0 <= k < i ==>
        0 <= encoded_size{Pre}(p, keep_slash, k) <=
          w - encoded_len(\at(in.ptr[k], Pre), keep_slash);
      loop invariant \forall integer k; 0 <= k < w ==>
        encoded_byte(room.ptr[k], keep_slash);
      loop invariant \forall integer k; 0 <= k < i ==>
        encoded_at(room.ptr, encoded_size{Pre}(p, keep_slash, k),
                   \at(in.ptr[k], Pre), keep_slash);
      loop assigns i, w, room.ptr[0 .. total - 1];
      loop variant n - i; */
  for (size_t i = 0; i < n; i++) {
    //@ assert encoded_size{Pre}(p, keep_slash, i + 1) <= total;
    /*@ assert encoded_size{Pre}(p, keep_slash, i + 1) ==
          w + encoded_len(p[i], keep_slash); */
    //@ ghost const size_t from = w;
    //@ ghost Before: ;
    w = put_encoded(room.ptr, w, p[i], keep_slash);
    /*@ assert \forall integer k; 0 <= k < from ==>
          room.ptr[k] == \at(room.ptr[k], Before); */
    /*@ assert \forall integer k; 0 <= k < i ==>
          encoded_at(room.ptr, encoded_size{Pre}(p, keep_slash, k),
                     \at(in.ptr[k], Pre), keep_slash); */
    //@ assert encoded_at(room.ptr, from, p[i], keep_slash);
  }
  return H1_DONE;
}
