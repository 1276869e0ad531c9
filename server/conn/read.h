/* Reading more of a request. */
#ifndef H1_SERVER_CONN_READ_H_
#define H1_SERVER_CONN_READ_H_

#include "server/conn/internal.h"

/* Reads until up to `limit` bytes of the window are unread. Reading overwrites
 * the window, so this saves the current head and writes the records that point
 * into it. */
H1_MUST_USE h1_progress h1_read(h1_conn *c, size_t limit);

#endif
