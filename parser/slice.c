/* Slices compared, and slices of C strings.
 *
 * The contracts are in proof/slice.h, and are proven. */
#include "parser/slice.h"

#include "parser/internal/text.h"

bool h1_slice_equal_nocase(h1_slice a, h1_slice b) {
  if (a.len != b.len) return false;
  /*@ loop invariant 0 <= i <= a.len;
      loop invariant \forall integer k; 0 <= k < i ==>
        h1_lower(a.ptr[k]) == h1_lower(b.ptr[k]);
      loop assigns i;
      loop variant a.len - i; */
  for (size_t i = 0; i < a.len; i++) {
    if (h1_to_lower(a.ptr[i]) != h1_to_lower(b.ptr[i])) return false;
  }
  return true;
}

bool h1_slice_equal(h1_slice a, h1_slice b) {
  if (a.len != b.len) return false;
  /*@ loop invariant 0 <= i <= a.len;
      loop invariant \forall integer k; 0 <= k < i ==> a.ptr[k] == b.ptr[k];
      loop assigns i;
      loop variant a.len - i; */
  for (size_t i = 0; i < a.len; i++) {
    if (a.ptr[i] != b.ptr[i]) return false;
  }
  return true;
}

h1_slice h1_slice_of(const char *text) {
  size_t n = 0;
  /*@ loop invariant \forall integer k; 0 <= k < n ==> text[k] != 0;
      loop invariant \forall integer end; 0 <= end && text[end] == 0 ==>
        n <= end;
      loop assigns n;
      loop variant SIZE_MAX - n; */
  while (text[n] != '\0') n++;
  h1_slice s = {(const uint8_t *)text, n};
  return s;
}
