/* Media types, quality values, and what Accept makes of a type.
 *
 * The contracts are in proof/media_type.h and proof/media_type_api.h, and
 * are proven. */
#include "parser/media_type.h"

#include "parser/internal/text.h"
#include "parser/lists.h"
#include "parser/slice.h"

/* ---- media types, RFC 9110 8.3.1 ---- */

#ifdef __FRAMAC__
#include "parser/proof/media_type.h"
#endif

static bool params_valid(h1_slice params) {
  h1_slice rest = params, name = {NULL, 0}, value = {NULL, 0};
  bool quoted = false;
  int found = 1;
  /*@ loop invariant h1_readable(rest);
      loop assigns found, rest, name, value, quoted;
      loop variant rest.len + (found > 0 ? 1 : 0); */
  while (found > 0) found = h1_param_next(&rest, &name, &value, &quoted);
  return found == 0;
}

bool h1_media_type_decode(h1_slice s, h1_media_type *out) {
  const uint8_t *p = s.ptr;
  const size_t slash = h1_skip_token(p, 0, s.len);
  if (slash == 0 || slash >= s.len || p[slash] != '/') return false;
  const size_t end = h1_skip_token(p, slash + 1, s.len);
  if (end == slash + 1) return false;
  if (!params_valid(h1_part(p, end, s.len))) return false;
  out->type = h1_part(p, 0, slash);
  out->subtype = h1_part(p, slash + 1, end);
  out->params = h1_part(p, h1_skip_ows(p, end, s.len), s.len);
  return true;
}

/* ---- quality, RFC 9110 12.4.2 and 12.5.1 ---- */

bool h1_qvalue_decode(h1_slice s, uint16_t *out) {
  const uint8_t *p = s.ptr;
  if (s.len == 0 || s.len > 5) return false;
  if (p[0] != '0' && p[0] != '1') return false;
  if (s.len > 1 && p[1] != '.') return false;
  unsigned thousandths = p[0] == '1' ? 1000 : 0;
  unsigned weight = 100;
  /*@ loop invariant i == 2 || i <= s.len;
      loop invariant 2 <= i <= 5;
      loop invariant i == 2 ==> weight == 100 && thousandths <= 1000;
      loop invariant i == 3 ==> weight == 10 && thousandths <= 1900;
      loop invariant i == 4 ==> weight == 1 && thousandths <= 1990;
      loop invariant i == 5 ==> weight == 0 && thousandths <= 1999;
      loop assigns i, weight, thousandths;
      loop variant 5 - i; */
  for (size_t i = 2; i < s.len; i++) {
    if (!h1_in_class(H1_CLASS_DIGIT, p[i])) return false;
    thousandths += (unsigned)(p[i] - '0') * weight;
    weight /= 10;
  }
  if (thousandths > 1000) return false;
  *out = (uint16_t)thousandths;
  return true;
}

/* The weight among `params`: a parameter named q counts wherever it stands
 * (RFC 9110 12.5.1); 1000 without one. False when one is malformed. */
static bool weight_of(h1_slice params, uint16_t *quality) {
  h1_slice rest = params, name = {NULL, 0}, value = {NULL, 0};
  bool quoted = false, good = true;
  uint16_t weight = 1000;
  /*@ loop invariant h1_readable(rest) && (good ==> weight <= 1000);
      loop assigns good, rest, name, value, quoted, weight;
      loop variant rest.len; */
  while (good && h1_param_next(&rest, &name, &value, &quoted) > 0) {
    if (name.len == 1 && h1_to_lower(name.ptr[0]) == 'q') {
      good = !quoted && h1_qvalue_decode(value, &weight);
    }
  }
  *quality = weight;
  return good;
}

static bool is_star(h1_slice s) { return s.len == 1 && s.ptr[0] == '*'; }

/* How closely a media range fits: 0 not at all, then any type, any subtype,
 * exact. A star before a concrete subtype is no media range. */
static unsigned fit_of(const h1_media_type *range, h1_slice type,
                       h1_slice subtype) {
  if (is_star(range->type)) return is_star(range->subtype) ? 1 : 0;
  if (!h1_slice_equal_nocase(range->type, type)) return 0;
  if (is_star(range->subtype)) return 2;
  return h1_slice_equal_nocase(range->subtype, subtype) ? 3 : 0;
}

uint16_t h1_accept_quality(const h1_fields *f, const char *type,
                           const char *subtype) {
  if (!h1_fields_has(f, H1_FIELD_ACCEPT)) return 1000;
  const h1_slice wanted_type = h1_slice_of(type);
  const h1_slice wanted_subtype = h1_slice_of(subtype);
  h1_list list = {.fields = f, .id = H1_FIELD_ACCEPT, .line = 0, .at = 0};
  h1_slice member = {NULL, 0};
  unsigned best_fit = 0;
  uint16_t best = 0;
  /*@ loop invariant list.fields == f && list.id == H1_FIELD_ACCEPT;
      loop invariant best <= 1000;
      loop assigns list, member, best_fit, best;
      loop variant (f->count - list.line) * 0x10000000000000000 - list.at; */
  while (h1_list_next(&list, &member)) {
    h1_media_type range = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    uint16_t quality = 0;
    if (!h1_media_type_decode(member, &range)) continue;
    if (!weight_of(range.params, &quality)) continue;
    const unsigned fit = fit_of(&range, wanted_type, wanted_subtype);
    if (fit > best_fit || (fit == best_fit && fit > 0 && quality > best)) {
      best_fit = fit;
      best = quality;
    }
  }
  return best;
}
