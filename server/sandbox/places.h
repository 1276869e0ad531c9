/* Where in the file system the process has something to do, for Landlock: a
 * list of folders and files, each with what may be done there.
 *
 * A rule holds for a folder and all that is below it, wherever it is moved, but
 * not for another folder that takes its place. So that a deploy by rename or by
 * a link is seen without a restart, what may be read is not the root but the
 * folder that holds it; where its path leads through links, the folders that
 * hold a link and those that hold what a link leads to. That the whole system
 * may be read is never meant: where such a folder is `/`, the root alone may be
 * read, and `restart` says that another one needs a restart. Nor that all of it
 * may be written: a log in `/` is noted as `everywhere`, and a socket there may
 * not be removed. */
#ifndef H1_SERVER_SANDBOX_PLACES_H_
#define H1_SERVER_SANDBOX_PLACES_H_

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define H1_PLACE_BYTES 4096
#define H1_PLACES_MAX 256

enum {
  H1_PLACE_READ = 1,   /* files and folders */
  H1_PLACE_WRITE = 2,  /* files, which are made if they are not there */
  H1_PLACE_REMOVE = 4, /* files and sockets */
  H1_PLACE_FILE = 8    /* this file, not a folder */
};

typedef struct {
  unsigned rights;
  char path[H1_PLACE_BYTES]; /* absolute, and without links */
} h1_place;

typedef struct {
  h1_place item[H1_PLACES_MAX];
  size_t count;
  bool restart; /* a root that is replaced needs a restart */
  char restart_outside[H1_PLACE_BYTES]; /* unless the new one is below this
                                           folder; empty: in any case */
  bool everywhere; /* the log's folder is `/`: any file could be written */
  bool too_many;   /* some have no space here, or a path is too long */
} h1_places;

/* A folder that is served, by the path it was given. */
void h1_places_add_root(h1_places *p, const char *path);
/* A file that is read again later: whoever changes it may replace it. */
void h1_places_add_file(h1_places *p, const char *path);
/* A file that is appended to, and made when it is not there. */
void h1_places_add_log(h1_places *p, const char *path);
/* A unix socket or file that is removed in the end, as long as it is there;
 * nothing is in `/`, unless a log is there. */
void h1_places_add_removed(h1_places *p, const char *path);
/* Everything may be read. */
void h1_places_add_all(h1_places *p);

/* Takes out what others hold already. */
void h1_places_reduce(h1_places *p);

#ifdef __cplusplus
}
#endif
#endif
