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

enum { SKIPPED_FRAMES_MAX = 4, LINE_BYTES = 512 };
#define SAY_EVERY_MS UINT64_C(60000)

const char *h1_static_sibling_suffix(h1_coding coding) {
  static const char *const suffixes[] = {".br", ".zst", ".gz"};
  return suffixes[coding];
}

/* ---- finding them ---- */

typedef ssize_t (*reader)(int fd, void *room, size_t size, uint64_t offset);

/* By the first frame that holds data. The whole of a file that has more would
 * have to be read to see them: tools that write several give all of them the
 * same window. A negated errno when it cannot be read. */
static int judge_window(int fd, reader read, h1_static_sibling *state) {
  uint64_t at = 0;
  for (int i = 0; i <= SKIPPED_FRAMES_MAX; i++) {
    uint8_t head[H1_ZSTD_HEADER_MAX];
    const ssize_t got = read(fd, head, sizeof head, at);
    if (got < 0) return (int)got;
    const h1_slice frame = {head, (size_t)got};
    const uint64_t skipped = h1_zstd_skippable_bytes(frame);
    if (skipped == 0) {
      const bool fits = h1_zstd_window_bytes(frame) <= H1_ZSTD_WINDOW_MAX;
      *state = fits ? H1_SIBLING_USABLE : H1_SIBLING_WINDOW;
      return 0;
    }
    at += skipped;
  }
  *state = H1_SIBLING_WINDOW;
  return 0;
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
  return judge_window(
      fd, may_wait ? h1_static_io_pread : h1_static_io_pread_cached, state);
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

bool h1_static_siblings_equal(const h1_static_siblings *a,
                              const h1_static_siblings *b) {
  for (unsigned c = 0; c < H1_CODING_IDENTITY; c++) {
    if (a->state[c] != b->state[c]) return false;
    if (!h1_static_identity_equal(&a->id[c], &b->id[c])) return false;
  }
  return true;
}

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
      return "it is no frame that fits in a window of 8 MB";
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
