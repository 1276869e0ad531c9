/* See listing_answer.h. */
#include "handlers/static/listing_answer.h"

#include <string.h>

#include "handlers/query.h"
#include "parser/slice.h"
#include "parser/values.h"

/* Who likes both alike, as curl does, gets the page. */
bool h1_listing_format_of(const h1_exchange *x, h1_listing_format *format) {
  uint8_t room[H1_QUERY_VALUE_MAX];
  h1_slice value;
  const h1_fields *fields = &h1_exchange_request(x)->fields;
  switch (h1_query_find(h1_exchange_query(x), "format", room, &value)) {
    case H1_QUERY_ABSENT:
      *format = h1_accept_quality(fields, "application", "json") >
                        h1_accept_quality(fields, "text", "html")
                    ? H1_LISTING_JSON
                    : H1_LISTING_HTML;
      return true;
    case H1_QUERY_FOUND:
      *format = h1_slice_equal(value, h1_slice_of("json")) ? H1_LISTING_JSON
                                                           : H1_LISTING_HTML;
      return *format == H1_LISTING_JSON ||
             h1_slice_equal(value, h1_slice_of("html"));
    case H1_QUERY_BAD:
      break;
  }
  return false;
}

/* As of a file that has no date. It is looked at for every request, so that
 * what was said of it before does not matter. */
h1_static_verdict h1_listing_verdict(const h1_exchange *x,
                                     const uint8_t tag[H1_LISTING_TAG_BYTES]) {
  h1_static_version version;
  memset(&version, 0, sizeof version);
  version.has_etag = true;
  memcpy(version.etag, tag, sizeof version.etag);
  return h1_static_preconditions(&version, &h1_exchange_request(x)->fields,
                                 h1_exchange_now_s(x));
}

void h1_listing_reply_fields(h1_exchange *x,
                             const uint8_t tag[H1_LISTING_TAG_BYTES]) {
  uint8_t quoted[H1_LISTING_TAG_BYTES + 2];
  quoted[0] = quoted[H1_LISTING_TAG_BYTES + 1] = '"';
  memcpy(quoted + 1, tag, H1_LISTING_TAG_BYTES);
  const h1_slice value = {quoted, sizeof quoted};
  (void)h1_reply_field(x, h1_slice_of("ETag"), value);
  (void)h1_reply_prepared(x, h1_slice_of("Vary: Accept\r\n"
                                         "Cache-Control: no-cache\r\n"));
}
