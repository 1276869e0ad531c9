/* The body of a request: admitted at the head, then buffered, streamed to its
 * handler, or dropped. */
#ifndef H1_SERVER_CONN_BODY_H_
#define H1_SERVER_CONN_BODY_H_

#include "server/conn/internal.h"

/* The request just routed is to be answered; its body, if it is to be buffered,
 * asks to be admitted. */
void h1_body_admit(h1_conn *c);
/* Whether none of it is to be waited for: the handler may run. */
H1_MUST_USE bool h1_body_is_whole(const h1_conn *c);
/* It is to be read; a handler that streams it is run now. */
void h1_body_begin(h1_conn *c);
H1_MUST_USE h1_progress h1_body_step(h1_conn *c);
/* Its last byte was read: the handler may run. */
H1_MUST_USE h1_progress h1_body_complete(h1_conn *c);
/* A sink that waited is called again. */
void h1_body_woken(h1_conn *c);

#endif
