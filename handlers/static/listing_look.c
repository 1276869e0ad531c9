/* See listing_look.h. */
#define _GNU_SOURCE
#include "handlers/static/listing_look.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "handlers/static/io.h"

/* A folder tells when names come and go, not when a file in it grows. */
#define KEPT_MS ((uint64_t)1000)

/* ---- one entry ---- */

static bool is_shown(const h1_listing_look *k, const char *name) {
  if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return false;
  return name[0] != '.' || k->hidden;
}

/* What a link leads to, if it would be followed for a request. */
static bool follow(h1_listing_look *k, const char *name, struct stat *st) {
  const size_t len = strlen(k->path);
  const size_t name_len = strlen(name);
  if (len + name_len >= sizeof k->target) return false;
  memcpy(k->target, k->path, len);
  memcpy(k->target + len, name, name_len + 1);
  const int fd = h1_static_root_open(&k->root, k->target);
  if (fd < 0) return false;
  const int e = h1_static_io_fstat(fd, st);
  h1_static_io_close(fd);
  return e == 0;
}

/* Asks only where the answer is not plain. */
static bool may_read(int dir, const char *name, const struct stat *st) {
  const bool folder = S_ISDIR(st->st_mode);
  const mode_t needed = folder ? 0111 : 0444;
  return (st->st_mode & needed) == needed ||
         h1_static_io_may_read(dir, name, folder);
}

/* False when there is no room for more. */
static bool add_entry(h1_listing_look *k, int dir, const char *name) {
  struct stat st;
  if (h1_static_io_stat_at(dir, name, &st) < 0) return true; /* gone already */
  if (S_ISLNK(st.st_mode) && !follow(k, name, &st)) return true;
  const bool folder = S_ISDIR(st.st_mode);
  if (!folder && !S_ISREG(st.st_mode)) return true;
  if (!may_read(dir, name, &st)) return true;
  const h1_listing_facts facts = {.is_folder = folder,
                                  .size = folder ? 0 : (uint64_t)st.st_size,
                                  .mtime_s = st.st_mtim.tv_sec};
  const h1_slice bytes = {(const uint8_t *)name, strlen(name)};
  return h1_listing_add(&k->listing, bytes, &facts);
}

/* ---- all of them ---- */

/* How many were read; less than zero when that is enough. */
static ssize_t add_entries(h1_listing_look *k, int dir, size_t size) {
  ssize_t count = 0;
  for (size_t at = 0; at < size; count++) {
    const struct dirent64 *d = (const void *)(k->entries + at);
    if (is_shown(k, d->d_name) && !add_entry(k, dir, d->d_name)) return -1;
    at += d->d_reclen;
  }
  return count;
}

static int read_folder(h1_listing_look *k, int dir) {
  size_t looked = 0;
  while (looked < H1_LISTING_LOOKED_MAX) {
    const ssize_t size =
        h1_static_io_getdents(dir, k->entries, sizeof k->entries);
    if (size <= 0) return (int)size;
    const ssize_t count = add_entries(k, dir, (size_t)size);
    if (count < 0) return 0;
    looked += (size_t)count;
  }
  k->listing.more = true;
  return 0;
}

static bool is_still_so(const h1_listing_look *k,
                        const h1_static_identity *id) {
  return k->seen && k->seen_root == k->root.path && !k->seen_young &&
         (k->spare || k->now_ms - k->seen_ms <= KEPT_MS) &&
         strcmp(k->seen_path, k->path) == 0 &&
         h1_static_identity_equal(id, &k->seen_id);
}

void h1_listing_look_read(h1_listing_look *k) {
  const h1_static_times times = {
      .now_s = k->now_s, .now_ms = k->now_ms, .seen_ms = k->now_ms};
  k->seen = false;
  h1_listing_init(&k->listing, k->listing.entries);
  k->error = read_folder(k, k->dir);
  if (k->error < 0) return;
  h1_listing_sort(&k->listing);
  h1_listing_seal(&k->listing);
  k->seen = true;
  k->seen_root = k->root.path;
  memcpy(k->seen_path, k->path, strlen(k->path) + 1);
  k->seen_id = k->id;
  k->seen_ms = k->now_ms;
  k->seen_young = h1_static_is_young(&k->id, times);
}

/* The folder's path without its slash; the root itself is ".". */
static int open_folder(h1_listing_look *k) {
  char name[sizeof k->path] = ".";
  const size_t len = strlen(k->path);
  if (len > 0) {
    memcpy(name, k->path, len - 1);
    name[len - 1] = '\0';
  }
  /* Once for each look: what was renamed into the root's place is listed. */
  const int e = h1_static_root_refresh(&k->root, k->now_ms, 0);
  return e < 0 ? e : h1_static_root_open(&k->root, name);
}

bool h1_listing_look_begin(h1_listing_look *k) {
  struct stat st;
  k->dir = open_folder(k);
  k->error = k->dir < 0 ? k->dir : h1_static_io_fstat(k->dir, &st);
  if (k->error < 0) return false;
  if (!S_ISDIR(st.st_mode)) {
    k->error = -ENOTDIR;
    return false;
  }
  k->id = h1_static_identity_of(&st);
  return !is_still_so(k, &k->id);
}

void h1_listing_look_end(h1_listing_look *k) {
  if (k->dir >= 0) h1_static_io_close(k->dir);
  k->dir = -1;
  h1_static_root_close(&k->root);
}
