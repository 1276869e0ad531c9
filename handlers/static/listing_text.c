/* See listing_text.h. */
#include "handlers/static/listing_text.h"

#include <string.h>

#include "parser/slice.h"
#include "parser/target.h"

#define REPLACEMENT "\xEF\xBF\xBD"

static void put_bytes(h1_listing_text *t, h1_slice s) {
  if (t->full || s.len > t->room.len - t->at) {
    t->full = true;
    return;
  }
  if (s.len > 0) memcpy(t->room.ptr + t->at, s.ptr, s.len);
  t->at += s.len;
}

void h1_listing_put(h1_listing_text *t, const char *text) {
  put_bytes(t, h1_slice_of(text));
}

static void put_padded(h1_listing_text *t, uint64_t n, unsigned least) {
  uint8_t digits[20];
  size_t first = sizeof digits;
  do {
    first--;
    digits[first] = (uint8_t)('0' + n % 10);
    n /= 10;
  } while (n > 0 || sizeof digits - first < least);
  const h1_slice text = {digits + first, sizeof digits - first};
  put_bytes(t, text);
}

void h1_listing_put_number(h1_listing_text *t, uint64_t n) {
  put_padded(t, n, 1);
}

/* ---- UTF-8 ---- */

/* The length that a first byte promises, 0 for what is none. */
static size_t promised(uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/* The character at the front of `s`, which is not empty; its length, or 0 when
 * there is none (RFC 3629 4). */
static size_t take_character(h1_slice s, uint32_t *out) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  static const uint8_t mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  const size_t len = promised(s.ptr[0]);
  if (len == 0 || len > s.len) return 0;
  uint32_t c = s.ptr[0] & mask[len];
  for (size_t i = 1; i < len; i++) {
    if ((s.ptr[i] & 0xC0) != 0x80) return 0;
    c = c << 6 | (s.ptr[i] & 0x3F);
  }
  if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
  *out = c;
  return len;
}

/* ---- for a page ---- */

static bool turns_writing(uint32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* U+2400 and on: pictures of controls. */
static void put_picture(h1_listing_text *t, uint32_t c) {
  const uint8_t last = (uint8_t)(c == 0x7F ? 0xA1 : 0x80 + c);
  const uint8_t picture[] = {0xE2, 0x90, last};
  const h1_slice s = {picture, sizeof picture};
  put_bytes(t, s);
}

static void put_html_character(h1_listing_text *t, uint32_t c, h1_slice as_is) {
  if (c < 0x20 || c == 0x7F) {
    put_picture(t, c);
  } else if (c == '&') {
    h1_listing_put(t, "&amp;");
  } else if (c == '<') {
    h1_listing_put(t, "&lt;");
  } else if (c == '>') {
    h1_listing_put(t, "&gt;");
  } else if (c == '"') {
    h1_listing_put(t, "&quot;");
  } else if (c == '\'') {
    h1_listing_put(t, "&#39;");
  } else if ((c >= 0x80 && c < 0xA0) || turns_writing(c)) {
    h1_listing_put(t, REPLACEMENT);
  } else {
    put_bytes(t, as_is);
  }
}

void h1_listing_put_html(h1_listing_text *t, h1_slice bytes) {
  for (size_t at = 0; at < bytes.len;) {
    const h1_slice rest = {bytes.ptr + at, bytes.len - at};
    uint32_t c = 0;
    const size_t len = take_character(rest, &c);
    const h1_slice as_is = {rest.ptr, len};
    if (len == 0) {
      h1_listing_put(t, REPLACEMENT);
    } else {
      put_html_character(t, c, as_is);
    }
    at += len == 0 ? 1 : len;
  }
}

/* ---- for JSON ---- */

static void put_json_character(h1_listing_text *t, uint32_t c, h1_slice as_is) {
  static const char hex[] = "0123456789abcdef";
  if (c == '"' || c == '\\') {
    h1_listing_put(t, "\\");
    put_bytes(t, as_is);
  } else if (c < 0x20 || c == 0x7F) {
    const char escape[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15], '\0'};
    h1_listing_put(t, escape);
  } else {
    put_bytes(t, as_is);
  }
}

void h1_listing_put_json(h1_listing_text *t, h1_slice bytes) {
  for (size_t at = 0; at < bytes.len;) {
    const h1_slice rest = {bytes.ptr + at, bytes.len - at};
    uint32_t c = 0;
    const size_t len = take_character(rest, &c);
    const h1_slice as_is = {rest.ptr, len};
    if (len == 0) {
      h1_listing_put(t, REPLACEMENT);
    } else {
      put_json_character(t, c, as_is);
    }
    at += len == 0 ? 1 : len;
  }
}

/* ---- links, sizes, times ---- */

void h1_listing_put_segment(h1_listing_text *t, h1_slice bytes) {
  const h1_buffer left = {t->room.ptr + t->at, t->room.len - t->at};
  size_t size = 0;
  if (t->full || h1_percent_encode(bytes, false, left, &size) != H1_DONE) {
    t->full = true;
    return;
  }
  t->at += size;
}

void h1_listing_put_size(h1_listing_text *t, uint64_t bytes) {
  static const char *const units[] = {" B",   " KiB", " MiB", " GiB",
                                      " TiB", " PiB", " EiB"};
  size_t unit = 0;
  uint64_t whole = bytes;
  uint64_t rest = 0; /* of 1024 */
  while (whole >= 1000) {
    rest = whole % 1024;
    whole /= 1024;
    unit++;
  }
  /* Three digits say enough: 1.23, 12.3, 123; cut, not rounded, so that it
   * never claims more than there is. */
  h1_listing_put_number(t, whole);
  if (unit > 0 && whole < 100) {
    const unsigned digits = whole < 10 ? 2 : 1;
    h1_listing_put(t, ".");
    put_padded(t, rest * (digits == 2 ? 100 : 10) / 1024, digits);
  }
  h1_listing_put(t, units[unit]);
}

#define DAY_S ((int64_t)86400)
/* Of the year 0 and of 10000. */
#define FIRST_S ((int64_t)-62167219200)
#define END_S ((int64_t)253402300800)

typedef struct {
  uint64_t year, month, day;
} date;

/* Days since March 1st of the year 0: a year then ends with its leap day. */
static date date_of(uint64_t days) {
  const uint64_t era = days / 146097;
  const uint64_t of_era = days % 146097;
  const uint64_t year =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const uint64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const uint64_t month = (5 * of_year + 2) / 153; /* 0: March */
  const date d = {era * 400 + year + (month >= 10 ? 1 : 0),
                  month < 10 ? month + 3 : month - 9,
                  of_year - (153 * month + 2) / 5 + 1};
  return d;
}

bool h1_listing_put_time(h1_listing_text *t, int64_t seconds, bool for_people) {
  /* The first two months of the year 0 come before what date_of counts from. */
  const int64_t march = FIRST_S + 60 * DAY_S;
  if (seconds < march || seconds >= END_S) return false;
  const uint64_t since = (uint64_t)(seconds - march);
  const date d = date_of(since / (uint64_t)DAY_S);
  const uint64_t of_day = since % (uint64_t)DAY_S;
  put_padded(t, d.year, 4);
  h1_listing_put(t, "-");
  put_padded(t, d.month, 2);
  h1_listing_put(t, "-");
  put_padded(t, d.day, 2);
  h1_listing_put(t, for_people ? " " : "T");
  put_padded(t, of_day / 3600, 2);
  h1_listing_put(t, ":");
  put_padded(t, of_day / 60 % 60, 2);
  if (for_people) return true;
  h1_listing_put(t, ":");
  put_padded(t, of_day % 60, 2);
  h1_listing_put(t, "Z");
  return true;
}
