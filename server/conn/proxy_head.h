/* What comes before the first request of a connection to --proxy-listen. */
#ifndef H1_SERVER_CONN_PROXY_HEAD_H_
#define H1_SERVER_CONN_PROXY_HEAD_H_

#include "server/conn/internal.h"

/* Reads the PROXY header that the connection has to begin with
 * (c->input.proxy_due), or refuses it. */
H1_MUST_USE h1_progress h1_proxy_head(h1_conn *c);

#endif
