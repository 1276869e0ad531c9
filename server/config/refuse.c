/* How a fault is told: in one line that shows what was written, escaped and
 * cut, and says what is allowed. */
#include <string.h>

#include "server/config/internal.h"

h1_config_result h1_config_refuse(const h1_config_source *s, const h1_option *o,
                                  const char *value, size_t len,
                                  const char *fault) {
  h1_text t = h1_text_begin(s->message, H1_CONFIG_MESSAGE_BYTES);
  h1_text_add(&t, s->place);
  h1_text_add(&t, ": '");
  h1_text_add_escaped(&t, value, len, H1_CONFIG_SHOWN_MAX);
  h1_text_add(&t, "' ");
  h1_text_add(&t, fault);
  h1_text_add(&t, "; allowed: ");
  h1_text_add_allowed(&t, o);
  return H1_CONFIG_BAD;
}

h1_config_result h1_config_refuse_quoted(const h1_config_source *s,
                                         const char *before, const char *what,
                                         const char *after) {
  h1_text t = h1_text_begin(s->message, H1_CONFIG_MESSAGE_BYTES);
  h1_text_add(&t, before);
  h1_text_add(&t, " '");
  h1_text_add_escaped(&t, what, strlen(what), H1_CONFIG_SHOWN_MAX);
  h1_text_add(&t, "'");
  h1_text_add(&t, after);
  return H1_CONFIG_BAD;
}
