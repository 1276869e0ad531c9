/* Media types, quality values and Accept: RFC 9110 8.3.1, 12.4.2 and 12.5.1. */
#ifndef H1_PARSER_MEDIA_TYPE_H_
#define H1_PARSER_MEDIA_TYPE_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/fields.h"

#ifdef __cplusplus
extern "C" {
#endif

/* type "/" subtype parameters (RFC 9110 8.3.1). */
typedef struct {
  h1_slice type, subtype;
  h1_slice params; /* from the first ';', or empty; well-formed */
} h1_media_type;
H1_MUST_USE bool h1_media_type_decode(h1_slice s, h1_media_type *out);

/* qvalue in thousandths, 0 to 1000 (RFC 9110 12.4.2). */
H1_MUST_USE bool h1_qvalue_decode(h1_slice s, uint16_t *out);
/* The quality, in thousandths, that Accept gives `type`/`subtype`: the most
 * specific matching range decides; 1000 without the field; 0 when nothing
 * matches. Malformed members are skipped. Parameters other than q do not narrow
 * a range (`text/plain;version=0.0.4` is text/plain); among equally specific
 * ranges the highest quality counts. */
uint16_t h1_accept_quality(const h1_fields *f, const char *type,
                           const char *subtype);

#ifdef __FRAMAC__
#include "parser/proof/media_type_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
