/* Precompressed files: app.js.br, app.js.zst and app.js.gz beside app.js, sent
 * in its place to clients that accept them.
 *
 * An original and its siblings are looked at together, below the same root and
 * the original first, each time the path is checked: a sibling that is sent is
 * the very file that was found beside this version of the original. */
#ifndef H1_HANDLERS_STATIC_SIBLINGS_H_
#define H1_HANDLERS_STATIC_SIBLINGS_H_

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/load.h"
#include "handlers/static/root.h"
#include "handlers/static/version.h"
#include "parser/fields.h"

/* How often siblings were found that are not used, by why. */
typedef struct {
  atomic_uint_fast64_t unused[H1_SIBLING_STATES];
  atomic_uint_fast64_t said_ms; /* when that was last said; 0: never */
  /* Takes one line; NULL: nothing is said. At most once a minute. */
  void (*say)(const char *line);
} h1_static_sibling_notes;

/* What an original's name gets appended: ".br". */
const char *h1_static_sibling_suffix(h1_coding coding);

/* Fills in `l->siblings`, for the regular file at `l->path` that was found
 * below `root`, and leaves the path as it was. False: it would have to wait. */
bool h1_static_siblings_find(h1_static_load *l, const h1_static_root *root);

/* Counts and says what is not used of a file's siblings, unless it was the same
 * before, when it is not NULL. */
void h1_static_siblings_note(h1_static_sibling_notes *notes, const char *path,
                             const h1_static_siblings *now,
                             const h1_static_siblings *before, uint64_t now_ms);

/* Whether there is one, used or not. */
bool h1_static_siblings_any(const h1_static_siblings *s);

/* What to send to a client of these fields: one that is usable, or identity. */
h1_coding h1_static_siblings_choose(const h1_static_siblings *s,
                                    const h1_fields *fields);

#endif
