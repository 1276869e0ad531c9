/* Options, memory, start and end of the file handler; see handler.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "handlers/static/io.h"
#include "handlers/static/state.h"
#include "parser/values.h"

enum { PARTS_PER_WORKER = 32, JOBS_PER_HELPER = 4, TAG_SETS = 1024 };
#define CACHE_CONTROL_VALUE_MAX ((size_t)128)
#define KEY_BYTES ((size_t)16)

/* ---- memory: one piece, divided at start ---- */

/* Where each kind of thing begins, from the start of the piece. */
typedef struct {
  size_t mounts, workers, roots, types, loads, tags, jobs, entries, parts,
      pages, buckets, contents, listing, total;
  unsigned bucket_count; /* per worker, as all below */
  size_t page_count;
} layout;

/* Every kind begins on a cache line. */
static size_t reserve(size_t *at, size_t count, size_t size) {
  const size_t begin = (*at + 63) & ~(size_t)63;
  *at = begin + count * size;
  return begin;
}

/* Some more than threads: those wait for a thread. */
static size_t jobs_of(const h1_static_options *o) {
  return (size_t)o->helpers * JOBS_PER_HELPER;
}

static size_t types_bytes(const h1_static_options *o) {
  return h1_mime_memory_bytes(o->mime_types != NULL || o->reloads);
}

static layout layout_of(const h1_static_options *o) {
  layout l;
  const size_t n = o->workers;
  size_t at = sizeof(h1_static);
  l.bucket_count = h1_static_cache_buckets(o->files_per_worker);
  l.page_count = o->contents_per_worker / H1_STATIC_PAGE_BYTES;
  l.mounts = reserve(&at, o->folder_count, sizeof(h1_static_mount));
  l.workers = reserve(&at, n, sizeof(h1_static_worker));
  l.roots = reserve(&at, n * o->folder_count, sizeof(h1_static_root));
  l.types = reserve(&at, o->reloads ? 2 : 1, types_bytes(o));
  l.loads = reserve(&at, n, sizeof(h1_static_load));
  l.tags = reserve(&at, TAG_SETS * H1_STATIC_TAG_WAYS, sizeof(h1_static_tag));
  l.jobs = reserve(&at, jobs_of(o), sizeof(h1_static_job));
  l.entries = reserve(&at, n * o->files_per_worker, sizeof(h1_static_entry));
  l.parts = reserve(&at, n * PARTS_PER_WORKER, sizeof(h1_static_byteranges));
  l.pages = reserve(&at, n * l.page_count, sizeof(h1_static_page));
  l.buckets = reserve(&at, n * l.bucket_count, sizeof(uint16_t));
  l.contents = reserve(&at, n * l.page_count, H1_STATIC_PAGE_BYTES);
  l.listing = reserve(&at, o->listing ? 1 : 0, h1_lister_memory_bytes());
  l.total = at;
  return l;
}

h1_static_options h1_static_options_default(void) {
  static const char *const index[] = {"index.html"};
  h1_static_options o = {
      .folders = NULL,
      .folder_count = 0,
      .links = H1_STATIC_LINKS_BENEATH,
      .mime_types = NULL,
      .charset = "utf-8",
      .reloads = false,
      .indexes = index,
      .index_count = 1,
      .clean_urls = false,
      .hidden = false,
      .pages = 0,
      .fallback = NULL,
      .error_pages = NULL,
      .error_page_count = 0,
      .workers = 1,
      .cache_control = NULL,
      .files_per_worker = 256,
      .open_files_per_worker = 64,
      .contents_per_worker = (size_t)4 << 20,
      .helpers = 8,
      .without_openat2 = false,
      .precompressed = true,
      .say = NULL,
  };
  return o;
}

size_t h1_static_memory_bytes(const h1_static_options *o) {
  const size_t listing = o->listing ? h1_lister_memory_bytes() : 0;
  return layout_of(o).total - h1_static_tag_memory_bytes() - listing +
         (size_t)(o->helpers + 1) * H1_STATIC_HELPER_STACK_BYTES;
}

size_t h1_static_tag_memory_bytes(void) {
  return TAG_SETS * H1_STATIC_TAG_WAYS * sizeof(h1_static_tag);
}

size_t h1_static_listing_memory_bytes(const h1_static_options *o) {
  return o->listing ? h1_lister_memory_bytes() + H1_LISTER_STACK_BYTES : 0;
}

/* The roots, one file on its way into the cache, its sibling, and what the
 * cache holds. In openat mode the walk has a folder open too. A job has the
 * root of its worker, one of its own, a file, its sibling and a folder; the
 * thread that lists folders as much. */
size_t h1_static_descriptors(const h1_static_options *o) {
  return (size_t)o->workers *
             ((size_t)o->open_files_per_worker + o->folder_count + 3) +
         5 * jobs_of(o) + 2 + (o->listing ? 5 : 0);
}

static void worker_init(h1_static *s, const layout *l,
                        const h1_static_options *o, unsigned i,
                        const uint8_t secret[2 * KEY_BYTES]) {
  uint8_t *base = (uint8_t *)s;
  h1_static_worker *w = &s->worker[i];
  w->roots = (h1_static_root *)(void *)(base + l->roots);
  w->roots += (size_t)i * s->mount_count;
  for (unsigned m = 0; m < s->mount_count; m++) {
    h1_static_root_init(&w->roots[m], s->mounts[m].path, s->has_openat2,
                        s->links);
    w->roots[m].key = h1_siphash_key_of(secret + KEY_BYTES);
  }
  w->helpers = &s->helpers;
  w->load = (h1_static_load *)(void *)(base + l->loads) + i;
  w->parts = (h1_static_byteranges *)(void *)(base + l->parts);
  w->parts += (size_t)i * PARTS_PER_WORKER;
  w->parts_count = PARTS_PER_WORKER;
  w->boundary_key = h1_siphash_key_of(secret);
  /* Workers share the key: their nonces may not meet. */
  w->boundary_nonce = (uint64_t)i << 48;
  h1_static_cache *c = &w->cache;
  c->entries = (h1_static_entry *)(void *)(base + l->entries);
  c->entries += (size_t)i * o->files_per_worker;
  c->buckets = (uint16_t *)(void *)(base + l->buckets);
  c->buckets += (size_t)i * l->bucket_count;
  c->entry_count = o->files_per_worker;
  c->bucket_count = l->bucket_count;
  c->open_files_max = o->open_files_per_worker;
  c->key = h1_siphash_key_of(secret + KEY_BYTES);
  h1_static_page *pages = (h1_static_page *)(void *)(base + l->pages);
  uint8_t *contents = base + l->contents;
  h1_static_slab_init(
      &c->slots, pages + (size_t)i * l->page_count, l->page_count,
      contents + (size_t)i * l->page_count * H1_STATIC_PAGE_BYTES);
  h1_static_cache_init(c);
}

static bool say(char why[H1_STATIC_WHY_BYTES], const char *fault) {
  snprintf(why, H1_STATIC_WHY_BYTES, "%s", fault);
  return false;
}

static bool say_folder(char why[H1_STATIC_WHY_BYTES], const h1_static_folder *f,
                       const char *fault) {
  snprintf(why, H1_STATIC_WHY_BYTES, "%s: %s", f->option, fault);
  return false;
}

static const char *fault_in(const h1_static_options *o) {
  if (o->folder_count > H1_STATIC_MOUNTS_MAX) {
    return "--mount: at most 64 folders";
  }
  if (o->helpers > H1_STATIC_HELPERS_MAX) return "helpers: too many";
  if (o->workers == 0 || o->workers > UINT16_MAX) return "workers: none";
  if (o->files_per_worker == 0 || o->files_per_worker > H1_STATIC_ENTRIES_MAX) {
    return "static file cache: 1 to 32768 files per worker";
  }
  if (o->contents_per_worker > (size_t)1 << 34) {
    return "static file cache: at most 16G of contents per worker";
  }
  return NULL;
}

static bool set_cache_control(h1_static *s, const char *value) {
  s->cache_control_len = 0;
  if (value == NULL || value[0] == '\0') return true;
  const h1_slice text = h1_slice_of(value);
  const h1_buffer room = {s->cache_control, sizeof s->cache_control};
  return text.len <= CACHE_CONTROL_VALUE_MAX &&
         h1_field_encode(h1_slice_of("Cache-Control"), text, room,
                         &s->cache_control_len) == H1_DONE;
}

/* Reads a file of at most `size` bytes; its length, or a negated errno. */
static ssize_t read_file(const char *path, uint8_t *room, size_t size) {
  /* It never waits for the other end of a FIFO, which cannot be read so. */
  const int fd = h1_static_io_openat(
      AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return fd;
  size_t have = 0;
  ssize_t got = 1;
  while (got > 0 && have < size) {
    got = h1_static_io_pread(fd, room + have, size - have, have);
    if (got > 0) have += (size_t)got;
  }
  h1_static_io_close(fd);
  return got < 0 ? got : (ssize_t)have;
}

/* What is wrong goes to `why`, as everywhere below. `room` has one byte more
 * than the largest file. */
static bool add_types(h1_mime *types, const char *path, h1_buffer room,
                      char why[H1_STATIC_WHY_BYTES]) {
  size_t line = 0;
  const ssize_t size = read_file(path, room.ptr, room.len);
  if (size < 0 || (size_t)size == room.len) {
    snprintf(why, H1_STATIC_WHY_BYTES, "--mime-types %s: %s", path,
             size < 0 ? strerror((int)-size)
             : room.len > H1_MIME_FILE_MAX
                 ? "it is larger than 256K"
                 : "it is larger than --config-memory allows");
    return false;
  }
  const h1_slice text = {room.ptr, (size_t)size};
  const char *fault = h1_mime_add(types, text, &line);
  if (fault == NULL) return true;
  snprintf(why, H1_STATIC_WHY_BYTES, "--mime-types %s: line %zu: %s", path,
           line, fault);
  return false;
}

bool h1_static_reload(h1_static *s, const h1_static_options *o,
                      uint64_t generation, h1_buffer room,
                      char why[H1_STATIC_WHY_BYTES]) {
  h1_mime *types = h1_static_types(s, generation);
  uint8_t *memory = s->types_memory;
  if (s->reloads) memory += generation % 2 * s->types_bytes;
  if (room.len > H1_MIME_FILE_MAX + 1) room.len = H1_MIME_FILE_MAX + 1;
  const char *fault = h1_mime_init(types, o->charset, memory, s->types_bytes);
  if (fault != NULL) {
    snprintf(why, H1_STATIC_WHY_BYTES, "--charset %s: %s", o->charset, fault);
    return false;
  }
  if (o->mime_types != NULL && !add_types(types, o->mime_types, room, why)) {
    return false;
  }
  h1_mime_sort(types);
  return h1_static_set_pages(s, &s->substitutes[generation % 2], o, why);
}

/* Of the first generation, which is that of all who never reload. */
static bool set_reloaded(h1_static *s, const layout *l,
                         const h1_static_options *o,
                         char why[H1_STATIC_WHY_BYTES]) {
  h1_buffer room = {NULL, 0};
  if (o->mime_types != NULL) {
    room.len = H1_MIME_FILE_MAX + 1;
    room.ptr = h1_static_io_map(room.len);
    if (room.ptr == NULL) return say(why, "--mime-types: no memory to read it");
  }
  s->reloads = o->reloads;
  s->types_memory = (uint8_t *)s + l->types;
  s->types_bytes = types_bytes(o);
  const bool good = h1_static_reload(s, o, 1, room, why);
  if (!o->reloads) {
    s->types[0] = s->types[1];
    s->substitutes[0] = s->substitutes[1];
  }
  if (room.ptr != NULL) h1_static_io_unmap(room.ptr, room.len);
  return good;
}

static bool set_mounts(h1_static *s, const layout *l,
                       const h1_static_options *o,
                       char why[H1_STATIC_WHY_BYTES]) {
  s->mounts = (h1_static_mount *)(void *)((uint8_t *)s + l->mounts);
  s->mount_count = (unsigned)o->folder_count;
  s->has_openat2 = !o->without_openat2;
  for (unsigned i = 0; i < s->mount_count; i++) {
    const h1_static_folder *f = &o->folders[i];
    h1_static_mount *m = &s->mounts[i];
    if (f->path == NULL || f->path[0] == '\0') {
      return say_folder(why, f, "is empty");
    }
    if (strlen(f->path) >= sizeof m->path) {
      return say_folder(why, f, "path too long");
    }
    const int openat2 = h1_static_root_probe(f->path);
    if (openat2 < 0) {
      snprintf(why, H1_STATIC_WHY_BYTES,
               "%s %s: not a folder that can be opened: %s", f->option, f->path,
               strerror(-openat2));
      return false;
    }
    m->files = s;
    m->index = i;
    memcpy(m->path, f->path, strlen(f->path) + 1);
    s->has_openat2 = s->has_openat2 && openat2 > 0;
  }
  return true;
}

/* Fills in a zeroed piece. */
static bool static_init(h1_static *s, const layout *l,
                        const h1_static_options *o,
                        char why[H1_STATIC_WHY_BYTES]) {
  uint8_t secret[3 * KEY_BYTES];
  uint8_t *base = (uint8_t *)s;
  if (h1_static_io_random(secret, sizeof secret) < 0) {
    return say(why, "the kernel gives no random bytes");
  }
  s->memory_bytes = l->total;
  s->workers = o->workers;
  if (!set_mounts(s, l, o, why)) return false;
  s->links = o->links;
  s->precompressed = o->precompressed;
  s->notes.say = o->say;
  if (!h1_static_set_names(s, o, why)) return false;
  h1_static_tags_init(&s->tags, (h1_static_tag *)(void *)(base + l->tags),
                      TAG_SETS, h1_siphash_key_of(secret + 2 * KEY_BYTES));
  h1_static_helpers_init(&s->helpers, (h1_static_job *)(void *)(base + l->jobs),
                         jobs_of(o), &s->tags);
  s->helper_threads = o->helpers;
  if (o->listing) s->lister = h1_lister_init(base + l->listing, o->hidden);
  if (!set_cache_control(s, o->cache_control)) {
    return say(why, "Cache-Control: not a field value of at most 128 bytes");
  }
  if (!set_reloaded(s, l, o, why)) return false;
  s->worker = (h1_static_worker *)(void *)((uint8_t *)s + l->workers);
  for (unsigned i = 0; i < s->workers; i++) worker_init(s, l, o, i, secret);
  h1_static_hasher_init(&s->hasher, &s->tags);
  return true;
}

h1_static *h1_static_new(const h1_static_options *o,
                         char why[H1_STATIC_WHY_BYTES]) {
  const char *fault = fault_in(o);
  if (fault != NULL) {
    say(why, fault);
    return NULL;
  }
  const layout l = layout_of(o);
  h1_static *s = h1_static_io_map(l.total);
  if (s == NULL) {
    say(why, "static file cache: no memory");
    return NULL;
  }
  if (static_init(s, &l, o, why)) return s;
  h1_static_io_unmap(s, l.total);
  return NULL;
}

bool h1_static_start(h1_static *s) {
  if (s->helper_threads == 0) return true;
  int error = h1_static_helpers_start(&s->helpers, s->helper_threads);
  if (error == 0) error = h1_static_hasher_start(&s->hasher);
  if (error == 0 && s->lister != NULL) error = h1_lister_start(s->lister);
  for (unsigned i = 0; i < s->workers && error == 0; i++) {
    h1_static_worker *w = &s->worker[i];
    w->never_waits = true;
    for (unsigned m = 0; m < s->mount_count; m++)
      w->roots[m].cached_only = true;
  }
  errno = error;
  return error == 0;
}

void h1_static_free(h1_static *s) {
  if (s == NULL) return;
  bool ended = h1_static_hasher_stop(&s->hasher);
  if (s->lister != NULL) ended = h1_lister_stop(s->lister) && ended;
  if (!h1_static_helpers_stop(&s->helpers) || !ended) return;
  for (unsigned i = 0; i < s->workers; i++) {
    for (unsigned m = 0; m < s->mount_count; m++) {
      h1_static_root_close(&s->worker[i].roots[m]);
    }
    h1_static_cache_deinit(&s->worker[i].cache);
  }
  h1_static_tags_deinit(&s->tags);
  h1_static_io_unmap(s, s->memory_bytes);
}

h1_static_mount *h1_static_mounted(h1_static *s, size_t i) {
  return i < s->mount_count ? &s->mounts[i] : NULL;
}

static uint64_t unused(const h1_static *s, h1_static_sibling why) {
  return atomic_load_explicit(&s->notes.unused[why], memory_order_relaxed);
}

h1_static_unused h1_static_unused_siblings(const h1_static *s) {
  const h1_static_unused u = {.older = unused(s, H1_SIBLING_OLDER),
                              .empty = unused(s, H1_SIBLING_EMPTY),
                              .no_smaller = unused(s, H1_SIBLING_NO_SMALLER),
                              .window = unused(s, H1_SIBLING_WINDOW)};
  return u;
}

const char *h1_static_mode(const h1_static *s) {
  return s->has_openat2 ? "openat2" : "openat";
}
