/* What is proven of parser/date.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_DATE_H_
#define H1_PARSER_PROOF_DATE_H_

/*@ predicate leap(integer year) =
      year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    logic integer before_year(integer year) =
      365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    logic integer before_month{L}(integer year, integer month) =
      MONTH_STARTS[month] +
      (month > 1 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ?
        1 : 0);
    predicate is_civil(civil c) = c.year <= 9999 && c.month <= 11 &&
      c.day <= 99 && c.second <= 86400 && c.week_day <= 6; */

/*@ assigns \nothing;
    ensures \result <==> leap(year); */
static bool is_leap(uint32_t year);

/*@ requires year <= 10000;
    assigns \nothing;
    ensures \result == before_year(year) && \result <= 3652425; */
static uint32_t days_before_year(uint32_t year);

/*@ requires month <= 12;
    assigns \nothing;
    ensures \result == before_month(year, month) && \result <= 366;
    ensures month == 0 ==> \result == 0; */
static uint32_t days_before_month(uint32_t year, uint32_t month);

/*@ requires days < DAYS_TO_10000;
    assigns \nothing;
    ensures \result <= 6; */
static uint32_t week_day_of(uint32_t days);

/*@ requires days < DAYS_TO_10000;
    assigns \nothing;
    ensures \result <= 9999;
    ensures before_year(\result) <= days < before_year(\result + 1); */
static uint32_t year_of(uint32_t days);

/*@ requires in_year <= 365;
    assigns \nothing;
    ensures \result <= 11;
    ensures 0 <= in_year - before_month(year, \result) <= 31; */
static uint32_t month_of(uint32_t year, uint32_t in_year);

/*@ requires -62167219200 <= s < 253402300800;
    assigns \nothing;
    ensures is_civil(\result) && \result.second < 86400; */
static civil civil_of(int64_t s);

/*@ assigns \nothing;
    ensures \result <==> -62167219200 <= s < 253402300800; */
static bool is_expressible(int64_t s);

/*@ requires \valid_read(c) && is_civil(*c);
    requires \valid(out_s) && \separated(out_s, c);
    assigns *out_s;
    ensures \result ==> -62167219200 <= *out_s <= 253402300800; */
static bool seconds_of(const civil *c, int64_t *out_s);

/*@ requires \valid_read(p + (0 .. 1)) && \valid(out);
    assigns *out;
    ensures \result ==> *out <= 99; */
static bool two_digits(const uint8_t *p, uint32_t *out);

/*@ requires \valid_read(p + (0 .. 3)) && \valid(out);
    assigns *out;
    ensures \result ==> *out <= 9999; */
static bool four_digits(const uint8_t *p, uint32_t *out);

/*@ requires \valid_read(p + (0 .. len - 1));
    requires \valid_read(text + (0 .. len - 1));
    assigns \nothing;
    ensures \result <==>
      \forall integer i; 0 <= i < len ==> p[i] == text[i]; */
static bool has_text(const uint8_t *p, const uint8_t *text, size_t len);

/*@ requires \valid_read(p + (0 .. 2)) && \valid(out);
    requires count <= 12 && \valid_read(names + (0 .. 3 * count - 1));
    requires \separated(out, p + (0 .. 2));
    requires \separated(out, names + (0 .. 3 * count - 1));
    assigns *out;
    ensures \result ==> *out < count; */
static bool name_index(const uint8_t *p, const uint8_t *names, uint32_t count,
                       uint32_t *out);

/*@ requires \valid_read(p + (0 .. 7)) && \valid(second);
    assigns *second;
    ensures \result ==> *second <= 86400; */
static bool time_of_day(const uint8_t *p, uint32_t *second);

/*@ requires \valid_read(p + (0 .. 3));
    assigns \nothing;
    ensures \result <==>
      p[0] == ' ' && p[1] == 'G' && p[2] == 'M' && p[3] == 'T'; */
static bool is_gmt(const uint8_t *p);

/*@ requires \valid_read(p + (0 .. 28)) && \valid(c);
    requires \separated(c, p + (0 .. 28));
    assigns *c;
    ensures \result ==> is_civil(*c); */
static bool read_imf_fixdate(const uint8_t *p, civil *c);

/*@ requires \valid_read(p + (0 .. 23)) && \valid(c);
    requires \separated(c, p + (0 .. 23));
    assigns *c;
    ensures \result ==> is_civil(*c); */
static bool read_asctime(const uint8_t *p, civil *c);

/*@ requires \valid_read(p + (0 .. 23)) && \valid(c);
    requires \separated(c, p + (0 .. 23)) && c->week_day <= 6;
    assigns *c;
    ensures \result ==> is_civil(*c) && c->year <= 99; */
static bool read_rfc850_tail(const uint8_t *p, civil *c);

/*@ requires \valid_read(a) && \valid_read(b);
    assigns \nothing; */
static bool later_in_year(const civil *a, const civil *b);

/*@ requires \valid(c) && is_civil(*c) && c->year <= 99;
    assigns c->year;
    ensures \result ==> is_civil(*c); */
static bool complete_year(civil *c, int64_t now_s);

/*@ requires \valid_read(p + (0 .. n - 1)) && \valid(c);
    requires \separated(c, p + (0 .. n - 1));
    assigns *c;
    ensures \result ==> is_civil(*c); */
static bool read_rfc850(const uint8_t *p, size_t n, int64_t now_s, civil *c);

/*@ requires n <= 99 && \valid(p + (0 .. 1));
    assigns p[0 .. 1];
    ensures p[0] == '0' + n / 10 && p[1] == '0' + n % 10; */
static void put_two(uint8_t *p, uint32_t n);

/*@ requires i <= 11 && \valid_read(names + (0 .. 3 * i + 2));
    requires \valid(p + (0 .. 2));
    requires \separated(p + (0 .. 2), names + (0 .. 3 * i + 2));
    assigns p[0 .. 2];
    ensures \forall integer k; 0 <= k < 3 ==> p[k] == names[3 * i + k]; */
static void put_name(uint8_t *p, const uint8_t *names, uint32_t i);

/*@ requires second < 86400 && \valid(p + (0 .. 11));
    assigns p[0 .. 11]; */
static void put_time(uint8_t *p, uint32_t second);

/*@ requires \valid_read(c) && is_civil(*c) && \valid(p + (0 .. 16));
    requires \separated(c, p + (0 .. 16));
    assigns p[0 .. 16]; */
static void put_day(uint8_t *p, const civil *c);

#endif
