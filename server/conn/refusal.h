/* What a refusal says: the status of its reason, Allow for a 405, Retry-After
 * for a 503. */
#ifndef H1_SERVER_CONN_REFUSAL_H_
#define H1_SERVER_CONN_REFUSAL_H_

#include "server/conn/internal.h"

/* Makes a refusal the reply, in place of whatever was said before. */
void h1_make_refusal(h1_exchange *x, h1_error why);
/* The Allow field that names these methods. */
void h1_add_allow(h1_exchange *x, unsigned allowed);

#endif
