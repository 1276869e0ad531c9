/* What a head means: whether it is fit to be served, how its body is framed,
 * whether the connection persists, whether a 100 is awaited. Input: what the
 * head is (bit 0: a response; bits 1 and 2: the method it answers); then the
 * head. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/work.h"
#include "fuzz/laws/head.h"
#include "fuzz/reference/framing.h"
#include "parser/framing.h"
#include "parser/values.h"

enum { HEADERS_MAX = 256 };

/* Per byte of the head, for each decision. */
static const fuzz_work_bound WORK = {"framing", 30, 200};

static void check_work(h1_slice head) {
  fuzz_work_law(&WORK, fuzz_work_end(), head.len, 1);
}

static void check_framing(h1_error e, const h1_framing *got,
                          const ref_framing *ref) {
  fuzz_say("framing: %s, reference %u\n", h1_error_name(e), ref->refused);
  FUZZ_CHECK((e == H1_OK) == (ref->refused == 0) ||
             (e == H1_CODING_INVALID && ref->or_400));
  if (e != H1_OK) return;
  FUZZ_CHECK((int)got->kind == (int)ref->body);
  FUZZ_CHECK(got->length == ref->length);
}

static void check_persistence(h1_error e, bool got, const uint8_t *p,
                              const ref_head *ref, bool ends) {
  bool persists = false;
  const bool good = ref_persists(p, ref, &persists);
  fuzz_say("persistence: %s %d, reference %d %d\n", h1_error_name(e), got, good,
           persists);
  FUZZ_CHECK(e == (good ? H1_OK : H1_CONNECTION_INVALID));
  if (good) FUZZ_CHECK(got == (persists && !ends));
}

/* Only what is plain: RFC 9110 10.1.1 leaves lists of expectations open. */
static void check_expectation(const h1_request *r) {
  bool expects = true;
  fuzz_work_begin();
  const h1_error e = h1_expectation_of_request(r, &expects);
  check_work(r->fields.base);
  FUZZ_CHECK(e == H1_OK || e == H1_EXPECT_UNKNOWN);
  const bool has = h1_fields_has(&r->fields, H1_FIELD_EXPECT);
  if (!has || r->minor_version == 0) {
    FUZZ_CHECK(e == H1_OK && !expects);
    return;
  }
  const size_t first = r->fields.first[H1_FIELD_EXPECT];
  const h1_slice value = h1_fields_value(&r->fields, first);
  if (h1_fields_find(&r->fields, H1_FIELD_EXPECT, first + 1) !=
      r->fields.count) {
    return;
  }
  if (h1_slice_equal_nocase(value, h1_slice_of("100-continue"))) {
    FUZZ_CHECK(e == H1_OK && expects);
  } else if (value.len > 0 && memchr(value.ptr, ',', value.len) == NULL) {
    FUZZ_CHECK(e == H1_EXPECT_UNKNOWN);
  }
}

/* Whose authority decides: that of an absolute target, else Host. */
static void check_authority(const h1_request *r, h1_slice authority) {
  h1_target t;
  FUZZ_CHECK(h1_target_split(r->target, &t) == H1_OK);
  const bool has_host = h1_fields_has(&r->fields, H1_FIELD_HOST);
  if (t.form == H1_TARGET_ABSOLUTE) {
    FUZZ_CHECK(h1_slice_equal(authority, t.authority));
  } else if (t.form != H1_TARGET_AUTHORITY_FORM && has_host) {
    FUZZ_CHECK(
        h1_slice_equal(authority, h1_fields_get(&r->fields, H1_FIELD_HOST)));
  } else if (!has_host && t.form != H1_TARGET_AUTHORITY_FORM) {
    FUZZ_CHECK(authority.len == 0);
  }
}

static void check_request(h1_slice head, const h1_limits *limits,
                          h1_header *storage, ref_head *ref) {
  h1_request_decoder d;
  h1_request r;
  size_t consumed = 0;
  h1_request_decoder_init(&d, limits, H1_SCAN_SCALAR, storage, HEADERS_MAX);
  if (h1_request_decode(&d, head, &r, &consumed) != H1_DONE) return;
  FUZZ_CHECK(ref_head_parse(REF_REQUEST, head.ptr, head.len, ref));
  h1_slice authority = {NULL, 0};
  fuzz_work_begin();
  const h1_error e = h1_request_check(&r, &authority);
  check_work(head);
  const bool good = ref_request_is_good(head.ptr, ref);
  fuzz_say("check: %s, reference %d\n", h1_error_name(e), good);
  FUZZ_CHECK(e == h1_request_check(&r, NULL));
  FUZZ_CHECK((e == H1_OK) == good);
  FUZZ_CHECK(good || h1_error_status(e) == 400);
  if (good) check_authority(&r, authority);
  h1_framing framing = {H1_BODY_UNTIL_CLOSE, 99};
  ref_framing expected;
  ref_request_framing(head.ptr, ref, &expected);
  fuzz_work_begin();
  const h1_error f = h1_framing_of_request(&r, &framing);
  check_work(head);
  check_framing(f, &framing, &expected);
  FUZZ_CHECK(h1_error_status(f) == expected.refused ||
             (expected.or_400 && h1_error_status(f) == 400));
  bool persists = false;
  fuzz_work_begin();
  const h1_error p = h1_persistence_of_request(&r, &persists);
  check_work(head);
  check_persistence(p, persists, head.ptr, ref, false);
  check_expectation(&r);
}

static void check_response(h1_slice head, unsigned method, uint32_t tolerances,
                           const h1_limits *limits, h1_header *storage,
                           ref_head *ref) {
  static const char *const methods[] = {"GET", "HEAD", "CONNECT", "head"};
  h1_response_decoder d;
  h1_response r;
  size_t consumed = 0;
  h1_response_decoder_init(&d, limits, H1_SCAN_SCALAR, storage, HEADERS_MAX);
  if (tolerances != 0) h1_response_tolerate(&d, tolerances);
  if (h1_response_decode(&d, head, &r, &consumed) != H1_DONE) return;
  FUZZ_CHECK(
      ref_tolerant_parse(REF_RESPONSE, tolerances, head.ptr, head.len, ref));
  h1_framing framing = {H1_BODY_UNTIL_CLOSE, 99};
  ref_framing expected;
  ref_response_framing(head.ptr, ref, method == 1, method == 2, tolerances,
                       &expected);
  fuzz_work_begin();
  const h1_error e =
      h1_framing_of_response(&r, h1_slice_of(methods[method]), &framing);
  check_work(head);
  check_framing(e, &framing, &expected);
  if (e != H1_OK) return;
  bool persists = false;
  fuzz_work_begin();
  const h1_error p = h1_persistence_of_response(&r, &framing, &persists);
  check_work(head);
  check_persistence(p, persists, head.ptr, ref,
                    framing.kind == H1_BODY_UNTIL_CLOSE ||
                        framing.kind == H1_BODY_TUNNEL ||
                        (framing.kind == H1_BODY_CHUNKED && ref->minor == 0));
}

/* ---- encoding first: what was asked for is what is decided ---- */

typedef struct {
  uint8_t bytes[512];
  size_t size;
} written;

static void check_made_request(fuzz_input in) {
  const uint8_t flags = fuzz_byte(&in);
  uint64_t length = 0;
  for (int i = 0; i < 8; i++) length = length << 8 | fuzz_byte(&in);
  const h1_field expect = {h1_slice_of("Expect"), h1_slice_of("100-Continue")};
  const h1_request_out out = {.method = h1_slice_of("PUT"),
                              .target = h1_slice_of("/a"),
                              .host = h1_slice_of("[::1]:8080"),
                              .fields = &expect,
                              .field_count = flags & 1,
                              .has_length = (flags & 6) == 2,
                              .content_length = length >> 1,
                              .chunked = (flags & 6) == 4,
                              .close = (flags & 8) != 0};
  written w;
  h1_error why = H1_OK;
  h1_header storage[4];
  h1_request_decoder d;
  h1_request r;
  h1_limits limits = h1_limits_default();
  size_t consumed = 0;
  FUZZ_CHECK(h1_request_encode(&out, (h1_buffer){w.bytes, sizeof w.bytes},
                               &w.size, &why) == H1_DONE);
  limits.header_count = 4;
  h1_request_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage, 4);
  FUZZ_CHECK(h1_request_decode(&d, (h1_slice){w.bytes, w.size}, &r,
                               &consumed) == H1_DONE);
  h1_slice authority = {NULL, 0};
  h1_framing f = {H1_BODY_UNTIL_CLOSE, 99};
  bool persists = out.close, expects = out.field_count == 0;
  FUZZ_CHECK(h1_request_check(&r, &authority) == H1_OK);
  FUZZ_CHECK(h1_slice_equal(authority, out.host));
  FUZZ_CHECK(h1_framing_of_request(&r, &f) == H1_OK);
  FUZZ_CHECK(f.kind == (out.has_length ? H1_BODY_LENGTH
                        : out.chunked  ? H1_BODY_CHUNKED
                                       : H1_BODY_NONE));
  FUZZ_CHECK(f.length == (out.has_length ? out.content_length : 0));
  FUZZ_CHECK(h1_persistence_of_request(&r, &persists) == H1_OK);
  FUZZ_CHECK(persists == !out.close);
  FUZZ_CHECK(h1_expectation_of_request(&r, &expects) == H1_OK);
  FUZZ_CHECK(expects == (out.field_count == 1));
}

static h1_body_kind kind_of(h1_out_framing framing) {
  static const h1_body_kind kinds[] = {H1_BODY_UNTIL_CLOSE, H1_BODY_LENGTH,
                                       H1_BODY_CHUNKED, H1_BODY_UNTIL_CLOSE};
  return kinds[framing];
}

static void check_made_response(fuzz_input in) {
  const uint8_t flags = fuzz_byte(&in);
  uint64_t length = 0;
  for (int i = 0; i < 8; i++) length = length << 8 | fuzz_byte(&in);
  h1_response_out out = {.status = (uint16_t)(200 + fuzz_byte(&in) % 4 * 100),
                         .framing = (h1_out_framing)(flags & 3),
                         .content_length = length >> 1,
                         .connection = (h1_out_connection)((flags >> 2) % 3),
                         .keepalive_max = 1};
  if (out.framing == H1_OUT_NONE) {
    /* On a connection that goes on, others would not end: they are refused. */
    size_t size = 0;
    h1_error unsaid = H1_OK;
    FUZZ_CHECK(h1_response_encode(&out, (h1_buffer){NULL, 0}, &size, &unsaid) ==
               H1_FAILED);
    FUZZ_CHECK(unsaid == H1_ENCODE_FRAMING);
    out.status = (flags & 64) != 0 ? 204 : 304;
  }
  if (out.framing == H1_OUT_UNTIL_CLOSE) out.connection = H1_CONNECTION_CLOSE;
  const bool to_head = (flags & 128) != 0;
  written w;
  h1_error why = H1_OK;
  h1_header storage[4];
  h1_response_decoder d;
  h1_response r;
  h1_limits limits = h1_limits_default();
  size_t consumed = 0;
  FUZZ_CHECK(h1_response_encode(&out, (h1_buffer){w.bytes, sizeof w.bytes},
                                &w.size, &why) == H1_DONE);
  limits.header_count = 4;
  h1_response_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage, 4);
  FUZZ_CHECK(h1_response_decode(&d, (h1_slice){w.bytes, w.size}, &r,
                                &consumed) == H1_DONE);
  h1_framing f = {H1_BODY_UNTIL_CLOSE, 99};
  bool persists = false;
  const h1_slice method = h1_slice_of(to_head ? "HEAD" : "GET");
  FUZZ_CHECK(h1_framing_of_response(&r, method, &f) == H1_OK);
  const bool none = to_head || out.framing == H1_OUT_NONE;
  FUZZ_CHECK(f.kind == (none ? H1_BODY_NONE : kind_of(out.framing)));
  FUZZ_CHECK(f.length == (f.kind == H1_BODY_LENGTH ? out.content_length : 0));
  FUZZ_CHECK(h1_persistence_of_response(&r, &f, &persists) == H1_OK);
  FUZZ_CHECK(persists == (out.connection != H1_CONNECTION_CLOSE));
}

const fuzz_shape fuzz_shape_of_input = {
    .option_bytes = 1, .has_lines = true, .has_chunks = false, .longest = 2048};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  const uint8_t choice = fuzz_byte(&in);
  h1_limits limits = h1_limits_default();
  limits.header_count = HEADERS_MAX;
  h1_header *storage = fuzz_alloc(HEADERS_MAX * sizeof *storage);
  ref_head *ref = fuzz_alloc(sizeof *ref);
  const h1_slice head = in.rest;
  if (choice & 1) {
    static const uint32_t tolerances[] = {
        H1_TOLERATE_NOTHING, H1_TOLERATE_USER_AGENT, H1_TOLERATE_PROXY,
        H1_TOLERATE_EQUAL_LENGTHS, H1_TOLERATE_HTTP10_CHUNKED};
    for (size_t i = 0; i < sizeof tolerances / sizeof tolerances[0]; i++) {
      check_response(head, (choice >> 1) & 3, tolerances[i], &limits, storage,
                     ref);
    }
  } else {
    check_request(head, &limits, storage, ref);
  }
  free(ref);
  free(storage);
  check_made_request(in);
  check_made_response(in);
  return 0;
}
