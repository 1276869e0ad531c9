/* Entity tags, RFC 9110 8.8.3, and the lists of If-Match and If-None-Match.
 *
 * An opaque-tag is not a quoted string: a backslash in it is an ordinary byte
 * and escapes nothing. So the lists are walked here and not by h1_list, which
 * would take `"a\", "b"` for one member.
 *
 * The contracts are in proof/etag.h and proof/etag_api.h, and are proven. */
#include "parser/etag.h"

#include "parser/internal/text.h"
#include "parser/slice.h"

#ifdef __FRAMAC__
#include "parser/proof/etag.h"
#endif

/* etagc: visible ASCII but the quote, and obs-text. */
static bool is_etagc(uint8_t c) { return c >= 0x21 && c != '"' && c != 0x7f; }

bool h1_etag_decode(h1_slice s, h1_etag *out) {
  const bool weak = s.len >= 2 && s.ptr[0] == 'W' && s.ptr[1] == '/';
  const size_t from = weak ? 3 : 1;
  /* Both quotes: the opening one stands before `from`. */
  if (s.len < from + 1) return false;
  if (s.ptr[from - 1] != '"' || s.ptr[s.len - 1] != '"') return false;
  /*@ loop invariant from <= i <= s.len - 1;
      loop invariant \forall integer k; from <= k < i ==> h1_etagc(s.ptr[k]);
      loop assigns i;
      loop variant s.len - i; */
  for (size_t i = from; i < s.len - 1; i++) {
    if (!is_etagc(s.ptr[i])) return false;
  }
  out->weak = weak;
  out->opaque.ptr = s.ptr + from;
  out->opaque.len = s.len - 1 - from;
  return true;
}

/* RFC 9110 8.8.3.2. */
static bool tags_match(const h1_etag *a, const h1_etag *b, bool strong) {
  if (strong && (a->weak || b->weak)) return false;
  return h1_slice_equal(a->opaque, b->opaque);
}

static bool member_matches(h1_slice member, const h1_etag *mine, bool strong) {
  if (member.len == 1 && member.ptr[0] == '*') return true;
  h1_etag theirs;
  if (mine == NULL || !h1_etag_decode(member, &theirs)) return false;
  return tags_match(&theirs, mine, strong);
}

/* The index of the comma that ends the member at `from`, or n. A comma between
 * quotes is part of a tag. */
static size_t tag_member_end(const uint8_t *p, size_t from, size_t n) {
  bool inside = false;
  size_t i = from;
  /*@ loop invariant from <= i <= n;
      loop assigns i, inside;
      loop variant n - i; */
  while (i < n && (inside || p[i] != ',')) {
    if (p[i] == '"') inside = !inside;
    i++;
  }
  return i;
}

static h1_slice trimmed(const uint8_t *p, size_t from, size_t to) {
  size_t begin = from, end = to;
  /*@ loop invariant from <= begin <= to;
      loop assigns begin;
      loop variant to - begin; */
  while (begin < end && (p[begin] == ' ' || p[begin] == '\t')) begin++;
  /*@ loop invariant begin <= end <= to;
      loop assigns end;
      loop variant end; */
  while (end > begin && (p[end - 1] == ' ' || p[end - 1] == '\t')) end--;
  h1_slice s = {p + begin, end - begin};
  return s;
}

static bool line_matches(h1_slice line, const h1_etag *mine, bool strong) {
  bool found = false;
  size_t at = 0;
  /*@ loop invariant at <= line.len;
      loop assigns at, found;
      loop variant line.len - at; */
  while (!found && at < line.len) {
    const size_t end = tag_member_end(line.ptr, at, line.len);
    found = member_matches(trimmed(line.ptr, at, end), mine, strong);
    at = end < line.len ? end + 1 : end;
  }
  return found;
}

bool h1_etag_list_matches(const h1_fields *f, h1_field_id id,
                          const h1_etag *mine, bool strong) {
  bool found = false;
  size_t i = h1_fields_find(f, id, 0);
  /*@ loop invariant i <= f->count;
      loop assigns i, found;
      loop variant f->count - i; */
  while (!found && i < f->count) {
    found = line_matches(h1_fields_value(f, i), mine, strong);
    i = h1_fields_find(f, id, i + 1);
  }
  return found;
}
