#include "server/sim/response.h"

#include <string.h>
#include <strings.h>

typedef struct {
  const uint8_t *p;
  size_t len, at;
  const char *problem;
  bool incomplete;
} reader;

static bool wrong(reader *r, const char *problem) {
  if (r->problem == NULL) r->problem = problem;
  return false;
}

/* The next line without its CRLF. */
static bool next_line(reader *r, const char **line, size_t *len) {
  for (size_t i = r->at; i < r->len; i++) {
    const uint8_t c = r->p[i];
    if (c == '\n') return wrong(r, "bare LF");
    if (c != '\r' && c != '\t' && (c < ' ' || c == 127)) {
      return wrong(r, "control in a line");
    }
    if (c != '\r') continue;
    if (i + 1 == r->len) break;
    if (r->p[i + 1] != '\n') return wrong(r, "bare CR");
    *line = (const char *)r->p + r->at;
    *len = i - r->at;
    r->at = i + 2;
    return true;
  }
  r->incomplete = true;
  return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool status_line(reader *r, h1_sim_answer *out) {
  const char *line;
  size_t len;
  if (!next_line(r, &line, &len)) return false;
  if (len < 13 || memcmp(line, "HTTP/1.1 ", 9) != 0 || line[12] != ' ' ||
      !is_digit(line[9]) || !is_digit(line[10]) || !is_digit(line[11])) {
    return wrong(r, "status line");
  }
  out->status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + line[11] - '0';
  if (out->status < 100 || out->status > 599) return wrong(r, "status");
  return true;
}

typedef struct {
  bool has_length, chunked, keep, date, server_twice;
  uint64_t length;
} fields;

static bool is_name(const char *line, size_t len, const char *name) {
  return strlen(name) == len && strncasecmp(line, name, len) == 0;
}

static bool one_field(reader *r, const char *line, size_t len, fields *f,
                      h1_sim_answer *out) {
  const char *colon = memchr(line, ':', len);
  if (colon == NULL || colon == line) return wrong(r, "field without name");
  const size_t name = (size_t)(colon - line);
  if (memchr(line, ' ', name) != NULL) return wrong(r, "space in a name");
  const char *value = colon + 1;
  size_t n = len - name - 1;
  if (n > 0 && *value == ' ') value++, n--;
  if (is_name(line, name, "Content-Length")) {
    if (f->has_length || n == 0) return wrong(r, "Content-Length");
    f->has_length = true;
    for (size_t i = 0; i < n; i++) {
      if (!is_digit(value[i])) return wrong(r, "Content-Length");
      f->length = f->length * 10 + (uint64_t)(value[i] - '0');
    }
  } else if (is_name(line, name, "Transfer-Encoding")) {
    if (f->chunked || !is_name(value, n, "chunked")) return wrong(r, "coding");
    f->chunked = true;
  } else if (is_name(line, name, "Connection")) {
    if (f->keep || out->closes) return wrong(r, "Connection twice");
    out->closes = is_name(value, n, "close");
    f->keep = !out->closes;
  } else if (is_name(line, name, "Date")) {
    if (f->date) return wrong(r, "Date twice");
    f->date = true;
  }
  return true;
}

static bool head_fields(reader *r, fields *f, h1_sim_answer *out) {
  const char *line;
  size_t len;
  while (next_line(r, &line, &len)) {
    if (len == 0) return true;
    if (!one_field(r, line, len, f, out)) return false;
  }
  return false;
}

typedef struct {
  uint8_t *to;
  size_t cap;
} body_room;

static bool take_body(reader *r, uint64_t n, body_room room,
                      h1_sim_answer *out) {
  if (r->len - r->at < n) {
    r->incomplete = true;
    return false;
  }
  const size_t left = out->body_len < room.cap ? room.cap - out->body_len : 0;
  const size_t kept = n < left ? (size_t)n : left;
  if (room.to != NULL && kept > 0) {
    memcpy(room.to + out->body_len, r->p + r->at, kept);
  }
  out->body_len += (size_t)n;
  r->at += (size_t)n;
  return true;
}

static bool chunk_size(reader *r, uint64_t *size) {
  const char *line;
  size_t len;
  *size = 0;
  if (!next_line(r, &line, &len)) return false;
  if (len == 0 || len > 8) return wrong(r, "chunk size");
  for (size_t i = 0; i < len; i++) {
    const char *digits = "0123456789abcdef";
    const char *at = strchr(digits, line[i]);
    if (at == NULL) return wrong(r, "chunk size digit");
    *size = *size * 16 + (uint64_t)(at - digits);
  }
  return true;
}

static bool chunks(reader *r, body_room room, h1_sim_answer *out) {
  const char *line;
  size_t len;
  uint64_t size;
  while (chunk_size(r, &size)) {
    if (size > 0 && !take_body(r, size, room, out)) return false;
    if (!next_line(r, &line, &len)) return false;
    if (len != 0) return wrong(r, "no CRLF after a chunk");
    if (size == 0) return true;
  }
  return false;
}

static bool whole(reader *r, bool head, bool ended, body_room room,
                  h1_sim_answer *out) {
  fields f = {0};
  if (!status_line(r, out) || !head_fields(r, &f, out)) return false;
  if (f.has_length && f.chunked) return wrong(r, "length and coding");
  const bool interim = out->status < 200;
  if (interim && out->status != 100) return wrong(r, "interim status");
  if (!interim && !f.date) return wrong(r, "no Date");
  if (!interim && !f.keep && !out->closes) return wrong(r, "no Connection");
  const bool none = interim || out->status == 204 || out->status == 304;
  if (none && f.chunked) return wrong(r, "coding without a body");
  if ((interim || out->status == 204) && f.has_length) {
    return wrong(r, "length without a body");
  }
  if (none || head) return true;
  if (f.chunked) return chunks(r, room, out);
  if (f.has_length) return take_body(r, f.length, room, out);
  if (!out->closes) return wrong(r, "a body without an end");
  out->until_close = true;
  if (!ended) {
    r->incomplete = true;
    return false;
  }
  return take_body(r, r->len - r->at, room, out);
}

size_t h1_sim_read_answer(const uint8_t *bytes, size_t len, bool head,
                          bool ended, uint8_t *body, size_t body_cap,
                          h1_sim_answer *out, const char **problem) {
  reader r = {bytes, len, 0, NULL, false};
  memset(out, 0, sizeof *out);
  *problem = NULL;
  if (whole(&r, head, ended, (body_room){body, body_cap}, out)) return r.at;
  *problem = r.problem;
  if (ended && r.incomplete && *problem == NULL) *problem = "cut";
  return 0;
}
