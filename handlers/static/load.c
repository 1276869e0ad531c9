/* See load.h. */
#define _GNU_SOURCE
#include "handlers/static/load.h"

#include <errno.h>
#include <string.h>

#include "handlers/static/find.h"
#include "handlers/static/io.h"
#include "handlers/static/sha256.h"
#include "handlers/static/siblings.h"

enum { READ_ATTEMPTS = 8, LOAD_ATTEMPTS = 3 };

/* ---- reading ---- */

typedef ssize_t (*reader)(int fd, void *room, size_t size, uint64_t offset);

/* Up to `size` bytes from `offset`; fewer only at the end of the file. A
 * negated errno on failure. */
static ssize_t read_piece(const h1_static_load *l, reader read, uint8_t *room,
                          size_t size, uint64_t offset) {
  size_t have = 0;
  unsigned interrupted = 0;
  while (have < size) {
    const ssize_t got = read(l->fd, room + have, size - have, offset + have);
    if (got == -EINTR && interrupted < READ_ATTEMPTS) {
      interrupted++;
      continue;
    }
    if (got < 0) return got;
    if (got == 0) break;
    have += (size_t)got;
  }
  return (ssize_t)have;
}

/* Whether the file looks as it did: what was read in between is then what was
 * described. Its new looks are noted otherwise. */
static bool holds_still(h1_static_load *l, const h1_static_identity *id) {
  const int e = h1_static_io_fstat(l->fd, &l->st);
  if (e < 0) {
    l->error = e;
    return false;
  }
  const h1_static_identity now = h1_static_identity_of(&l->st);
  return h1_static_identity_equal(&now, id);
}

/* All of it, hashed; small files stay in `bytes`. 1: done, 0: it has changed,
 * or a negated errno. */
static int read_whole(h1_static_load *l, reader read,
                      const h1_static_identity *id, bool hash) {
  h1_sha256 sum;
  uint8_t digest[H1_SHA256_BYTES];
  uint64_t at = 0;
  h1_sha256_init(&sum);
  while (at < id->size) {
    const uint64_t left = id->size - at;
    const size_t size = left < sizeof l->bytes ? (size_t)left : sizeof l->bytes;
    const ssize_t got = read_piece(l, read, l->bytes, size, at);
    if (got < 0) return (int)got;
    if ((size_t)got < size) {
      (void)holds_still(l, id);
      return 0;
    }
    const h1_slice piece = {l->bytes, size};
    if (hash) h1_sha256_add(&sum, piece);
    at += size;
  }
  if (!holds_still(l, id)) return 0;
  if (hash) {
    h1_sha256_end(&sum, digest);
    memcpy(l->hash, digest, sizeof l->hash);
  }
  l->has_hash = l->has_hash || hash;
  return 1;
}

/* ---- a regular file ---- */

h1_static_times h1_static_load_times(const h1_static_load *l,
                                     const h1_static_identity *id) {
  const bool met = h1_static_identity_equal(id, &l->met_id);
  const h1_static_times t = {.now_s = l->now_s,
                             .now_ms = l->now_ms,
                             .seen_ms = met ? l->met_ms : l->now_ms};
  return t;
}

/* One attempt. 1: done, 0: once more, or a negated errno. */
static int load_version(h1_static_load *l, bool may_wait,
                        h1_static_tags *tags) {
  const h1_static_identity id = h1_static_identity_of(&l->st);
  const bool small = id.size <= H1_STATIC_CONTENTS_MAX;
  const bool young = h1_static_is_young(&id, h1_static_load_times(l, &id));
  l->has_hash = !young && h1_static_tags_find(tags, &id, l->hash);
  if (!small && (young || l->has_hash)) return 1;
  if (!small && id.size > H1_STATIC_HASH_AT_ONCE_MAX) {
    l->wants_hash = true;
    return 1;
  }
  if (!small && !may_wait) return -EAGAIN;
  const bool hash = !young && !l->has_hash;
  const int done = read_whole(
      l, may_wait ? h1_static_io_pread : h1_static_io_pread_cached, &id, hash);
  if (done == 1 && hash) h1_static_tags_put(tags, &id, l->hash);
  l->has_contents = done == 1 && small;
  return done;
}

/* A file that changes while it is read is looked at again; one that never holds
 * still is sent as it comes, and nothing is claimed about it. So is one that
 * cannot be read: sending it fails in a defined way. */
static void load_file(h1_static_load *l, bool may_wait, h1_static_tags *tags) {
  int done = 0;
  for (int i = 0; i < LOAD_ATTEMPTS && done == 0 && l->error == 0; i++) {
    done = load_version(l, may_wait, tags);
  }
  l->would_block = !may_wait && done == -EAGAIN;
  if (done == 1) return;
  l->unstable = true;
  l->has_hash = false;
  l->has_contents = false;
}

static void fill_in(h1_static_load *l, bool may_wait, h1_static_tags *tags) {
  const h1_static_identity id = h1_static_identity_of(&l->st);
  if (l->is_known && h1_static_identity_equal(&id, &l->met_id)) {
    if (l->met_has_etag) return;
    l->has_hash = h1_static_tags_find(tags, &id, l->hash);
    l->wants_hash = !l->has_hash && id.size > H1_STATIC_HASH_AT_ONCE_MAX;
    if (!l->has_hash) return;
  }
  load_file(l, may_wait, tags);
}

void h1_static_load_run(h1_static_load *l, h1_static_root *root,
                        h1_static_tags *tags) {
  const bool may_wait = !root->cached_only;
  l->would_block = l->has_contents = l->unstable = false;
  l->has_hash = l->wants_hash = false;
  l->error = h1_static_find(l, root);
  l->would_block = !may_wait && l->error == -EAGAIN;
  if (l->fd < 0) return;
  fill_in(l, may_wait, tags);
  if (l->error == 0 && !l->would_block) {
    l->would_block = !h1_static_siblings_find(l, root);
  }
  if (l->error == 0 && !l->would_block) return;
  h1_static_io_close(l->fd);
  l->fd = -1;
}
