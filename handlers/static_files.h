/* GET /static/ and below: files of one folder.
 *
 *   h1_static_options o = h1_static_options_default();
 *   o.root = "/srv/www";
 *   o.workers = workers + 1;    (the overload lane counts)
 *   const char *why;
 *   h1_static *files = h1_static_new(&o, &why);
 *   ... {H1_METHOD_BIT(H1_GET), "/static/" "*", h1_static_serve, files,
 *        H1_BODY_IGNORE, 0, 0},
 *       {... "/static", h1_static_serve, files ...} for its redirect ...
 *
 * The route may not be H1_ROUTE_BLOCKING: each worker has a cache of its own
 * that only it touches. What is not in memory is read and sent by the worker
 * itself, so cold or remote storage can stall it.
 *
 * Answered: regular files below the root; 301 for a folder without its slash,
 * index.html for one with it; 404 for all else, what may not be read included;
 * 503 with Retry-After when descriptors or kernel memory run out; 500 when
 * storage fails. What is served is at most one second old. */
#ifndef H1_HANDLERS_STATIC_FILES_H_
#define H1_HANDLERS_STATIC_FILES_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char *root; /* a folder; copied */
  unsigned workers; /* h1_exchange_worker gives 0 to workers - 1 */
  /* 16 secret bytes for entity tags, or NULL: drawn at random. With a key that
   * stays, the tags of unchanged files stay over a restart, and clients need
   * not fetch them again. */
  const uint8_t *etag_key;
  /* The value of Cache-Control on 200, 206 and 304, at most 128 bytes; NULL or
   * empty: none is sent, and caches guess from Last-Modified. */
  const char *cache_control;
  unsigned files_per_worker;      /* cached: 1 to 32768 */
  unsigned open_files_per_worker; /* of these, with an open descriptor */
  size_t contents_per_worker;     /* bytes for contents of small files; rounded
                                     down to 64 KiB */
  bool without_openat2;           /* as if the kernel had none */
} h1_static_options;

/* 256 files, 64 of them open, 4 MiB of contents. */
h1_static_options h1_static_options_default(void);

typedef struct h1_static h1_static;

/* Allocates everything there will ever be, in one piece. NULL: `*why` says in
 * one line what is wrong. The root must be there at start; later it may be
 * renamed and replaced. */
h1_static *h1_static_new(const h1_static_options *o, const char **why);
/* No exchange may be in progress. NULL is fine. */
void h1_static_free(h1_static *s);

/* Bytes h1_static_new allocates. */
size_t h1_static_memory_bytes(const h1_static_options *o);
/* Descriptors it opens at most, beside one for each exchange in progress. */
size_t h1_static_descriptors(const h1_static_options *o);

/* How the root is enforced, for the log: "openat2" or "openat", the latter
 * following no symbolic links. */
const char *h1_static_mode(const h1_static *s);

/* The handler; its route's data is the h1_static. */
void h1_static_serve(h1_exchange *x);

#ifdef __cplusplus
}
#endif
#endif
