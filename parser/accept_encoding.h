/* Content codings and Accept-Encoding: RFC 9110 8.4.1 and 12.5.3.
 *
 *   const bool have[H1_CODING_COUNT] = {[H1_CODING_GZIP] = true};
 *   uint16_t quality[H1_CODING_COUNT];
 *   h1_accept_encoding_decode(&request.fields, quality);
 *   const h1_coding coding = h1_coding_choose(quality, have);
 *   ... send it with Content-Encoding: h1_coding_name(coding), unless it is
 *       H1_CODING_IDENTITY; either way with Vary: Accept-Encoding ... */
#ifndef H1_PARSER_ACCEPT_ENCODING_H_
#define H1_PARSER_ACCEPT_ENCODING_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/fields.h"

#ifdef __cplusplus
extern "C" {
#endif

/* In order of preference among codings that a client accepts equally. */
typedef enum {
  H1_CODING_BR,
  H1_CODING_ZSTD,
  H1_CODING_GZIP,
  H1_CODING_IDENTITY,
  H1_CODING_COUNT
} h1_coding;

/* The name of a coding as Content-Encoding has it; "identity" for all else. */
const char *h1_coding_name(h1_coding coding);

/* Fills in the quality of each coding in thousandths, 0 to 1000; 0: not
 * acceptable.
 *
 * All lines of the field are one list. Names are compared without case, and
 * `x-gzip` is gzip (RFC 9110 8.4.1.3). `*` stands for every coding that is not
 * named, identity too. A coding that is neither named nor covered by `*` has 0,
 * but identity has 1: it is acceptable unless excluded, and anything the client
 * asks for is preferred to it. An empty field names nothing, so that identity
 * alone is acceptable. Members that are no `codings [ weight ]` are skipped;
 * of a coding that is named twice the higher quality counts.
 *
 * Without the field every coding is acceptable by the RFC, but clients that do
 * not send it cannot decode any as a rule: identity has 1000, the others 1. */
void h1_accept_encoding_decode(const h1_fields *f,
                               uint16_t quality[H1_CODING_COUNT]);

/* The coding to send: of those in `have`, and identity, which there always is,
 * the one of the highest quality; at equal quality the one the enumeration
 * lists first. When nothing is acceptable this is identity, which a server may
 * send then (RFC 9110 12.5.3). */
h1_coding h1_coding_choose(const uint16_t quality[H1_CODING_COUNT],
                           const bool have[H1_CODING_COUNT]);

#ifdef __FRAMAC__
#include "parser/proof/accept_encoding_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
