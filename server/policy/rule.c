/* Reading the rules of --header and --cache-control; redirect_rule.c has that
 * of --redirect. */
#include "server/policy/rule.h"

#include <string.h>

#include "parser/fields.h"
#include "parser/slice.h"
#include "server/policy/pattern.h"

static h1_slice part(h1_slice text, size_t from, size_t to) {
  const h1_slice out = {text.ptr + from, to - from};
  return out;
}

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

static h1_slice trim(h1_slice s) {
  while (s.len > 0 && is_blank(s.ptr[0])) s = part(s, 1, s.len);
  while (s.len > 0 && is_blank(s.ptr[s.len - 1])) s.len--;
  return s;
}

/* Beyond ASCII nothing is gained, and clients differ. */
static const char *value_fault(h1_slice value) {
  for (size_t i = 0; i < value.len; i++) {
    const bool visible = value.ptr[i] > 0x20 && value.ptr[i] < 0x7F;
    if (!visible && !is_blank(value.ptr[i])) {
      return "has a value with other than visible ASCII characters and blanks";
    }
  }
  return NULL;
}

/* ---- headers ---- */

typedef struct {
  const char *name;
  bool set, removed; /* what a rule may do to it */
  const char *why;
} field_right;

static const field_right rights[] = {
    {"Date", false, false, "names a field that the server alone writes"},
    {"Upgrade", false, false, "names a field that the server alone writes"},
    {"Trailer", false, false, "names a field that the server alone writes"},
    {"TE", false, false, "names a field that the server alone writes"},
    {"Content-Type", false, false,
     "names a field that --mime-types and --charset decide on"},
    {"Content-Encoding", false, false,
     "names a field that the body decides on"},
    {"Content-Range", false, false, "names a field that the body decides on"},
    {"Allow", false, false,
     "names a field that the table of routes decides on"},
    {"Location", false, false, "names a field that --redirect decides on"},
    {"ETag", false, true, "names a field that can be taken out but not set"},
    {"Last-Modified", false, true,
     "names a field that can be taken out but not set"},
    {"Vary", true, false,
     "names a field that can be added to but not taken out"},
};

static const char *right_fault(h1_slice name, bool removes) {
  if ((h1_field_flags(h1_field_lookup(name)) & H1_FIELD_FRAMING) != 0) {
    return "names a field that the server alone writes";
  }
  for (size_t i = 0; i < sizeof rights / sizeof rights[0]; i++) {
    const field_right *r = &rights[i];
    if (!h1_slice_equal_nocase(name, h1_slice_of(r->name))) continue;
    return (removes ? r->removed : r->set) ? NULL : r->why;
  }
  return NULL;
}

/* A name that could be written in a head. */
static bool is_name(h1_slice name) {
  const h1_slice empty = {NULL, 0};
  const h1_buffer none = {NULL, 0};
  size_t size = 0;
  return h1_field_encode(name, empty, none, &size) == H1_NEED_ROOM;
}

static const char *read_field(h1_slice field, h1_header_rule *out) {
  if (field.len > 0 && field.ptr[0] == '-') {
    out->name = part(field, 1, field.len);
    out->removes = true;
    return NULL;
  }
  const uint8_t *colon =
      field.len == 0 ? NULL : memchr(field.ptr, ':', field.len);
  if (colon == NULL) return "has no colon after the name";
  const size_t at = (size_t)(colon - field.ptr);
  out->name = part(field, 0, at);
  out->value = trim(part(field, at + 1, field.len));
  out->removes = out->value.len == 0;
  return NULL;
}

const char *h1_header_rule_read(h1_slice text, h1_header_rule *out) {
  size_t at = 0;
  memset(out, 0, sizeof *out);
  while (at < text.len && !is_blank(text.ptr[at])) at++;
  out->pattern = part(text, 0, at);
  const char *fault = h1_pattern_fault(out->pattern);
  if (fault != NULL) return fault;
  fault = read_field(trim(part(text, at, text.len)), out);
  if (fault != NULL) return fault;
  if (!is_name(out->name)) return "has a name that is no field name";
  fault = value_fault(out->value);
  return fault != NULL ? fault : right_fault(out->name, out->removes);
}

/* ---- cache rules ---- */

const char *h1_cache_rule_read(h1_slice text, h1_cache_rule *out) {
  const uint8_t *equals =
      text.len == 0 ? NULL : memchr(text.ptr, '=', text.len);
  memset(out, 0, sizeof *out);
  if (equals == NULL) return "has no '=' after the pattern";
  const size_t at = (size_t)(equals - text.ptr);
  out->pattern = part(text, 0, at);
  out->value = trim(part(text, at + 1, text.len));
  const char *fault = h1_pattern_fault(out->pattern);
  if (fault != NULL) return fault;
  if (out->value.len > H1_CACHE_VALUE_MAX) {
    return "has a value longer than 128 characters";
  }
  return value_fault(out->value);
}

/* ---- the server's own ---- */

const char *const h1_own_paths[H1_OWN_PATHS] = {"/_health", "/_metrics",
                                                "/_status"};

bool h1_is_own_path(h1_slice path) {
  bool own = false;
  for (size_t i = 0; i < H1_OWN_PATHS; i++) {
    own = own || h1_slice_equal(path, h1_slice_of(h1_own_paths[i]));
  }
  return own;
}

/* ---- for the option table ---- */

static h1_slice slice_of(const char *text, size_t len) {
  const h1_slice out = {(const uint8_t *)text, len};
  return out;
}

const char *h1_header_rule_fault(const char *text, size_t len) {
  h1_header_rule rule;
  return h1_header_rule_read(slice_of(text, len), &rule);
}

const char *h1_cache_rule_fault(const char *text, size_t len) {
  h1_cache_rule rule;
  return h1_cache_rule_read(slice_of(text, len), &rule);
}

const char *h1_redirect_rule_fault(const char *text, size_t len) {
  h1_redirect_rule rule;
  return h1_redirect_rule_read(slice_of(text, len), &rule);
}
