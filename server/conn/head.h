/* Reading and decoding the head of the next request. */
#ifndef H1_SERVER_CONN_HEAD_H_
#define H1_SERVER_CONN_HEAD_H_

#include "server/conn/internal.h"

/* Reads more of it. BLOCKED at the end of input, too. */
H1_MUST_USE h1_progress h1_head_read(h1_conn *c);
/* Decodes what the window has of it, into cx->request. DONE and FAILED set
 * `*bytes`, what there is of it; FAILED also `*why`. */
H1_MUST_USE h1_step h1_head_decode(h1_conn *c, size_t *bytes, h1_error *why);

#endif
