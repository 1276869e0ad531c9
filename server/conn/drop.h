/* Reading a body that nobody wants, so that the connection can go on after an
 * answer that did not wait for it. */
#ifndef H1_SERVER_CONN_DROP_H_
#define H1_SERVER_CONN_DROP_H_

#include "server/conn/internal.h"

/* How much of it is read and thrown away. */
#define H1_DROP_BYTES ((uint64_t)64 * 1024)

/* The body of a refused request is still to come. */
void h1_drop_begin(h1_conn *c);
/* The rest of a body that its handler has answered without. */
void h1_drop_rest(h1_conn *c);
/* How much of `n` bytes is dropped: less is more than is read for nothing. */
H1_MUST_USE size_t h1_drop_take(h1_conn *c, size_t n);

#endif
