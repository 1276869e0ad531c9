/* Turning what a handler replied into bytes: the head, and small bodies with
 * it, onto the stage; the rest becomes the connection's source. */
#ifndef H1_SERVER_CONN_ENCODE_H_
#define H1_SERVER_CONN_ENCODE_H_

#include "server/conn/internal.h"

/* There is a reply, and the stage has room for one more answer. A reply that is
 * no message is answered 500 instead. */
void h1_encode_reply(h1_exchange *x);
/* Whether the answer to this request is the connection's last, whatever it is:
 * the client said so, or the requests of a connection or the server's time are
 * over. */
H1_MUST_USE bool h1_answer_is_last(const h1_conn *c);

#endif
