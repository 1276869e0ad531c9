/* See submit.h. */
#include "handlers/submit.h"

#include <string.h>

#include "parser/values.h"

#define CODINGS_MAX ((size_t)128)

static bool is_token(h1_slice s) {
  static const char marks[] = "!#$%&'*+-.^_`|~";
  for (size_t i = 0; i < s.len; i++) {
    const uint8_t c = s.ptr[i];
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                       (c >= 'a' && c <= 'z');
    if (!alnum && memchr(marks, c, sizeof marks - 1) == NULL) return false;
  }
  return s.len > 0;
}

/* The bytes go back as they came, so what they are coded with has to as well
 * (RFC 9110 8.4); written anew from its members, which are tokens. Fields that
 * are no such list say nothing, and are left out whole. */
static void reply_codings(h1_exchange *x) {
  const h1_fields *fields = &h1_exchange_request(x)->fields;
  h1_list list = {.fields = fields, .id = H1_FIELD_CONTENT_ENCODING};
  uint8_t value[CODINGS_MAX];
  size_t len = 0;
  h1_slice coding;
  while (h1_list_next(&list, &coding)) {
    if (!is_token(coding) || coding.len + 2 > CODINGS_MAX - len) return;
    if (len > 0) {
      memcpy(value + len, ", ", 2);
      len += 2;
    }
    memcpy(value + len, coding.ptr, coding.len);
    len += coding.len;
  }
  if (len == 0) return;
  (void)h1_reply_field(x, h1_slice_of("Content-Encoding"),
                       (h1_slice){value, len});
}

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
  reply_codings(x);
  h1_reply_echo(x, 200, type);
}
