/* See static_files.h. A request is answered in one of three ways:
 *
 *   fresh      the cache knows the path and looked less than a second ago
 *   checked    the path is opened again and leads to the version the cache has
 *   loaded     it leads to another one, which is read and replaces it
 *
 * An answer at most one second old has to count from when the root was opened,
 * not from when the file was: an entry that was checked below a root opened
 * half a second before is good for half a second. */
#define _GNU_SOURCE
#include "handlers/static_files.h"

#include <stdalign.h>
#include <string.h>

#include "handlers/mime.h"
#include "handlers/static_answer.h"
#include "handlers/static_io.h"
#include "parser/target.h"
#include "parser/values.h"

#define FRESH_MS ((uint64_t)1000)
enum { PARTS_PER_WORKER = 32, LOAD_ATTEMPTS = 3 };
#define CACHE_CONTROL_VALUE_MAX ((size_t)128)
#define KEY_BYTES ((size_t)16)

struct h1_static {
  size_t memory_bytes;
  unsigned workers;
  bool beneath;
  h1_siphash_key etag_key;
  size_t cache_control_len;
  uint8_t cache_control[H1_STATIC_CACHE_CONTROL_MAX]; /* a field line */
  char root[H1_STATIC_PATH_BYTES];
  h1_static_worker *worker; /* `workers` of them */
};

/* ---- memory: one piece, divided at start ---- */

/* Where each kind of thing begins, from the start of the piece. */
typedef struct {
  size_t workers, entries, parts, pages, buckets, contents, total;
  unsigned bucket_count; /* per worker, as all below */
  size_t page_count;
} layout;

/* Every kind begins on a cache line. */
static size_t reserve(size_t *at, size_t count, size_t size) {
  const size_t begin = (*at + 63) & ~(size_t)63;
  *at = begin + count * size;
  return begin;
}

static layout layout_of(const h1_static_options *o) {
  layout l;
  const size_t n = o->workers;
  size_t at = sizeof(h1_static);
  l.bucket_count = h1_static_cache_buckets(o->files_per_worker);
  l.page_count = o->contents_per_worker / H1_STATIC_PAGE_BYTES;
  l.workers = reserve(&at, n, sizeof(h1_static_worker));
  l.entries = reserve(&at, n * o->files_per_worker, sizeof(h1_static_entry));
  l.parts = reserve(&at, n * PARTS_PER_WORKER, sizeof(h1_static_parts));
  l.pages = reserve(&at, n * l.page_count, sizeof(h1_static_page));
  l.buckets = reserve(&at, n * l.bucket_count, sizeof(uint16_t));
  l.contents = reserve(&at, n * l.page_count, H1_STATIC_PAGE_BYTES);
  l.total = at;
  return l;
}

h1_static_options h1_static_options_default(void) {
  h1_static_options o = {
      .root = NULL,
      .workers = 1,
      .etag_key = NULL,
      .cache_control = NULL,
      .files_per_worker = 256,
      .open_files_per_worker = 64,
      .contents_per_worker = (size_t)4 << 20,
      .without_openat2 = false,
  };
  return o;
}

size_t h1_static_memory_bytes(const h1_static_options *o) {
  return layout_of(o).total;
}

/* The root, one file on its way into the cache, and what the cache holds. In
 * openat mode the walk has a folder open too. */
size_t h1_static_descriptors(const h1_static_options *o) {
  return (size_t)o->workers * ((size_t)o->open_files_per_worker + 3);
}

static void worker_init(h1_static *s, const layout *l,
                        const h1_static_options *o, unsigned i,
                        const uint8_t secret[2 * KEY_BYTES]) {
  uint8_t *base = (uint8_t *)s;
  h1_static_worker *w = &s->worker[i];
  h1_static_root_init(&w->root, s->root, s->beneath);
  w->parts = (h1_static_parts *)(void *)(base + l->parts);
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
  h1_static_slots_init(
      &c->slots, pages + (size_t)i * l->page_count, l->page_count,
      contents + (size_t)i * l->page_count * H1_STATIC_PAGE_BYTES);
  h1_static_cache_init(c);
}

static const char *fault_in(const h1_static_options *o) {
  if (o->root == NULL || o->root[0] == '\0') return "root: is empty";
  if (strlen(o->root) >= H1_STATIC_PATH_BYTES) return "root: path too long";
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
  const h1_room room = {s->cache_control, sizeof s->cache_control};
  return text.len <= CACHE_CONTROL_VALUE_MAX &&
         h1_field_encode(h1_slice_of("Cache-Control"), text, room,
                         &s->cache_control_len) == H1_DONE;
}

/* Fills in a zeroed piece. */
static const char *static_init(h1_static *s, const layout *l,
                               const h1_static_options *o) {
  uint8_t secret[3 * KEY_BYTES];
  if (h1_static_io_random(secret, sizeof secret) < 0) {
    return "the kernel gives no random bytes";
  }
  const int beneath = h1_static_root_probe(o->root);
  if (beneath < 0) return "root: not a folder that can be opened";
  s->memory_bytes = l->total;
  s->workers = o->workers;
  s->beneath = beneath > 0 && !o->without_openat2;
  s->etag_key = h1_siphash_key_of(o->etag_key != NULL ? o->etag_key
                                                      : secret + 2 * KEY_BYTES);
  if (!set_cache_control(s, o->cache_control)) {
    return "Cache-Control: not a field value of at most 128 bytes";
  }
  memcpy(s->root, o->root, strlen(o->root) + 1);
  s->worker = (h1_static_worker *)(void *)((uint8_t *)s + l->workers);
  for (unsigned i = 0; i < s->workers; i++) worker_init(s, l, o, i, secret);
  return NULL;
}

h1_static *h1_static_new(const h1_static_options *o, const char **why) {
  *why = fault_in(o);
  if (*why != NULL) return NULL;
  const layout l = layout_of(o);
  h1_static *s = h1_static_io_map(l.total);
  if (s == NULL) {
    *why = "static file cache: no memory";
    return NULL;
  }
  *why = static_init(s, &l, o);
  if (*why == NULL) return s;
  h1_static_io_unmap(s, l.total);
  return NULL;
}

void h1_static_free(h1_static *s) {
  if (s == NULL) return;
  for (unsigned i = 0; i < s->workers; i++) {
    h1_static_root_close(&s->worker[i].root);
    h1_static_cache_deinit(&s->worker[i].cache);
  }
  h1_static_io_unmap(s, s->memory_bytes);
}

const char *h1_static_mode(const h1_static *s) {
  return s->beneath ? "openat2" : "openat";
}

/* ---- a request ---- */

/* What serving one request needs; lives on the stack. */
typedef struct {
  h1_exchange *x;
  h1_static *files;
  h1_static_worker *w;
  h1_slice rest;  /* the path below the root; ptr is never NULL */
  bool is_folder; /* `rest` is empty or ends in '/' */
  char *path;     /* what to open, NUL-terminated, in the worker's scratch */
  h1_static_entry *known; /* what the cache has under `rest`, or NULL */
} serving;

static h1_slice cache_control_of(const h1_static *s) {
  h1_slice line = {s->cache_control, s->cache_control_len};
  return line;
}

static void reply_fault(h1_exchange *x, int e) {
  switch (h1_static_fault_of(e)) {
    case H1_STATIC_ABSENT:
      h1_reply_status(x, 404, H1_NOT_FOUND);
      return;
    case H1_STATIC_BUSY:
      (void)h1_reply_field(x, h1_slice_of("Retry-After"), h1_slice_of("1"));
      h1_reply_status(x, 503, H1_NO_MEMORY);
      return;
    case H1_STATIC_BROKEN:
      h1_reply_status(x, 500, H1_HANDLER_FAILED);
      return;
  }
}

/* Writes path, '/' and query, percent-encoded, to `room`; the query was
 * checked by the request decoder. 0 when it does not fit. */
static size_t write_location(const h1_exchange *x, bool with_query,
                             h1_room room) {
  const h1_slice query = h1_exchange_query(x);
  size_t at = 0;
  if (h1_percent_encode(h1_exchange_path(x), true, room, &at) != H1_DONE) {
    return 0;
  }
  if (room.len - at < query.len + 2) return 0;
  room.ptr[at++] = '/';
  if (!with_query || query.len == 0) return at;
  room.ptr[at++] = '?';
  memcpy(room.ptr + at, query.ptr, query.len);
  return at + query.len;
}

/* To the same path with a '/' behind it. A Location that began with "//" would
 * name another host; and no path that passed h1_static_path_allowed is so long
 * that the field has no room for it, unless the folder's name is nearly all
 * percent-encoded: such a folder is "not found" without its slash. */
static void redirect_to_folder(h1_exchange *x) {
  const h1_room room = h1_exchange_scratch(x);
  for (int with_query = 1; with_query >= 0; with_query--) {
    const size_t len = write_location(x, with_query != 0, room);
    const h1_slice location = {room.ptr, len};
    if (len < 2 || room.ptr[0] != '/' || room.ptr[1] == '/') break;
    if (h1_reply_field(x, h1_slice_of("Location"), location)) {
      h1_reply_status(x, 301, H1_OK);
      return;
    }
  }
  h1_reply_status(x, 404, H1_NOT_FOUND);
}

static void forget(serving *v) {
  if (v->known != NULL) h1_static_cache_retire(&v->w->cache, v->known);
  v->known = NULL;
}

/* Copies the path to the scratch memory, with index.html for a folder. False
 * when no such path may be looked up. */
static bool make_path(serving *v) {
  static const char index[] = "index.html";
  if (!h1_static_path_allowed(v->rest)) return false;
  const h1_room room = h1_exchange_scratch(v->x);
  memcpy(room.ptr, v->rest.ptr, v->rest.len);
  if (v->is_folder) {
    memcpy(room.ptr + v->rest.len, index, sizeof index);
  } else {
    room.ptr[v->rest.len] = '\0';
  }
  v->path = (char *)room.ptr;
  return true;
}

/* Opens the path anew. A descriptor, or a negated errno. */
static int open_path(serving *v, struct stat *st) {
  const int root =
      h1_static_root_refresh(&v->w->root, h1_exchange_now_ms(v->x));
  if (root < 0) return root;
  const int fd = h1_static_root_open(&v->w->root, v->path);
  if (fd < 0) return fd;
  const int e = h1_static_io_fstat(fd, st);
  if (e == 0) return fd;
  h1_static_io_close(fd);
  return e;
}

static void describe(const serving *v, const struct stat *st, int fd,
                     h1_static_file *file) {
  const h1_static_identity id = h1_static_identity_of(st);
  const h1_slice path = {(const uint8_t *)v->path, strlen(v->path)};
  h1_static_file_describe(file, &id, fd, h1_mime_type(path), v->files->etag_key,
                          cache_control_of(v->files), h1_exchange_now_s(v->x));
}

/* Puts the version that `fd` is into the cache and answers with it. A file that
 * changes while it is read is looked at again; one that never holds still is
 * sent as it comes, and nothing is claimed about it. */
static void load_and_answer(serving *v, int fd, const struct stat *first) {
  struct stat st = *first;
  h1_static_file file;
  bool unstable = true;
  for (int i = 0; i < LOAD_ATTEMPTS && unstable; i++) {
    describe(v, &st, fd, &file);
    h1_static_entry *e = h1_static_cache_insert(
        &v->w->cache, v->rest, &file, v->w->root.opened_ms, &unstable);
    if (e != NULL) {
      h1_static_answer_entry(v->x, v->w, e);
      return;
    }
    const int e_stat = unstable ? h1_static_io_fstat(fd, &st) : 0;
    if (e_stat < 0) {
      h1_static_io_close(fd);
      reply_fault(v->x, e_stat);
      return;
    }
  }
  if (unstable) {
    describe(v, &st, fd, &file);
    h1_static_file_disown(&file, cache_control_of(v->files));
  }
  h1_static_answer_file(v->x, v->w, &file);
}

/* Whether what the cache knows is what was just opened. A young file may have
 * been changed and look the same. */
static bool is_known(const serving *v, const struct stat *st) {
  if (v->known == NULL || v->known->file.young) return false;
  const h1_static_identity id = h1_static_identity_of(st);
  return h1_static_identity_equal(&id, &v->known->file.id);
}

static void answer_opened(serving *v, int fd, const struct stat *st) {
  if (is_known(v, st)) {
    h1_static_io_close(fd);
    v->known->checked_ms = v->w->root.opened_ms;
    h1_static_answer_entry(v->x, v->w, v->known);
    return;
  }
  forget(v);
  if (S_ISREG(st->st_mode)) {
    load_and_answer(v, fd, st);
    return;
  }
  h1_static_io_close(fd);
  if (S_ISDIR(st->st_mode) && !v->is_folder) {
    redirect_to_folder(v->x);
    return;
  }
  h1_reply_status(v->x, 404, H1_NOT_FOUND);
}

/* Whether an entry may be served without looking at its path again. An open
 * file could have been written to in place, and what is sent from it is read
 * only now: it is looked at each time, which is little beside sending it. */
static bool is_fresh(const h1_static_entry *e, uint64_t now_ms) {
  if (now_ms - e->checked_ms > FRESH_MS) return false;
  if (e->file.contents != NULL) return true;
  struct stat st;
  if (h1_static_io_fstat(e->file.fd, &st) < 0) return false;
  const h1_static_identity id = h1_static_identity_of(&st);
  return h1_static_identity_equal(&id, &e->file.id);
}

static void serve_from_disk(serving *v) {
  struct stat st;
  v->is_folder = v->rest.len == 0 || v->rest.ptr[v->rest.len - 1] == '/';
  if (!make_path(v)) {
    h1_reply_status(v->x, 404, H1_NOT_FOUND);
    return;
  }
  const int fd = open_path(v, &st);
  if (fd < 0) {
    forget(v);
    reply_fault(v->x, fd);
    return;
  }
  answer_opened(v, fd, &st);
}

void h1_static_serve(h1_exchange *x) {
  h1_static *s = h1_exchange_data(x);
  const unsigned worker = h1_exchange_worker(x);
  if (worker >= s->workers) {
    h1_reply_status(x, 500, H1_HANDLER_FAILED);
    return;
  }
  serving v = {.x = x, .files = s, .w = &s->worker[worker]};
  v.rest = h1_exchange_rest(x);
  if (v.rest.ptr == NULL) { /* the route of the root's name without its slash */
    redirect_to_folder(x);
    return;
  }
  v.known = h1_static_cache_find(&v.w->cache, v.rest);
  if (v.known != NULL && is_fresh(v.known, h1_exchange_now_ms(x))) {
    h1_static_answer_entry(x, v.w, v.known);
    return;
  }
  serve_from_disk(&v);
}
