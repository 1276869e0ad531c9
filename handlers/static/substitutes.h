/* Files that answer in the place of what is not there: the fallback of a
 * single-page application, and pages for errors. */
#ifndef H1_HANDLERS_STATIC_SUBSTITUTES_H_
#define H1_HANDLERS_STATIC_SUBSTITUTES_H_

#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/handler.h"
#include "parser/base.h"
#include "parser/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A file below the folder of pages. */
typedef struct {
  uint16_t status; /* of the answer: 200 for the fallback */
  size_t len;
  uint8_t path[H1_STATIC_SUBSTITUTE_BYTES];
  /* Its own address, decoded, which decides about Cache-Control: that of who
   * gets it says nothing about it. */
  char url[2 * H1_STATIC_SUBSTITUTE_BYTES + 48];
} h1_static_substitute;

typedef struct {
  const h1_static_mount *mount;  /* below whose root they are */
  h1_static_substitute fallback; /* len 0: none */
  h1_static_substitute errors[H1_STATIC_ERROR_PAGES_MAX];
  unsigned error_count;
} h1_static_substitutes;

/* What is wrong with the path of a page below `prefix`, or NULL. */
const char *h1_static_substitute_set(h1_static_substitute *page,
                                     const char *prefix, const char *path,
                                     uint16_t status);

/* Whether somebody goes to a page, as a browser does that is given an address:
 * Accept names text/html by itself, and Sec-Fetch-Dest, where there is one, is
 * document or iframe. A script or an image that is missing is neither. */
bool h1_static_is_navigation(const h1_fields *fields);

/* The page that answers a request of these fields to `mount` in the place of
 * `status`, or NULL. */
const h1_static_substitute *h1_static_substitute_for(
    const h1_static_substitutes *p, const h1_static_mount *mount,
    const h1_fields *fields, uint16_t status);

/* That of the error alone. */
const h1_static_substitute *h1_static_error_page_for(
    const h1_static_substitutes *p, const h1_fields *fields, uint16_t status);

/* The line of Vary on an answer to `mount` of `status`, or of a page in its
 * place, as h1_field_encode writes it; empty: none. */
h1_slice h1_static_substitutes_vary(const h1_static_substitutes *p,
                                    const h1_static_mount *mount,
                                    uint16_t status);

#ifdef __cplusplus
}
#endif
#endif
