/* The trailer section of a chunked body: checked, bounded, dropped. */
#ifndef H1_SERVER_CONN_TRAILERS_H_
#define H1_SERVER_CONN_TRAILERS_H_

#include "server/conn/internal.h"

H1_MUST_USE h1_progress h1_trailers_step(h1_conn *c);

#endif
