/* Response heads. Input: scan level, head limit (4 bytes a step), field count
 * limit, cuts, framing; then the head. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/laws/head.h"
#include "parser/values.h"

enum { FIELDS_MAX = 64 };

static h1_step encode_response(const void *what, h1_buffer room, size_t *size) {
  h1_error why = H1_ERROR_COUNT;
  const h1_step step = h1_response_encode(what, room, size, &why);
  if (step == H1_FAILED) FUZZ_CHECK(why > H1_OK && why < H1_ERROR_COUNT);
  return step;
}

static bool is_encoders_own(h1_slice name) {
  return (h1_field_flags(h1_field_lookup(name)) & H1_FIELD_FRAMING) != 0;
}

/* Whether its status may have its framing (RFC 9112 6.1, 6.3; RFC 9110
 * 15.3.6). */
static bool is_framing_possible(const h1_response_out *out) {
  const bool bodiless = out->status < 200 || out->status == 204;
  if (out->status < 200 && out->connection != H1_CONNECTION_OMIT) return false;
  if (out->framing == H1_OUT_NONE) return bodiless || out->status == 304;
  if (out->status == 205) {
    return out->framing == H1_OUT_LENGTH && out->content_length == 0;
  }
  return !bodiless;
}

static void check_encoded(const h1_response_out *out, h1_slice bytes) {
  head_outcome o = head_decode_whole(REF_RESPONSE, bytes);
  FUZZ_CHECK(o.step == H1_DONE && o.consumed == bytes.len);
  FUZZ_CHECK(o.status == out->status && o.minor == 1);
  FUZZ_CHECK(h1_slice_equal(o.first,
                            out->reason.len > 0
                                ? out->reason
                                : h1_slice_of(h1_status_reason(out->status))));
  size_t at = 0;
  for (size_t i = 0; i < o.fields.count; i++) {
    const h1_slice name = h1_fields_name(&o.fields, i);
    if (is_encoders_own(name)) continue;
    FUZZ_CHECK(at < out->field_count);
    FUZZ_CHECK(h1_slice_equal(name, out->fields[at].name));
    FUZZ_CHECK(
        h1_slice_equal(h1_fields_value(&o.fields, i), out->fields[at].value));
    at++;
  }
  FUZZ_CHECK(at == out->field_count);
  FUZZ_CHECK(h1_fields_has(&o.fields, H1_FIELD_CONTENT_LENGTH) ==
             (out->framing == H1_OUT_LENGTH));
  FUZZ_CHECK(h1_fields_has(&o.fields, H1_FIELD_TRANSFER_ENCODING) ==
             (out->framing == H1_OUT_CHUNKED));
  FUZZ_CHECK(h1_fields_has(&o.fields, H1_FIELD_CONNECTION) ==
             (out->connection != H1_CONNECTION_OMIT ||
              h1_fields_has(&o.fields, H1_FIELD_UPGRADE)));
  FUZZ_CHECK(h1_fields_has(&o.fields, H1_FIELD_KEEP_ALIVE) ==
             (out->connection == H1_CONNECTION_KEEP));
  head_outcome_free(&o);
}

/* Writes it, if it can be written, and reads it back. */
static void check_round_trip(const h1_response_out *out) {
  size_t size = 0;
  uint8_t *bytes = fuzz_encode(encode_response, out, &size);
  FUZZ_CHECK((bytes != NULL) == is_framing_possible(out));
  if (bytes == NULL) return;
  check_encoded(out, (h1_slice){bytes, size});
  free(bytes);
}

/* What the choice makes of framing and connection. */
static h1_response_out framed(uint8_t choice) {
  const h1_response_out out = {
      .framing = (h1_out_framing)(choice & 3),
      .content_length = (choice & 31) == 31 ? 0 : UINT64_C(1) << (choice & 31),
      .connection = (choice & 3) == H1_OUT_UNTIL_CLOSE
                        ? H1_CONNECTION_CLOSE
                        : (h1_out_connection)((choice >> 2) % 3),
      .keepalive_timeout_s = choice,
      .keepalive_max = UINT32_MAX - choice};
  return out;
}

/* decode, encode, decode again: the same response, whose framing is ours. */
static void encode_decoded(const head_outcome *o, uint8_t choice) {
  h1_field fields[FIELDS_MAX];
  size_t count = 0;
  for (size_t i = 0; i < o->fields.count && count < FIELDS_MAX; i++) {
    const h1_slice name = h1_fields_name(&o->fields, i);
    if (is_encoders_own(name)) continue;
    fields[count++] = (h1_field){name, h1_fields_value(&o->fields, i)};
  }
  h1_response_out out = framed(choice);
  out.status = (uint16_t)o->status;
  out.reason = o->first;
  out.fields = fields;
  out.field_count = count;
  check_round_trip(&out);
}

/* Whether a head that was decoded is one that a sender may send: of its fields
 * that may come once, none came twice (RFC 9110 5.3). */
static bool may_be_written(const head_outcome *o) {
  uint64_t once = 0;
  if (o->step != H1_DONE || o->status < 100 || o->status > 599) return false;
  for (size_t i = 0; i < o->fields.count; i++) {
    const uint64_t bit = h1_field_once_bit(h1_fields_name(&o->fields, i));
    if ((once & bit) != 0) return false;
    once |= bit;
  }
  return true;
}

/* A tolerance changes nothing of what is good. */
static void check_tolerated(const head_outcome *strict,
                            const head_outcome *tolerant) {
  if (strict->step != H1_DONE) return;
  FUZZ_CHECK(tolerant->step == H1_DONE);
  FUZZ_CHECK(tolerant->consumed == strict->consumed);
  FUZZ_CHECK(tolerant->status == strict->status);
  FUZZ_CHECK(fuzz_same_fields(&strict->fields, &tolerant->fields));
}

static h1_slice trimmed(h1_slice s) {
  while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) {
    s.ptr++;
    s.len--;
  }
  while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t')) {
    s.len--;
  }
  return s;
}

/* A good response made of the input's bytes. */
static void encode_made(fuzz_input in, uint8_t choice) {
  static const char *const names[] = {"X-A", "set-cookie", "Vary", "x-b"};
  uint8_t reason[16], values[6][24];
  h1_field fields[6];
  h1_response_out out = framed(choice);
  out.status = (uint16_t)(100 + (fuzz_byte(&in) * 256 + fuzz_byte(&in)) % 500);
  out.reason = fuzz_make(&in, ref_is_value_byte, 0, sizeof reason, reason);
  out.fields = fields;
  out.field_count = fuzz_byte(&in) % 7;
  for (size_t i = 0; i < out.field_count; i++) {
    const h1_slice value =
        fuzz_make(&in, ref_is_value_byte, 0, sizeof values[i], values[i]);
    fields[i] = (h1_field){h1_slice_of(names[i % 4]), trimmed(value)};
  }
  check_round_trip(&out);
}

const fuzz_shape fuzz_shape_of_input = {
    .option_bytes = 5, .has_lines = true, .has_chunks = false, .longest = 2048};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  h1_limits limits = h1_limits_default();
  const h1_scan_level level = fuzz_level(&in);
  limits.head_bytes = fuzz_limit(&in, limits.head_bytes, 4);
  limits.header_count = fuzz_limit(&in, limits.header_count, 1);
  const uint8_t cuts = fuzz_byte(&in);
  const uint8_t choice = fuzz_byte(&in);
  head_outcome o =
      head_check_laws(REF_RESPONSE, &limits, level, fuzz_seed(cuts), in.rest);
  if (may_be_written(&o)) encode_decoded(&o, choice);
  for (size_t i = 0; i < 3; i++) {
    const uint32_t tolerances = i == 0   ? H1_TOLERATE_USER_AGENT
                                : i == 1 ? H1_TOLERATE_PROXY
                                         : 1u << choice % 9;
    head_outcome t = head_check_tolerant_laws(REF_RESPONSE, tolerances, &limits,
                                              level, fuzz_seed(cuts), in.rest);
    check_tolerated(&o, &t);
    head_outcome_free(&t);
  }
  head_outcome_free(&o);
  encode_made(in, choice);
  return 0;
}
