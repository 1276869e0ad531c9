/* GET /: "Hello, world!", or for who prefers text/html a page that says what
 * there is. */
#ifndef H1_HANDLERS_HOME_H_
#define H1_HANDLERS_HOME_H_

#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Needs no route data. */
void h1_home_serve(h1_exchange *x);

/* Its field lines, for the test that holds them against h1_field_encode. */
extern const char h1_home_lines[];

#ifdef __cplusplus
}
#endif
#endif
