/* Field values: numbers, quality, dates, ranges, entity tags, lists,
 * parameters, media types. Input: total for ranges, cap of ranges, two bytes of
 * the current time; then lines of one field, cut at LF; the first is also taken
 * as each single value. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/engine/work.h"
#include "fuzz/reference/abnf.h"
#include "fuzz/reference/values.h"
#include "parser/values.h"

enum { LINES_MAX = 16 };

/* Per byte of the value, for each function called once; a Range costs each of
 * its members a look at those before it, REF_RANGES_MAX at most. */
static const fuzz_work_bound WORK = {"fields", 30, 200};
static const fuzz_work_bound RANGE_WORK = {"range", 30, 2000};

static void check_work(h1_slice text) {
  fuzz_work_law(&WORK, fuzz_work_end(), text.len, 1);
}

/* ---- single values ---- */

static void check_numbers(h1_slice s) {
  uint64_t value = 0, expected = 0;
  bool overflow = true;
  const bool good = ref_decimal(s.ptr, s.len, &expected);
  fuzz_work_begin();
  const bool decoded = h1_decimal_decode(s, &value, &overflow);
  check_work(s);
  FUZZ_CHECK(decoded == good);
  FUZZ_CHECK(!good || (value == expected && !overflow));
  if (!good && overflow) {
    for (size_t i = 0; i < s.len; i++) {
      FUZZ_CHECK(s.ptr[i] >= '0' && s.ptr[i] <= '9');
    }
  }
  if (good) {
    uint8_t digits[20];
    const size_t n = h1_decimal_encode(value, digits);
    FUZZ_CHECK(n <= s.len);
    FUZZ_CHECK(memcmp(digits, s.ptr + s.len - n, n) == 0);
  }
  uint16_t q = 0;
  const int quality = ref_qvalue(s.ptr, s.len);
  fuzz_work_begin();
  const bool weighed = h1_qvalue_decode(s, &q);
  check_work(s);
  FUZZ_CHECK(weighed == (quality >= 0));
  FUZZ_CHECK(quality < 0 || q == quality);
}

/* The seconds as a date and back. */
static void check_date_of(int64_t seconds) {
  uint8_t text[H1_DATE_BYTES];
  int64_t back = seconds - 1;
  if (!h1_date_encode(seconds, text)) {
    FUZZ_CHECK(seconds < -62167219200 || seconds > 253402300799);
    return;
  }
  FUZZ_CHECK(h1_date_decode((h1_slice){text, sizeof text}, 0, &back));
  FUZZ_CHECK(back == seconds);
  /* The reference's calendar begins with the year 1. */
  if (seconds < -62135596800) return;
  FUZZ_CHECK(ref_date(text, sizeof text, 0, &back) && back == seconds);
}

static void check_date(h1_slice s, int64_t now_s) {
  int64_t got = 0, expected = 0;
  fuzz_work_begin();
  const bool good = h1_date_decode(s, now_s, &got);
  check_work(s);
  if (good && got < -62135596800) return;
  const bool known = ref_date(s.ptr, s.len, now_s, &expected);
  fuzz_say("date: %d, reference %d\n", good, known);
  FUZZ_CHECK(good == known);
  FUZZ_CHECK(!good || got == expected);
  if (good) check_date_of(got);
}

static void check_small_ranges(h1_slice s, unsigned total, size_t cap) {
  h1_range *out = fuzz_alloc(cap * sizeof *out);
  ref_ranges expected;
  size_t count = SIZE_MAX;
  const ref_range r = ref_range_decode(s.ptr, s.len, total, cap, &expected);
  fuzz_work_begin();
  const h1_range_result got = h1_range_decode(s, total, out, cap, &count);
  fuzz_work_law(&RANGE_WORK, fuzz_work_end(), s.len, 1);
  fuzz_say("range: %d, reference %d\n", (int)got, (int)r);
  FUZZ_CHECK((int)got == (int)r);
  FUZZ_CHECK(count == (r == REF_RANGE_SOME ? expected.count : 0));
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(out[i].first == expected.first[i]);
    FUZZ_CHECK(out[i].last == expected.last[i]);
  }
  free(out);
}

/* For any total: inside it, apart from each other, and written as they are. */
static void check_large_ranges(h1_slice s, uint64_t total, size_t cap) {
  h1_range *out = fuzz_alloc(cap * sizeof *out);
  size_t count = SIZE_MAX;
  const h1_range_result r = h1_range_decode(s, total, out, cap, &count);
  FUZZ_CHECK(count <= cap && (count > 0) == (r == H1_RANGE_SOME));
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(out[i].first <= out[i].last && out[i].last < total);
    for (size_t k = 0; k < i; k++) {
      FUZZ_CHECK(out[k].last < out[i].first || out[i].last < out[k].first);
      FUZZ_CHECK(out[k].last + 1 != out[i].first);
      FUZZ_CHECK(out[i].last + 1 != out[k].first);
    }
    uint8_t text[H1_CONTENT_RANGE_MAX + 1];
    memset(text, 0xa5, sizeof text);
    const size_t n = h1_content_range_encode(&out[i], total, text);
    FUZZ_CHECK(n <= H1_CONTENT_RANGE_MAX && text[n] == 0xa5);
  }
  free(out);
}

static void check_params(h1_slice text) {
  h1_slice rest = text, name, value;
  bool quoted;
  int step;
  ref_params ref;
  size_t i = 0;
  const bool good = ref_params_parse(text.ptr, text.len, &ref);
  uint64_t work = 0;
  for (;;) {
    fuzz_work_begin();
    step = h1_param_next(&rest, &name, &value, &quoted);
    work += fuzz_work_end();
    if (step <= 0) break;
    if (i == REF_PARAMS_MAX) return;
    FUZZ_CHECK(i < ref.count && quoted == ref.quoted[i]);
    FUZZ_CHECK(name.ptr == text.ptr + ref.name[i]);
    FUZZ_CHECK(name.len == ref.name_end[i] - ref.name[i]);
    FUZZ_CHECK(value.ptr == text.ptr + ref.value[i]);
    FUZZ_CHECK(value.len == ref.value_end[i] - ref.value[i]);
    FUZZ_CHECK(fuzz_inside(rest, text));
    i++;
  }
  FUZZ_CHECK(i == ref.count);
  fuzz_work_law(&WORK, work, text.len, i + 1);
  if (ref.count < REF_PARAMS_MAX) FUZZ_CHECK(step == (good ? 0 : -1));
  FUZZ_CHECK(h1_param_next(&rest, &name, &value, &quoted) == step);
}

static void check_media_type(h1_slice s) {
  h1_media_type m;
  size_t slash = 0, end;
  ref_params params;
  params.count = 0;
  while (slash < s.len && ref_is_tchar(s.ptr[slash])) slash++;
  for (end = slash + 1; end < s.len && ref_is_tchar(s.ptr[end]);) end++;
  const bool good = slash > 0 && slash < s.len && s.ptr[slash] == '/' &&
                    end > slash + 1 &&
                    ref_params_parse(s.ptr + end, s.len - end, &params);
  if (params.count == REF_PARAMS_MAX) return;
  fuzz_work_begin();
  const bool decoded = h1_media_type_decode(s, &m);
  check_work(s);
  FUZZ_CHECK(decoded == good);
  if (!good) return;
  FUZZ_CHECK(m.type.len > 0 && m.subtype.len > 0);
  FUZZ_CHECK(m.type.ptr == s.ptr);
  FUZZ_CHECK(m.subtype.ptr == s.ptr + m.type.len + 1);
  FUZZ_CHECK(s.ptr[m.type.len] == '/');
  FUZZ_CHECK(m.params.len == 0 || m.params.ptr[0] == ';');
  FUZZ_CHECK(m.params.ptr + m.params.len == s.ptr + s.len);
  /* It may be echoed: nothing in it can end a field line. */
  for (size_t i = 0; i < s.len; i++) FUZZ_CHECK(ref_is_value_byte(s.ptr[i]));
  check_params(m.params);
}

static void check_etag(h1_slice s) {
  h1_etag tag;
  bool weak;
  size_t from, to;
  const bool good = ref_etag(s.ptr, s.len, &weak, &from, &to);
  fuzz_work_begin();
  const bool decoded = h1_etag_decode(s, &tag);
  check_work(s);
  FUZZ_CHECK(decoded == good);
  if (!good) return;
  FUZZ_CHECK(tag.weak == weak && tag.opaque.len == to - from);
  FUZZ_CHECK(tag.opaque.ptr == s.ptr + from);
}

/* The grammars as they are printed. Where an accepted value must also mean
 * something (a day of its month, a number that fits), one way only. */
static void check_grammar(h1_slice s, int64_t now_s) {
  uint64_t number = 0;
  int64_t seconds = 0;
  uint16_t q = 0;
  bool overflow = false;
  h1_etag tag;
  h1_media_type m;
  h1_range ranges[REF_RANGES_MAX];
  size_t count = 0;
  if (s.len > ABNF_BYTES_MAX) return;
  const bool decimal = h1_decimal_decode(s, &number, &overflow);
  FUZZ_CHECK((decimal || overflow) ==
             abnf_matches("Content-Length", s.ptr, s.len));
  FUZZ_CHECK(h1_qvalue_decode(s, &q) == abnf_matches("qvalue", s.ptr, s.len));
  FUZZ_CHECK(h1_etag_decode(s, &tag) ==
             abnf_matches("entity-tag", s.ptr, s.len));
  FUZZ_CHECK(h1_media_type_decode(s, &m) ==
             abnf_matches("media-type", s.ptr, s.len));
  if (h1_date_decode(s, now_s, &seconds)) {
    FUZZ_CHECK(abnf_matches("HTTP-date", s.ptr, s.len));
  }
  const h1_range_result r =
      h1_range_decode(s, UINT64_MAX, ranges, REF_RANGES_MAX, &count);
  if (r != H1_RANGE_NONE) {
    FUZZ_CHECK(abnf_matches("byte-ranges", s.ptr, s.len));
  }
}

/* ---- lines of one field ---- */

typedef struct {
  h1_fields fields;
  h1_header headers[LINES_MAX];
} lines;

/* Cuts the text at LF into lines of `id`, with one of another field between. */
static void cut_lines(h1_slice text, h1_field_id id, lines *out) {
  size_t from = 0, count = 0;
  memset(out, 0, sizeof *out);
  for (size_t i = 0; i <= text.len && count < LINES_MAX; i++) {
    if (i < text.len && text.ptr[i] != '\n') continue;
    h1_header *h = &out->headers[count];
    h->value_at = (uint32_t)from;
    h->value_len = (uint32_t)(i - from);
    h->id = count == 1 ? H1_FIELD_HOST : (uint32_t)id;
    if (!((out->fields.seen >> h->id) & 1)) {
      out->fields.first[h->id] = (uint16_t)count;
    }
    out->fields.seen |= UINT64_C(1) << h->id;
    count++;
    from = i + 1;
  }
  out->fields.base = text;
  out->fields.headers = out->headers;
  out->fields.count = count;
}

/* The closest range decides, the kindest among equals. */
static int slow_accept(const lines *l) {
  int best_fit = 0, best = 0;
  for (size_t i = 0; i < l->fields.count; i++) {
    const h1_slice line = h1_fields_value(&l->fields, i);
    size_t at = 0, from, to;
    if (l->headers[i].id != H1_FIELD_ACCEPT) continue;
    while (ref_list_next(line.ptr, line.len, true, &at, &from, &to)) {
      int quality = 0;
      const int fit = ref_accept_fit(line.ptr + from, to - from, &quality);
      if (fit == 0 || fit < best_fit) continue;
      if (fit > best_fit || quality > best) best = quality;
      best_fit = fit;
    }
  }
  return best;
}

static void check_list(h1_slice text) {
  lines l;
  cut_lines(text, H1_FIELD_ACCEPT, &l);
  h1_list list = {.fields = &l.fields, .id = H1_FIELD_ACCEPT};
  h1_slice member;
  uint64_t work = 0, members = 0;
  for (size_t i = 0; i < l.fields.count; i++) {
    const h1_slice line = h1_fields_value(&l.fields, i);
    size_t at = 0, from, to;
    if (l.headers[i].id != H1_FIELD_ACCEPT) continue;
    while (ref_list_next(line.ptr, line.len, true, &at, &from, &to)) {
      fuzz_work_begin();
      const bool found = h1_list_next(&list, &member);
      work += fuzz_work_end();
      members++;
      FUZZ_CHECK(found);
      FUZZ_CHECK(member.ptr == line.ptr + from && member.len == to - from);
      check_media_type(member);
    }
  }
  FUZZ_CHECK(!h1_list_next(&list, &member));
  fuzz_work_law(&WORK, work, text.len, members + l.fields.count);
  fuzz_work_begin();
  const int quality = h1_accept_quality(&l.fields, "text", "plain");
  fuzz_work_law(&WORK, fuzz_work_end(), text.len, members + 1);
  FUZZ_CHECK(quality == slow_accept(&l));
}

/* Whether a member matches by the words of RFC 9110 8.8.3.2. */
static bool slow_match(h1_slice member, const h1_etag *mine, bool strong) {
  bool weak;
  size_t from, to;
  if (member.len == 1 && member.ptr[0] == '*') return true;
  if (mine == NULL || !ref_etag(member.ptr, member.len, &weak, &from, &to)) {
    return false;
  }
  if (strong && (weak || mine->weak)) return false;
  return mine->opaque.len == to - from &&
         memcmp(mine->opaque.ptr, member.ptr + from, to - from) == 0;
}

static void check_etag_list(h1_slice text, const h1_etag *mine, bool strong) {
  lines l;
  bool expected = false;
  cut_lines(text, H1_FIELD_IF_MATCH, &l);
  for (size_t i = 0; i < l.fields.count; i++) {
    const h1_slice line = h1_fields_value(&l.fields, i);
    size_t at = 0, from, to;
    if (l.headers[i].id != H1_FIELD_IF_MATCH) continue;
    while (ref_list_next(line.ptr, line.len, false, &at, &from, &to)) {
      expected |=
          slow_match((h1_slice){line.ptr + from, to - from}, mine, strong);
    }
  }
  fuzz_work_begin();
  const bool matches =
      h1_etag_list_matches(&l.fields, H1_FIELD_IF_MATCH, mine, strong);
  fuzz_work_law(&WORK, fuzz_work_end(), text.len, 1);
  FUZZ_CHECK(matches == expected);
}

/* ---- encoding first: values put together from parts come apart again ---- */

enum { MADE_MAX = 6, WORD_MAX = 8 };

typedef struct {
  uint8_t bytes[512];
  size_t len;
} made_text;

static void append(made_text *t, const void *bytes, size_t len) {
  FUZZ_CHECK(len <= sizeof t->bytes - t->len);
  if (len > 0) memcpy(t->bytes + t->len, bytes, len);
  t->len += len;
}

static void append_number(made_text *t, uint64_t n) {
  uint8_t digits[20];
  append(t, digits, h1_decimal_encode(n, digits));
}

static const char *blanks(uint8_t choice) {
  static const char *const some[] = {"", " ", "\t", " \t "};
  return some[choice & 3];
}

/* qdtext: a value byte but the quote and the backslash (RFC 9110 5.6.4). */
static bool is_qdtext(unsigned c) {
  return ref_is_value_byte(c) && c != '"' && c != '\\';
}

/* type "/" subtype and parameters, their values tokens or quoted strings, with
 * white space wherever the grammar has it. */
static void check_made_media_type(fuzz_input in) {
  uint8_t words[2 * MADE_MAX + 2][WORD_MAX];
  h1_slice parts[2 * MADE_MAX + 2], rest, name, value;
  bool quotes[MADE_MAX], quoted = false;
  made_text t = {.len = 0};
  h1_media_type m;
  const size_t count = fuzz_byte(&in) % (MADE_MAX + 1);
  for (size_t i = 0; i < 2; i++) {
    parts[i] = fuzz_make(&in, ref_is_tchar, 1, WORD_MAX, words[i]);
    if (i == 1) append(&t, "/", 1);
    append(&t, parts[i].ptr, parts[i].len);
  }
  for (size_t i = 0; i < count; i++) {
    const uint8_t choice = fuzz_byte(&in);
    h1_slice *part = &parts[2 * i + 2];
    quotes[i] = (choice & 16) != 0;
    part[0] = fuzz_make(&in, ref_is_tchar, 1, WORD_MAX, words[2 * i + 2]);
    part[1] = fuzz_make(&in, quotes[i] ? is_qdtext : ref_is_tchar,
                        quotes[i] ? 0 : 1, WORD_MAX, words[2 * i + 3]);
    append(&t, blanks(choice), strlen(blanks(choice)));
    append(&t, ";", 1);
    append(&t, blanks(choice >> 2), strlen(blanks(choice >> 2)));
    append(&t, part[0].ptr, part[0].len);
    append(&t, quotes[i] ? "=\"" : "=", quotes[i] ? 2 : 1);
    append(&t, part[1].ptr, part[1].len);
    if (quotes[i]) append(&t, "\"", 1);
  }
  FUZZ_CHECK(h1_media_type_decode((h1_slice){t.bytes, t.len}, &m));
  FUZZ_CHECK(h1_slice_equal(m.type, parts[0]));
  FUZZ_CHECK(h1_slice_equal(m.subtype, parts[1]));
  rest = m.params;
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(h1_param_next(&rest, &name, &value, &quoted) == 1);
    FUZZ_CHECK(h1_slice_equal(name, parts[2 * i + 2]));
    FUZZ_CHECK(h1_slice_equal(value, parts[2 * i + 3]));
    FUZZ_CHECK(quoted == quotes[i]);
  }
  FUZZ_CHECK(h1_param_next(&rest, &name, &value, &quoted) == 0);
}

/* Ranges with gaps between them, in ascending order: none is coalesced. */
static void check_made_ranges(fuzz_input in) {
  h1_range made[MADE_MAX], got[MADE_MAX];
  made_text t = {.len = 0};
  uint64_t at = 0;
  size_t count = 0;
  const size_t n = 1 + fuzz_byte(&in) % MADE_MAX;
  append(&t, "bytes=", 6);
  for (size_t i = 0; i < n; i++) {
    const uint64_t step = (uint64_t)fuzz_byte(&in) << (fuzz_byte(&in) % 48);
    made[i].first = at;
    made[i].last = at + step;
    at = made[i].last + 2 + fuzz_byte(&in);
    if (i > 0) append(&t, " ,\t", 3);
    append_number(&t, made[i].first);
    append(&t, "-", 1);
    append_number(&t, made[i].last);
  }
  FUZZ_CHECK(h1_range_decode((h1_slice){t.bytes, t.len}, at, got, MADE_MAX,
                             &count) == H1_RANGE_SOME);
  FUZZ_CHECK(count == n);
  for (size_t i = 0; i < n; i++) {
    FUZZ_CHECK(got[i].first == made[i].first && got[i].last == made[i].last);
  }
}

/* "bytes FIRST-LAST/TOTAL" says just that (RFC 9110 14.4). */
static void check_made_content_range(fuzz_input in) {
  uint64_t numbers[3] = {0, 0, 0};
  char expected[80];
  uint8_t got[H1_CONTENT_RANGE_MAX];
  for (size_t i = 0; i < 3; i++) {
    for (int k = 0; k < 8; k++) numbers[i] = numbers[i] << 8 | fuzz_byte(&in);
  }
  const h1_range range = {numbers[0], numbers[1]};
  const int n = snprintf(expected, sizeof expected,
                         "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, numbers[0],
                         numbers[1], numbers[2]);
  FUZZ_CHECK(h1_content_range_encode(&range, numbers[2], got) == (size_t)n);
  FUZZ_CHECK(memcmp(got, expected, (size_t)n) == 0);
  const int none =
      snprintf(expected, sizeof expected, "bytes */%" PRIu64, numbers[2]);
  FUZZ_CHECK(h1_content_range_encode(NULL, numbers[2], got) == (size_t)none);
  FUZZ_CHECK(memcmp(got, expected, (size_t)none) == 0);
}

const fuzz_shape fuzz_shape_of_input = {
    .option_bytes = 4, .has_lines = true, .has_chunks = false, .longest = 1024};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  const unsigned total = fuzz_byte(&in) % (REF_BYTES_MAX + 1);
  const size_t cap = fuzz_byte(&in) % (REF_RANGES_MAX + 1);
  int64_t months = fuzz_byte(&in) * 256;
  months += fuzz_byte(&in);
  /* From 1970 on, in steps of a mean month. */
  const int64_t now_s = months * 2629746;
  const h1_slice text = in.rest;
  h1_slice first = text;
  for (size_t i = 0; i < text.len && first.len == text.len; i++) {
    if (text.ptr[i] == '\n') first.len = i;
  }
  /* A whole input ends where its owner put it: at an unreadable page. */
  uint8_t *exact = fuzz_copy(first.ptr, first.len);
  if (first.len < text.len) first.ptr = exact;
  check_grammar(first, now_s);
  check_numbers(first);
  check_date(first, now_s);
  check_date_of(now_s - 62167219200);
  check_date_of(now_s);
  check_small_ranges(first, total, cap);
  check_large_ranges(first, UINT64_MAX - total, cap);
  check_large_ranges(first, UINT64_C(1000) * total, cap);
  check_params(first);
  check_media_type(first);
  check_etag(first);
  check_list(text);
  const h1_etag strong = {false, h1_slice_of("a")};
  const h1_etag weak = {true, h1_slice_of("a,b")};
  for (int i = 0; i < 2; i++) {
    check_etag_list(text, NULL, i == 1);
    check_etag_list(text, &strong, i == 1);
    check_etag_list(text, &weak, i == 1);
  }
  check_made_media_type(in);
  check_made_ranges(in);
  check_made_content_range(in);
  free(exact);
  return 0;
}
