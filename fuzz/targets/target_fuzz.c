/* Request targets, paths, form pairs and percent-encoding. Input: scan level,
 * options; then the text, taken as a target, a path, a form and plain bytes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/engine/work.h"
#include "fuzz/reference/abnf.h"
#include "fuzz/reference/target.h"
#include "parser/target.h"
#include "parser/values.h"

/* Per byte of the text, for each function called once. */
static const fuzz_work_bound WORK = {"target", 90, 200};

static void check_work(h1_slice text) {
  fuzz_work_law(&WORK, fuzz_work_end(), text.len, 1);
}

/* ---- split ---- */

static void check_part(h1_slice got, const uint8_t *p, size_t at, size_t len) {
  FUZZ_CHECK(got.len == len);
  if (len > 0) FUZZ_CHECK(got.ptr == p + at);
}

typedef struct {
  const h1_target *target;
  bool is_options;
} to_forward;

static h1_step encode_origin_form(const void *what, h1_buffer room,
                                  size_t *size) {
  const to_forward *f = what;
  return h1_target_origin_form(f->target, f->is_options, room, size);
}

/* What is forwarded is a target of its own: the same path and query. */
static void check_origin_form(const h1_target *t, bool is_options) {
  const to_forward f = {t, is_options};
  size_t size = 0;
  uint8_t *bytes = fuzz_encode(encode_origin_form, &f, &size);
  FUZZ_CHECK((bytes == NULL) == (t->form == H1_TARGET_AUTHORITY_FORM));
  if (bytes == NULL) return;
  h1_target again;
  FUZZ_CHECK(h1_target_split((h1_slice){bytes, size}, &again) == H1_OK);
  if (again.form == H1_TARGET_ASTERISK) {
    const bool whole = t->form == H1_TARGET_ABSOLUTE && is_options &&
                       !t->has_query && t->path.len == 1;
    FUZZ_CHECK(whole || t->form == H1_TARGET_ASTERISK);
  } else {
    FUZZ_CHECK(again.form == H1_TARGET_ORIGIN);
    FUZZ_CHECK(h1_slice_equal(again.path, t->path));
    FUZZ_CHECK(again.has_query == t->has_query);
    FUZZ_CHECK(h1_slice_equal(again.query, t->query));
  }
  free(bytes);
}

static void check_split(h1_slice text) {
  /* The decoder lets only these bytes into a target. */
  for (size_t i = 0; i < text.len; i++) {
    if (!ref_is_target_byte(text.ptr[i])) return;
  }
  h1_target t;
  ref_target ref;
  memset(&t, 0xa5, sizeof t);
  fuzz_work_begin();
  const h1_error e = h1_target_split(text, &t);
  check_work(text);
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
  check_origin_form(&t, false);
  check_origin_form(&t, true);
}

/* ---- paths ---- */

static h1_error decode_path(unsigned level, h1_slice path, uint8_t *room,
                            h1_slice *out) {
  memset(room, 0xa5, path.len);
  fuzz_work_begin();
  const h1_error e = h1_path_decode((h1_scan_level)level, path,
                                    (h1_buffer){room, path.len}, out);
  check_work(path);
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
  fuzz_work_begin();
  const h1_error e = h1_form_decode(in, (h1_buffer){room, in.len}, &size);
  check_work(in);
  FUZZ_CHECK(e == slow_form_decode(in, expected, &expected_size));
  if (e == H1_OK) {
    FUZZ_CHECK(size == expected_size);
    FUZZ_CHECK(memcmp(room, expected, size) == 0);
    /* In place it comes to the same. */
    uint8_t *place = fuzz_copy(in.ptr, in.len);
    const h1_slice same = {place, in.len};
    FUZZ_CHECK(h1_form_decode(same, (h1_buffer){place, in.len}, &size) ==
               H1_OK);
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
  uint64_t work = 0;
  for (;;) {
    fuzz_work_begin();
    const bool more = h1_form_next(&rest, &name, &value);
    work += fuzz_work_end();
    if (!more) break;
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
  fuzz_work_law(&WORK, work, text.len, pairs + 1);
}

/* ---- percent-encoding ---- */

typedef struct {
  h1_slice in;
  bool keep_slash;
} to_encode;

static h1_step encode(const void *what, h1_buffer room, size_t *size) {
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

/* ---- encoding first ---- */

enum { PARTS_MAX = 6, PART_MAX = 12 };

static bool is_any(unsigned c) {
  (void)c;
  return true;
}

/* Decoding refuses these (RFC 3986 7.3 and the rules beside it). */
static bool is_path_byte(unsigned c) {
  return c != 0 && c != '\r' && c != '\n' && c != '\\';
}

typedef struct {
  uint8_t bytes[768];
  size_t len;
} made_text;

static void append(made_text *t, const char *text) {
  const size_t len = strlen(text);
  FUZZ_CHECK(len <= sizeof t->bytes - t->len);
  memcpy(t->bytes + t->len, text, len);
  t->len += len;
}

static void append_encoded(made_text *t, h1_slice part) {
  size_t size = 0;
  const h1_buffer room = {t->bytes + t->len, sizeof t->bytes - t->len};
  FUZZ_CHECK(h1_percent_encode(part, false, room, &size) == H1_DONE);
  t->len += size;
}

/* An absolute-form of random segments and pairs: what goes in comes out. Every
 * segment begins with "s", so that none is a dot segment. */
static void check_made(fuzz_input in, h1_scan_level level) {
  static const char *const hosts[] = {"a", "a.b:80", "[::1]", "1.2.3.4:"};
  uint8_t parts[2 * PARTS_MAX][PART_MAX], expected[PARTS_MAX * (PART_MAX + 1)];
  uint8_t room[512];
  h1_slice pairs[2 * PARTS_MAX] = {{NULL, 0}}, path = {NULL, 0}, rest, name,
                     value;
  made_text t = {.len = 0};
  h1_target target;
  size_t size = 0, n = 0;
  const char *host = hosts[fuzz_byte(&in) % 4];
  const size_t segments = 1 + fuzz_byte(&in) % PARTS_MAX;
  const size_t pair_count = fuzz_byte(&in) % (PARTS_MAX + 1);
  append(&t, "HTTP://");
  append(&t, host);
  for (size_t i = 0; i < segments; i++) {
    const h1_slice s = fuzz_make(&in, is_path_byte, 0, PART_MAX - 1, parts[0]);
    append(&t, "/s");
    append_encoded(&t, s);
    expected[n++] = '/';
    expected[n++] = 's';
    for (size_t k = 0; k < s.len; k++) {
      expected[n++] = s.ptr[k] == '/' ? H1_PATH_ENCODED_SLASH : s.ptr[k];
    }
  }
  for (size_t i = 0; i < 2 * pair_count; i++) {
    pairs[i] = fuzz_make(&in, is_any, i % 2 == 0 ? 1 : 0, PART_MAX, parts[i]);
    append(&t, i == 0 ? "?" : i % 2 == 0 ? "&" : "=");
    append_encoded(&t, pairs[i]);
  }
  FUZZ_CHECK(h1_target_split((h1_slice){t.bytes, t.len}, &target) == H1_OK);
  FUZZ_CHECK(target.form == H1_TARGET_ABSOLUTE);
  FUZZ_CHECK(h1_slice_equal(target.authority, h1_slice_of(host)));
  FUZZ_CHECK(target.has_query == (pair_count > 0));
  FUZZ_CHECK(h1_path_decode(level, target.path, (h1_buffer){room, sizeof room},
                            &path) == H1_OK);
  FUZZ_CHECK(h1_slice_equal(path, (h1_slice){expected, n}));
  rest = target.query;
  for (size_t i = 0; i < pair_count; i++) {
    FUZZ_CHECK(h1_form_next(&rest, &name, &value));
    FUZZ_CHECK(h1_form_decode(name, (h1_buffer){room, name.len}, &size) ==
               H1_OK);
    FUZZ_CHECK(h1_slice_equal((h1_slice){room, size}, pairs[2 * i]));
    FUZZ_CHECK(h1_form_decode(value, (h1_buffer){room, value.len}, &size) ==
               H1_OK);
    FUZZ_CHECK(h1_slice_equal((h1_slice){room, size}, pairs[2 * i + 1]));
  }
  FUZZ_CHECK(!h1_form_next(&rest, &name, &value));
}

/* By RFC 3986 as it is printed; the port is a number that fits, too. */
static void check_authority(h1_slice text, bool valid) {
  const bool matches = abnf_matches("authority", text.ptr, text.len);
  size_t digits = 0;
  unsigned long port = 0;
  char number[8] = "";
  while (digits < text.len && text.ptr[text.len - 1 - digits] >= '0' &&
         text.ptr[text.len - 1 - digits] <= '9') {
    digits++;
  }
  const bool has_port =
      digits < text.len && text.ptr[text.len - 1 - digits] == ':';
  if (has_port && digits > 0 && digits <= 5) {
    memcpy(number, text.ptr + text.len - digits, digits);
    port = strtoul(number, NULL, 10);
  }
  const bool fits = !has_port || (digits <= 5 && port <= 65535);
  FUZZ_CHECK(valid == (matches && fits));
}

const fuzz_shape fuzz_shape_of_input = {.option_bytes = 2,
                                        .has_lines = false,
                                        .has_chunks = false,
                                        .longest = 2048};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  const h1_scan_level level = fuzz_level(&in);
  const uint8_t options = fuzz_byte(&in);
  const h1_slice text = in.rest;
  check_split(text);
  fuzz_work_begin();
  const bool valid = h1_authority_valid(text);
  check_work(text);
  FUZZ_CHECK(valid == ref_is_authority(text.ptr, text.len));
  if (text.len <= ABNF_BYTES_MAX) check_authority(text, valid);
  check_path(level, text);
  check_form(text);
  check_encode(text, (options & 1) != 0);
  check_made(in, level);
  return 0;
}
