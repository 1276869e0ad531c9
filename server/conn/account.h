/* Accounting: a finished exchange in metrics and log, once its answer is with
 * the kernel. */
#ifndef H1_SERVER_CONN_ACCOUNT_H_
#define H1_SERVER_CONN_ACCOUNT_H_

#include "server/conn/internal.h"

/* Notes the exchange of `c`, which is over. */
void h1_account(h1_conn *c);
/* Sends what is staged, then writes what was noted. */
void h1_settle(h1_conn *c);

#endif
