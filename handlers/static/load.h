/* Finding what a path leads to, and what there is to know of it before it can
 * be answered with: contents of a small file, hash of a larger one. On a worker
 * without ever waiting, on a helper thread for as long as it takes. */
#ifndef H1_HANDLERS_STATIC_LOAD_H_
#define H1_HANDLERS_STATIC_LOAD_H_

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "handlers/static/cache.h"
#include "handlers/static/root.h"
#include "handlers/static/tags.h"
#include "handlers/static/version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Files up to here are hashed before they are first answered with. */
#define H1_STATIC_HASH_AT_ONCE_MAX ((uint64_t)16 << 20)

/* What may follow a path in the name of the file that it stands for; the first
 * is tried first. */
#define H1_STATIC_ENDINGS_MAX 8u
#define H1_STATIC_ENDING_BYTES ((size_t)64) /* with its NUL */
typedef struct {
  unsigned count;
  char text[H1_STATIC_ENDINGS_MAX][H1_STATIC_ENDING_BYTES];
} h1_static_endings;

/* Where a client is sent that asked for an address that is not the clean one of
 * what is there. */
typedef enum {
  H1_STATIC_SENT_NOWHERE,
  H1_STATIC_SENT_WITHOUT_ENDING, /* about.html: to about */
  H1_STATIC_SENT_TO_FOLDER,      /* docs/index.html: to docs/ */
  H1_STATIC_SENT_WITHOUT_SLASH   /* about/: to about */
} h1_static_sent;

typedef struct {
  /* What is asked: a path of `path_len` bytes that passed
   * h1_static_path_allowed; what may follow it; what is known of it already,
   * which need not be read again; the clocks. */
  char path[H1_STATIC_PATH_BYTES]; /* with its ending once it was found */
  size_t path_len;
  const h1_static_endings *endings, *index; /* of this path, and of folders */
  bool clean;    /* other addresses than the clean one are sent there */
  bool is_known; /* as `met_id`, not young, and `met_has_etag` */
  bool met_has_etag;
  h1_static_identity met_id; /* ctime 0: none */
  uint64_t met_ms;
  bool wants_siblings;
  h1_static_siblings met_siblings; /* none: nothing of them is known */
  int64_t now_s;
  uint64_t now_ms;

  /* What was found. */
  int error; /* 0, or a negated errno */
  bool would_block;
  int fd; /* of a regular file: the caller's to close; or -1 */
  struct stat st;
  unsigned ending;     /* which it was found with */
  bool is_folder;      /* it is one, and its path has no slash at its end */
  h1_static_sent sent; /* it is somewhere else */
  uint64_t checked_ms; /* when the root was opened that it was found below */
  bool has_contents;   /* in `bytes`, and they are those of `st` */
  bool unstable;       /* it would not hold still */
  bool has_hash;
  bool wants_hash; /* by the background: it is too large to be waited for */
  h1_static_siblings siblings; /* when wanted, of a regular file */
  uint8_t hash[H1_STATIC_HASH_BYTES];
  uint8_t bytes[H1_STATIC_CONTENTS_MAX];
} h1_static_load;

/* Fills in what was found, below `root`. When that is cached_only nothing
 * waits, and what would have to is would_block. */
void h1_static_load_run(h1_static_load *l, h1_static_root *root,
                        h1_static_tags *tags);

/* When a file was first met as it is. */
h1_static_times h1_static_load_times(const h1_static_load *l,
                                     const h1_static_identity *id);

#ifdef __cplusplus
}
#endif
#endif
