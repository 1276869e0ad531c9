/* POST /submit: sends the request's body back. */
#ifndef H1_HANDLERS_SUBMIT_H_
#define H1_HANDLERS_SUBMIT_H_

#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For a route with H1_BODY_BUFFER; needs no route data. The Content-Type is the
 * request's when it is a media type, else application/octet-stream. */
void h1_submit_serve(h1_exchange *x);

#ifdef __cplusplus
}
#endif
#endif
