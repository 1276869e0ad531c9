/* Hostile values from a handler: whatever names, values and reason it gives,
 * the encoder writes one whole response that reads as meant, or nothing. Input:
 * two bytes of status, framing, connection, number of fields; then reason,
 * names and values, each a length byte and that many bytes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/reference/head.h"
#include "parser/response.h"
#include "parser/values.h"

enum { FIELDS_MAX = 8 };

static h1_step encode_response(const void *what, h1_buffer room, size_t *size) {
  h1_error why = H1_ERROR_COUNT;
  const h1_step step = h1_response_encode(what, room, size, &why);
  if (step == H1_FAILED) {
    FUZZ_CHECK(why == H1_ENCODE_NAME || why == H1_ENCODE_VALUE ||
               why == H1_ENCODE_LINE || why == H1_ENCODE_FRAMING);
  }
  return step;
}

static h1_step encode_field(const void *what, h1_buffer room, size_t *size) {
  const h1_field *f = what;
  return h1_field_encode(f->name, f->value, room, size);
}

static h1_slice counted(fuzz_input *in) {
  const uint8_t len = fuzz_byte(in);
  return fuzz_bytes(in, len);
}

/* ---- what may be written, in the grammar's words ---- */

static bool is_text(h1_slice s) {
  for (size_t i = 0; i < s.len; i++) {
    if (!ref_is_value_byte(s.ptr[i])) return false;
  }
  return true;
}

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

static bool is_value(h1_slice s) {
  return is_text(s) &&
         (s.len == 0 || (!is_blank(s.ptr[0]) && !is_blank(s.ptr[s.len - 1])));
}

static bool is_name(h1_slice s) {
  for (size_t i = 0; i < s.len; i++) {
    if (!ref_is_tchar(s.ptr[i])) return false;
  }
  return s.len > 0;
}

static bool is_reserved(h1_slice name) {
  return ref_is_word(name.ptr, name.len, "content-length") ||
         ref_is_word(name.ptr, name.len, "transfer-encoding") ||
         ref_is_word(name.ptr, name.len, "connection") ||
         ref_is_word(name.ptr, name.len, "keep-alive");
}

/* 1xx and 204 have no body and say nothing of one; a 304 may say what the 200
 * would (RFC 9112 6.1, RFC 9110 8.6); of another, what says nothing ends with
 * the connection (RFC 9112 6.3); a 205 says that there is no content (RFC 9110
 * 15.3.6). */
static bool is_framing_possible(const h1_response_out *out) {
  const bool bodiless = out->status < 200 || out->status == 204;
  /* An interim answer says nothing of persistence. */
  if (out->status < 200 && out->connection != H1_CONNECTION_OMIT) return false;
  if (out->status == 205) {
    return out->framing == H1_OUT_LENGTH && out->content_length == 0;
  }
  switch (out->framing) {
    case H1_OUT_LENGTH:
      /* Above 2^63-1 no decoder would take it. */
      return !bodiless && out->content_length <= INT64_MAX;
    case H1_OUT_CHUNKED:
      return !bodiless;
    case H1_OUT_UNTIL_CLOSE:
      return !bodiless && out->connection == H1_CONNECTION_CLOSE;
    default:
      return bodiless || out->status == 304;
  }
}

/* Fields of responses that have no id and are sent once all the same. */
static bool is_sent_once(h1_slice name) {
  static const char *const words[] = {
      "age",      "etag",        "expires", "last-modified",
      "location", "retry-after", "server",  "x-content-type-options"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    if (ref_is_word(name.ptr, name.len, words[i])) return true;
  }
  return (h1_field_flags(h1_field_lookup(name)) & H1_FIELD_SINGLE) != 0;
}

static bool is_upgrade(h1_slice name) {
  return ref_is_word(name.ptr, name.len, "upgrade");
}

/* Whether `name` is sent once and among the first `n` fields too (RFC 9110 5.3:
 * a sender must not). */
static bool is_repeated(const h1_field *fields, size_t n, h1_slice name) {
  if (!is_sent_once(name)) return false;
  for (size_t k = 0; k < n; k++) {
    if (h1_slice_equal_nocase(fields[k].name, name)) return true;
  }
  return false;
}

/* Whether the fields alone are fit to be sent. */
static bool are_fields_good(const h1_response_out *out) {
  for (size_t i = 0; i < out->field_count; i++) {
    const h1_field *f = &out->fields[i];
    if (!is_name(f->name) || is_reserved(f->name) || !is_value(f->value)) {
      return false;
    }
    if (is_repeated(out->fields, i, f->name)) return false;
  }
  return true;
}

/* ---- reading it back ---- */

static bool is_line(const uint8_t *bytes, const ref_field *got,
                    const h1_field *meant) {
  return got->name_len == meant->name.len &&
         got->value_len == meant->value.len &&
         memcmp(bytes + got->name_at, meant->name.ptr, got->name_len) == 0 &&
         (got->value_len == 0 ||
          memcmp(bytes + got->value_at, meant->value.ptr, got->value_len) == 0);
}

static bool is_encoders_line(const uint8_t *bytes, const ref_field *f) {
  return is_reserved((h1_slice){bytes + f->name_at, f->name_len});
}

/* The prepared field and every other one are there, in order, once, and the
 * encoder's own lines are those that were asked for. */
static void check_lines(const h1_response_out *out, const h1_field *prepared,
                        const uint8_t *bytes, const ref_head *head) {
  size_t own = 0, at = 0;
  const size_t extra = prepared == NULL ? 0 : 1;
  bool prepared_seen = false;
  for (size_t i = 0; i < head->count; i++) {
    const ref_field *f = &head->fields[i];
    if (is_encoders_line(bytes, f)) {
      own++;
    } else if (at < out->field_count && is_line(bytes, f, &out->fields[at])) {
      at++;
    } else {
      FUZZ_CHECK(prepared != NULL && !prepared_seen);
      FUZZ_CHECK(is_line(bytes, f, prepared));
      prepared_seen = true;
    }
  }
  FUZZ_CHECK(at + prepared_seen + own == head->count);
  FUZZ_CHECK(at + prepared_seen == out->field_count + extra);
  const bool length = out->framing == H1_OUT_LENGTH;
  const bool chunked = out->framing == H1_OUT_CHUNKED;
  const size_t connection = out->connection == H1_CONNECTION_KEEP    ? 2
                            : out->connection == H1_CONNECTION_CLOSE ? 1
                                                                     : 0;
  bool upgrade = out->prepared_upgrade;
  for (size_t i = 0; i < out->field_count; i++) {
    upgrade |= is_upgrade(out->fields[i].name);
  }
  FUZZ_CHECK(own ==
             (size_t)length + (size_t)chunked + (size_t)upgrade + connection);
}

/* Without a decoder's judgement: the only empty line is the last, and there are
 * as many lines as there should be. */
static size_t count_lines(const uint8_t *bytes, size_t size) {
  size_t lines = 0;
  for (size_t i = 0; i < size; i++) {
    FUZZ_CHECK(bytes[i] != 0);
    FUZZ_CHECK((bytes[i] == '\n') == (i > 0 && bytes[i - 1] == '\r'));
    if (bytes[i] != '\n') continue;
    lines++;
    FUZZ_CHECK(i < 3 || bytes[i - 2] != '\n' || i + 1 == size);
  }
  return lines;
}

/* The project's own decoder reads what the reference does, and what it read,
 * written again, is the same except for the encoder's own lines. */
static void check_decoder(const h1_response_out *out, h1_slice bytes,
                          const ref_head *head) {
  h1_limits limits = h1_limits_default();
  limits.head_bytes = bytes.len;
  limits.header_count = head->count;
  h1_header *storage = fuzz_alloc(head->count * sizeof *storage);
  h1_field fields[FIELDS_MAX + 1];
  h1_response_decoder d;
  h1_response r;
  size_t consumed = 0, count = 0, size = 0;
  h1_response_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage, head->count);
  FUZZ_CHECK(h1_response_decode(&d, bytes, &r, &consumed) == H1_DONE);
  FUZZ_CHECK(consumed == bytes.len && r.fields.count == head->count);
  FUZZ_CHECK(r.status == out->status);
  for (size_t i = 0; i < r.fields.count; i++) {
    const h1_slice name = h1_fields_name(&r.fields, i);
    if (is_reserved(name)) continue;
    FUZZ_CHECK(count <= FIELDS_MAX);
    fields[count++] = (h1_field){name, h1_fields_value(&r.fields, i)};
  }
  h1_response_out again = *out;
  again.reason = r.reason;
  again.prepared = (h1_slice){NULL, 0};
  again.fields = fields;
  again.field_count = count;
  uint8_t *second = fuzz_encode(encode_response, &again, &size);
  FUZZ_CHECK(second != NULL && size == bytes.len);
  free(second);
  free(storage);
}

static void check_written(const h1_response_out *out, const h1_field *prepared,
                          const uint8_t *bytes, size_t size) {
  FUZZ_CHECK(count_lines(bytes, size) >= 2 + out->field_count);
  /* What was prepared is the caller's affair: with the same singleton among the
   * fields the message is not split, but no decoder takes it. */
  if (prepared != NULL &&
      is_repeated(out->fields, out->field_count, prepared->name)) {
    return;
  }
  ref_head *head = malloc(sizeof *head);
  FUZZ_CHECK(head != NULL);
  FUZZ_CHECK(ref_head_parse(REF_RESPONSE, bytes, size, head));
  FUZZ_CHECK(head->size == size);
  FUZZ_CHECK(head->status == out->status && head->minor == 1);
  if (out->reason.len > 0) {
    FUZZ_CHECK(head->first_len == out->reason.len);
    FUZZ_CHECK(
        memcmp(bytes + head->first_at, out->reason.ptr, out->reason.len) == 0);
  }
  check_lines(out, prepared, bytes, head);
  check_decoder(out, (h1_slice){bytes, size}, head);
  free(head);
}

const fuzz_shape fuzz_shape_of_input = {.option_bytes = 4,
                                        .has_lines = false,
                                        .has_chunks = false,
                                        .longest = 1024};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  h1_field fields[FIELDS_MAX], prepared;
  h1_response_out out = {.status = (uint16_t)(fuzz_byte(&in) << 8)};
  out.status = (uint16_t)(out.status | fuzz_byte(&in));
  const uint8_t choice = fuzz_byte(&in);
  out.framing = (h1_out_framing)(choice & 3);
  out.connection = (h1_out_connection)((choice >> 2) % 3);
  out.content_length = choice >> 2 == 63 ? 0 : UINT64_MAX >> (choice >> 2);
  out.keepalive_timeout_s = choice;
  out.keepalive_max = UINT32_MAX;
  out.fields = fields;
  out.field_count = fuzz_byte(&in) % (FIELDS_MAX + 1);
  out.reason = counted(&in);
  for (size_t i = 0; i < out.field_count; i++) {
    fields[i].name = counted(&in);
    fields[i].value = counted(&in);
  }
  prepared.name = counted(&in);
  prepared.value = counted(&in);
  size_t prepared_size = 0;
  uint8_t *lines = fuzz_encode(encode_field, &prepared, &prepared_size);
  FUZZ_CHECK((lines != NULL) ==
             (is_name(prepared.name) && is_value(prepared.value)));
  /* A handler's framing fields are never among the prepared ones. */
  const bool use = lines != NULL && !is_reserved(prepared.name);
  if (use) out.prepared = (h1_slice){lines, prepared_size};
  out.prepared_upgrade = use && is_upgrade(prepared.name);
  const bool good = out.status >= 100 && out.status <= 599 &&
                    is_text(out.reason) && are_fields_good(&out) &&
                    is_framing_possible(&out);
  size_t written = 0;
  uint8_t *bytes = fuzz_encode(encode_response, &out, &written);
  fuzz_say("%s, reference %s; prepared line %s\n",
           bytes == NULL ? "refused" : "written", good ? "good" : "bad",
           use ? "used" : "left out");
  FUZZ_CHECK((bytes != NULL) == good);
  if (good) check_written(&out, use ? &prepared : NULL, bytes, written);
  free(bytes);
  free(lines);
  return 0;
}
