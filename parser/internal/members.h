/* Private: the members of a comma-separated list in one field line, where
 * quotes have no meaning: of codings, lengths, connection options and
 * expectations.
 *
 * The contracts are in proof/members.h, and are proven. */
#ifndef H1_PARSER_INTERNAL_MEMBERS_H_
#define H1_PARSER_INTERNAL_MEMBERS_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/internal/text.h"
#include "parser/slice.h"

/* A member of a list: p[from..end) of the line that it stands in. */
typedef struct {
  size_t from, end;
} h1_span;

#ifdef __FRAMAC__
#include "parser/proof/members.h"
#endif

static inline h1_span h1_trimmed_span(const uint8_t *p, size_t from,
                                      size_t end) {
  size_t a = from, b = end;
  /*@ loop invariant from <= a <= end && h1_all_ows(p, from, a);
      loop assigns a;
      loop variant end - a; */
  while (a < end && h1_is_ows(p[a])) a++;
  /*@ loop invariant a <= b <= end && h1_all_ows(p, b, end);
      loop assigns b;
      loop variant b; */
  while (b > a && h1_is_ows(p[b - 1])) b--;
  /*@ assert \forall integer x; from <= x && x + 7 <= end &&
        h1_chunked_at(p, x) && h1_all_ows(p, from, x) &&
        h1_all_ows(p, x + 7, end) ==> a == x && b == x + 7; */
  const h1_span s = {a, b};
  return s;
}

static inline h1_slice h1_member_slice(h1_slice line, h1_span s) {
  const h1_slice member = {line.ptr + s.from, s.end - s.from};
  return member;
}

/* The next of the comma-separated members of one line, empty ones too,
 * h1_trimmed_span.
 * `*at` starts at 0. False when there is none left; a line that is empty has
 * one empty member. Quotes have no meaning here: none of the lists read this
 * way may hold one, and a member cut out of a quoted string is no token. */
static inline bool h1_next_member(h1_slice line, size_t *at, h1_span *member) {
  const size_t from = *at;
  if (from > line.len) return false;
  size_t end = from;
  /*@ loop invariant from <= end <= line.len;
      loop invariant h1_no_comma(line.ptr, from, end);
      loop assigns end;
      loop variant line.len - end; */
  while (end < line.len && line.ptr[end] != ',') end++;
  *member = h1_trimmed_span(line.ptr, from, end);
  *at = end + 1;
  return true;
}

static inline bool h1_is_token_slice(h1_slice s) {
  size_t i = 0;
  /*@ loop invariant 0 <= i <= s.len;
      loop invariant \forall integer k; 0 <= k < i ==> token_byte(s.ptr[k]);
      loop assigns i;
      loop variant s.len - i; */
  while (i < s.len && h1_in_class(H1_CLASS_TOKEN, s.ptr[i])) i++;
  return s.len != 0 && i >= s.len;
}

/* `lower` is lower-case letters, digits and '-'. */
static inline bool h1_is_word(h1_slice s, const uint8_t *lower, size_t len) {
  h1_slice word = {lower, len};
  return h1_slice_equal_nocase(s, word);
}

#endif
