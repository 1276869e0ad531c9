/* Which file a path stands for. Mostly the one of that name; a folder stands
 * for its index, and where addresses are clean a name stands for that name with
 * .html, too:
 *
 *   asked         found             otherwise
 *   docs/         docs/index.html   (listed, or not found)
 *   about         about             about.html, then sent to about/
 *
 * What the endings are is the caller's; here they are tried in order, all of
 * them below one root, so that a deploy in between mixes no two trees. */
#ifndef H1_HANDLERS_STATIC_FIND_H_
#define H1_HANDLERS_STATIC_FIND_H_

#include <stdbool.h>

#include "handlers/static/load.h"
#include "handlers/static/root.h"

/* Fills in what was found of l->path, from `fd` to `sent`, and writes the
 * ending to the path. 0, or a negated errno: then nothing is open. */
int h1_static_find(h1_static_load *l, h1_static_root *root);

#endif
