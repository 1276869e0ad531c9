/* Where a path below the root leads when its symbolic links are followed. */
#ifndef H1_HANDLERS_STATIC_LINKS_H_
#define H1_HANDLERS_STATIC_LINKS_H_

#include "handlers/static/root.h"

/* Writes to `real` where `path` leads, as a path below `root` without symbolic
 * links, "." for the root itself. 0, or a negated errno: -EXDEV when a link
 * leads to a place that is not below the root, or the kernel does not tell
 * where (no /proc).
 *
 * It may be wrong as soon as it returns: what is opened by it is opened without
 * following links. `path` may be written to while this runs. */
int h1_static_links_resolve(int root, char *path,
                            char real[H1_STATIC_PATH_BYTES]);

#endif
