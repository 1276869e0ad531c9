/* Opening what a client names, below the document root and nowhere else.
 *
 * With openat2(2) the kernel holds the boundary: symbolic links are followed as
 * long as they stay below the root. Where openat2 is missing (Linux before 5.6)
 * or forbidden (a seccomp filter), each component is opened by itself and no
 * symbolic link is followed at all. Which of the two is decided once, at start.
 */
#ifndef H1_HANDLERS_STATIC_ROOT_H_
#define H1_HANDLERS_STATIC_ROOT_H_

#include <stdbool.h>
#include <stdint.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A relative path with its NUL must fit in the kernel's PATH_MAX. */
#define H1_STATIC_PATH_BYTES ((size_t)4096)

/* One per worker; each has its own descriptor of the root. */
typedef struct {
  const char *path; /* the caller's, NUL-terminated */
  bool beneath;     /* openat2 */
  int fd;           /* -1: not open */
  uint64_t opened_ms;
} h1_static_root;

/* Whether openat2 can be used, tried on the folder `path`. 1, 0, or a negated
 * errno when `path` itself cannot be opened as a folder. */
int h1_static_root_probe(const char *path);

void h1_static_root_init(h1_static_root *r, const char *path, bool beneath);
void h1_static_root_close(h1_static_root *r);

/* Makes sure that `r->fd` was opened by path at most H1_STATIC_ROOT_AGE_MS
 * before now: another folder renamed into the root's place is then the one that
 * is served. 0 or a negated errno; after a failure nothing is served from the
 * folder that was there before. */
#define H1_STATIC_ROOT_AGE_MS ((uint64_t)500)
int h1_static_root_refresh(h1_static_root *r, uint64_t now_ms);

/* Opens `path` for reading; never blocks, whatever kind of file it is.
 * `path` passed h1_static_path_allowed, is NUL-terminated, and may be written
 * to while this runs. A descriptor, or a negated errno. -EAGAIN: the kernel
 * could not prove the boundary while folders were being moved, or a lease is in
 * the way; it was tried several times. */
int h1_static_root_open(const h1_static_root *r, char *path);

/* Whether a decoded path below the root may be looked up at all: no empty
 * segment but a last one (the path ends in '/'), no segment that begins with
 * '.' but a first one that is ".well-known", none over 255 bytes, no NUL (which
 * is how h1_path_decode writes an encoded '/'), and room for a file name behind
 * it. The empty path is the root. */
bool h1_static_path_allowed(h1_slice path);

/* What to answer when opening or reading failed with the negated errno `e`. */
typedef enum {
  H1_STATIC_ABSENT, /* nothing there that may be served: 404 */
  H1_STATIC_BUSY,   /* out of descriptors or memory for now: 503 */
  H1_STATIC_BROKEN  /* the storage fails: 500 */
} h1_static_fault;
h1_static_fault h1_static_fault_of(int e);

#ifdef __cplusplus
}
#endif
#endif
