/* What the request encoder takes is what may be a request, and nothing else: by
 * the words of request.h and fields.h, with the grammar of the reference. */
#include "fuzz/laws/encode_request.h"

#include "fuzz/reference/head.h"
#include "fuzz/reference/target.h"
#include "parser/request.h"

static bool all_are(h1_slice s, bool (*is)(unsigned)) {
  for (size_t i = 0; i < s.len; i++) {
    if (!is(s.ptr[i])) return false;
  }
  return true;
}

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

/* By the words of request.h and fields.h. */
static bool may_be_field(const h1_field *f) {
  const h1_slice name = f->name, value = f->value;
  const unsigned flags = h1_field_flags(h1_field_lookup(name));
  if (name.len == 0 || !all_are(name, ref_is_tchar)) return false;
  if ((flags & H1_FIELD_FRAMING) != 0) return false;
  if (ref_is_word(name.ptr, name.len, "host")) return false;
  if (!all_are(value, ref_is_value_byte)) return false;
  return value.len == 0 ||
         (!is_blank(value.ptr[0]) && !is_blank(value.ptr[value.len - 1]));
}

static bool may_be_request(const h1_request_out *out) {
  if (out->method.len == 0 || !all_are(out->method, ref_is_tchar)) return false;
  if (out->target.len == 0 || !all_are(out->target, ref_is_target_byte)) {
    return false;
  }
  if (!ref_is_authority(out->host.ptr, out->host.len)) return false;
  if (out->has_length && out->chunked) return false;
  if (out->has_length && out->content_length > INT64_MAX) return false;
  return out->field_count == 0 || may_be_field(&out->fields[0]);
}

static h1_step encode(const void *what, h1_buffer room, size_t *size) {
  h1_error why = H1_OK;
  const h1_step step = h1_request_encode(what, room, size, &why);
  FUZZ_CHECK((step == H1_FAILED) == (why != H1_OK));
  return step;
}

/* A sum of lengths that wraps, of a request that is refused unread. */
static void check_endless_request(void) {
  const h1_request_out out = {.target = {(const uint8_t *)"/", SIZE_MAX}};
  size_t size = 1;
  h1_error why = H1_OK;
  FUZZ_CHECK(h1_request_encode(&out, (h1_buffer){NULL, 0}, &size, &why) ==
             H1_FAILED);
  FUZZ_CHECK(why == H1_ENCODE_LINE && size == 0);
}

uint8_t *law_encode_request(fuzz_input in, h1_slice *written) {
  check_endless_request();
  const uint8_t flags = fuzz_byte(&in);
  uint8_t len[4];
  for (size_t i = 0; i < 4; i++) len[i] = fuzz_byte(&in);
  h1_request_out out = {.has_length = (flags & 1) != 0,
                        .chunked = (flags & 2) != 0,
                        .close = (flags & 4) != 0,
                        .content_length = (flags & 8) != 0
                                              ? (uint64_t)INT64_MAX
                                              : (uint64_t)INT64_MAX + 1};
  out.method = fuzz_bytes(&in, len[0]);
  out.target = fuzz_bytes(&in, len[1]);
  out.host = fuzz_bytes(&in, len[2]);
  h1_field field = {.name = fuzz_bytes(&in, len[3])};
  field.value = in.rest;
  out.fields = &field;
  out.field_count = (flags & 16) != 0 ? 1 : 0;
  size_t size = 0;
  uint8_t *bytes = fuzz_encode(encode, &out, &size);
  FUZZ_CHECK((bytes != NULL) == may_be_request(&out));
  *written = (h1_slice){bytes, size};
  return bytes;
}
