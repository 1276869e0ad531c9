/* Private: the walk over a response head with tolerances. Included by
 * response.c alone, of which it calls the parts that are no different.
 *
 * Not proven: fuzzing holds it to a reference, for both sets and every single
 * tolerance. */

static void begin_status(h1_response_decoder *d) {
  d->line_at = d->fields.pos;
  d->state = H1_RESPONSE_STATUS;
}

/* The LF of an empty line. */
static bool take_leading_lf(h1_response_decoder *d, const uint8_t *p,
                            size_t n) {
  h1_fields_decoder *s = &d->fields;
  if (s->pos >= n) return false;
  if (p[s->pos] != '\n') return h1_section_fail(s, s->pos, H1_BARE_CR);
  s->pos++;
  begin_status(d);
  return true;
}

/* At the first byte of all. */
static bool take_leading_line(h1_response_decoder *d, const uint8_t *p,
                              size_t n) {
  const bool may_be_empty = h1_tolerates(&d->fields, H1_TOLERATE_EMPTY_LINE);
  const uint8_t c = p[d->fields.pos];
  if (may_be_empty && c == '\r') {
    d->fields.pos++;
    d->state = H1_RESPONSE_EMPTY_LF;
    return take_leading_lf(d, p, n);
  }
  if (may_be_empty && h1_is_line_end(&d->fields, c)) d->fields.pos++;
  begin_status(d);
  return true;
}

/* The byte after the three digits. */
static bool take_status_end(h1_response_decoder *d, const uint8_t *p) {
  h1_fields_decoder *s = &d->fields;
  const uint8_t *line = p + d->line_at;
  const uint8_t c = p[s->pos];
  const bool ends = c == '\r' || h1_is_line_end(&d->fields, c);
  if (ends && h1_tolerates(&d->fields, H1_TOLERATE_NO_SPACE_AFTER_STATUS)) {
    note_status(d, line, s->pos);
    return true;
  }
  const h1_error fault = status_line_fault(line, STATUS_LINE_FIXED - 1);
  if (fault != H1_OK) return h1_section_fail(s, s->pos, fault);
  s->pos++;
  note_status(d, line, s->pos);
  return true;
}

static bool take_status_tolerantly(h1_response_decoder *d, const uint8_t *p,
                                   size_t n) {
  h1_fields_decoder *s = &d->fields;
  const size_t end = d->line_at + STATUS_LINE_FIXED - 1;
  size_t at = s->pos;
  /*@ loop invariant s->pos <= at <= n && at <= end;
      loop assigns at;
      loop variant end - at; */
  while (at < n && at < end) {
    const h1_error fault = status_line_fault(p + d->line_at, at - d->line_at);
    if (fault != H1_OK) return h1_section_fail(s, at, fault);
    at++;
  }
  s->pos = at;
  return at < n && take_status_end(d, p);
}

static bool take_reason_tolerantly(h1_response_decoder *d, const uint8_t *p,
                                   size_t n) {
  h1_fields_decoder *s = &d->fields;
  const size_t end =
      h1_scan_until_not((h1_scan_level)s->level, H1_CLASS_VALUE, p, s->pos, n);
  if (end >= n || !h1_is_line_end(&d->fields, p[end]))
    return take_reason(d, p, n);
  d->reason_end = end;
  s->pos = end + 1;
  begin_fields(d);
  return true;
}

/* As take_status_line. */
static bool take_line_tolerantly(h1_response_decoder *d, const uint8_t *p,
                                 size_t n) {
  if (d->state == H1_RESPONSE_START && !take_leading_line(d, p, n))
    return false;
  if (d->state == H1_RESPONSE_EMPTY_LF && !take_leading_lf(d, p, n))
    return false;
  if (d->state == H1_RESPONSE_STATUS && !take_status_tolerantly(d, p, n)) {
    return false;
  }
  if (d->state == H1_RESPONSE_REASON && !take_reason_tolerantly(d, p, n)) {
    return false;
  }
  return d->state == H1_RESPONSE_FIELDS || take_status_lf(d, p, n);
}

/* Continues at the decoder's pos < n. */
static void walk_tolerantly(h1_response_decoder *d, const uint8_t *p,
                            size_t n) {
  h1_fields_decoder *s = &d->fields;
  if (d->state != H1_RESPONSE_FIELDS && !take_line_tolerantly(d, p, n)) return;
  bool more = s->pos < n;
  while (more) more = h1_response_line(s, p, n) && s->pos < n;
}
