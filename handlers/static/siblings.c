/* See siblings.h. */
#define _GNU_SOURCE
#include "handlers/static/siblings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "handlers/static/io.h"
#include "handlers/static/zstd.h"
#include "parser/slice.h"
#include "parser/target.h"

enum {
  LINE_BYTES = 512,
  /* Blocks and frames of a .zst that are looked at: 1 GB in blocks of 128 KB,
   * as encoders write them. A worker leaves what takes long to a helper. */
  ZSTD_PARTS_MAX = 8192,
  READS_OF_WORKER = 16
};
#define SAY_EVERY_MS UINT64_C(60000)

const char *h1_static_sibling_suffix(h1_coding coding) {
  static const char *const suffixes[] = {".br", ".zst", ".gz"};
  return suffixes[coding];
}

/* ---- finding them ---- */

typedef ssize_t (*reader)(int fd, void *room, size_t size, uint64_t offset);

/* The bytes at `at`, of a file that is read from header to header; they stay
 * until the next call. A negated errno when it cannot be read. */
typedef struct {
  reader read;
  int fd;
  unsigned reads, reads_max;
  uint64_t from;
  size_t len;
  uint8_t bytes[1024];
} header_reader;

static int read_at(header_reader *r, uint64_t at, uint64_t size,
                   h1_slice *out) {
  const uint64_t left = size - at;
  const size_t wanted =
      left < H1_ZSTD_HEADER_MAX ? (size_t)left : H1_ZSTD_HEADER_MAX;
  const bool has = at >= r->from && at + wanted <= r->from + r->len;
  if (!has) {
    if (r->reads++ == r->reads_max) return -EAGAIN;
    const ssize_t got = r->read(r->fd, r->bytes, sizeof r->bytes, at);
    if (got < 0) return (int)got;
    r->from = at;
    r->len = (size_t)got;
  }
  const size_t skip = (size_t)(at - r->from);
  *out = (h1_slice){r->bytes + skip, r->len - skip};
  return 0;
}

/* All of its frames. One that has more parts than are looked at is refused:
 * what is not judged is not sent. */
static int judge_window(int fd, bool may_wait, uint64_t size,
                        h1_static_sibling *state) {
  header_reader r = {
      .read = may_wait ? h1_static_io_pread : h1_static_io_pread_cached,
      .fd = fd,
      .reads_max = may_wait ? ZSTD_PARTS_MAX : READS_OF_WORKER};
  h1_zstd_walk w = {0};
  h1_zstd_verdict v = H1_ZSTD_GOES_ON;
  for (int i = 0; i < ZSTD_PARTS_MAX && v == H1_ZSTD_GOES_ON; i++) {
    h1_slice bytes = {NULL, 0};
    const int e = read_at(&r, w.at, size, &bytes);
    if (e < 0) return e;
    v = h1_zstd_walk_on(&w, bytes, size);
  }
  *state = v == H1_ZSTD_FITS ? H1_SIBLING_USABLE : H1_SIBLING_WINDOW;
  return 0;
}

/* Its verdict stands while the file does, if it was not young then. */
static int judge_zstd(h1_static_load *l, bool may_wait, int fd) {
  const h1_static_identity *id = &l->siblings.id[H1_CODING_ZSTD];
  h1_static_sibling *state = &l->siblings.state[H1_CODING_ZSTD];
  const h1_static_times times = {
      .now_s = l->now_s, .now_ms = l->now_ms, .seen_ms = l->now_ms};
  const h1_static_siblings *met = &l->met_siblings;
  const bool young = h1_static_is_young(id, times);
  int e = 0;
  if (!young && met->zstd_judged &&
      h1_static_identity_equal(id, &met->id[H1_CODING_ZSTD])) {
    *state = met->state[H1_CODING_ZSTD];
  } else {
    e = judge_window(fd, may_wait, id->size, state);
  }
  l->siblings.zstd_judged = e == 0 && !young;
  return e;
}

static h1_static_sibling judge(const h1_static_identity *original,
                               const h1_static_identity *sibling) {
  if (sibling->mtime_s < original->mtime_s) return H1_SIBLING_OLDER;
  if (sibling->size == 0) return H1_SIBLING_EMPTY;
  if (sibling->size >= original->size) return H1_SIBLING_NO_SMALLER;
  return H1_SIBLING_USABLE;
}

/* 0 or a negated errno. */
static int look_at(h1_static_load *l, bool may_wait, int fd, h1_coding coding) {
  const h1_static_identity original = h1_static_identity_of(&l->st);
  h1_static_sibling *state = &l->siblings.state[coding];
  h1_static_identity *id = &l->siblings.id[coding];
  struct stat st;
  const int e = h1_static_io_fstat(fd, &st);
  if (e < 0 || !S_ISREG(st.st_mode)) return e;
  *id = h1_static_identity_of(&st);
  *state = judge(&original, id);
  if (*state != H1_SIBLING_USABLE || coding != H1_CODING_ZSTD) return 0;
  return judge_zstd(l, may_wait, fd);
}

/* What cannot be opened or read is as good as absent. */
static bool find_one(h1_static_load *l, const h1_static_root *root, size_t len,
                     h1_coding coding) {
  const char *suffix = h1_static_sibling_suffix(coding);
  const bool may_wait = !root->cached_only;
  memcpy(l->path + len, suffix, strlen(suffix) + 1);
  const int fd = h1_static_root_open(root, l->path);
  l->path[len] = '\0';
  int e = fd;
  if (fd >= 0) {
    e = look_at(l, may_wait, fd, coding);
    h1_static_io_close(fd);
  }
  if (e < 0) l->siblings.state[coding] = H1_SIBLING_ABSENT;
  return may_wait || e != -EAGAIN;
}

bool h1_static_siblings_find(h1_static_load *l, const h1_static_root *root) {
  const size_t len = strlen(l->path);
  bool found = true;
  memset(&l->siblings, 0, sizeof l->siblings);
  if (!l->wants_siblings || sizeof l->path - len <= sizeof ".zst") return true;
  for (unsigned c = 0; c < H1_CODING_IDENTITY && found; c++) {
    found = find_one(l, root, len, (h1_coding)c);
  }
  return found;
}

/* ---- what is known of them ---- */

bool h1_static_siblings_any(const h1_static_siblings *s) {
  bool any = false;
  for (unsigned c = 0; c < H1_CODING_IDENTITY; c++) {
    any = any || s->state[c] != H1_SIBLING_ABSENT;
  }
  return any;
}

h1_coding h1_static_siblings_choose(const h1_static_siblings *s,
                                    const h1_fields *fields) {
  bool have[H1_CODING_COUNT], any = false;
  uint16_t quality[H1_CODING_COUNT];
  for (unsigned c = 0; c < H1_CODING_IDENTITY; c++) {
    have[c] = s->state[c] == H1_SIBLING_USABLE;
    any = any || have[c];
  }
  have[H1_CODING_IDENTITY] = true;
  if (!any) return H1_CODING_IDENTITY;
  h1_accept_encoding_decode(fields, quality);
  return h1_coding_choose(quality, have);
}

/* ---- those that are not used ---- */

static const char *why_not(h1_static_sibling state) {
  switch (state) {
    case H1_SIBLING_OLDER:
      return "it is older than the original";
    case H1_SIBLING_EMPTY:
      return "it is empty";
    case H1_SIBLING_NO_SMALLER:
      return "it is no smaller than the original";
    case H1_SIBLING_WINDOW:
      return "it is not known to be whole and to fit in a window of 8 MB";
    case H1_SIBLING_ABSENT:
    case H1_SIBLING_USABLE:
    case H1_SIBLING_STATES:
      break;
  }
  return NULL;
}

/* Once a minute, whoever of all threads comes first. A name may hold any bytes:
 * they are escaped as in a target. */
static void say(h1_static_sibling_notes *notes, const char *path,
                h1_coding coding, const char *why, uint64_t now_ms) {
  char line[LINE_BYTES];
  uint8_t name[LINE_BYTES / 2];
  uint_fast64_t said_ms =
      atomic_load_explicit(&notes->said_ms, memory_order_relaxed);
  size_t size = 0;
  if (notes->say == NULL) return;
  if (said_ms != 0 && now_ms - said_ms < SAY_EVERY_MS) return;
  if (!atomic_compare_exchange_strong(&notes->said_ms, &said_ms, now_ms)) {
    return;
  }
  const h1_buffer room = {name, sizeof name};
  if (h1_percent_encode(h1_slice_of(path), true, room, &size) != H1_DONE) {
    size = 0;
  }
  snprintf(line, sizeof line, "static files: %.*s%s%s is not used: %s",
           (int)size, (const char *)name,
           size == 0 ? "a file that ends in " : "",
           h1_static_sibling_suffix(coding), why);
  notes->say(line);
}

void h1_static_siblings_note(h1_static_sibling_notes *notes, const char *path,
                             const h1_static_siblings *now,
                             const h1_static_siblings *before,
                             uint64_t now_ms) {
  for (unsigned c = 0; c < H1_CODING_IDENTITY; c++) {
    const h1_static_sibling state = now->state[c];
    const char *why = why_not(state);
    if (why == NULL) continue;
    if (before != NULL && before->state[c] == state &&
        h1_static_identity_equal(&before->id[c], &now->id[c])) {
      continue;
    }
    atomic_fetch_add_explicit(&notes->unused[state], 1, memory_order_relaxed);
    say(notes, path, (h1_coding)c, why, now_ms);
  }
}
