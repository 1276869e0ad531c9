/* Accept-Encoding: what each member names and how much it weighs, gathered in
 * one pass over all lines; then `*` is spread over what no member named.
 *
 * The contracts are in proof/accept_encoding.h and
 * proof/accept_encoding_api.h, and are proven. */
#include "parser/accept_encoding.h"

#include "parser/internal/text.h"
#include "parser/lists.h"
#include "parser/media_type.h"

/* What a member names, besides the codings themselves. */
enum { ANY_CODING = H1_CODING_COUNT, OTHER_CODING, NOT_NAMED = 0xffff };

#ifdef __FRAMAC__
#include "parser/proof/accept_encoding.h"
#endif

const char *h1_coding_name(h1_coding coding) {
  if (coding == H1_CODING_BR) return "br";
  if (coding == H1_CODING_ZSTD) return "zstd";
  if (coding == H1_CODING_GZIP) return "gzip";
  return "identity";
}

/* ---- names: compared byte by byte, for they are few and short ---- */

static bool is_br(const uint8_t *p) {
  return h1_is_letter(p[0], 'b') && h1_is_letter(p[1], 'r');
}

static bool is_zstd(const uint8_t *p) {
  return h1_is_letter(p[0], 'z') && h1_is_letter(p[1], 's') &&
         h1_is_letter(p[2], 't') && h1_is_letter(p[3], 'd');
}

static bool is_gzip(const uint8_t *p, size_t at) {
  return h1_is_letter(p[at], 'g') && h1_is_letter(p[at + 1], 'z') &&
         h1_is_letter(p[at + 2], 'i') && h1_is_letter(p[at + 3], 'p');
}

static bool is_identity(const uint8_t *p) {
  return h1_is_letter(p[0], 'i') && h1_is_letter(p[1], 'd') &&
         h1_is_letter(p[2], 'e') && h1_is_letter(p[3], 'n') &&
         h1_is_letter(p[4], 't') && h1_is_letter(p[5], 'i') &&
         h1_is_letter(p[6], 't') && h1_is_letter(p[7], 'y');
}

/* x-gzip, of RFC 2068 and before. */
static bool is_x_gzip(const uint8_t *p) {
  return h1_is_letter(p[0], 'x') && p[1] == '-' && is_gzip(p, 2);
}

static unsigned named_by(const uint8_t *p, size_t n) {
  if (n == 1 && p[0] == '*') return ANY_CODING;
  if (n == 2 && is_br(p)) return H1_CODING_BR;
  if (n == 4 && is_gzip(p, 0)) return H1_CODING_GZIP;
  if (n == 4 && is_zstd(p)) return H1_CODING_ZSTD;
  if (n == 6 && is_x_gzip(p)) return H1_CODING_GZIP;
  if (n == 8 && is_identity(p)) return H1_CODING_IDENTITY;
  return OTHER_CODING;
}

/* ---- members: codings [ OWS ";" OWS "q=" qvalue ] ---- */

/* The weight that stands at p[from..n), 1000 when nothing does. False when it
 * is something else. */
static bool weight_at(const uint8_t *p, size_t from, size_t n,
                      uint16_t *weight) {
  if (from == n) {
    *weight = 1000;
    return true;
  }
  const size_t semicolon = h1_skip_ows(p, from, n);
  if (semicolon >= n || p[semicolon] != ';') return false;
  const size_t q = h1_skip_ows(p, semicolon + 1, n);
  if (n - q < 2 || !h1_is_letter(p[q], 'q') || p[q + 1] != '=') return false;
  return h1_qvalue_decode(h1_part(p, q + 2, n), weight);
}

/* What a well-formed member names, and its weight; OTHER_CODING for the rest.
 */
static unsigned read_member(h1_slice member, uint16_t *weight) {
  const size_t end = h1_skip_token(member.ptr, 0, member.len);
  const unsigned named = named_by(member.ptr, end);
  uint16_t found = 0;
  const bool good = weight_at(member.ptr, end, member.len, &found);
  *weight = good ? found : 0;
  return good ? named : OTHER_CODING;
}

/* `given` holds what the members so far gave, by what they named. */
static void note_weight(uint16_t given[OTHER_CODING], unsigned named,
                        uint16_t weight) {
  if (named == OTHER_CODING) return;
  if (given[named] == NOT_NAMED || given[named] < weight) {
    given[named] = weight;
  }
}

static uint16_t quality_of(uint16_t given, uint16_t any, uint16_t least) {
  if (given != NOT_NAMED) return given;
  return any != NOT_NAMED ? any : least;
}

void h1_accept_encoding_decode(const h1_fields *f,
                               uint16_t quality[H1_CODING_COUNT]) {
  uint16_t given[OTHER_CODING] = {NOT_NAMED, NOT_NAMED, NOT_NAMED, NOT_NAMED,
                                  NOT_NAMED};
  const bool asked = h1_fields_has(f, H1_FIELD_ACCEPT_ENCODING);
  const uint16_t least = asked ? 0 : 1;
  h1_list list = {
      .fields = f, .id = H1_FIELD_ACCEPT_ENCODING, .line = 0, .at = 0};
  h1_slice member = {NULL, 0};
  uint16_t weight = 0;
  /*@ loop invariant list.fields == f && list.id == H1_FIELD_ACCEPT_ENCODING;
      loop invariant list.name.len == 0;
      loop invariant weights_sound(&given[0]);
      loop invariant !asked ==> \forall integer k; 0 <= k <= 4 ==>
        given[k] == NOT_NAMED;
      loop assigns list, member, weight, given[0 .. 4];
      loop variant (f->count - list.line) * 0x10000000000000000 - list.at; */
  while (asked && h1_list_next(&list, &member)) {
    const unsigned named = read_member(member, &weight);
    note_weight(given, named, weight);
  }
  const uint16_t any = given[ANY_CODING];
  quality[H1_CODING_BR] = quality_of(given[H1_CODING_BR], any, least);
  quality[H1_CODING_ZSTD] = quality_of(given[H1_CODING_ZSTD], any, least);
  quality[H1_CODING_GZIP] = quality_of(given[H1_CODING_GZIP], any, least);
  quality[H1_CODING_IDENTITY] =
      quality_of(given[H1_CODING_IDENTITY], any, asked ? 1 : 1000);
}

h1_coding h1_coding_choose(const uint16_t quality[H1_CODING_COUNT],
                           const bool have[H1_CODING_COUNT]) {
  unsigned best = H1_CODING_IDENTITY;
  /* From the least preferred one: of equals the last one counts. */
  /*@ loop invariant 0 <= c <= H1_CODING_IDENTITY && c <= best;
      loop invariant best <= H1_CODING_IDENTITY;
      loop invariant best != H1_CODING_IDENTITY ==>
        have[best] && quality[best] > 0;
      loop invariant quality[H1_CODING_IDENTITY] <= quality[best];
      loop invariant \forall integer k; c <= k < H1_CODING_IDENTITY &&
        have[k] ==> quality[k] <= quality[best];
      loop invariant \forall integer k; c <= k < best && have[k] ==>
        quality[k] < quality[best] || quality[k] == 0;
      loop assigns c, best;
      loop variant c; */
  for (unsigned c = H1_CODING_IDENTITY; c > 0; c--) {
    const unsigned k = c - 1;
    if (have[k] && quality[k] > 0 && quality[k] >= quality[best]) best = k;
  }
  return (h1_coding)best;
}
