/* Request heads. Input: scan level, head limit (4 bytes a step), target limit,
 * field count limit, cuts; then the head. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/laws/head.h"
#include "parser/values.h"

enum { FIELDS_MAX = 64 };

static h1_step encode_request(const void *what, h1_buffer room, size_t *size) {
  h1_error why = H1_ERROR_COUNT;
  const h1_step step = h1_request_encode(what, room, size, &why);
  if (step == H1_FAILED) FUZZ_CHECK(why > H1_OK && why < H1_ERROR_COUNT);
  return step;
}

static bool is_encoders_own(h1_slice name) {
  const h1_field_id id = h1_field_lookup(name);
  return id == H1_FIELD_HOST || (h1_field_flags(id) & H1_FIELD_FRAMING) != 0;
}

/* The decoded fields in order but those the encoder writes, against `fields`.
 */
static void check_fields_kept(const h1_fields *decoded, const h1_field *fields,
                              size_t count) {
  size_t at = 0;
  for (size_t i = 0; i < decoded->count; i++) {
    const h1_slice name = h1_fields_name(decoded, i);
    if (is_encoders_own(name)) continue;
    FUZZ_CHECK(at < count);
    FUZZ_CHECK(h1_slice_equal(name, fields[at].name));
    FUZZ_CHECK(h1_slice_equal(h1_fields_value(decoded, i), fields[at].value));
    at++;
  }
  FUZZ_CHECK(at == count);
}

static void check_word(const h1_fields *f, h1_field_id id, bool present,
                       const char *value) {
  FUZZ_CHECK(h1_fields_has(f, id) == present);
  if (present) {
    FUZZ_CHECK(h1_slice_equal(h1_fields_get(f, id), h1_slice_of(value)));
  }
}

/* Connection says what is for this connection: a line for each of TE, Upgrade
 * and the end, which comes last. */
static void check_connection(const h1_fields *f, bool close) {
  size_t lines = 0, last = f->count;
  for (size_t i = 0; i < f->count; i++) {
    if (f->headers[i].id != H1_FIELD_CONNECTION) continue;
    lines++;
    last = i;
  }
  const bool te = h1_fields_has(f, H1_FIELD_TE);
  const bool upgrade = h1_fields_has(f, H1_FIELD_UPGRADE);
  FUZZ_CHECK(lines == (size_t)te + (size_t)upgrade + (size_t)close);
  if (!close) return;
  FUZZ_CHECK(h1_slice_equal(h1_fields_value(f, last), h1_slice_of("close")));
}

/* Encodes a request that is good, decodes it, and finds it unchanged. */
static void check_round_trip(const h1_request_out *out) {
  size_t size = 0;
  uint8_t *bytes = fuzz_encode(encode_request, out, &size);
  FUZZ_CHECK(bytes != NULL);
  head_outcome o = head_decode_whole(REF_REQUEST, (h1_slice){bytes, size});
  FUZZ_CHECK(o.step == H1_DONE && o.consumed == size);
  FUZZ_CHECK(h1_slice_equal(o.first, out->method));
  FUZZ_CHECK(h1_slice_equal(o.target, out->target));
  FUZZ_CHECK(o.minor == 1);
  FUZZ_CHECK(
      h1_slice_equal(h1_fields_get(&o.fields, H1_FIELD_HOST), out->host));
  check_fields_kept(&o.fields, out->fields, out->field_count);
  uint8_t digits[20];
  const h1_slice length = {digits,
                           h1_decimal_encode(out->content_length, digits)};
  FUZZ_CHECK(h1_fields_has(&o.fields, H1_FIELD_CONTENT_LENGTH) ==
             out->has_length);
  if (out->has_length) {
    FUZZ_CHECK(h1_slice_equal(h1_fields_get(&o.fields, H1_FIELD_CONTENT_LENGTH),
                              length));
  }
  check_word(&o.fields, H1_FIELD_TRANSFER_ENCODING, out->chunked, "chunked");
  check_connection(&o.fields, out->close);
  head_outcome_free(&o);
  free(bytes);
}

/* decode, encode, decode again: the same request. */
static void encode_decoded(const head_outcome *o, uint8_t flags) {
  h1_field fields[FIELDS_MAX];
  uint64_t sent = 0;
  size_t count = 0;
  for (size_t i = 0; i < o->fields.count && count < FIELDS_MAX; i++) {
    const h1_slice name = h1_fields_name(&o->fields, i);
    const uint64_t once = h1_field_once_bit(name);
    if (is_encoders_own(name) || (sent & once) != 0) continue;
    sent |= once;
    fields[count++] = (h1_field){name, h1_fields_value(&o->fields, i)};
  }
  const h1_request_out out = {.method = o->first,
                              .target = o->target,
                              .host = h1_slice_of("h"),
                              .fields = fields,
                              .field_count = count,
                              .has_length = (flags & 3) == 1,
                              .content_length = UINT64_C(1) << (flags & 63),
                              .chunked = (flags & 3) == 2,
                              .close = (flags & 4) != 0};
  check_round_trip(&out);
}

/* A good request made of the input's bytes. */
static void encode_made(fuzz_input in) {
  static const char *const names[] = {"X-A", "accept", "Cookie", "x-b"};
  uint8_t method[8], target[24], values[8][24];
  h1_field fields[8];
  const uint8_t flags = fuzz_byte(&in);
  h1_request_out out = {.host = h1_slice_of("example:80"),
                        .fields = fields,
                        .has_length = (flags & 3) == 1,
                        .content_length = UINT64_C(3) << (flags & 31),
                        .chunked = (flags & 3) == 2,
                        .close = (flags & 4) != 0};
  out.method = fuzz_make(&in, ref_is_tchar, 1, sizeof method, method);
  out.target = fuzz_make(&in, ref_is_target_byte, 1, sizeof target, target);
  out.field_count = fuzz_byte(&in) % 9;
  for (size_t i = 0; i < out.field_count; i++) {
    h1_slice value =
        fuzz_make(&in, ref_is_value_byte, 0, sizeof values[i], values[i]);
    /* White space at the ends would not come back. */
    while (value.len > 0 && (value.ptr[0] == ' ' || value.ptr[0] == '\t')) {
      value.ptr++;
      value.len--;
    }
    while (value.len > 0 && (value.ptr[value.len - 1] == ' ' ||
                             value.ptr[value.len - 1] == '\t')) {
      value.len--;
    }
    fields[i] = (h1_field){h1_slice_of(names[i % 4]), value};
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
  limits.target_bytes = fuzz_limit(&in, limits.target_bytes, 1);
  limits.header_count = fuzz_limit(&in, limits.header_count, 1);
  const uint8_t cuts = fuzz_byte(&in);
  head_outcome o =
      head_check_laws(REF_REQUEST, &limits, level, fuzz_seed(cuts), in.rest);
  if (o.step == H1_DONE) encode_decoded(&o, cuts);
  head_outcome_free(&o);
  encode_made(in);
  return 0;
}
