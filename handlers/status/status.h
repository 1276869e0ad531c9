/* GET /_status: one page that shows what /_metrics holds as a person reads it.
 *
 * It is part of the binary and never changes while the server runs; it asks for
 * /_metrics every second and for nothing else, which its policy enforces. It
 * tells as much as /_metrics does, so its route has the same flags. */
#ifndef H1_HANDLERS_STATUS_STATUS_H_
#define H1_HANDLERS_STATUS_STATUS_H_

#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Needs no route data. */
void h1_status_serve(h1_exchange *x);

#ifdef __cplusplus
}
#endif
#endif
