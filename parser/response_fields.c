/* Field lines of responses, as they come from real origins, and their trailer
 * sections.
 *
 * This is the only walk that asks for tolerances; that of requests (fields.c)
 * knows none. With none asked for it differs in two ways: a field given twice
 * is taken twice, and forbidden trailer fields are kept apart, at the end of
 * the storage, so that the others stay in order and no third array is needed.
 *
 * Not proven: fuzzing holds it to a reference, for both sets and every single
 * tolerance. */
#include "parser/internal/response_line.h"
#include "parser/internal/text.h"
#include "parser/response.h"

/* The lines taken and not yet handed out. */
static size_t lines_taken(const h1_fields_decoder *s) {
  return s->count + s->apart;
}

/* ---- the end of the section ---- */

/* Fields kept apart were stored from the storage's end on: they come in the
 * order of their lines again. */
static void finish_section(h1_fields_decoder *s) {
  size_t low = s->count_limit - s->apart;
  size_t high = s->count_limit;
  while (high > low && high - low > 1) {
    high--;
    const h1_header line = s->storage[low];
    s->storage[low] = s->storage[high];
    s->storage[high] = line;
    low++;
  }
  s->state = H1_SECTION_DONE;
}

static bool end_with_lf(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  if (s->pos >= n) return false;
  if (p[s->pos] != '\n') return h1_section_fail(s, s->pos, H1_BARE_CR);
  s->pos++;
  finish_section(s);
  return false;
}

/* ---- where a line begins ---- */

/* The fault of a byte that begins no line. */
static h1_error line_start_fault(const h1_fields_decoder *s, uint8_t c) {
  const bool blank = h1_is_ows(c);
  if (c == '\n') return H1_BARE_LF;
  if (blank && lines_taken(s) == 0) return H1_FIELD_FIRST_SPACE;
  if (blank) return H1_FIELD_FOLDED;
  return c == ':' ? H1_FIELD_NAME_EMPTY : H1_FIELD_NAME_INVALID;
}

/* Takes back the last line: its value goes on at s->pos, a blank. */
static bool reopen_line(h1_fields_decoder *s) {
  if (s->last_apart) {
    s->apart--;
    s->storage[s->count] = s->storage[s->count_limit - 1 - s->apart];
  } else {
    s->count--;
  }
  const h1_header *line = &s->storage[s->count];
  s->line_at = line->name_at;
  s->state = line->value_len == 0 ? H1_SECTION_PADDING : H1_SECTION_VALUE;
  return true;
}

/* At a line's first byte, which is no token: the end of the section, a
 * continuation (true), or a fault. */
static bool start_unusual(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  const uint8_t c = p[s->pos];
  if (c == '\r') {
    s->pos++;
    s->state = H1_SECTION_END_LF;
    return end_with_lf(s, p, n);
  }
  if (h1_is_line_end(s, c)) {
    s->pos++;
    finish_section(s);
    return false;
  }
  if (h1_is_ows(c) && lines_taken(s) != 0 &&
      h1_tolerates(s, H1_TOLERATE_FOLDS)) {
    return reopen_line(s);
  }
  return h1_section_fail(s, s->pos, line_start_fault(s, c));
}

/* ---- names ---- */

/* The fault of a byte after a name's, which is neither its colon nor a blank
 * that is tolerated. */
static h1_error name_end_fault(const h1_fields_decoder *s, uint8_t c) {
  if (c == '\r' || h1_is_line_end(s, c)) return H1_FIELD_COLON_MISSING;
  if (c == '\n') return H1_BARE_LF;
  return h1_is_ows(c) ? H1_FIELD_NAME_SPACE : H1_FIELD_NAME_INVALID;
}

/* The name p[s->line_at .. end) is whole, its colon at s->pos. */
static bool note_name(h1_fields_decoder *s, const uint8_t *p, size_t end) {
  const size_t at = s->line_at;
  h1_header *line = &s->storage[s->count];
  line->name_at = (uint32_t)at;
  line->name_len = (uint32_t)(end - at);
  line->id = h1_name_id(p, at, end - at);
  s->name_end = 0;
  s->pos++;
  s->state = H1_SECTION_PADDING;
  return true;
}

/* Blanks after a name, from s->pos on, and its colon. */
static bool colon_after_blanks(h1_fields_decoder *s, const uint8_t *p,
                               size_t n) {
  const size_t at = h1_skip_ows(p, s->pos, n);
  s->pos = at;
  if (at >= n) return false;
  if (p[at] == ':') return note_name(s, p, s->name_end);
  const h1_error fault = h1_in_class(H1_CLASS_TOKEN, p[at])
                             ? H1_FIELD_NAME_SPACE
                             : name_end_fault(s, p[at]);
  return h1_section_fail(s, at, fault);
}

/* After the token bytes of a name, of which there is one at least. */
static bool name_to_colon(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  const size_t end = s->pos;
  if (lines_taken(s) >= s->count_limit) {
    return h1_section_fail(s, s->line_at,
                           s->trailers ? H1_TRAILER_COUNT : H1_HEADER_COUNT);
  }
  if (end >= n) return false;
  if (p[end] == ':') return note_name(s, p, end);
  if (h1_is_ows(p[end]) && h1_tolerates(s, H1_TOLERATE_SPACE_BEFORE_COLON)) {
    s->name_end = end;
    return colon_after_blanks(s, p, n);
  }
  return h1_section_fail(s, end, name_end_fault(s, p[end]));
}

/* From a line's first byte to its colon, or to a continuation's blank. */
static bool name_or_fold(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  if (s->name_end != 0) return colon_after_blanks(s, p, n);
  const size_t end =
      h1_scan_until_not((h1_scan_level)s->level, H1_CLASS_TOKEN, p, s->pos, n);
  s->pos = end;
  if (end != s->line_at) return name_to_colon(s, p, n);
  return end < n && start_unusual(s, p, n);
}

/* ---- values ---- */

static bool skip_padding(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  s->pos = h1_skip_ows(p, s->pos, n);
  if (s->pos >= n) return false;
  s->storage[s->count].value_at = (uint32_t)s->pos;
  s->state = H1_SECTION_VALUE;
  return true;
}

/* Blanks, and the line ends of folds. */
static bool is_trimmed_byte(uint8_t c) {
  return h1_is_ows(c) || c == '\r' || c == '\n';
}

/* The line whose text ends at `end` and the next at s->pos is whole. */
static bool finish_line(h1_fields_decoder *s, const uint8_t *p, size_t text) {
  h1_header *line = &s->storage[s->count];
  const size_t from = line->value_at;
  size_t end = text;
  while (end > from && is_trimmed_byte(p[end - 1])) end--;
  line->value_len = (uint32_t)(end - from);
  s->last_apart =
      s->trailers && ((H1_NOT_TRAILER_FIELDS >> line->id) & 1u) != 0;
  if (s->last_apart) {
    s->storage[s->count_limit - 1 - s->apart] = *line;
    s->apart++;
  } else {
    s->count++;
  }
  s->line_at = s->pos;
  s->state = H1_SECTION_NAME;
  return true;
}

static bool end_line_with_lf(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  if (s->pos >= n) return false;
  if (p[s->pos] != '\n') return h1_section_fail(s, s->pos, H1_BARE_CR);
  s->pos++;
  return finish_line(s, p, s->pos - 2);
}

/* Whether the control `c` may be in a value. */
static bool is_tolerated_control(const h1_fields_decoder *s, uint8_t c) {
  return c != '\r' && c != '\n' && c != 0 &&
         h1_tolerates(s, H1_TOLERATE_CONTROLS);
}

/* The end of the value's bytes from s->pos on. */
static size_t value_end(const h1_fields_decoder *s, const uint8_t *p,
                        size_t n) {
  const h1_scan_level level = (h1_scan_level)s->level;
  size_t end = h1_scan_until_not(level, H1_CLASS_VALUE, p, s->pos, n);
  while (end < n && is_tolerated_control(s, p[end])) {
    end = h1_scan_until_not(level, H1_CLASS_VALUE, p, end + 1, n);
  }
  return end;
}

static bool value_to_end(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  const size_t end = value_end(s, p, n);
  s->pos = end;
  if (end >= n) return false;
  if (p[end] == '\r') {
    s->pos = end + 1;
    s->state = H1_SECTION_LINE_LF;
    return end_line_with_lf(s, p, n);
  }
  if (h1_is_line_end(s, p[end])) {
    s->pos = end + 1;
    return finish_line(s, p, end);
  }
  return h1_section_fail(s, end,
                         h1_fault_or_bare_lf(p[end], H1_FIELD_VALUE_INVALID));
}

bool h1_response_line(h1_fields_decoder *s, const uint8_t *p, size_t n) {
  if (s->state == H1_SECTION_NAME && !name_or_fold(s, p, n)) return false;
  if (s->state == H1_SECTION_PADDING && !skip_padding(s, p, n)) return false;
  if (s->state == H1_SECTION_VALUE) return value_to_end(s, p, n);
  if (s->state == H1_SECTION_LINE_LF) return end_line_with_lf(s, p, n);
  return s->state == H1_SECTION_END_LF && end_with_lf(s, p, n);
}

void h1_response_section_init(h1_fields_decoder *s, uint32_t tolerances) {
  s->refused = 0;
  s->tolerances = tolerances;
  s->last_apart = false;
  s->name_end = 0;
  s->apart = 0;
}

/* ---- trailer sections ---- */

void h1_response_trailers_decoder_init(h1_fields_decoder *d,
                                       const h1_limits *limits,
                                       h1_scan_level level, h1_header *storage,
                                       size_t capacity, uint32_t tolerances) {
  h1_section_init(d, limits->trailer_bytes, limits->trailer_count, true, level,
                  storage, capacity);
  h1_response_section_init(d, tolerances);
}

static void take_lines(h1_fields_decoder *d, const uint8_t *p, size_t n) {
  bool more = d->pos < n;
  while (more) more = h1_response_line(d, p, n) && d->pos < n;
}

/* A view of the fields kept apart. */
static void view_apart(const h1_fields_decoder *d, const uint8_t *base,
                       h1_fields *apart) {
  h1_fields_decoder back = *d;
  back.storage = d->storage + (d->count_limit - d->apart);
  back.count = d->apart;
  h1_section_view(&back, base, apart);
}

h1_step h1_response_trailers_decode(h1_fields_decoder *d, h1_slice section,
                                    h1_fields *fields, h1_fields *apart,
                                    size_t *consumed) {
  const size_t n = section.len < d->bytes_limit ? section.len : d->bytes_limit;
  if (h1_section_step(d) == H1_NEED_INPUT) take_lines(d, section.ptr, n);
  /* A section that needs more than its limit cannot end within it. */
  if (h1_section_step(d) == H1_NEED_INPUT && d->pos >= d->bytes_limit) {
    (void)h1_section_fail(d, d->pos, H1_TRAILER_TOO_LARGE);
  }
  const h1_step step = h1_section_step(d);
  if (step != H1_DONE) return step;
  *consumed = d->pos;
  h1_section_view(d, section.ptr, fields);
  view_apart(d, section.ptr, apart);
  return H1_DONE;
}

/* ---- values that were folded ---- */

h1_step h1_value_unfold(h1_slice value, h1_buffer room, size_t *size) {
  *size = value.len;
  if (room.len < value.len) return H1_NEED_ROOM;
  for (size_t i = 0; i < value.len; i++) {
    const uint8_t c = value.ptr[i];
    room.ptr[i] = c == '\r' || c == '\n' ? ' ' : c;
  }
  return H1_DONE;
}
