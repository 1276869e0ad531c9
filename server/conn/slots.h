/* The slots that connections live in, and the lists that say what each of them
 * waits for. */
#ifndef H1_SERVER_CONN_SLOTS_H_
#define H1_SERVER_CONN_SLOTS_H_

#include "server/conn/internal.h"

/* A free slot, cleared; there must be one. */
h1_conn *h1_slot_take(h1_context *cx);
void h1_slot_free(h1_context *cx, h1_conn *c);
bool h1_slot_left(const h1_context *cx);
/* Whether another worker has a free slot. */
bool h1_slot_left_elsewhere(const h1_context *cx);

/* Moves a connection to the end of that list. */
void h1_conn_enlist(h1_conn *c, h1_list_id list);

#endif
