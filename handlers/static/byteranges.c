/* See byteranges.h. */
#include "handlers/static/byteranges.h"

#include <errno.h>
#include <string.h>

#include "handlers/static/io.h"

/* Delimiter, two field lines with the longest type and range, empty line. */
#define PART_HEAD_MAX ((size_t)320)
enum { READ_ATTEMPTS = 8 };

static size_t append(uint8_t *room, size_t at, const char *text) {
  const size_t len = strlen(text);
  memcpy(room + at, text, len);
  return at + len;
}

static size_t append_slice(uint8_t *room, size_t at, h1_slice s) {
  memcpy(room + at, s.ptr, s.len);
  return at + s.len;
}

static void put_hex(uint8_t *room, uint64_t v) {
  static const char hex[] = "0123456789abcdef";
  for (unsigned i = 0; i < 16; i++) {
    room[i] = (uint8_t)hex[(v >> (60 - 4 * i)) & 15];
  }
}

static void make_boundary(h1_static_byteranges *p, h1_siphash_key key,
                          uint64_t nonce) {
  const uint64_t halves[2] = {2 * nonce, 2 * nonce + 1};
  for (size_t i = 0; i < 2; i++) {
    const h1_slice in = {(const uint8_t *)&halves[i], sizeof halves[i]};
    put_hex(p->boundary + 16 * i, h1_siphash(key, in));
  }
}

static h1_slice boundary_of(const h1_static_byteranges *p) {
  h1_slice s = {p->boundary, H1_STATIC_BOUNDARY_BYTES};
  return s;
}

void h1_static_byteranges_begin(h1_static_byteranges *p,
                                const h1_static_version *file,
                                const h1_range *ranges, size_t count,
                                h1_siphash_key key, uint64_t nonce) {
  memcpy(p->ranges, ranges, count * sizeof ranges[0]);
  p->count = count;
  p->index = 0;
  p->sent = 0;
  p->in_data = false;
  p->total = file->id.size;
  p->fd = file->fd;
  p->contents = file->contents;
  p->file_type = file->type;
  make_boundary(p, key, nonce);
  p->type_len = append(p->type, 0, "multipart/byteranges; boundary=");
  p->type_len = append_slice(p->type, p->type_len, boundary_of(p));
}

h1_slice h1_static_byteranges_type(const h1_static_byteranges *p) {
  h1_slice s = {p->type, p->type_len};
  return s;
}

/* What stands before the data of range `i`; after the last range the closing
 * delimiter. */
static size_t write_head(const h1_static_byteranges *p, size_t i,
                         uint8_t room[PART_HEAD_MAX]) {
  size_t at = append(room, 0, i == 0 ? "--" : "\r\n--");
  at = append_slice(room, at, boundary_of(p));
  if (i == p->count) return append(room, at, "--\r\n");
  at = append(room, at, "\r\nContent-Type: ");
  at = append_slice(room, at, p->file_type);
  at = append(room, at, "\r\nContent-Range: ");
  at += h1_content_range_encode(&p->ranges[i], p->total, room + at);
  return append(room, at, "\r\n\r\n");
}

static uint64_t range_bytes(const h1_range *r) {
  return r->last - r->first + 1;
}

uint64_t h1_static_byteranges_length(const h1_static_byteranges *p) {
  uint8_t head[PART_HEAD_MAX];
  uint64_t length = 0;
  for (size_t i = 0; i <= p->count; i++) length += write_head(p, i, head);
  for (size_t i = 0; i < p->count; i++) length += range_bytes(&p->ranges[i]);
  return length;
}

static ssize_t read_at(const h1_static_byteranges *p, uint8_t *room,
                       size_t size, uint64_t offset) {
  if (p->contents != NULL) {
    memcpy(room, p->contents + offset, size);
    return (ssize_t)size;
  }
  ssize_t got = -EINTR;
  for (int i = 0; i < READ_ATTEMPTS && got == -EINTR; i++) {
    got = h1_static_io_pread(p->fd, room, size, offset);
  }
  return got;
}

/* Writes from the head of the current range. A head is made again for each
 * piece of it: that is rare, and needs no memory. */
static size_t fill_head(h1_static_byteranges *p, h1_buffer room) {
  uint8_t head[PART_HEAD_MAX];
  const size_t left = write_head(p, p->index, head) - (size_t)p->sent;
  const size_t size = left < room.len ? left : room.len;
  memcpy(room.ptr, head + p->sent, size);
  p->sent += size;
  if (size == left) {
    p->in_data = true;
    p->sent = 0;
  }
  return size;
}

/* Writes data of the current range; how much, or -1 when the file has become
 * shorter or cannot be read. */
static ssize_t fill_data(h1_static_byteranges *p, h1_buffer room) {
  const h1_range *r = &p->ranges[p->index];
  const uint64_t left = range_bytes(r) - p->sent;
  const size_t size = left < room.len ? (size_t)left : room.len;
  const ssize_t got = read_at(p, room.ptr, size, r->first + p->sent);
  if (got <= 0) return -1;
  p->sent += (uint64_t)got;
  if (p->sent == range_bytes(r)) {
    p->index++;
    p->in_data = false;
    p->sent = 0;
  }
  return got;
}

/* The closing delimiter counts as the head of a range that has no data. */
static bool is_over(const h1_static_byteranges *p) {
  return p->index == p->count && p->in_data;
}

h1_pulled h1_static_byteranges_pull(h1_static_byteranges *p, h1_buffer room) {
  h1_pulled out = {.step = H1_PULL_BYTES, .size = 0, .wait_until_ms = 0};
  while (out.size < room.len && !is_over(p)) {
    const h1_buffer rest = {room.ptr + out.size, room.len - out.size};
    if (!p->in_data) {
      out.size += fill_head(p, rest);
      continue;
    }
    const ssize_t got = fill_data(p, rest);
    if (got < 0) {
      out.step = H1_PULL_FAIL;
      return out;
    }
    out.size += (size_t)got;
  }
  if (is_over(p)) out.step = H1_PULL_END;
  return out;
}
