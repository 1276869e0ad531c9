/* See accept_encoding.h. */
#include "fuzz/reference/accept_encoding.h"

#include <string.h>

#include "fuzz/reference/values.h"

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

static bool names(const uint8_t *p, size_t n, const char *coding) {
  if (ref_is_word(p, n, coding)) return true;
  return strcmp(coding, "gzip") == 0 && ref_is_word(p, n, "x-gzip");
}

/* What the member p[0..n) says of a coding: a name, and at most one weight
 * after it; -1 when that is not what it is, or not that name. */
static int weight_of(const uint8_t *p, size_t n, const char *coding) {
  const uint8_t *semicolon = memchr(p, ';', n);
  const size_t head = semicolon == NULL ? n : (size_t)(semicolon - p);
  size_t end = head, at = head + 1;
  while (end > 0 && is_blank(p[end - 1])) end--;
  if (!names(p, end, coding)) return -1;
  if (semicolon == NULL) return 1000;
  while (at < n && is_blank(p[at])) at++;
  if (n - at < 2 || (p[at] != 'q' && p[at] != 'Q') || p[at + 1] != '=') {
    return -1;
  }
  return ref_qvalue(p + at + 2, n - at - 2);
}

/* The highest weight of a member with that name, or -1. */
static int best_of(const ref_encoding_lines *f, const char *name) {
  int best = -1;
  for (size_t i = 0; i < f->count; i++) {
    const uint8_t *p = f->line[i];
    size_t at = 0, from, to;
    while (ref_list_next(p, f->len[i], true, &at, &from, &to)) {
      const int weight = weight_of(p + from, to - from, name);
      if (weight > best) best = weight;
    }
  }
  return best;
}

int ref_coding_quality(const ref_encoding_lines *f, const char *coding) {
  const bool plain = strcmp(coding, "identity") == 0;
  if (f->count == 0) return plain ? 1000 : 1;
  const int named = best_of(f, coding);
  if (named >= 0) return named;
  const int any = best_of(f, "*");
  if (any >= 0) return any;
  return plain ? 1 : 0;
}

const char *ref_coding_choice(const int quality[4], const bool have[3]) {
  static const char *const codings[] = {"br", "zstd", "gzip"};
  for (int q = 1000; q > 0; q--) {
    for (int i = 0; i < 3; i++) {
      if (have[i] && quality[i] == q) return codings[i];
    }
    if (quality[3] == q) break;
  }
  return "identity";
}
