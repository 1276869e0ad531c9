/* See submit.h. */
#include "handlers/submit.h"

#include "parser/values.h"

/* What a stranger's form sends comes back from our origin under the type it
 * named: that it is parsed, and that the server adds nosniff, is what keeps a
 * browser from guessing another. */
void h1_submit_serve(h1_exchange *x) {
  const h1_slice given =
      h1_fields_get(&h1_exchange_request(x)->fields, H1_FIELD_CONTENT_TYPE);
  h1_media_type parsed;
  const h1_slice type = given.len > 0 && h1_media_type_decode(given, &parsed)
                            ? given
                            : h1_slice_of("application/octet-stream");
  (void)h1_reply_field(x, h1_slice_of("Cache-Control"),
                       h1_slice_of("no-store"));
  h1_reply_echo(x, 200, type);
}
