#include "fuzz/reference/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(unsigned c) { return c >= '0' && c <= '9'; }

static bool is_blank(unsigned c) { return c == ' ' || c == '\t'; }

static size_t digits_at(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && is_digit(p[i])) i++;
  return i - from;
}

/* ---- numbers as strings ---- */

/* Compares two digit strings by value. */
static int compare_digits(const char *a, size_t a_len, const char *b,
                          size_t b_len) {
  while (a_len > 0 && *a == '0') a++, a_len--;
  while (b_len > 0 && *b == '0') b++, b_len--;
  if (a_len != b_len) return a_len < b_len ? -1 : 1;
  return memcmp(a, b, a_len);
}

bool ref_decimal(const uint8_t *p, size_t n, uint64_t *out) {
  static const char most[] = "9223372036854775807";
  if (n == 0 || digits_at(p, 0, n) != n) return false;
  if (compare_digits((const char *)p, n, most, strlen(most)) > 0) return false;
  *out = 0;
  for (size_t i = 0; i < n; i++) *out = *out * 10 + (uint64_t)(p[i] - '0');
  return true;
}

/* All there are, written once. */
static const char *qvalue_text(int thousandths) {
  static char texts[1001][8];
  if (texts[0][0] == '\0') {
    for (int q = 0; q <= 1000; q++) {
      const unsigned whole = q == 1000, part = (unsigned)q % 1000;
      snprintf(texts[q], sizeof texts[q], "%u.%03u", whole, part);
    }
  }
  return texts[thousandths];
}

int ref_qvalue(const uint8_t *p, size_t n) {
  if (n == 0 || n > 5) return -1; /* "1.000" */
  for (int q = 0; q <= 1000; q++) {
    const char *text = qvalue_text(q);
    if (memcmp(text, p, n) != 0) continue;
    /* What is not written must be zeros. */
    if (strspn(text + n, ".0") == strlen(text) - n) return q;
  }
  return -1;
}

/* ---- dates ---- */

static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const DAYS[] = {"Monday",   "Tuesday", "Wednesday",
                                   "Thursday", "Friday",  "Saturday",
                                   "Sunday"};

static bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month] + (month == 1 && is_leap(year) ? 1 : 0);
}

/* Days from 0001-01-01, a Monday, year by year and month by month. */
static int64_t days_to(int year, int month, int day) {
  int64_t days = 0;
  for (int y = 1; y < year; y++) days += is_leap(y) ? 366 : 365;
  for (int m = 0; m < month; m++) days += month_days(year, m);
  return days + day - 1;
}

static int find_name(const char *text, const char *const *names, int count,
                     size_t len) {
  for (int i = 0; i < count; i++) {
    if (strncmp(text, names[i], len) == 0) return i;
  }
  return -1;
}

/* Matches `text` against a pattern in which 0 is a digit and every other byte
 * is itself; x is any byte. */
static bool looks_like(const char *text, const char *pattern) {
  if (strlen(text) != strlen(pattern)) return false;
  for (size_t i = 0; pattern[i] != '\0'; i++) {
    if (pattern[i] == 'x') continue;
    if (pattern[i] == '0' ? !is_digit((unsigned char)text[i])
                          : text[i] != pattern[i]) {
      return false;
    }
  }
  return true;
}

typedef struct {
  int week_day, day, month, year, hour, minute, second;
} parts;

static bool seconds_from(const parts *d, int64_t *out) {
  if (d->week_day < 0 || d->month < 0 || d->year < 1) return false;
  if (d->day < 1 || d->day > month_days(d->year, d->month)) return false;
  if (d->hour > 23 || d->minute > 59 || d->second > 60) return false;
  const int64_t days = days_to(d->year, d->month, d->day);
  if (days % 7 != d->week_day) return false;
  *out = (days - days_to(1970, 0, 1)) * 86400 + d->hour * 3600 +
         d->minute * 60 + d->second;
  return true;
}

/* Blanks, then digits; what they are was looked at before. */
static int number(const char *text) { return (int)strtol(text, NULL, 10); }

static void read_time(const char *text, parts *d) {
  d->hour = number(text);
  d->minute = number(text + 3);
  d->second = number(text + 6);
}

static bool read_fixdate(const char *text, parts *d) {
  if (!looks_like(text, "xxx, 00 xxx 0000 00:00:00 GMT")) return false;
  d->week_day = find_name(text, DAYS, 7, 3);
  d->day = number(text + 5);
  d->month = find_name(text + 8, MONTHS, 12, 3);
  d->year = number(text + 12);
  read_time(text + 17, d);
  return true;
}

static bool read_asctime(const char *text, parts *d) {
  if (!looks_like(text, "xxx xxx 00 00:00:00 0000") &&
      !looks_like(text, "xxx xxx  0 00:00:00 0000")) {
    return false;
  }
  d->week_day = find_name(text, DAYS, 7, 3);
  d->month = find_name(text + 4, MONTHS, 12, 3);
  d->day = number(text + 8);
  read_time(text + 11, d);
  d->year = number(text + 20);
  return true;
}

/* All but the century. */
static bool read_rfc850(const char *text, parts *d) {
  const char *comma = strchr(text, ',');
  if (comma == NULL || !looks_like(comma, ", 00-xxx-00 00:00:00 GMT")) {
    return false;
  }
  const size_t len = (size_t)(comma - text);
  d->week_day = -1;
  for (int i = 0; i < 7; i++) {
    if (strlen(DAYS[i]) == len && memcmp(text, DAYS[i], len) == 0) {
      d->week_day = i;
    }
  }
  d->day = number(comma + 2);
  d->month = find_name(comma + 5, MONTHS, 12, 3);
  d->year = number(comma + 9);
  read_time(comma + 12, d);
  return d->month >= 0;
}

/* Fifty years after `now_s` as seconds, a leap day taken as March 1st. */
static int64_t fifty_years_on(int64_t now_s, int *year) {
  const int64_t since = now_s + days_to(1970, 0, 1) * 86400;
  int64_t days = since / 86400;
  *year = 1;
  while (days >= (is_leap(*year) ? 366 : 365)) {
    days -= is_leap(*year) ? 366 : 365;
    (*year)++;
  }
  int month = 0;
  while (days >= month_days(*year, month)) {
    days -= month_days(*year, month++);
  }
  return (days_to(*year + 50, month, (int)days + 1) - days_to(1970, 0, 1)) *
             86400 +
         since % 86400;
}

/* The latest year with those digits that is at most fifty years ahead. */
static bool with_century(parts *d, int64_t now_s) {
  int now_year;
  const int64_t horizon = fifty_years_on(now_s, &now_year);
  const int digits = d->year;
  for (int year = now_year + 50; year > 0 && year >= now_year - 50; year--) {
    if (year % 100 != digits) continue;
    const int64_t at =
        (days_to(year, d->month, d->day) - days_to(1970, 0, 1)) * 86400 +
        d->hour * 3600 + d->minute * 60 + d->second;
    if (at > horizon) continue;
    d->year = year;
    return year <= 9999;
  }
  return false;
}

bool ref_date(const uint8_t *p, size_t n, int64_t now_s, int64_t *out_s) {
  char text[40];
  parts d = {0, 0, 0, 0, 0, 0, 0};
  if (n >= sizeof text || memchr(p, 0, n) != NULL) return false;
  memcpy(text, p, n);
  text[n] = '\0';
  if (read_fixdate(text, &d) || read_asctime(text, &d)) {
    return seconds_from(&d, out_s);
  }
  return read_rfc850(text, &d) && with_century(&d, now_s) &&
         seconds_from(&d, out_s);
}

/* ---- ranges ---- */

/* The number p[0..n), at most 10000. */
static unsigned small_number(const uint8_t *p, size_t n) {
  unsigned value = 0;
  for (size_t i = 0; i < n; i++) {
    value = value * 10 + (unsigned)(p[i] - '0');
    if (value > 10000) value = 10000;
  }
  return value;
}

/* The set of bytes one spec asks for; false when it is no spec. */
static bool spec_set(const uint8_t *p, size_t n, unsigned total, uint64_t *set,
                     bool *inexpressible) {
  const size_t a = digits_at(p, 0, n);
  if (a >= n || p[a] != '-') return false;
  const size_t b = digits_at(p, a + 1, n);
  if (a + 1 + b != n || a + b == 0) return false;
  const unsigned last = small_number(p + a + 1, b);
  const unsigned first = small_number(p, a);
  if (a > 0 && b > 0 &&
      compare_digits((const char *)p + a + 1, b, (const char *)p, a) < 0) {
    return false;
  }
  *set = 0;
  for (unsigned i = 0; i < total; i++) {
    const bool in =
        a == 0 ? i + last >= total : i >= first && (b == 0 || i <= last);
    if (in) *set |= UINT64_C(1) << i;
  }
  if (a == 0 && last > 0 && total == 0) *inexpressible = true;
  return true;
}

/* Takes the run of `all` around byte `i` out of it and into `out`. */
static void take_run(uint64_t *all, unsigned i, ref_ranges *out) {
  unsigned first = i, last = i;
  while (first > 0 && ((*all >> (first - 1)) & 1)) first--;
  while (last < 63 && ((*all >> (last + 1)) & 1)) last++;
  for (unsigned k = first; k <= last; k++) *all &= ~(UINT64_C(1) << k);
  out->first[out->count] = first;
  out->last[out->count] = last;
  out->count++;
}

/* Whether white space stands where the list has no comma beside it: before
 * its first member or after its last. */
static bool has_outer_blank(const uint8_t *p, size_t n) {
  size_t a = 0, b = n;
  while (a < n && is_blank(p[a])) a++;
  while (b > 0 && is_blank(p[b - 1])) b--;
  return (a > 0 && (a == n || p[a] != ',')) ||
         (b < n && (b == 0 || p[b - 1] != ','));
}

ref_range ref_range_decode(const uint8_t *p, size_t n, unsigned total,
                           size_t cap, ref_ranges *out) {
  uint64_t sets[REF_RANGES_MAX], all = 0;
  size_t specs = 0, at = 6, from, to;
  bool inexpressible = false;
  out->count = 0;
  if (n < 6 || !ref_is_word(p, 6, "bytes=")) return REF_RANGE_NONE;
  if (has_outer_blank(p + 6, n - 6)) return REF_RANGE_NONE;
  while (ref_list_next(p, n, false, &at, &from, &to)) {
    if (specs == cap || memchr(p + from, '"', to - from) != NULL ||
        !spec_set(p + from, to - from, total, &sets[specs], &inexpressible)) {
      return REF_RANGE_NONE;
    }
    all |= sets[specs++];
  }
  if (specs == 0 || inexpressible) return REF_RANGE_NONE;
  if (all == 0) return REF_RANGE_UNSATISFIED;
  for (size_t s = 0; s < specs; s++) {
    for (unsigned i = 0; i < total; i++) {
      if ((sets[s] & all) >> i & 1) take_run(&all, i, out);
    }
  }
  return REF_RANGE_SOME;
}

/* ---- lists and entity tags ---- */

bool ref_list_next(const uint8_t *p, size_t n, bool escapes, size_t *at,
                   size_t *from, size_t *to) {
  while (*at < n) {
    bool quoted = false;
    size_t end = *at;
    for (; end < n && (quoted || p[end] != ','); end++) {
      if (p[end] == '"') quoted = !quoted;
      if (escapes && quoted && p[end] == '\\') end++;
    }
    if (end > n) end = n;
    size_t a = *at, b = end;
    while (a < b && is_blank(p[a])) a++;
    while (b > a && is_blank(p[b - 1])) b--;
    *at = end + 1;
    if (a == b) continue;
    *from = a;
    *to = b;
    return true;
  }
  return false;
}

bool ref_etag(const uint8_t *p, size_t n, bool *weak, size_t *from,
              size_t *to) {
  *weak = n >= 2 && memcmp(p, "W/", 2) == 0;
  *from = *weak ? 3 : 1;
  if (n < *from + 1 || p[*from - 1] != '"' || p[n - 1] != '"') return false;
  *to = n - 1;
  for (size_t i = *from; i < *to; i++) {
    if (p[i] <= 0x20 || p[i] == 0x7f || p[i] == '"') return false;
  }
  return true;
}

/* ---- parameters and Accept ---- */

static size_t token_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from;
  while (i < n && ref_is_tchar(p[i])) i++;
  return i;
}

/* The index of the closing quote, n when there is none. */
static size_t closing_quote(const uint8_t *p, size_t from, size_t n) {
  for (size_t i = from; i < n; i++) {
    if (p[i] == '"') return i;
    if (p[i] == '\\' && ++i == n) return n;
    if (!ref_is_value_byte(p[i])) return n;
  }
  return n;
}

/* One parameter at `from`; returns the index after it, `from` when there is
 * none. */
static size_t one_param(const uint8_t *p, size_t from, size_t n,
                        ref_params *out) {
  const size_t k = out->count;
  const size_t equals = token_end(p, from, n);
  if (equals == from || equals == n || p[equals] != '=') return from;
  const bool quoted = equals + 1 < n && p[equals + 1] == '"';
  const size_t value = equals + (quoted ? 2 : 1);
  const size_t end =
      quoted ? closing_quote(p, value, n) : token_end(p, value, n);
  if (quoted ? end == n : end == value) return from;
  out->name[k] = from;
  out->name_end[k] = equals;
  out->value[k] = value;
  out->value_end[k] = end;
  out->quoted[k] = quoted;
  out->count++;
  return quoted ? end + 1 : end;
}

bool ref_params_parse(const uint8_t *p, size_t n, ref_params *out) {
  size_t at = 0;
  out->count = 0;
  while (at < n) {
    while (at < n && is_blank(p[at])) at++;
    if (at == n || p[at] != ';' || out->count == REF_PARAMS_MAX) return false;
    at++;
    while (at < n && is_blank(p[at])) at++;
    if (at == n || p[at] == ';') continue;
    const size_t end = one_param(p, at, n, out);
    if (end == at) return false;
    at = end;
  }
  return true;
}

int ref_accept_fit(const uint8_t *p, size_t n, int *quality) {
  ref_params params;
  const size_t slash = token_end(p, 0, n);
  if (slash == 0 || slash == n || p[slash] != '/') return 0;
  const size_t end = token_end(p, slash + 1, n);
  if (end == slash + 1 || !ref_params_parse(p + end, n - end, &params))
    return 0;
  *quality = 1000;
  for (size_t i = 0; i < params.count; i++) {
    const uint8_t *value = p + end + params.value[i];
    if (params.name_end[i] - params.name[i] != 1) continue;
    if (!ref_is_word(p + end + params.name[i], 1, "q")) continue;
    *quality = ref_qvalue(value, params.value_end[i] - params.value[i]);
    if (*quality < 0 || params.quoted[i]) return 0;
  }
  const bool any = end - slash == 2 && p[slash + 1] == '*';
  if (slash == 1 && p[0] == '*') return any ? 1 : 0;
  if (!ref_is_word(p, slash, "text")) return 0;
  if (any) return 2;
  return ref_is_word(p + slash + 1, end - slash - 1, "plain") ? 3 : 0;
}
