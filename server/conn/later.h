/* An answer that comes later: the handler has returned without one and is
 * called again when it is woken, or at a time. Nobody else writes
 * flight->later. */
#ifndef H1_SERVER_CONN_LATER_H_
#define H1_SERVER_CONN_LATER_H_

#include "server/conn/internal.h"

/* `run` is to be called in place of the handler, at `at_ms` at the latest. */
void h1_later_set(h1_conn *c, h1_handler run, uint64_t at_ms);
/* Somebody called h1_wake. */
void h1_later_woken(h1_conn *c);
/* Whether it is to be called now; if so, what, once. */
H1_MUST_USE bool h1_later_is_due(const h1_conn *c);
H1_MUST_USE h1_handler h1_later_take(h1_conn *c);

#endif
