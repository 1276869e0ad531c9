#include "fuzz/reference/chunked.h"

#include <stdlib.h>
#include <string.h>

/* ---- one size line, without its CRLF ---- */

static int hex_value(unsigned c) {
  if (c >= '0' && c <= '9') return (int)c - '0';
  if (c >= 'a' && c <= 'f') return (int)c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return (int)c - 'A' + 10;
  return -1;
}

/* 1*HEXDIG at the line's begin, at most 2^63-1. */
static bool match_size(const uint8_t *p, size_t n, size_t *end,
                       uint64_t *size) {
  uint64_t value = 0;
  size_t i = 0;
  for (; i < n && hex_value(p[i]) >= 0; i++) {
    if (value >> 59 != 0) return false;
    value = value * 16 + (uint64_t)hex_value(p[i]);
  }
  *end = i;
  *size = value;
  return i > 0;
}

static size_t match_bws(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && (p[i] == ' ' || p[i] == '\t')) i++;
  return i;
}

static size_t match_token(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && ref_is_tchar(p[i])) i++;
  return i;
}

/* quoted-string at `from`; returns `from` when there is none. */
static size_t match_quoted(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  if (i >= n || p[i] != '"') return from;
  for (i++; i < n; i++) {
    if (p[i] == '"') return i + 1;
    if (p[i] == '\\') {
      i++;
      if (i >= n) return from;
    }
    if (!ref_is_value_byte(p[i])) return from;
  }
  return from;
}

/* BWS ";" BWS name [ BWS "=" BWS value ] at `from`; `from` when it is none. */
static size_t match_extension(const uint8_t *p, size_t from, size_t n) {
  const size_t semicolon = match_bws(p, from, n);
  if (semicolon >= n || p[semicolon] != ';') return from;
  const size_t name = match_bws(p, semicolon + 1, n);
  const size_t name_end = match_token(p, name, n);
  if (name_end == name) return from;
  const size_t equals = match_bws(p, name_end, n);
  if (equals >= n || p[equals] != '=') return name_end;
  const size_t value = match_bws(p, equals + 1, n);
  size_t end = match_token(p, value, n);
  if (end == value) end = match_quoted(p, value, n);
  return end == value ? from : end;
}

static bool match_line(const uint8_t *p, size_t n, bool padded,
                       uint64_t *size) {
  size_t at;
  if (!match_size(p, n, &at, size)) return false;
  if (padded && match_bws(p, at, n) == n) return true;
  while (at < n) {
    const size_t end = match_extension(p, at, n);
    if (end == at) return false;
    at = end;
  }
  return true;
}

/* ---- whole and unfinished lines ---- */

/* The index of the CRLF at or after `from`, n without one. */
static size_t find_crlf(const uint8_t *p, size_t from, size_t n) {
  for (size_t i = from; i + 1 < n; i++) {
    if (p[i] == '\r' && p[i + 1] == '\n') return i;
  }
  return n;
}

/* Whether the text p[0..n) followed by one of a few endings is a size line with
 * its CRLF. */
static bool may_become_line(const uint8_t *p, size_t n, bool padded,
                            uint8_t *room) {
  static const char *const endings[] = {"",        "\n",    "\r\n",   "0\r\n",
                                        ";a\r\n",  "a\r\n", "=a\r\n", "\"\r\n",
                                        "a\"\r\n", NULL};
  uint64_t size;
  for (size_t i = 0; endings[i] != NULL; i++) {
    const size_t len = n + strlen(endings[i]);
    memcpy(room, p, n);
    memcpy(room + n, endings[i], strlen(endings[i]));
    if (find_crlf(room, 0, len) == len - 2 &&
        match_line(room, len - 2, padded, &size)) {
      return true;
    }
  }
  return false;
}

/* How many bytes of the line at p are good: n when it may go on, or the index
 * of the byte that spoils it. `n` ends at the line's CRLF or at the input's
 * end. */
static size_t good_prefix(const uint8_t *p, size_t n, bool padded) {
  uint8_t *room = malloc(n + 8);
  if (room == NULL) abort();
  /* Prefixes up to `low` may go on, those from `high` on may not. */
  size_t low = 0, high = n + 1;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (may_become_line(p, middle, padded, room)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  free(room);
  return low;
}

/* ---- the body ---- */

typedef struct {
  const ref_chunk_limits *limits;
  uint64_t overhead;
} budget;

/* Takes the framing bytes p[from..to) out of the budget: true when they fit,
 * else `*at` is the first that does not. */
static bool spend(budget *b, size_t from, size_t to, size_t data, size_t *at) {
  for (size_t i = from; i < to; i++) {
    b->overhead++;
    if (b->overhead >
        b->limits->overhead_base + b->limits->overhead_ratio * (uint64_t)data) {
      *at = i;
      return false;
    }
  }
  return true;
}

/* Bytes of extensions in the line p[0..n), from the first ";" on; a semicolon
 * is no hex digit, so the first is that one. */
static size_t ext_start(const uint8_t *p, size_t n) {
  size_t i = 0;
  while (i < n && p[i] != ';') i++;
  return i;
}

/* Where a line's text ends: at a CR or LF, or at its end. */
static size_t text_length(const uint8_t *p, size_t n) {
  size_t i = 0;
  while (i < n && p[i] != '\r' && p[i] != '\n') i++;
  return i;
}

static void bad(ref_chunked *out, size_t at, ref_chunk_limit limit) {
  out->verdict = REF_BAD;
  out->at = at;
  out->limit = limit;
}

/* Judges the size line at `from`, of which everything up to its CRLF or the
 * input's end is p[from..to). True: whole and good, and it is a size. */
static bool judge_line(const uint8_t *p, size_t from, size_t n, budget *b,
                       ref_chunked *out, uint64_t *size, size_t *next) {
  const size_t crlf = find_crlf(p, from, n);
  const size_t end = crlf < n ? crlf + 2 : n;
  const size_t good =
      from + good_prefix(p + from, end - from, b->limits->padded);
  /* A byte that breaks the grammar and a limit breaks the limit first. */
  const size_t used = good < end ? good + 1 : good;
  const size_t text = from + text_length(p + from, used - from);
  const size_t ext = from + ext_start(p + from, text - from);
  const size_t ext_end =
      ext + (b->limits->ext_bytes < n ? b->limits->ext_bytes : n);
  size_t over = n;
  const bool fits = spend(b, from, used, out->body_len, &over);
  /* Of two limits at one byte the overhead's is looked at first. */
  if (ext < good && ext_end < text && ext_end < over) {
    bad(out, ext_end, REF_EXT_LIMIT);
    return false;
  }
  if (!fits) {
    bad(out, over, REF_OVERHEAD_LIMIT);
    return false;
  }
  if (good < end) {
    bad(out, good, REF_NO_LIMIT);
    return false;
  }
  if (crlf >= n) {
    out->verdict = REF_OPEN;
    return false;
  }
  *next = end;
  return match_line(p + from, crlf - from, b->limits->padded, size);
}

/* The CRLF after a chunk's data at `from`. True when it is there. */
static bool judge_chunk_end(const uint8_t *p, size_t from, size_t n, budget *b,
                            ref_chunked *out) {
  for (size_t i = 0; i < 2; i++) {
    size_t over;
    if (from + i >= n) {
      out->verdict = REF_OPEN;
      return false;
    }
    if (!spend(b, from + i, from + i + 1, out->body_len, &over)) {
      bad(out, over, REF_OVERHEAD_LIMIT);
      return false;
    }
    if (p[from + i] != (uint8_t) "\r\n"[i]) {
      bad(out, from + i, REF_NO_LIMIT);
      return false;
    }
  }
  return true;
}

void ref_chunked_judge(const uint8_t *p, size_t n, const ref_chunk_limits *l,
                       ref_chunked *out) {
  budget b = {l, 0};
  size_t at = 0;
  uint64_t size = 0;
  out->verdict = REF_OPEN;
  out->limit = REF_NO_LIMIT;
  out->body_len = 0;
  while (judge_line(p, at, n, &b, out, &size, &at)) {
    if (size == 0) {
      out->verdict = REF_DONE;
      out->at = at;
      return;
    }
    if (size > l->body_bytes - out->body_len) {
      bad(out, at - 1, REF_BODY_LIMIT);
      return;
    }
    const uint64_t have = size < n - at ? size : n - at;
    if (have > 0) memcpy(out->body + out->body_len, p + at, (size_t)have);
    out->body_len += (size_t)have;
    at += (size_t)have;
    if (have < size || !judge_chunk_end(p, at, n, &b, out)) return;
    at += 2;
  }
}
