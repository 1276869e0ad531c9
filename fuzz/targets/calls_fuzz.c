/* Calls that no message on the wire leads to: names of enumerators and what is
 * beyond them, field look-up, a head and a decoder that move, sizes no object
 * has, requests to encode that are none. Input: an enumerator; flags; the
 * lengths of method, target, host, field name; then these and a field value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/laws/encode_request.h"
#include "fuzz/reference/head.h"
#include "parser/chunked.h"
#include "parser/framing.h"
#include "parser/request.h"
#include "parser/response.h"
#include "parser/target.h"
#include "parser/values.h"

enum { HEADERS = 4, LEVEL_NUMBERS = 6 };

/* ---- names ---- */

static bool begins_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void check_error_names(unsigned at) {
  const h1_error e = (h1_error)at;
  const char *section = h1_error_section(e);
  const unsigned status = h1_error_status(e);
  const bool known = at < H1_ERROR_COUNT;
  FUZZ_CHECK((strcmp(h1_error_name(e), "unknown") == 0) == !known);
  const bool sourced =
      begins_with(section, "RFC ") || begins_with(section, "PROXY protocol ");
  FUZZ_CHECK(sourced == (known && at != H1_OK));
  FUZZ_CHECK(status == 0 || (known && status >= 400 && status <= 599));
}

static void check_levels(unsigned at) {
  static const char *const names[] = {"scalar", "sse4.2", "avx2", "neon"};
  const char *name = h1_scan_level_name((h1_scan_level)at);
  FUZZ_CHECK(strcmp(name, at < 4 ? names[at] : "unknown") == 0);
  FUZZ_CHECK(at < 4 || !h1_scan_supported((h1_scan_level)at));
  FUZZ_CHECK(h1_scan_supported(h1_scan_best()));
  FUZZ_CHECK(h1_scan_supported(H1_SCAN_SCALAR));
  for (unsigned level = 0; level < FUZZ_LEVELS; level++) {
    if (level <= h1_scan_best()) continue;
    FUZZ_CHECK(!h1_scan_supported((h1_scan_level)level));
  }
}

/* As fuzz_has_level remembers it. */
static h1_scan_level best_level(void) {
  unsigned level = FUZZ_LEVELS - 1;
  while (!fuzz_has_level(level)) level--;
  return (h1_scan_level)level;
}

/* Method `at` by its own name. */
static void check_method(unsigned at) {
  const char *name = h1_method_name((h1_method)at);
  const h1_limits limits = h1_limits_default();
  h1_header storage[100];
  h1_request_decoder d;
  h1_request r;
  char head[40];
  size_t consumed = 0;
  const bool known = at != H1_METHOD_UNRECOGNISED && at < H1_METHOD_COUNT;
  FUZZ_CHECK((name[0] != '\0') == known);
  if (!known) return;
  const int n = snprintf(head, sizeof head, "%s / HTTP/1.1\r\n\r\n", name);
  h1_request_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage, 100);
  const h1_slice bytes = {(const uint8_t *)head, (size_t)n};
  FUZZ_CHECK(h1_request_decode(&d, bytes, &r, &consumed) == H1_DONE);
  FUZZ_CHECK(r.method == (h1_method)at && consumed == (size_t)n);
}

static void check_field(unsigned at, h1_slice text) {
  const char *name = h1_field_name((h1_field_id)at);
  const bool known = at != H1_FIELD_OTHER && at < H1_FIELD_COUNT;
  FUZZ_CHECK((name[0] != '\0') == known);
  FUZZ_CHECK(known || h1_field_flags((h1_field_id)at) == 0);
  if (known) FUZZ_CHECK(h1_field_lookup(h1_slice_of(name)) == at);
  unsigned expected = H1_FIELD_OTHER;
  for (unsigned id = H1_FIELD_OTHER + 1; id < H1_FIELD_COUNT; id++) {
    if (ref_is_word(text.ptr, text.len, h1_field_name((h1_field_id)id))) {
      expected = id;
    }
  }
  FUZZ_CHECK(h1_field_lookup(text) == expected);
}

/* ---- sizes no object has: refused before a byte is read or written ---- */

static void check_absurd_sizes(h1_slice text) {
  uint64_t value = 0;
  FUZZ_CHECK(
      !h1_decimal_decode(h1_slice_of("99999999999999999999"), &value, NULL));
  const h1_buffer none = {NULL, 0};
  size_t size = 0;
  FUZZ_CHECK(h1_chunk_head_encode((uint64_t)INT64_MAX + 1, none, &size) ==
             H1_FAILED);
  FUZZ_CHECK(h1_chunk_head_encode(INT64_MAX, none, &size) == H1_NEED_ROOM);
  FUZZ_CHECK(size == H1_CHUNK_HEAD_MAX);
  h1_slice huge = {text.ptr, SIZE_MAX / 2 + 1};
  FUZZ_CHECK(h1_chunk_encode(huge, none, &size) == H1_FAILED);
  huge.len = SIZE_MAX / 2;
  FUZZ_CHECK(h1_chunk_encode(huge, none, &size) == H1_NEED_ROOM);
  FUZZ_CHECK(size == huge.len + H1_CHUNK_HEAD_MAX + 2);
  huge.len = SIZE_MAX / 3 + 1;
  FUZZ_CHECK(h1_percent_encode(huge, false, none, &size) == H1_NEED_ROOM);
  FUZZ_CHECK(size == SIZE_MAX);
}

/* Rooms that are too short are not written to. */
static void check_short_rooms(h1_slice text) {
  uint8_t *bytes = fuzz_alloc(text.len);
  const h1_buffer room = {bytes, text.len == 0 ? 0 : text.len - 1};
  h1_slice path = {NULL, 0};
  size_t size = 0;
  if (text.len > 0) {
    FUZZ_CHECK(h1_form_decode(text, room, &size) != H1_OK);
    /* A path that is fit as it stands needs no room. */
    const h1_error e = h1_path_decode(H1_SCAN_SCALAR, text, room, &path);
    FUZZ_CHECK(e != H1_OK || h1_slice_equal(path, text));
    FUZZ_CHECK(e != H1_OK || path.ptr == text.ptr);
  }
  const h1_slice empty = {text.ptr, 0};
  FUZZ_CHECK(h1_path_decode(H1_SCAN_SCALAR, empty, room, &path) != H1_OK);
  free(bytes);
}

/* ---- what moves ---- */

static size_t offset_in(h1_slice whole, h1_slice part) {
  return part.ptr == NULL ? 0 : (size_t)(part.ptr - whole.ptr);
}

static bool is_at(h1_slice part, const uint8_t *base, size_t at, size_t len) {
  return part.len == len && (len == 0 || part.ptr == base + at);
}

/* A head copied elsewhere: the request follows it. */
static void check_rebase(h1_slice head) {
  const h1_limits limits = h1_limits_default();
  h1_header storage[100];
  h1_request_decoder d;
  h1_request r;
  size_t consumed = 0;
  h1_request_decoder_init(&d, &limits, best_level(), storage, 100);
  FUZZ_CHECK(!h1_request_started(&d));
  const h1_step step = h1_request_decode(&d, head, &r, &consumed);
  if (step == H1_DONE) FUZZ_CHECK(h1_request_started(&d));
  if (step == H1_NEED_INPUT) return;
  const size_t method_at = offset_in(head, r.method_text);
  const size_t target_at = offset_in(head, r.target);
  const bool had_method = r.method_text.ptr != NULL;
  const bool had_target = r.target.ptr != NULL;
  const h1_request before = r;
  uint8_t *copy = fuzz_copy(head.ptr, head.len);
  h1_request_rebase(&r, copy);
  FUZZ_CHECK(r.fields.base.ptr == copy);
  FUZZ_CHECK((r.method_text.ptr != NULL) == had_method);
  FUZZ_CHECK((r.target.ptr != NULL) == had_target);
  if (had_method) {
    FUZZ_CHECK(is_at(r.method_text, copy, method_at, before.method_text.len));
  }
  if (had_target) {
    FUZZ_CHECK(is_at(r.target, copy, target_at, before.target.len));
  }
  free(copy);
}

/* Whether an empty line in front counts as the beginning of a request. */
static void check_started(void) {
  static const uint8_t bytes[] = "\r\nG";
  const h1_limits limits = h1_limits_default();
  h1_header storage[100];
  h1_request_decoder d;
  h1_request r;
  size_t consumed;
  h1_request_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage, 100);
  for (size_t n = 1; n <= 3; n++) {
    FUZZ_CHECK(h1_request_decode(&d, (h1_slice){bytes, n}, &r, &consumed) ==
               H1_NEED_INPUT);
    FUZZ_CHECK(h1_request_started(&d) == (n == 3));
  }
}

/* A decoder that is used again has forgotten the message before. */
static void check_reused_decoders(void) {
  static const char *const heads[] = {
      "HTTP/1.1 404 Not Found\r\nServer: anything\r\n\r\n",
      "HTTP/1.x 200 OK, and more bytes than before"};
  static const char *const requests[] = {
      "POST /a/target HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET( /another/target HTTP"};
  const h1_limits limits = h1_limits_default();
  h1_header storage[100];
  h1_response_decoder d;
  h1_request_decoder e;
  h1_response out;
  h1_request r;
  size_t consumed = 0;
  for (size_t i = 0; i < 2; i++) {
    const h1_step expected = i == 0 ? H1_DONE : H1_FAILED;
    h1_response_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage, 100);
    h1_request_decoder_init(&e, &limits, H1_SCAN_SCALAR, storage, 100);
    FUZZ_CHECK(h1_response_decode(&d, h1_slice_of(heads[i]), &out, &consumed) ==
               expected);
    FUZZ_CHECK(h1_request_decode(&e, h1_slice_of(requests[i]), &r, &consumed) ==
               expected);
  }
  FUZZ_CHECK(out.status == 0 && out.minor_version == 0 && out.reason.len == 0);
  FUZZ_CHECK(r.method == H1_METHOD_UNRECOGNISED && r.method_text.len == 0);
  FUZZ_CHECK(r.target.len == 0 && r.minor_version == 0);
}

/* Trailers decoded byte by byte, the decoder moving to other storage before
 * each, against all at once. */
static void check_moved_trailers(h1_slice section) {
  h1_limits limits = h1_limits_default();
  limits.trailer_count = HEADERS;
  h1_header storage[HEADERS];
  h1_fields_decoder whole, d;
  h1_fields expected, got;
  size_t expected_end = 0, end = 0;
  h1_trailers_decoder_init(&whole, &limits, best_level(), storage, HEADERS);
  const h1_step last =
      h1_trailers_decode(&whole, section, &expected, &expected_end);
  h1_header *mine = fuzz_alloc(HEADERS * sizeof *mine);
  h1_trailers_decoder_init(&d, &limits, best_level(), mine, HEADERS);
  h1_step step = H1_NEED_INPUT;
  for (size_t n = 0; n <= section.len && step == H1_NEED_INPUT; n++) {
    h1_header *other = fuzz_alloc(HEADERS * sizeof *other);
    if (d.count > 0) { /* no room for what is in use: nothing moves */
      FUZZ_CHECK(!h1_fields_decoder_move(&d, other, d.count - 1));
    }
    FUZZ_CHECK(h1_fields_decoder_move(&d, other, HEADERS));
    memset(mine, 0xa5, HEADERS * sizeof *mine);
    free(mine);
    mine = other;
    step = h1_trailers_decode(&d, (h1_slice){section.ptr, n}, &got, &end);
  }
  FUZZ_CHECK(step == last &&
             h1_trailers_error(&d) == h1_trailers_error(&whole));
  if (step == H1_DONE) {
    FUZZ_CHECK(end == expected_end && fuzz_same_fields(&got, &expected));
  }
  free(mine);
}

/* A section decoded in storage and with limits that have no room at all. */
static void check_no_storage(void) {
  static const uint8_t end[] = "\r\n";
  h1_limits limits = h1_limits_default();
  h1_fields_decoder d;
  h1_fields fields;
  size_t consumed = 0;
  limits.trailer_count = 0;
  h1_trailers_decoder_init(&d, &limits, best_level(), NULL, 0);
  FUZZ_CHECK(h1_fields_decoder_move(&d, NULL, 0));
  FUZZ_CHECK(h1_trailers_decode(&d, (h1_slice){end, 2}, &fields, &consumed) ==
             H1_DONE);
  FUZZ_CHECK(consumed == 2 && fields.count == 0);
  /* More fields than indices can number, in storage for fewer: the limit is
   * lowered, and storage is not touched before there are fields. */
  limits.trailer_count = SIZE_MAX;
  limits.trailer_bytes = SIZE_MAX;
  h1_trailers_decoder_init(&d, &limits, best_level(), NULL, 0);
  FUZZ_CHECK(h1_trailers_decode(&d, (h1_slice){end, 2}, &fields, &consumed) ==
             H1_DONE);
}

/* ---- what a caller may put together and no decoder would ---- */

static void add_line(h1_fields *f, h1_header *storage, h1_field_id id,
                     size_t at, size_t len) {
  h1_header *line = &storage[f->count];
  *line = (h1_header){.value_at = (uint32_t)at, .value_len = (uint32_t)len};
  line->id = (uint32_t)id;
  if (!h1_fields_has(f, id)) f->first[id] = (uint16_t)f->count;
  f->seen |= (uint64_t)1 << id;
  f->headers = storage;
  f->count++;
}

static void check_handmade_requests(void) {
  static const uint8_t text[] = "a12";
  h1_header storage[HEADERS];
  h1_framing framing;
  h1_request r = {.method = H1_GET, .minor_version = 1};
  r.fields.base = (h1_slice){text, 3};
  r.target = (h1_slice){(const uint8_t *)"/", 1};
  /* Said to be seen, yet no line of it there. */
  r.fields.seen = (uint64_t)1 << H1_FIELD_HOST;
  FUZZ_CHECK(h1_request_check(&r, NULL) == H1_HOST_MISSING);
  r.fields.seen = 0;
  r.target.len = 0;
  add_line(&r.fields, storage, H1_FIELD_HOST, 0, 1);
  FUZZ_CHECK(h1_request_check(&r, NULL) == H1_TARGET_FORM);
  r.target.len = 1;
  FUZZ_CHECK(h1_request_check(&r, NULL) == H1_OK);
  add_line(&r.fields, storage, H1_FIELD_CONTENT_LENGTH, 1, 1);
  FUZZ_CHECK(h1_framing_of_request(&r, &framing) == H1_OK);
  FUZZ_CHECK(framing.length == 1);
  add_line(&r.fields, storage, H1_FIELD_CONTENT_LENGTH, 1, 1);
  FUZZ_CHECK(h1_framing_of_request(&r, &framing) == H1_LENGTH_REPEATED);
  add_line(&r.fields, storage, H1_FIELD_HOST, 0, 1);
  FUZZ_CHECK(h1_request_check(&r, NULL) == H1_HOST_REPEATED);
}

/* Of a request that is refused no authority is handed out. */
static void check_refused_authority(void) {
  static const uint8_t text[] = "a,b";
  h1_header storage[HEADERS];
  h1_slice authority = {text, 3};
  h1_request r = {.method = H1_GET, .minor_version = 1};
  r.fields.base = authority;
  r.target = (h1_slice){(const uint8_t *)"/", 1};
  add_line(&r.fields, storage, H1_FIELD_HOST, 0, 3);
  FUZZ_CHECK(h1_request_check(&r, &authority) == H1_HOST_INVALID);
  FUZZ_CHECK(authority.ptr == NULL && authority.len == 0);
  /* Nor that of its target, which would replace the Host it lacks. */
  r.fields.seen = 0;
  r.target = h1_slice_of("http://a/");
  FUZZ_CHECK(h1_request_check(&r, &authority) == H1_HOST_MISSING);
  FUZZ_CHECK(authority.ptr == NULL && authority.len == 0);
}

static void check_handmade_lists(void) {
  static const uint8_t text[] = "a, b";
  const h1_slice absent = h1_slice_of("absent");
  h1_header *storage = fuzz_alloc(2 * sizeof *storage);
  h1_fields f = {.base = {text, 4}};
  h1_slice member;
  FUZZ_CHECK(h1_accept_quality(&f, "a", "b") == 1000);
  FUZZ_CHECK(h1_fields_get(&f, H1_FIELD_DATE).ptr == NULL);
  FUZZ_CHECK(h1_fields_get(&f, H1_FIELD_DATE).len == 0);
  add_line(&f, storage, H1_FIELD_OTHER, 0, 1);
  add_line(&f, storage, H1_FIELD_CONNECTION, 0, 4);
  FUZZ_CHECK(h1_fields_find_name(&f, absent, 0) == 2);
  FUZZ_CHECK(h1_fields_find_name(&f, absent, 9) == 2);
  FUZZ_CHECK(h1_fields_find(&f, H1_FIELD_DATE, 0) == 2);
  FUZZ_CHECK(h1_fields_find(&f, H1_FIELD_CONNECTION, 2) == 2);
  FUZZ_CHECK(h1_fields_find(&f, H1_FIELD_CONNECTION, 9) == 2);
  /* A place in a line that holds no such field means nothing. */
  h1_list list = {.fields = &f, .id = H1_FIELD_CONNECTION, .line = 0, .at = 3};
  FUZZ_CHECK(h1_list_next(&list, &member) && member.ptr[0] == 'a');
  FUZZ_CHECK(h1_list_next(&list, &member) && member.ptr[0] == 'b');
  FUZZ_CHECK(!h1_list_next(&list, &member) && !list.malformed);
  free(storage);
}

/* Clocks no machine shows; two digits of a year mean one at most 50 ahead. */
static void check_far_clocks(void) {
  static const struct {
    int64_t now_s;
    const char *text;
    bool good;
  } rows[] = {
      {INT64_MIN, "Sunday, 06-Nov-94 08:49:37 GMT", false},
      {INT64_MAX, "Sunday, 06-Nov-94 08:49:37 GMT", false},
      {-62167219200, "Saturday, 01-Jan-00 00:00:00 GMT", true},
      {-62167219200, "Friday, 31-Dec-99 00:00:00 GMT", false},
      {253402300799, "Friday, 31-Dec-99 23:59:59 GMT", true},
      {253402300799, "Saturday, 01-Jan-00 00:00:00 GMT", false},
  };
  uint8_t text[H1_DATE_BYTES];
  int64_t s = 0;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    FUZZ_CHECK(h1_date_decode(h1_slice_of(rows[i].text), rows[i].now_s, &s) ==
               rows[i].good);
  }
  FUZZ_CHECK(!h1_date_encode(INT64_MIN, text));
  FUZZ_CHECK(!h1_date_encode(-62167219201, text));
  FUZZ_CHECK(h1_date_encode(-62167219200, text));
  FUZZ_CHECK(h1_date_encode(253402300799, text));
  FUZZ_CHECK(!h1_date_encode(253402300800, text));
  FUZZ_CHECK(!h1_date_encode(INT64_MAX, text));
}

/* An allowance for framing that grows beyond what can be counted. */
static void check_endless_allowance(void) {
  static const uint8_t body[] = "3\r\nabc\r\n1\r\nd\r\n0\r\n";
  static const size_t ratios[] = {SIZE_MAX, SIZE_MAX / 3, SIZE_MAX / 3 + 1,
                                  (size_t)UINT32_MAX + 1, UINT32_MAX};
  for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; i++) {
    h1_limits limits = h1_limits_default();
    h1_chunked_decoder d;
    h1_slice in = {body, sizeof body - 1}, data;
    limits.chunk_overhead_bytes = 3;
    limits.chunk_overhead_ratio = ratios[i];
    h1_chunked_decoder_init(&d, &limits);
    FUZZ_CHECK(h1_chunked_decode(&d, &in, &data) == H1_DATA && data.len == 3);
    FUZZ_CHECK(h1_chunked_decode(&d, &in, &data) == H1_DATA && data.len == 1);
    FUZZ_CHECK(h1_chunked_decode(&d, &in, &data) == H1_DONE && in.len == 0);
  }
}

/* Data is handed out unread, so that a chunk may be said to be there that is
 * longer than any buffer. What it adds to the allowance for framing is a number
 * that does not wrap: the last chunk is still taken. */
static void check_far_data(size_t ratio) {
  static const uint8_t body[] = "100000000000000\r\n", last[] = "\r\n0\r\n";
  const size_t framing = sizeof body - 1, size = (size_t)1 << 56;
  h1_limits limits = h1_limits_default();
  h1_chunked_decoder d;
  h1_slice in = {body, framing + size}, data;
  limits.chunk_overhead_bytes = framing;
  limits.chunk_overhead_ratio = ratio;
  limits.body_bytes = UINT64_MAX;
  h1_chunked_decoder_init(&d, &limits);
  FUZZ_CHECK(h1_chunked_decode(&d, &in, &data) == H1_DATA);
  FUZZ_CHECK(data.len == size && in.len == 0);
  FUZZ_CHECK(h1_chunked_error_offset(&d) == framing + size);
  in = (h1_slice){last, sizeof last - 1};
  FUZZ_CHECK(h1_chunked_decode(&d, &in, &data) ==
             (ratio == 0 ? H1_FAILED : H1_DONE));
}

/* What is refused takes no room. */
static void check_refused_sizes(void) {
  static const uint8_t bad[] = "\n";
  const h1_slice line_feed = {bad, 1};
  const h1_response_out out = {.status = 200, .reason = line_feed};
  uint8_t room[64];
  h1_error why = H1_OK;
  size_t size = 1;
  FUZZ_CHECK(h1_field_encode(line_feed, line_feed,
                             (h1_buffer){room, sizeof room},
                             &size) == H1_FAILED);
  FUZZ_CHECK(size == 0);
  size = 1;
  FUZZ_CHECK(h1_response_encode(&out, (h1_buffer){room, sizeof room}, &size,
                                &why) == H1_FAILED);
  FUZZ_CHECK(size == 0 && why == H1_ENCODE_LINE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  const unsigned at = fuzz_byte(&in);
  check_error_names(at);
  /* To a virtual machine each question to the processor costs microseconds. */
  if (at < LEVEL_NUMBERS) check_levels(at);
  check_method(at);
  check_field(at, in.rest);
  check_absurd_sizes(in.rest);
  check_short_rooms(in.rest);
  check_rebase(in.rest);
  check_started();
  check_moved_trailers(in.rest);
  check_no_storage();
  check_reused_decoders();
  check_handmade_requests();
  check_refused_authority();
  check_handmade_lists();
  check_far_clocks();
  check_endless_allowance();
  check_far_data(0);
  check_far_data(1);
  check_far_data(256);
  check_far_data(SIZE_MAX);
  check_refused_sizes();
  h1_slice written = {NULL, 0};
  uint8_t *bytes = law_encode_request(in, &written);
  if (bytes != NULL) check_rebase(written);
  free(bytes);
  return 0;
}
