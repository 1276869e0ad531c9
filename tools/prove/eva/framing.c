/* Sources: framing.c persistence.c request_check.c fields.c target.c.
 * Sources: authority.c slice.c decimal.c lists.c.
 * Options: -eva-slevel 50.
 * What a decoded head means: two fields of any names, whose values are any
 * bytes, up to 8 of them, and a target of as many. */
#include "parser/framing.h"

#include "tools/prove/eva/any.h"

enum { VALUE = 8, FIELDS = 2 };

static uint8_t bytes[VALUE], target[VALUE], method[VALUE];
static h1_header headers[FIELDS];

static void any_fields(h1_fields *f, size_t n) {
  f->base = any_bytes(bytes, VALUE, n);
  f->headers = headers;
  f->count = any_size(0, FIELDS);
  f->seen = f->count == 0 ? 0 : any_u64();
  for (int i = 0; i < FIELDS; i++) {
    headers[i].name_at = 0;
    headers[i].name_len = 0;
    headers[i].value_at = 0;
    headers[i].value_len = (uint32_t)n;
    headers[i].id = Frama_C_unsigned_int_interval(0, H1_FIELD_COUNT - 1);
  }
  for (int i = 0; i < H1_FIELD_COUNT; i++) {
    f->first[i] = Frama_C_unsigned_short_interval(0, FIELDS - 1);
  }
}

static void judge_request(size_t n) {
  h1_request r;
  h1_slice authority;
  h1_framing framing;
  bool answer;
  any_fields(&r.fields, n);
  r.method = (h1_method)Frama_C_interval(0, H1_METHOD_COUNT - 1);
  r.method_text = any_bytes(method, VALUE, n);
  r.target = any_bytes(target, VALUE, n);
  r.minor_version = Frama_C_unsigned_char_interval(0, 1);
  (void)h1_request_check(&r, any_bool() ? &authority : NULL);
  (void)h1_framing_of_request(&r, &framing);
  (void)h1_persistence_of_request(&r, &answer);
  (void)h1_expectation_of_request(&r, &answer);
}

static void judge_response(size_t n) {
  h1_response r;
  h1_framing framing;
  bool persists;
  any_fields(&r.fields, n);
  r.status = Frama_C_unsigned_short_interval(0, 999);
  r.tolerances = Frama_C_unsigned_int_interval(0, 0x1ff);
  r.reason = any_bytes(method, VALUE, n);
  r.minor_version = Frama_C_unsigned_char_interval(0, 1);
  (void)h1_framing_of_response(&r, any_bytes(method, VALUE, n), &framing);
  (void)h1_persistence_of_response(&r, &framing, &persists);
}

int main(void) {
  //@ loop unroll 9;
  for (size_t n = 0; n <= VALUE; n++) {
    judge_request(n);
    judge_response(n);
  }
  return 0;
}
