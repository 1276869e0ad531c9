/* Closing a connection. */
#ifndef H1_SERVER_CONN_CLOSE_H_
#define H1_SERVER_CONN_CLOSE_H_

#include "server/conn/internal.h"

/* Gives back all it holds and its slot. `why` is logged when a request was in
 * progress. */
void h1_conn_close(h1_conn *c, h1_error why);
/* The same for one that is broken: by its own reason, or the client's. */
void h1_conn_close_broken(h1_conn *c);

#endif
