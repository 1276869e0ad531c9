/* Field sections: trailers decoded, names known, lines found and written.
 *
 * Here is the general way through a field line, at any fragmentation; usual
 * lines are walked by section_walk.h, compiled once per vector level.
 *
 * The contracts are in proof/fields.h and proof/fields_api.h, and are proven.
 */
#include "parser/fields.h"

#include "parser/internal/encode.h"
#include "parser/internal/section.h"
#include "parser/internal/text.h"
#include "parser/values.h"

/* X(length, first letter, last letter, name, enumerator). */
#define KNOWN_NAMES(X)                                                 \
  X(2, 't', 'e', "te", H1_FIELD_TE)                                    \
  X(4, 'd', 'e', "date", H1_FIELD_DATE)                                \
  X(4, 'f', 'm', "from", H1_FIELD_FROM)                                \
  X(4, 'h', 't', "host", H1_FIELD_HOST)                                \
  X(5, 'r', 'e', "range", H1_FIELD_RANGE)                              \
  X(6, 'a', 't', "accept", H1_FIELD_ACCEPT)                            \
  X(6, 'e', 't', "expect", H1_FIELD_EXPECT)                            \
  X(7, 'r', 'r', "referer", H1_FIELD_REFERER)                          \
  X(7, 't', 'r', "trailer", H1_FIELD_TRAILER)                          \
  X(7, 'u', 'e', "upgrade", H1_FIELD_UPGRADE)                          \
  X(8, 'i', 'h', "if-match", H1_FIELD_IF_MATCH)                        \
  X(8, 'i', 'e', "if-range", H1_FIELD_IF_RANGE)                        \
  X(10, 'c', 'n', "connection", H1_FIELD_CONNECTION)                   \
  X(10, 'k', 'e', "keep-alive", H1_FIELD_KEEP_ALIVE)                   \
  X(10, 'u', 't', "user-agent", H1_FIELD_USER_AGENT)                   \
  X(12, 'c', 'e', "content-type", H1_FIELD_CONTENT_TYPE)               \
  X(12, 'm', 's', "max-forwards", H1_FIELD_MAX_FORWARDS)               \
  X(13, 'a', 'n', "authorization", H1_FIELD_AUTHORIZATION)             \
  X(13, 'c', 'e', "content-range", H1_FIELD_CONTENT_RANGE)             \
  X(13, 'i', 'h', "if-none-match", H1_FIELD_IF_NONE_MATCH)             \
  X(14, 'c', 'h', "content-length", H1_FIELD_CONTENT_LENGTH)           \
  X(15, 'a', 'g', "accept-encoding", H1_FIELD_ACCEPT_ENCODING)         \
  X(16, 'c', 'g', "content-encoding", H1_FIELD_CONTENT_ENCODING)       \
  X(16, 'c', 'n', "content-location", H1_FIELD_CONTENT_LOCATION)       \
  X(16, 'p', 'n', "proxy-connection", H1_FIELD_PROXY_CONNECTION)       \
  X(17, 't', 'g', "transfer-encoding", H1_FIELD_TRANSFER_ENCODING)     \
  X(17, 'i', 'e', "if-modified-since", H1_FIELD_IF_MODIFIED_SINCE)     \
  X(19, 'p', 'n', "proxy-authorization", H1_FIELD_PROXY_AUTHORIZATION) \
  X(19, 'i', 'e', "if-unmodified-since", H1_FIELD_IF_UNMODIFIED_SINCE)

/* Two names in one slot would be an initialiser overridden, which the warnings
 * of both compilers refuse; a wrong length or letter fails fields_test. */
#define ROW(len, first, last, text, id) \
  [H1_NAME_SLOT(len, first, last)] = {  \
      ((uint64_t)1 << (id)) & H1_SINGLE_FIELDS, id, len, {0}, text ":"},
const h1_name_row h1_name_rows[H1_NAME_SLOTS] = {KNOWN_NAMES(ROW)};
#undef ROW

#ifdef __FRAMAC__
#include "parser/proof/fields.h"
#endif

h1_field_id h1_field_lookup(h1_slice name) {
  /* Folding is exact for tokens only: see h1_name_matches. */
  if (name.len == 0 || !h1_all_of_class(name, H1_CLASS_TOKEN)) {
    return H1_FIELD_OTHER;
  }
  return (h1_field_id)h1_name_id(name.ptr, 0, name.len);
}

unsigned h1_field_flags(h1_field_id id) {
#define FIELD_FLAGS(id, name, flags) flags,
  static const uint8_t kFlags[H1_FIELD_COUNT] = {H1_FIELD_LIST(FIELD_FLAGS)};
#undef FIELD_FLAGS
  size_t i = (size_t)id;
  return i < (size_t)H1_FIELD_COUNT ? kFlags[i] : 0u;
}

const char *h1_field_name(h1_field_id id) {
#define FIELD_NAME(id, name, flags) name,
  static const char kNames[H1_FIELD_COUNT][24] = {H1_FIELD_LIST(FIELD_NAME)};
#undef FIELD_NAME
  size_t i = (size_t)id;
  return i < (size_t)H1_FIELD_COUNT ? kNames[i] : "";
}

size_t h1_fields_find(const h1_fields *f, h1_field_id id, size_t from) {
  if (!h1_fields_has(f, id)) return f->count;
  size_t i = from > f->first[id] ? from : f->first[id];
  /*@ loop invariant i >= from && i >= f->first[id];
      loop invariant h1_indexed(f, id) ==> h1_no_line(f, id, from, i);
      loop assigns i;
      loop variant f->count - i; */
  while (i < f->count && f->headers[i].id != (uint32_t)id) i++;
  return i < f->count ? i : f->count;
}

size_t h1_fields_find_name(const h1_fields *f, h1_slice name, size_t from) {
  size_t i = from;
  /*@ loop invariant i >= from;
      loop invariant \forall integer k; from <= k < i ==>
        !h1_named_nocase(f, k, name);
      loop assigns i;
      loop variant f->count - i; */
  while (i < f->count && !h1_slice_equal_nocase(h1_fields_name(f, i), name)) {
    i++;
  }
  return i < f->count ? i : f->count;
}

h1_slice h1_fields_get(const h1_fields *f, h1_field_id id) {
  h1_slice none = {NULL, 0};
  return h1_fields_has(f, id) ? h1_fields_value(f, f->first[id]) : none;
}

/* ---- the section, line by line ---- */

/* The fault of a field that may not come (again). */
static h1_error refused_field(uint32_t id, bool trailers) {
  if (trailers && ((H1_NOT_TRAILER_FIELDS >> id) & 1u) != 0) {
    return H1_TRAILER_FORBIDDEN;
  }
  if (id == H1_FIELD_HOST) return H1_HOST_REPEATED;
  return id == H1_FIELD_CONTENT_LENGTH ? H1_LENGTH_REPEATED : H1_FIELD_REPEATED;
}

/* The fault of byte `c`, no token byte, where a name begins; CR is no fault
 * there. */
static h1_error name_start_fault(uint8_t c, bool first_line) {
  switch (c) {
    case '\n':
      return H1_BARE_LF;
    case ' ':
    case '\t':
      return first_line ? H1_FIELD_FIRST_SPACE : H1_FIELD_FOLDED;
    case ':':
      return H1_FIELD_NAME_EMPTY;
    default:
      return H1_FIELD_NAME_INVALID;
  }
}

/* The same inside a name; ':' is no fault there. */
static h1_error name_fault(uint8_t c) {
  switch (c) {
    case '\n':
      return H1_BARE_LF;
    case ' ':
    case '\t':
      return H1_FIELD_NAME_SPACE;
    case '\r':
      return H1_FIELD_COLON_MISSING;
    default:
      return H1_FIELD_NAME_INVALID;
  }
}

/* The LF of the empty line. */
static bool take_end_lf(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  if (s->pos >= n) return false;
  if (p[s->pos] != '\n') return h1_section_fail(s, s->pos, H1_BARE_CR);
  s->pos++;
  s->state = H1_SECTION_DONE;
  return false;
}

/* At a line's first byte, which is no token: the empty line, or a fault. */
static bool take_end(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  if (s->pos >= n) return false;
  if (p[s->pos] != '\r') {
    return h1_section_fail(s, s->pos,
                           name_start_fault(p[s->pos], s->count == 0));
  }
  s->pos++;
  s->state = H1_SECTION_END_LF;
  return take_end_lf(s, p, n);
}

/* The name p[s->line_at .. end) is whole, its colon at `end`. */
static bool finish_name(h1_fields_decoder *s, const uint8_t *p, size_t end) {
  const size_t at = s->line_at;
  const uint32_t id = h1_name_id(p, at, end - at);
  if (((s->refused >> id) & 1u) != 0) {
    return h1_section_fail(s, end, refused_field(id, s->trailers));
  }
  h1_header *line = &s->storage[s->count];
  line->name_at = (uint32_t)at;
  line->name_len = (uint32_t)(end - at);
  line->id = id;
  //@ assert h1_lines(s->storage, s->count, s->line_at);
  s->refused |= h1_field_bit(id) & H1_SINGLE_FIELDS;
  s->pos = end + 1;
  s->state = H1_SECTION_PADDING;
  return true;
}

/* After the token bytes of a name, of which there is one at least. */
static bool take_colon(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  const size_t end = s->pos;
  if (s->count >= s->count_limit) {
    return h1_section_fail(s, s->line_at,
                           s->trailers ? H1_TRAILER_COUNT : H1_HEADER_COUNT);
  }
  if (end >= n) return false;
  if (p[end] != ':') return h1_section_fail(s, end, name_fault(p[end]));
  return finish_name(s, p, end);
}

static bool take_name(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  const size_t end =
      h1_scan_until_not((h1_scan_level)s->level, H1_CLASS_TOKEN, p, s->pos, n);
  s->pos = end;
  return end == s->line_at ? take_end(s, p, n) : take_colon(s, p, n);
}

/* OWS before the value. */
static bool take_padding(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  /*@ loop invariant \at(s->pos, Pre) <= s->pos <= n;
      loop invariant class_run(H1_CLASS_OWS, p, \at(s->pos, Pre), s->pos);
      loop assigns s->pos;
      loop variant n - s->pos; */
  while (s->pos < n && h1_is_ows(p[s->pos])) s->pos++;
  if (s->pos >= n) return false;
  s->storage[s->count].value_at = (uint32_t)s->pos;
  s->state = H1_SECTION_VALUE;
  return true;
}

static bool take_value(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  const size_t end =
      h1_scan_until_not((h1_scan_level)s->level, H1_CLASS_VALUE, p, s->pos, n);
  s->pos = end;
  if (end >= n) return false;
  if (p[end] != '\r') {
    return h1_section_fail(s, end,
                           h1_fault_or_bare_lf(p[end], H1_FIELD_VALUE_INVALID));
  }
  s->pos = end + 1;
  s->state = H1_SECTION_LINE_LF;
  return true;
}

/* The LF after a value's CR; the value is trimmed. */
static bool take_line_lf(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  if (s->pos >= n) return false;
  if (p[s->pos] != '\n') return h1_section_fail(s, s->pos, H1_BARE_CR);
  h1_header *line = &s->storage[s->count];
  const size_t from = line->value_at;
  size_t end = s->pos - 1;
  /*@ loop invariant from <= end <= s->pos - 1;
      loop invariant class_run(H1_CLASS_OWS, p, end, s->pos - 1);
      loop assigns end;
      loop variant end; */
  while (end > from && h1_is_ows(p[end - 1])) end--;
  line->value_len = (uint32_t)(end - from);
  s->count++;
  s->pos++;
  s->line_at = s->pos;
  s->state = H1_SECTION_NAME;
  return true;
}

bool h1_section_line(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  switch (s->state) {
    case H1_SECTION_NAME:
      if (!take_name(s, p, n)) return false;
      /* fall through */
    case H1_SECTION_PADDING:
      if (!take_padding(s, p, n)) return false;
      /* fall through */
    case H1_SECTION_VALUE:
      if (!take_value(s, p, n)) return false;
      /* fall through */
    case H1_SECTION_LINE_LF:
      return take_line_lf(s, p, n);
    case H1_SECTION_END_LF:
      return take_end_lf(s, p, n);
    default:
      return false;
  }
}

/* ---- trailers ---- */

void h1_trailers_decoder_init(h1_fields_decoder *d, const h1_limits *limits,
                              h1_scan_level level, h1_header *storage,
                              size_t capacity) {
  h1_section_init(d, limits->trailer_bytes, limits->trailer_count, true, level,
                  storage, capacity);
}

#define H1_LEVEL_FILE "parser/internal/fields_walk.h"
#include "parser/internal/scan/levels.h"

static void walk_section(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  switch (s->level) {
#if defined(H1_VECTORS_X86)
    case H1_SCAN_AVX2:
      section_walk_avx2(s, p, n);
      break;
    case H1_SCAN_SSE:
      section_walk_sse(s, p, n);
      break;
#elif defined(H1_VECTORS_NEON)
    case H1_SCAN_NEON:
      section_walk_neon(s, p, n);
      break;
#endif
    default:
      section_walk_scalar(s, p, n);
      break;
  }
}

/* What the caller is told when the walk has ended. */
static h1_step report_section(h1_fields_decoder *d, h1_slice section,
                              h1_fields *out, size_t *consumed) {
  const h1_step step = h1_section_step(d);
  if (step != H1_DONE) return step;
  *consumed = d->pos;
  h1_section_view(d, section.ptr, out);
  //@ assert h1_same_section{Pre, Here}(d);
  //@ assert h1_same_lines{Pre, Here}(d->storage, d->count_limit);
  //@ assert h1_section_sound(d);
  return H1_DONE;
}

h1_step h1_trailers_decode(h1_fields_decoder *d, h1_slice section,
                           h1_fields *out, size_t *consumed) {
  size_t n = section.len < d->bytes_limit ? section.len : d->bytes_limit;
  if (h1_section_step(d) == H1_NEED_INPUT) {
    if (d->pos < n) walk_section(d, section.ptr, n);
    /* A section that needs more than its limit cannot end within it. */
    if (h1_section_step(d) == H1_NEED_INPUT && d->pos >= d->bytes_limit) {
      (void)h1_section_fail(d, d->pos, H1_TRAILER_TOO_LARGE);
    }
  }
  return report_section(d, section, out, consumed);
}

/* The line in progress, once its name is known, is noted after the whole ones.
 */
static size_t entries_used(const h1_fields_decoder *d) {
  const bool begun = d->state > H1_SECTION_NAME && d->state < H1_SECTION_END_LF;
  return begun ? d->count + 1 : d->count;
}

bool h1_fields_decoder_move(h1_fields_decoder *d, h1_header *storage,
                            size_t capacity) {
  const size_t used = entries_used(d);
  if (used > capacity) return false;
  /*@ loop invariant 0 <= i <= used;
      loop invariant \forall integer k; 0 <= k < i ==>
        storage[k] == d->storage[k];
      loop assigns i, storage[0 .. used - 1];
      loop variant used - i; */
  for (size_t i = 0; i < used; i++) storage[i] = d->storage[i];
  d->storage = storage;
  d->count_limit = h1_lines_limit(d->count_limit, capacity);
  return true;
}

h1_error h1_trailers_error(const h1_fields_decoder *d) {
  return (h1_error)d->error;
}

size_t h1_trailers_error_offset(const h1_fields_decoder *d) { return d->pos; }

/* ---- encoding ---- */

/* No early exit: what compilers make of this loop beats one that stops, on
 * values that are nearly always good. */
bool h1_all_of_class(h1_slice s, unsigned class_bit) {
  unsigned common = class_bit;
  /*@ loop invariant 0 <= i <= s.len && (common == 0 || common == class_bit);
      loop invariant common != 0 <==> \forall integer k; 0 <= k < i ==>
        class_byte(class_bit, s.ptr[k]);
      loop assigns i, common;
      loop variant s.len - i; */
  for (size_t i = 0; i < s.len; i++) common = h1_keep_class(common, s.ptr[i]);
  return common != 0;
}

h1_error h1_field_check(h1_slice name, h1_slice value) {
  if (name.len == 0 || !h1_all_of_class(name, H1_CLASS_TOKEN)) {
    return H1_ENCODE_NAME;
  }
  if (!h1_all_of_class(value, H1_CLASS_VALUE)) return H1_ENCODE_VALUE;
  if (value.len == 0) return H1_OK;
  /* A recipient would trim it: what is read back must be what was written. */
  if (h1_is_ows(value.ptr[0]) || h1_is_ows(value.ptr[value.len - 1])) {
    return H1_ENCODE_VALUE;
  }
  return H1_OK;
}

h1_step h1_field_encode(h1_slice name, h1_slice value, h1_buffer room,
                        size_t *size) {
  *size = 0;
  if (h1_field_check(name, value) != H1_OK) return H1_FAILED;
  *size = h1_field_size(name, value);
  if (room.len < *size) return H1_NEED_ROOM;
  (void)h1_field_put(room.ptr, 0, name, value);
  return H1_DONE;
}

/* Bit `at`, which is below 64. */
static uint64_t bit_of(unsigned at) { return (uint64_t)1 << at; }

/* The place of a name that has no id among the fields of responses that are
 * sent once, counted from 1; 0 without. */
static unsigned sent_once(h1_slice name) {
  static const struct {
    size_t len;
    uint8_t text[24];
  } rows[] = {
      {3, "age"},
      {4, "etag"},
      {6, "server"},
      {7, "expires"},
      {8, "location"},
      {11, "retry-after"},
      {13, "last-modified"},
      {22, "x-content-type-options"},
  };
  const size_t count = sizeof rows / sizeof rows[0];
  /*@ loop invariant 0 <= i <= count;
      loop assigns i;
      loop variant count - i; */
  for (size_t i = 0; i < count; i++) {
    if (rows[i].len != name.len) continue;
    const h1_slice text = {rows[i].text, rows[i].len};
    if (h1_slice_equal_nocase(name, text)) return (unsigned)i + 1;
  }
  return 0;
}

static uint64_t once_bit(h1_field_id id, h1_slice name) {
  if (id != H1_FIELD_OTHER) return bit_of(id) & H1_SINGLE_FIELDS;
  const unsigned place = sent_once(name);
  return place == 0 ? 0 : bit_of((unsigned)H1_FIELD_COUNT + place);
}

uint64_t h1_field_once_bit(h1_slice name) {
  return once_bit(h1_field_lookup(name), name);
}

h1_measure h1_fields_total(const h1_field *fields, size_t count,
                           uint64_t not_here, size_t before) {
  h1_measure all = {H1_OK, before, false, false};
  uint64_t refused = not_here;
  /*@ loop invariant 0 <= i <= count && all.fault == H1_OK;
      loop invariant all.size == size_sum(before, fields_size(fields, i));
      loop invariant fields_grow(fields, i);
      loop invariant \forall integer k; 0 <= k < i ==>
        field_line(fields[k].name, fields[k].value);
      loop assigns i, all, refused;
      loop variant count - i; */
  for (size_t i = 0; i < count; i++) {
    all.fault = h1_field_check(fields[i].name, fields[i].value);
    if (all.fault != H1_OK) return all;
    const h1_field_id id = h1_field_lookup(fields[i].name);
    const bool ours = (h1_field_flags(id) & H1_FIELD_FRAMING) != 0;
    if (ours) all.fault = H1_ENCODE_FRAMING;
    const uint64_t once = once_bit(id, fields[i].name);
    if (!ours && (refused & (once | bit_of(id))) != 0) {
      all.fault = H1_ENCODE_NAME;
    }
    if (all.fault != H1_OK) return all;
    refused |= once;
    if (id == H1_FIELD_TE) all.te = true;
    if (id == H1_FIELD_UPGRADE) all.upgrade = true;
    all.size =
        h1_size_add(all.size, h1_field_size(fields[i].name, fields[i].value));
  }
  return all;
}

size_t h1_fields_put(uint8_t *to, size_t at, const h1_field *fields,
                     size_t count) {
  size_t end = at;
  /*@ loop invariant 0 <= i <= count;
      loop invariant end == at + fields_size(fields, i);
      loop assigns i, end, to[at .. at + fields_size(fields, count) - 1];
      loop variant count - i; */
  for (size_t i = 0; i < count; i++) {
    //@ assert fields_size(fields, i + 1) <= fields_size(fields, count);
    end = h1_field_put(to, end, fields[i].name, fields[i].value);
  }
  return end;
}
