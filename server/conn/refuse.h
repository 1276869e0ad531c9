/* Refusing the request being served. */
#ifndef H1_SERVER_CONN_REFUSE_H_
#define H1_SERVER_CONN_REFUSE_H_

#include "server/conn/internal.h"

/* Answers it with `why` and ends the connection after that, or goes on when the
 * framing is beyond doubt; when it was answered already, only ends. */
void h1_refuse(h1_conn *c, h1_error why);

#endif
