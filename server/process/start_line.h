/* The one line that httpd writes when it serves: where, what, and what is off.
 */
#ifndef H1_SERVER_START_LINE_H_
#define H1_SERVER_START_LINE_H_

#include <stddef.h>
#include <stdint.h>

#include "server/config/config.h"
#include "server/loop/listen.h"
#include "server/process/folders.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How the boundary of the folders is held is `mode`; `memory` is the bound, and
 * `rights` says what the process may no longer do. */
#define H1_START_LINE_BYTES ((size_t)16384)
void h1_start_line(const h1_config *c, const h1_listeners *l,
                   const h1_folders *f, const char *mode, uint64_t memory,
                   const char *rights, char line[H1_START_LINE_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
