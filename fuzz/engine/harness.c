#include "fuzz/engine/harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/work.h"
#include "parser/values.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FUZZ_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(FUZZ_ASAN)
#define FUZZ_ASAN 1
#endif
#ifdef FUZZ_ASAN
#include <sanitizer/asan_interface.h>
#endif

void fuzz_broken(const char *law, const char *file, int line) {
  fprintf(stderr, "%s:%d: broken law: %s\n", file, line, law);
  fflush(stderr);
  abort();
}

void fuzz_say(const char *format, ...) {
  if (getenv("FUZZ_VERBOSE") == NULL) return;
  va_list args;
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
}

uint8_t fuzz_byte(fuzz_input *in) {
  if (in->rest.len == 0) return 0;
  const uint8_t byte = in->rest.ptr[0];
  in->rest.ptr++;
  in->rest.len--;
  return byte;
}

size_t fuzz_limit(fuzz_input *in, size_t normal, size_t unit) {
  const uint8_t byte = fuzz_byte(in);
  return byte == 0 ? normal : (size_t)(byte - 1) * unit;
}

bool fuzz_has_level(unsigned level) {
  static unsigned known, has;
  if (!((known >> level) & 1)) {
    known |= 1u << level;
    if (h1_scan_supported((h1_scan_level)level)) has |= 1u << level;
  }
  return (has >> level) & 1;
}

h1_scan_level fuzz_level(fuzz_input *in) {
  const unsigned level = fuzz_byte(in) % FUZZ_LEVELS;
  return fuzz_has_level(level) ? (h1_scan_level)level : H1_SCAN_SCALAR;
}

h1_slice fuzz_bytes(fuzz_input *in, size_t len) {
  h1_slice s = in->rest;
  if (s.len > len) s.len = len;
  if (s.len > 0) in->rest.ptr += s.len;
  in->rest.len -= s.len;
  return s;
}

uint32_t fuzz_seed(uint8_t byte) { return (uint32_t)byte * 2654435761u + 1; }

uint32_t fuzz_random(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  *state = x;
  return x;
}

size_t fuzz_piece(uint32_t *state, size_t left) {
  const uint32_t r = fuzz_random(state);
  /* Short pieces find states, long ones keep the number of copies small. */
  const size_t most = (r & 3) == 0 ? 3 : 1 + left / 2;
  const size_t piece = 1 + (r >> 2) % most;
  return piece < left ? piece : left;
}

void *fuzz_alloc(size_t len) {
  void *block = malloc(len == 0 ? 1 : len);
  FUZZ_CHECK(block != NULL);
#ifdef FUZZ_ASAN
  if (len == 0) ASAN_POISON_MEMORY_REGION(block, 1);
#endif
  return block;
}

uint8_t *fuzz_copy(const uint8_t *bytes, size_t len) {
  uint8_t *block = fuzz_alloc(len);
  if (len > 0) memcpy(block, bytes, len);
  return block;
}

void fuzz_hide(const uint8_t *block, size_t from, size_t to) {
#ifdef FUZZ_ASAN
  ASAN_POISON_MEMORY_REGION(block + from, to - from);
#else
  (void)block, (void)from, (void)to;
#endif
}

void fuzz_show(const uint8_t *block, size_t from, size_t to) {
#ifdef FUZZ_ASAN
  ASAN_UNPOISON_MEMORY_REGION(block + from, to - from);
#else
  (void)block, (void)from, (void)to;
#endif
}

bool fuzz_inside(h1_slice part, h1_slice whole) {
  if (part.len == 0) return true;
  return part.ptr >= whole.ptr && part.len <= whole.len &&
         (size_t)(part.ptr - whole.ptr) <= whole.len - part.len;
}

/* Per byte of what is written, for one call: it is measured, then copied. */
static const fuzz_work_bound ENCODE_WORK = {"encode", 30, 400};

uint8_t *fuzz_encode(fuzz_encoder encode, const void *what, size_t *size) {
  uint8_t *nothing = fuzz_alloc(0);
  size_t need = SIZE_MAX;
  const h1_step first = encode(what, (h1_buffer){nothing, 0}, &need);
  free(nothing);
  if (first == H1_FAILED) {
    /* A refusal does not depend on the room there is. */
    uint8_t *room = fuzz_alloc(4096);
    memset(room, 0xa5, 4096);
    FUZZ_CHECK(encode(what, (h1_buffer){room, 4096}, &need) == H1_FAILED);
    for (size_t i = 0; i < 4096; i++) FUZZ_CHECK(room[i] == 0xa5);
    free(room);
    return NULL;
  }
  FUZZ_CHECK(first == H1_NEED_ROOM || (first == H1_DONE && need == 0));
  if (need > 0) {
    uint8_t *tight = fuzz_alloc(need - 1);
    size_t again = SIZE_MAX;
    memset(tight, 0xa5, need - 1);
    FUZZ_CHECK(encode(what, (h1_buffer){tight, need - 1}, &again) ==
               H1_NEED_ROOM);
    FUZZ_CHECK(again == need);
    for (size_t i = 0; i + 1 < need; i++) FUZZ_CHECK(tight[i] == 0xa5);
    free(tight);
  }
  uint8_t *bytes = fuzz_alloc(need);
  fuzz_work_begin();
  const h1_step last = encode(what, (h1_buffer){bytes, need}, size);
  fuzz_work_law(&ENCODE_WORK, fuzz_work_end(), need, 1);
  FUZZ_CHECK(last == H1_DONE);
  FUZZ_CHECK(*size == need);
  return bytes;
}

h1_slice fuzz_make(fuzz_input *in, bool (*is)(unsigned), size_t least,
                   size_t most, uint8_t *room) {
  const size_t len = least + fuzz_byte(in) % (most - least + 1);
  for (size_t i = 0; i < len; i++) {
    unsigned c = fuzz_byte(in);
    while (!is(c)) c = (c + 1) & 0xff;
    room[i] = (uint8_t)c;
  }
  return (h1_slice){room, len};
}

static bool same_header(const h1_header *a, const h1_header *b) {
  return a->name_at == b->name_at && a->name_len == b->name_len &&
         a->value_at == b->value_at && a->value_len == b->value_len &&
         a->id == b->id;
}

bool fuzz_same_fields(const h1_fields *a, const h1_fields *b) {
  if (a->count != b->count || a->seen != b->seen) return false;
  for (size_t i = 0; i < a->count; i++) {
    if (!same_header(&a->headers[i], &b->headers[i])) return false;
  }
  for (size_t id = 0; id < H1_FIELD_COUNT; id++) {
    if (((a->seen >> id) & 1) && a->first[id] != b->first[id]) return false;
  }
  return true;
}

/* The index of the first line of `id` at or after `from`, line by line. */
static size_t slow_find(const h1_fields *f, size_t id, size_t from) {
  size_t i = from;
  while (i < f->count && f->headers[i].id != id) i++;
  return i;
}

static uint8_t lower(uint8_t c) {
  return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* Which of the listed names it is, letter by letter. */
static uint32_t slow_lookup(h1_slice name) {
  for (uint32_t id = H1_FIELD_OTHER + 1; id < H1_FIELD_COUNT; id++) {
    const char *known = h1_field_name((h1_field_id)id);
    if (name.len == 0 || lower(name.ptr[0]) != (uint8_t)known[0]) continue;
    const h1_slice text = h1_slice_of(known);
    size_t i = 0;
    while (i < name.len && i < text.len && lower(name.ptr[i]) == text.ptr[i]) {
      i++;
    }
    if (i == name.len && i == text.len) return id;
  }
  return H1_FIELD_OTHER;
}

void fuzz_check_fields(const h1_fields *f, size_t count_limit) {
  FUZZ_CHECK(f->count <= count_limit);
  for (size_t i = 0; i < f->count; i++) {
    const h1_slice name = h1_fields_name(f, i);
    FUZZ_CHECK(name.len > 0);
    FUZZ_CHECK(fuzz_inside(name, f->base));
    FUZZ_CHECK(fuzz_inside(h1_fields_value(f, i), f->base));
    FUZZ_CHECK(f->headers[i].id == slow_lookup(name));
    FUZZ_CHECK(f->headers[i].id == (uint32_t)h1_field_lookup(name));
    const size_t found = h1_fields_find_name(f, name, 0);
    FUZZ_CHECK(found <= i);
    FUZZ_CHECK(h1_slice_equal_nocase(h1_fields_name(f, found), name));
  }
  for (size_t id = 0; id < H1_FIELD_COUNT; id++) {
    size_t first = slow_find(f, id, 0);
    /* What has no id of its own is not found by one. */
    if (id == H1_FIELD_OTHER) first = f->count;
    FUZZ_CHECK(h1_fields_has(f, (h1_field_id)id) == (first < f->count));
    FUZZ_CHECK(h1_fields_find(f, (h1_field_id)id, 0) == first);
    if (first < f->count) FUZZ_CHECK(f->first[id] == first);
  }
}
