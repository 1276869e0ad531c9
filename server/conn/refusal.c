/* What a refusal says. */
#include "server/conn/refusal.h"

/* A saturated server is asked again soon: most of what it waits for takes a
 * second at most. */
static const char RETRY_AFTER_S[] = "1";

void h1_add_allow(h1_exchange *x, unsigned allowed) {
  char names[H1_ALLOW_BYTES];
  const h1_slice value = {(const uint8_t *)names,
                          h1_router_allow(allowed, names)};
  h1_reply_field(x, h1_slice_of("Allow"), value);
}

void h1_make_refusal(h1_exchange *x, h1_error why) {
  const uint16_t status = h1_error_status(why);
  x->reply.kind = H1_REPLY_NONE;
  x->reply.fields_len = 0;
  x->reply.fields_once = 0;
  x->reply.fields_upgrade = false;
  if (status == 405) h1_add_allow(x, x->match.allowed);
  if (status == 503) {
    h1_reply_field(x, h1_slice_of("Retry-After"), h1_slice_of(RETRY_AFTER_S));
  }
  h1_reply_status(x, status, why);
}
