/* Files of folders, for example GET /static/ and below.
 *
 *   const h1_static_folder folders[] = {{"--root", "/srv/www"}};
 *   h1_static_options o = h1_static_options_default();
 *   o.folders = folders;
 *   o.folder_count = 1;
 *   o.workers = workers + 1;    (the overload lane counts)
 *   char why[H1_STATIC_WHY_BYTES];
 *   h1_static *files = h1_static_new(&o, why);
 *   ... {H1_METHOD_BIT(H1_GET), "/static/" "*", h1_static_serve,
 *        h1_static_mounted(files, 0), H1_BODY_IGNORE, 0, 0},
 *       {... "/static", h1_static_serve, the same ...} for its redirect ...
 *
 * Several folders may be served, each under a prefix of its own: its routes'
 * data say which. They share helper threads, hashes and each worker's cache, so
 * that memory does not grow with their number.
 *
 * The route may not be H1_ROUTE_BLOCKING: each worker has a cache of its own
 * that only it touches. What is not in memory is looked up, read and hashed by
 * helper threads, once h1_static_start was called; when all of them wait for
 * their storage, requests that need one get 503 after a second.
 *
 * Answered: regular files below the root; 301 for a folder without its slash,
 * its index for one with it; 404 for all else, what may not be read included;
 * 503 with Retry-After when descriptors or kernel memory run out; 500 when
 * storage fails. What is served is at most one second old. */
#ifndef H1_HANDLERS_STATIC_HANDLER_H_
#define H1_HANDLERS_STATIC_HANDLER_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/static/root.h"
#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A folder that is served, the root of its mount; copied. */
typedef struct {
  const char *option; /* what messages about it begin with: "--root" */
  const char *path;
  const char *prefix; /* it is served below; NULL or empty: "/" */
} h1_static_folder;

/* Each costs a worker one descriptor and few bytes. */
#define H1_STATIC_MOUNTS_MAX 64
#define H1_STATIC_INDEXES_MAX 8

/* A file that answers in the place of an error. */
typedef struct {
  uint16_t status;  /* one that files are answered with: 404, 500 or 503 */
  const char *path; /* below the folder of pages; copied */
} h1_static_error_page;
#define H1_STATIC_SUBSTITUTE_BYTES ((size_t)240)
#define H1_STATIC_ERROR_PAGES_MAX 4u

typedef struct {
  const h1_static_folder *folders; /* up to H1_STATIC_MOUNTS_MAX */
  size_t folder_count;
  h1_static_links links; /* which symbolic links are followed */
  /* Types beside those that are built in, in the form of mime.types, or NULL:
   * none. They outrank the built-in ones. */
  const char *mime_types;
  /* The charset parameter of text types; empty: none. */
  const char *charset;
  bool reloads; /* h1_static_reload may be called */
  /* Names that stand for their folder, the first that is there; at most
   * H1_STATIC_INDEXES_MAX of at most 63 bytes. None: folders have no index. */
  const char *const *indexes;
  size_t index_count;
  bool clean_urls; /* about is about.html, and about.html is sent to about */
  bool hidden;     /* names that begin with '.' are served, too */
  bool listing;    /* a folder without an index is answered with its names */
  /* Files below folders[pages]: one for those who go to an address that is not
   * there, and some for errors. They have to be there at start. */
  size_t pages;
  const char *fallback; /* NULL: none */
  const h1_static_error_page *error_pages;
  size_t error_page_count;
  unsigned workers; /* h1_exchange_worker gives 0 to workers - 1 */
  /* The value of Cache-Control on 200, 206 and 304, at most 128 bytes; NULL or
   * empty: none is sent, and caches guess from Last-Modified. */
  const char *cache_control;
  unsigned files_per_worker;      /* cached: 1 to 32768 */
  unsigned open_files_per_worker; /* of these, with an open descriptor */
  size_t contents_per_worker;     /* bytes for contents of small files; rounded
                                     down to 64 KiB */
  unsigned helpers;     /* threads that may wait for storage; at most 64 */
  bool without_openat2; /* as if the kernel had none */
  bool precompressed;   /* NAME.br, NAME.zst and NAME.gz are sent for NAME */
  void (*say)(const char *line); /* for the log, from any thread, or NULL */
} h1_static_options;

/* 256 files, 64 of them open, 4 MiB of contents, links below the root, utf-8,
 * index.html. */
h1_static_options h1_static_options_default(void);

typedef struct h1_static h1_static;
/* One of its folders. */
typedef struct h1_static_mount h1_static_mount;

/* Allocates everything there will ever be, in one piece. NULL: `why` says in
 * one line which option of httpd is wrong, and how. The folders must be
 * there at start; later they may be renamed and replaced. */
#define H1_STATIC_WHY_BYTES ((size_t)4352)
h1_static *h1_static_new(const h1_static_options *o,
                         char why[H1_STATIC_WHY_BYTES]);
/* Starts the helper threads; before the first request, or never: workers then
 * do all by themselves, and wait. False with errno. */
bool h1_static_start(h1_static *s);
/* Media types, charset, fallback and error pages as `o` has them, whose folders
 * are those of the start, for requests of that generation
 * (h1_exchange_generation); those of the generation before the last are
 * forgotten. `room` is free until this returns. False: `why` says which option
 * is wrong, and nothing has changed for anybody. */
bool h1_static_reload(h1_static *s, const h1_static_options *o,
                      uint64_t generation, h1_buffer room,
                      char why[H1_STATIC_WHY_BYTES]);
/* No exchange may be in progress. NULL is fine. When a helper still waits for
 * its storage, nothing is freed: the process is about to end. */
void h1_static_free(h1_static *s);

/* Bytes h1_static_new allocates, stacks of helpers included, except for the
 * table of hashes; and those of the table. */
size_t h1_static_memory_bytes(const h1_static_options *o);
size_t h1_static_tag_memory_bytes(void);
/* And those for listings, with the stack of their thread; 0 without. */
size_t h1_static_listing_memory_bytes(const h1_static_options *o);
/* Descriptors it opens at most, beside one for each exchange in progress. */
size_t h1_static_descriptors(const h1_static_options *o);

/* How often a precompressed file was found that is not used: by more than one
 * thread, at most once a second for each of them and file. Older than the
 * original by whole seconds, empty, no smaller, a zstd frame that clients need
 * not be able to decode. */
typedef struct {
  uint64_t older, empty, no_smaller, window;
} h1_static_unused;
h1_static_unused h1_static_unused_siblings(const h1_static *s);

/* How the root is enforced, for the log: "openat2" or "openat". */
const char *h1_static_mode(const h1_static *s);

/* What routes to folder `i` of the options have as their data; lives as long as
 * `s`. */
h1_static_mount *h1_static_mounted(h1_static *s, size_t i);

/* The handler; its route's data is the h1_static_mount. */
void h1_static_serve(h1_exchange *x);

/* The tick (server/handler.h) that lets go of what a worker keeps and nobody
 * asks for; its data is the h1_static. Within five seconds without a request no
 * file and no folder is open. */
bool h1_static_tick(void *files, unsigned worker, uint64_t now_ms);

#ifdef __cplusplus
}
#endif
#endif
