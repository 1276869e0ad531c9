/* Opening what a client names, below the document root and nowhere else.
 *
 * With openat2(2) the kernel holds the boundary. Where it is missing (Linux
 * before 5.6) or forbidden (a seccomp filter), each component is opened by
 * itself and none may be a symbolic link. Which of the two is decided once, at
 * start. A symbolic link whose way leads out of the root and back, as one with
 * an absolute target does, is followed all the same: the path it leads to is
 * found out (links.h) and then opened without links, so that nothing that is
 * moved in the meantime widens the boundary. */
#ifndef H1_HANDLERS_STATIC_ROOT_H_
#define H1_HANDLERS_STATIC_ROOT_H_

#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/siphash.h"
#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A relative path with its NUL must fit in the kernel's PATH_MAX. */
#define H1_STATIC_PATH_BYTES ((size_t)4096)

/* Which symbolic links are followed; the root's own path may always hold some.
 */
typedef enum {
  H1_STATIC_LINKS_BENEATH, /* those that lead to a place below the root */
  H1_STATIC_LINKS_NONE,
  H1_STATIC_LINKS_ALL
} h1_static_links;

#define H1_STATIC_ROOT_ABSENT 16

/* One per worker; each has its own descriptor of the root. */
typedef struct {
  const char *path; /* the caller's, NUL-terminated */
  bool has_openat2;
  h1_static_links links;
  int fd; /* -1: not open */
  uint64_t opened_ms;
  /* Since gone_ms no folder was at `path`; missed_ms: when that was last found,
   * 0: a folder was there. */
  uint64_t gone_ms, missed_ms;
  /* Hashes of names that were not below `fd`, at the places that they say; 0:
   * none. `key` is theirs: not to be guessed by a client. */
  uint64_t absent[H1_STATIC_ROOT_ABSENT];
  h1_siphash_key key;
  /* For a thread that may not wait: what is not in memory is -EAGAIN, and so is
   * everything on a device that was not found to be local (local_device: by a
   * root of a thread that may). */
  bool cached_only;
  bool local;            /* what `fd` is */
  uint64_t local_device; /* 0: none is known */
} h1_static_root;

/* Whether openat2 can be used, tried on the folder `path`. 1, 0, or a negated
 * errno when `path` itself cannot be opened as a folder, or nothing in it. */
int h1_static_root_probe(const char *path);

/* Without a key, which is for who looks for what clients name. */
void h1_static_root_init(h1_static_root *r, const char *path, bool has_openat2,
                         h1_static_links links);
void h1_static_root_close(h1_static_root *r);

/* Makes sure that `r->fd` was opened by path at most `age_ms` before now, by
 * this very call when that is 0: another folder renamed into the root's place
 * is then the one that is served. While no folder is there, as between the two
 * renames of a deploy, the one opened before serves for up to
 * H1_STATIC_ROOT_GONE_MS. 0 or a negated errno:
 * -ENOMEDIUM when no folder is there and none was. */
#define H1_STATIC_ROOT_AGE_MS ((uint64_t)500)
#define H1_STATIC_ROOT_GONE_MS ((uint64_t)1000)
int h1_static_root_refresh(h1_static_root *r, uint64_t now_ms, uint64_t age_ms);
/* Whether the folder that was found missing may be there in a moment: it was
 * found so for the first time less than H1_STATIC_ROOT_GONE_MS ago. */
bool h1_static_root_may_return(const h1_static_root *r, uint64_t now_ms);

/* Opens `path` for reading; never blocks, whatever kind of file it is.
 * `path` passed h1_static_path_allowed, is NUL-terminated, and may be written
 * to while this runs. A descriptor, or a negated errno. -EAGAIN: the kernel
 * could not prove the boundary while folders were being moved, or a lease is in
 * the way; it was tried several times. */
int h1_static_root_open(const h1_static_root *r, char *path);

/* Whether no such name is there, by one walk from the root's own path on: below
 * the folder that is there now, whichever `r` has open. What such a walk meets
 * is not held to the boundary, so only its absence is told. False says nothing.
 */
bool h1_static_root_lacks(const h1_static_root *r, const char *path);

/* Whether a decoded path below the root may be looked up at all: no empty
 * segment but a last one (the path ends in '/'), no segment that begins with
 * '.' but a first one that is ".well-known" (with `hidden`: none that is "." or
 * ".."), none over 255 bytes, no NUL (which is how h1_path_decode writes an
 * encoded '/'), and room for a file name after it. The empty path is the root.
 */
bool h1_static_path_allowed(h1_slice path, bool hidden);

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
