/* Looking at what a folder holds: all that a request could get, and nothing
 * that it could not. Waits for storage, and for nothing else. */
#ifndef H1_HANDLERS_STATIC_LISTING_LOOK_H_
#define H1_HANDLERS_STATIC_LISTING_LOOK_H_

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/listing.h"
#include "handlers/static/root.h"
#include "handlers/static/version.h"

/* Entries of the kernel's that are read at most, those of no interest too. */
#define H1_LISTING_LOOKED_MAX ((size_t)200000)

typedef struct {
  /* What is asked. */
  h1_static_root root;             /* its descriptor is this struct's own */
  char path[H1_STATIC_PATH_BYTES]; /* below it: empty, or ends in '/' */
  bool hidden;                     /* names that begin with a dot, too */
  uint64_t now_ms;
  int64_t now_s;
  bool spare; /* what was seen is in use: it stays while names do */

  /* What was found: 0 or a negated errno. */
  int error;
  int dir; /* the folder, while it is looked at */
  h1_static_identity id;

  /* What was seen last. */
  bool seen;
  char seen_path[H1_STATIC_PATH_BYTES];
  const char *seen_root;
  h1_static_identity seen_id;
  uint64_t seen_ms;
  bool seen_young;
  h1_listing listing;

  char target[H1_STATIC_PATH_BYTES + H1_LISTING_NAME_MAX + 1]; /* of a link */
  alignas(8) uint8_t entries[32768]; /* as the kernel writes them */
} h1_listing_look;

/* Finds the folder. True: `listing` has to be read anew. False: it failed, or
 * `listing` is what the folder holds, since that was not changed since it was
 * read, which is less than a second ago or to be spared. */
bool h1_listing_look_begin(h1_listing_look *k);
/* Reads it. */
void h1_listing_look_read(h1_listing_look *k);
/* After either. */
void h1_listing_look_end(h1_listing_look *k);

#endif
