/* Repeatable options whose values are texts: /PREFIX=DIR and its like. They lie
 * one after the other in the configuration, so that a long one takes no room
 * from those that are short. */
#include <string.h>

#include "server/config/internal.h"

const char *h1_texts_at(const h1_texts *t, size_t i) {
  const char *at = t->bytes;
  for (; i > 0; i--) at += strlen(at) + 1;
  return at;
}

/* Writes what is kept of a value: the text, with its path made absolute. NULL,
 * or what is wrong. */
static const char *settle(const h1_config_source *s, const h1_option *o,
                          const char *value, size_t len,
                          char out[H1_PATH_OPTION_BYTES]) {
  if (len == 0) return "is empty";
  if (h1_config_has_control(value, len)) return "holds a control character";
  const char *fault = o->fault != NULL ? o->fault(value, len) : NULL;
  if (fault != NULL) return fault;
  const char *equals = memchr(value, '=', len);
  const bool to_path = (o->flags & H1_OPTION_TO_PATH) != 0 && equals != NULL;
  const size_t from = to_path ? (size_t)(equals - value) + 1 : 0;
  if (from >= H1_PATH_OPTION_BYTES) return "is too long";
  memcpy(out, value, from);
  const char *base = to_path ? s->base_dir : NULL;
  return h1_config_resolve(base, value + from, len - from, out + from,
                           H1_PATH_OPTION_BYTES - from)
             ? NULL
             : "is too long";
}

static h1_config_result add_text(const h1_config_source *s, const h1_option *o,
                                 const char *value, size_t len) {
  h1_texts *t = (h1_texts *)(void *)((char *)s->config + o->offset);
  char text[H1_PATH_OPTION_BYTES];
  if ((o->flags & H1_OPTION_NONE) != 0 && len == 4 &&
      memcmp(value, "none", 4) == 0) {
    t->count = t->used = 0;
    return H1_CONFIG_OK;
  }
  const char *fault = settle(s, o, value, len, text);
  if (fault != NULL) return h1_config_refuse(s, o, value, len, fault);
  const size_t size = strlen(text) + 1;
  if (size > sizeof(t->bytes) - t->used) {
    return h1_config_refuse(s, o, value, len,
                            "is too much: all values together have 16K");
  }
  memcpy(t->bytes + t->used, text, size);
  t->used += (uint32_t)size;
  t->count++;
  return H1_CONFIG_OK;
}

_Static_assert(H1_TEXTS_BYTES == 16384, "the message above names this limit");

/* Up to the byte that separates, which goes with it. */
static h1_config_result add_until(const h1_config_source *s, const h1_option *o,
                                  const char *value, size_t len, char separator,
                                  bool skip_empty) {
  h1_config_result result = H1_CONFIG_OK;
  for (size_t from = 0; result == H1_CONFIG_OK && from <= len;) {
    const char *found = memchr(value + from, separator, len - from);
    const size_t end = found == NULL ? len : (size_t)(found - value);
    if (end > from || !skip_empty) {
      result = add_text(s, o, value + from, end - from);
    }
    from = end + 1;
  }
  return result;
}

/* Most values may hold commas, so that in the environment they stand on lines.
 * A line that is empty means nothing: the last one may end or not. */
h1_config_result h1_config_add_texts(const h1_config_source *s,
                                     const h1_option *o, const char *value,
                                     size_t len) {
  if ((o->flags & H1_OPTION_COMMAS) != 0) {
    return add_until(s, o, value, len, ',', false);
  }
  if (s->origin != H1_ORIGIN_ENVIRONMENT) return add_text(s, o, value, len);
  return add_until(s, o, value, len, '\n', true);
}
