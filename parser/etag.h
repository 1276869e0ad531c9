/* Entity tags, and the lists of If-Match and If-None-Match: RFC 9110 8.8.3,
 * 13.1.1 and 13.1.2. */
#ifndef H1_PARSER_ETAG_H_
#define H1_PARSER_ETAG_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/fields.h"

#ifdef __cplusplus
extern "C" {
#endif

/* entity-tag (RFC 9110 8.8.3) without its quotes and W/. */
typedef struct {
  bool weak;
  h1_slice opaque;
} h1_etag;

H1_MUST_USE bool h1_etag_decode(h1_slice s, h1_etag *out);
/* Whether any member of If-Match / If-None-Match (`id`, all lines) is `*` or
 * matches `mine`; `strong` comparison (If-Match) or weak. `mine` NULL: only `*`
 * can match. Malformed members match nothing. A backslash in an entity tag is
 * an ordinary byte, so these lists are not walked by h1_list_next. */
bool h1_etag_list_matches(const h1_fields *f, h1_field_id id,
                          const h1_etag *mine, bool strong);

#ifdef __FRAMAC__
#include "parser/proof/etag_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
