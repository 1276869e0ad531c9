/* HTTP-date, RFC 9110 5.6.7: the proleptic Gregorian calendar by arithmetic.
 *
 * The C library's calendar is not used: it knows locales and time zones, and a
 * codec may not. Days are counted from 0000-01-01, so that nothing in the years
 * 0 to 9999 is negative before the last step.
 *
 * The contracts are in proof/date.h and proof/date_api.h, and are proven. */
#include "parser/date.h"

#include "parser/internal/text.h"

enum {
  SECONDS_PER_DAY = 86400,
  DAYS_TO_1970 = 719528, /* from 0000-01-01 */
  DAYS_TO_10000 = 3652425
};

/* A date as written. */
typedef struct {
  uint32_t year, month, day; /* month 0 to 11, day 1 to 31 */
  uint32_t second;   /* of the day; 86400 for a leap second at its end */
  uint32_t week_day; /* as written: 0 Monday to 6 Sunday */
} civil;

static const uint8_t MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const uint8_t WEEK_DAYS[] = "MonTueWedThuFriSatSun";
/* Full names of the rfc850 form, each with its length. */
static const struct {
  uint8_t len;
  uint8_t text[10];
} LONG_WEEK_DAYS[7] = {{6, "Monday"},   {7, "Tuesday"}, {9, "Wednesday"},
                       {8, "Thursday"}, {6, "Friday"},  {8, "Saturday"},
                       {6, "Sunday"}};
/* Days before each month of a common year; the 13th entry is the year. */
static const uint16_t MONTH_STARTS[13] = {0,   31,  59,  90,  120, 151, 181,
                                          212, 243, 273, 304, 334, 365};

/* ---- the calendar ---- */

#ifdef __FRAMAC__
#include "parser/proof/date.h"
#endif

static bool is_leap(uint32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 0000-01-01 to January 1st of `year`; year 0 is a leap year. */
static uint32_t days_before_year(uint32_t year) {
  return 365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

/* Days from January 1st to the 1st of `month`, which may be 12. */
static uint32_t days_before_month(uint32_t year, uint32_t month) {
  return (uint32_t)MONTH_STARTS[month] + (month > 1 && is_leap(year) ? 1 : 0);
}

/* 0000-01-01 was a Saturday. */
static uint32_t week_day_of(uint32_t days) { return (days + 5) % 7; }

static uint32_t year_of(uint32_t days) {
  /* The mean year is 146097 / 400 days, so the guess is off by one at most. */
  uint32_t year = (uint32_t)((uint64_t)days * 400 / 146097);
  if (days_before_year(year) > days) year--;
  if (days_before_year(year + 1) <= days) year++;
  return year;
}

static uint32_t month_of(uint32_t year, uint32_t in_year) {
  uint32_t month = 0;
  /*@ loop invariant month <= 11 && before_month(year, month) <= in_year;
      loop invariant \forall integer m; 0 <= m <= month ==>
        before_month(year, m) <= in_year;
      loop assigns month;
      loop variant 11 - month; */
  while (month < 11 && days_before_month(year, month + 1) <= in_year) month++;
  return month;
}

/* `s` must lie in the years 0 to 9999. */
static civil civil_of(int64_t s) {
  const uint64_t since =
      (uint64_t)(s + (int64_t)DAYS_TO_1970 * SECONDS_PER_DAY);
  const uint32_t days = (uint32_t)(since / SECONDS_PER_DAY);
  const uint32_t second = (uint32_t)(since % SECONDS_PER_DAY);
  const uint32_t year = year_of(days);
  const uint32_t in_year = days - days_before_year(year);
  const uint32_t month = month_of(year, in_year);
  const uint32_t day = in_year - days_before_month(year, month) + 1;
  const civil c = {year, month, day, second, week_day_of(days)};
  return c;
}

/* Whether `s` lies in the years 0 to 9999. */
static bool is_expressible(int64_t s) {
  return s >= -(int64_t)DAYS_TO_1970 * SECONDS_PER_DAY &&
         s < (int64_t)(DAYS_TO_10000 - DAYS_TO_1970) * SECONDS_PER_DAY;
}

/* Seconds since 1970 of a date as written, if there was such a day and it had
 * that name. */
static bool seconds_of(const civil *c, int64_t *out_s) {
  const uint32_t month_at = days_before_month(c->year, c->month);
  const uint32_t month_days =
      days_before_month(c->year, c->month + 1) - month_at;
  if (c->day < 1 || c->day > month_days) return false;
  const uint32_t days = days_before_year(c->year) + month_at + c->day - 1;
  if (week_day_of(days) != c->week_day) return false;
  *out_s = ((int64_t)days - DAYS_TO_1970) * SECONDS_PER_DAY + c->second;
  return true;
}

/* ---- reading ---- */

static bool two_digits(const uint8_t *p, uint32_t *out) {
  if (!h1_is_digit(p[0]) || !h1_is_digit(p[1])) return false;
  *out = (uint32_t)(p[0] - '0') * 10 + (uint32_t)(p[1] - '0');
  return true;
}

static bool four_digits(const uint8_t *p, uint32_t *out) {
  uint32_t high = 0, low = 0;
  if (!two_digits(p, &high) || !two_digits(p + 2, &low)) return false;
  *out = high * 100 + low;
  return true;
}

/* Whether the `len` bytes at `p` are those of `text`. */
static bool has_text(const uint8_t *p, const uint8_t *text, size_t len) {
  size_t i = 0;
  /*@ loop invariant 0 <= i <= len;
      loop invariant \forall integer k; 0 <= k < i ==>
        p[k] == text[k];
      loop assigns i;
      loop variant len - i; */
  while (i < len && p[i] == text[i]) i++;
  return i >= len;
}

/* The index of the three letters at `p` among the `count` names in `names`. */
static bool name_index(const uint8_t *p, const uint8_t *names, uint32_t count,
                       uint32_t *out) {
  /*@ loop invariant 0 <= i <= count;
      loop assigns i;
      loop variant count - i; */
  for (uint32_t i = 0; i < count; i++) {
    if (has_text(p, names + 3 * (size_t)i, 3)) {
      *out = i;
      return true;
    }
  }
  return false;
}

/* "HH:MM:SS". Second 60 is grammar: a leap second. */
static bool time_of_day(const uint8_t *p, uint32_t *second) {
  uint32_t h = 0, m = 0, s = 0;
  if (p[2] != ':' || p[5] != ':') return false;
  if (!two_digits(p, &h) || !two_digits(p + 3, &m) || !two_digits(p + 6, &s)) {
    return false;
  }
  if (h > 23 || m > 59 || s > 60) return false;
  *second = h * 3600 + m * 60 + s;
  return true;
}

static bool is_gmt(const uint8_t *p) {
  return p[0] == ' ' && p[1] == 'G' && p[2] == 'M' && p[3] == 'T';
}

/* "Sun, 06 Nov 1994 08:49:37 GMT", 29 bytes. */
static bool read_imf_fixdate(const uint8_t *p, civil *c) {
  return name_index(p, WEEK_DAYS, 7, &c->week_day) && p[3] == ',' &&
         p[4] == ' ' && two_digits(p + 5, &c->day) && p[7] == ' ' &&
         name_index(p + 8, MONTHS, 12, &c->month) && p[11] == ' ' &&
         four_digits(p + 12, &c->year) && p[16] == ' ' &&
         time_of_day(p + 17, &c->second) && is_gmt(p + 25);
}

/* "Sun Nov  6 08:49:37 1994", 24 bytes; the day is two digits, or a space and
 * one. */
static bool read_asctime(const uint8_t *p, civil *c) {
  const uint8_t day[2] = {p[8] == ' ' ? (uint8_t)'0' : p[8], p[9]};
  return name_index(p, WEEK_DAYS, 7, &c->week_day) && p[3] == ' ' &&
         name_index(p + 4, MONTHS, 12, &c->month) && p[7] == ' ' &&
         two_digits(day, &c->day) && p[10] == ' ' &&
         time_of_day(p + 11, &c->second) && p[19] == ' ' &&
         four_digits(p + 20, &c->year);
}

/* After the week day of the rfc850 form: ", 06-Nov-94 08:49:37 GMT", 24 bytes.
 * The year is left as its two digits. */
static bool read_rfc850_tail(const uint8_t *p, civil *c) {
  return p[0] == ',' && p[1] == ' ' && two_digits(p + 2, &c->day) &&
         p[4] == '-' && name_index(p + 5, MONTHS, 12, &c->month) &&
         p[8] == '-' && two_digits(p + 9, &c->year) && p[11] == ' ' &&
         time_of_day(p + 12, &c->second) && is_gmt(p + 20);
}

/* Whether `a` comes later in its year than `b` in its own. */
static bool later_in_year(const civil *a, const civil *b) {
  if (a->month != b->month) return a->month > b->month;
  if (a->day != b->day) return a->day > b->day;
  return a->second > b->second;
}

/* Puts the century to a two-digit year: the latest that is not more than 50
 * years ahead of now. False when that would be before year 0 or after 9999. */
static bool complete_year(civil *c, int64_t now_s) {
  if (!is_expressible(now_s)) return false;
  const civil now = civil_of(now_s);
  const uint32_t horizon = now.year + 50;
  /* 100 is added so that the first century does not go below zero. */
  uint32_t year = horizon + 100 - (horizon + 100 - c->year) % 100;
  if (year == horizon + 100 && later_in_year(c, &now)) year -= 100;
  if (year < 100 || year - 100 > 9999) return false;
  c->year = year - 100;
  return true;
}

static bool read_rfc850(const uint8_t *p, size_t n, int64_t now_s, civil *c) {
  const size_t tail = 24;
  if (n < tail) return false;
  const size_t name_len = n - tail;
  /*@ loop invariant 0 <= i <= 7;
      loop assigns i;
      loop variant 7 - i; */
  for (uint32_t i = 0; i < 7; i++) {
    if (LONG_WEEK_DAYS[i].len == name_len &&
        has_text(p, LONG_WEEK_DAYS[i].text, name_len)) {
      c->week_day = i;
      return read_rfc850_tail(p + name_len, c) && complete_year(c, now_s);
    }
  }
  return false;
}

bool h1_date_decode(h1_slice s, int64_t now_s, int64_t *out_s) {
  civil c = {0, 0, 0, 0, 0};
  bool good = false;
  /* The lengths tell the forms apart: the shortest rfc850-date has 30 bytes. */
  if (s.len == H1_DATE_BYTES) {
    good = read_imf_fixdate(s.ptr, &c);
  } else if (s.len == 24) {
    good = read_asctime(s.ptr, &c);
  } else {
    good = read_rfc850(s.ptr, s.len, now_s, &c);
  }
  return good && seconds_of(&c, out_s);
}

/* ---- writing ---- */

static void put_two(uint8_t *p, uint32_t n) {
  p[0] = (uint8_t)('0' + n / 10);
  p[1] = (uint8_t)('0' + n % 10);
}

/* The three letters of the name at `i` in `names`. */
static void put_name(uint8_t *p, const uint8_t *names, uint32_t i) {
  p[0] = names[3 * (size_t)i];
  p[1] = names[3 * (size_t)i + 1];
  p[2] = names[3 * (size_t)i + 2];
}

/* "HH:MM:SS GMT" */
static void put_time(uint8_t *p, uint32_t second) {
  put_two(p, second / 3600);
  p[2] = ':';
  put_two(p + 3, second / 60 % 60);
  p[5] = ':';
  put_two(p + 6, second % 60);
  p[8] = ' ';
  p[9] = 'G';
  p[10] = 'M';
  p[11] = 'T';
}

/* "Sun, 06 Nov 1994 " */
static void put_day(uint8_t *p, const civil *c) {
  put_name(p, WEEK_DAYS, c->week_day);
  p[3] = ',';
  p[4] = ' ';
  put_two(p + 5, c->day);
  p[7] = ' ';
  put_name(p + 8, MONTHS, c->month);
  p[11] = ' ';
  put_two(p + 12, c->year / 100);
  put_two(p + 14, c->year % 100);
  p[16] = ' ';
}

bool h1_date_encode(int64_t s, uint8_t *room) {
  if (!is_expressible(s)) return false;
  const civil c = civil_of(s);
  put_day(room, &c);
  put_time(room + 17, c.second);
  return true;
}
