/* What a request makes of a listing: page or JSON, and whether it has it. */
#ifndef H1_HANDLERS_STATIC_LISTING_ANSWER_H_
#define H1_HANDLERS_STATIC_LISTING_ANSWER_H_

#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/listing.h"
#include "handlers/static/version.h"
#include "server/handler.h"

_Static_assert(H1_LISTING_TAG_BYTES == H1_STATIC_ETAG_BYTES, "one form of tag");

/* By ?format=, else by Accept. False: it is none that there is. */
bool h1_listing_format_of(const h1_exchange *x, h1_listing_format *format);

/* What its conditions say of a listing with this tag. */
h1_static_verdict h1_listing_verdict(const h1_exchange *x,
                                     const uint8_t tag[H1_LISTING_TAG_BYTES]);

/* Adds the fields of an answer with it, or of one that says that the client has
 * it already. */
void h1_listing_reply_fields(h1_exchange *x,
                             const uint8_t tag[H1_LISTING_TAG_BYTES]);

#endif
