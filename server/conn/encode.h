/* Turning what a handler replied into bytes: the head, and small bodies with
 * it, onto the stage; the rest becomes the connection's source. */
#ifndef H1_SERVER_CONN_ENCODE_H_
#define H1_SERVER_CONN_ENCODE_H_

#include "server/conn/internal.h"

/* There is a reply, and the stage has room for one more answer. A reply that is
 * no message is answered 500 instead. */
void h1_encode_reply(h1_exchange *x);

#endif
