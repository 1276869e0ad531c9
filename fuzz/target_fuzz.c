/* Request targets, paths, form pairs and percent-encoding. Input: scan level,
 * options; then the text, taken as a target, a path, a form and plain bytes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"
#include "fuzz/reference_target.h"
#include "parser/target.h"
#include "parser/values.h"

/* ---- split ---- */

static void check_part(h1_slice got, const uint8_t *p, size_t at, size_t len) {
  FUZZ_CHECK(got.len == len);
  if (len > 0) FUZZ_CHECK(got.ptr == p + at);
}

static void check_split(h1_slice text) {
  /* The decoder lets only these bytes into a target. */
  for (size_t i = 0; i < text.len; i++) {
    if (!ref_is_target_byte(text.ptr[i])) return;
  }
  h1_target t;
  ref_target ref;
  memset(&t, 0xa5, sizeof t);
  const h1_error e = h1_target_split(text, &t);
  FUZZ_CHECK(e == ref_target_split(text.ptr, text.len, &ref));
  if (e != H1_OK) return;
  FUZZ_CHECK((int)t.form == (int)ref.form);
  FUZZ_CHECK(t.has_query == ref.has_query);
  check_part(t.authority, text.ptr, ref.authority_at, ref.authority_len);
  check_part(t.query, text.ptr, ref.query_at, ref.query_len);
  if (ref.form == REF_ABSOLUTE && ref.path_len == 0) {
    FUZZ_CHECK(h1_slice_equal(t.path, h1_slice_of("/")));
  } else if (ref.form != REF_ASTERISK) {
    check_part(t.path, text.ptr, ref.path_at, ref.path_len);
  }
  FUZZ_CHECK((t.scheme.len > 0) == (ref.form == REF_ABSOLUTE));
  FUZZ_CHECK(fuzz_inside(t.scheme, text));
}

/* ---- paths ---- */

static h1_error decode_path(unsigned level, h1_slice path, uint8_t *room,
                            h1_slice *out) {
  memset(room, 0xa5, path.len);
  const h1_error e = h1_path_decode((h1_scan_level)level, path,
                                    (h1_room){room, path.len}, out);
  if (e == H1_OK) {
    const h1_slice place = {room, path.len};
    FUZZ_CHECK(out->len > 0 && out->ptr[0] == '/');
    FUZZ_CHECK(fuzz_inside(*out, path) || fuzz_inside(*out, place));
  } else {
    FUZZ_CHECK(out->len == 0);
  }
  return e;
}

/* What was decoded, encoded again segment by segment, decodes to itself; so no
 * dot segment, and no separator that was not one, is left. */
static void check_stable(h1_slice decoded) {
  uint8_t *text = fuzz_alloc(decoded.len * 3);
  size_t n = 0;
  for (size_t i = 0; i < decoded.len; i++) {
    static const char hex[] = "0123456789ABCDEF";
    const uint8_t c = decoded.ptr[i] == 0 ? '/' : decoded.ptr[i];
    const bool keep = decoded.ptr[i] == '/';
    text[n++] = keep ? '/' : '%';
    if (keep) continue;
    text[n++] = (uint8_t)hex[c >> 4];
    text[n++] = (uint8_t)hex[c & 15];
  }
  uint8_t *room = fuzz_alloc(n);
  h1_slice out;
  FUZZ_CHECK(decode_path(0, (h1_slice){text, n}, room, &out) == H1_OK);
  FUZZ_CHECK(h1_slice_equal(out, decoded));
  free(room);
  free(text);
}

static void check_path(h1_scan_level level, h1_slice text) {
  uint8_t *path_bytes = fuzz_alloc(text.len + 1);
  uint8_t *room = fuzz_alloc(text.len + 1);
  uint8_t *expected = fuzz_alloc(text.len + 1);
  path_bytes[0] = '/';
  if (text.len > 0) memcpy(path_bytes + 1, text.ptr, text.len);
  const bool rooted = text.len > 0 && text.ptr[0] == '/';
  const h1_slice path = rooted ? text : (h1_slice){path_bytes, text.len + 1};
  size_t size = 0;
  const h1_error e = ref_path_decode(path.ptr, path.len, expected, &size);
  h1_slice out = {NULL, 0};
  for (unsigned other = 0; other <= FUZZ_LEVELS; other++) {
    const unsigned l = other == FUZZ_LEVELS ? (unsigned)level : other;
    if (!fuzz_has_level(l)) continue;
    const h1_error got = decode_path(l, path, room, &out);
    fuzz_say("path: %s, reference %s\n", h1_error_name(got), h1_error_name(e));
    FUZZ_CHECK(got == e);
    if (e != H1_OK) continue;
    FUZZ_CHECK(h1_slice_equal(out, (h1_slice){expected, size}));
  }
  if (e == H1_OK) check_stable(out);
  free(expected);
  free(room);
  free(path_bytes);
}

/* ---- forms ---- */

static h1_error slow_form_decode(h1_slice in, uint8_t *out, size_t *size) {
  size_t k = 0;
  for (size_t i = 0; i < in.len; i++) {
    unsigned c = in.ptr[i];
    if (c == '+') c = ' ';
    if (c == '%') {
      char digits[3] = {0, 0, 0};
      if (in.len - i < 3) return H1_PATH_ENCODING;
      memcpy(digits, in.ptr + i + 1, 2);
      if (strspn(digits, "0123456789abcdefABCDEF") != 2) {
        return H1_PATH_ENCODING;
      }
      c = (unsigned)strtoul(digits, NULL, 16);
      i += 2;
    }
    out[k++] = (uint8_t)c;
  }
  *size = k;
  return H1_OK;
}

static void check_form_text(h1_slice in) {
  uint8_t *room = fuzz_alloc(in.len), *expected = fuzz_alloc(in.len);
  size_t size = SIZE_MAX, expected_size = 0;
  const h1_error e = h1_form_decode(in, (h1_room){room, in.len}, &size);
  FUZZ_CHECK(e == slow_form_decode(in, expected, &expected_size));
  if (e == H1_OK) {
    FUZZ_CHECK(size == expected_size);
    FUZZ_CHECK(memcmp(room, expected, size) == 0);
    /* In place it comes to the same. */
    uint8_t *place = fuzz_copy(in.ptr, in.len);
    const h1_slice same = {place, in.len};
    FUZZ_CHECK(h1_form_decode(same, (h1_room){place, in.len}, &size) == H1_OK);
    FUZZ_CHECK(size == expected_size);
    FUZZ_CHECK(memcmp(place, expected, size) == 0);
    free(place);
  }
  free(expected);
  free(room);
}

/* Pairs come in order, without "&", name without "="; nothing but separators is
 * left out. */
static void check_form(h1_slice text) {
  h1_slice rest = text, name, value;
  size_t pairs = 0, expected = 0;
  for (size_t i = 0; i < text.len; i++) {
    const bool begins = i == 0 || text.ptr[i - 1] == '&';
    if (begins && text.ptr[i] != '&') expected++;
  }
  while (h1_form_next(&rest, &name, &value)) {
    pairs++;
    FUZZ_CHECK(fuzz_inside(name, text) && fuzz_inside(value, text));
    FUZZ_CHECK(fuzz_inside(rest, text));
    FUZZ_CHECK(name.len == 0 || memchr(name.ptr, '&', name.len) == NULL);
    FUZZ_CHECK(name.len == 0 || memchr(name.ptr, '=', name.len) == NULL);
    FUZZ_CHECK(value.len == 0 || memchr(value.ptr, '&', value.len) == NULL);
    check_form_text(name);
    check_form_text(value);
    FUZZ_CHECK(pairs <= expected);
  }
  FUZZ_CHECK(pairs == expected && rest.len == 0);
}

/* ---- percent-encoding ---- */

typedef struct {
  h1_slice in;
  bool keep_slash;
} to_encode;

static h1_step encode(const void *what, h1_room room, size_t *size) {
  const to_encode *t = what;
  return h1_percent_encode(t->in, t->keep_slash, room, size);
}

static bool stays(uint8_t c, bool keep_slash) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
         c == '~' || (keep_slash && c == '/');
}

static void check_encode(h1_slice text, bool keep_slash) {
  const to_encode t = {text, keep_slash};
  size_t size = 0, back_size = 0;
  uint8_t *bytes = fuzz_encode(encode, &t, &size);
  FUZZ_CHECK(bytes != NULL);
  size_t at = 0;
  for (size_t i = 0; i < text.len; i++) {
    FUZZ_CHECK(at < size);
    const bool plain = stays(text.ptr[i], keep_slash);
    FUZZ_CHECK(plain ? bytes[at] == text.ptr[i] : bytes[at] == '%');
    at += plain ? 1 : 3;
  }
  FUZZ_CHECK(at == size);
  uint8_t *back = fuzz_alloc(size);
  FUZZ_CHECK(slow_form_decode((h1_slice){bytes, size}, back, &back_size) ==
             H1_OK);
  FUZZ_CHECK(back_size == text.len);
  FUZZ_CHECK(text.len == 0 || memcmp(back, text.ptr, text.len) == 0);
  free(back);
  free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  const h1_scan_level level = fuzz_level(&in);
  const uint8_t options = fuzz_byte(&in);
  const h1_slice text = in.rest;
  check_split(text);
  FUZZ_CHECK(h1_authority_valid(text) == ref_is_authority(text.ptr, text.len));
  check_path(level, text);
  check_form(text);
  check_encode(text, (options & 1) != 0);
  return 0;
}
