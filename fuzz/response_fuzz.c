/* Response heads. Input: scan level, head limit (4 bytes a step), field count
 * limit, cuts, framing; then the head. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/head_laws.h"
#include "parser/values.h"

enum { FIELDS_MAX = 64 };

static h1_step encode_response(const void *what, h1_room room, size_t *size) {
  h1_error why = H1_ERROR_COUNT;
  const h1_step step = h1_response_encode(what, room, size, &why);
  if (step == H1_FAILED) FUZZ_CHECK(why > H1_OK && why < H1_ERROR_COUNT);
  return step;
}

static bool is_encoders_own(h1_slice name) {
  return (h1_field_flags(h1_field_lookup(name)) & H1_FIELD_FRAMING) != 0;
}

/* Whether that status may have that framing (RFC 9112 6.1, 6.3). */
static bool is_framing_of(uint16_t status, h1_out_framing framing) {
  const bool bodiless = status < 200 || status == 204;
  return !bodiless || framing == H1_OUT_NONE;
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
             (out->connection != H1_CONNECTION_OMIT));
  FUZZ_CHECK(h1_fields_has(&o.fields, H1_FIELD_KEEP_ALIVE) ==
             (out->connection == H1_CONNECTION_KEEP));
  head_outcome_free(&o);
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
  const h1_response_out out = {
      .status = (uint16_t)o->status,
      .reason = o->first,
      .fields = fields,
      .field_count = count,
      .framing = (h1_out_framing)(choice & 3),
      .content_length = UINT64_C(1) << (choice & 31),
      .connection = (choice & 3) == H1_OUT_UNTIL_CLOSE
                        ? H1_CONNECTION_CLOSE
                        : (h1_out_connection)((choice >> 2) % 3),
      .keepalive_timeout_s = choice,
      .keepalive_max = UINT32_MAX - choice};
  size_t size = 0;
  uint8_t *bytes = fuzz_encode(encode_response, &out, &size);
  if (bytes == NULL) {
    FUZZ_CHECK(!is_framing_of(out.status, out.framing));
    return;
  }
  FUZZ_CHECK(is_framing_of(out.status, out.framing));
  check_encoded(&out, (h1_slice){bytes, size});
  free(bytes);
}

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
  if (o.step == H1_DONE) encode_decoded(&o, choice);
  head_outcome_free(&o);
  return 0;
}
