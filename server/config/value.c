/* Reads one value, strictly: no sign, no fraction, no blanks inside, nothing
 * after it. Every fault is told in one line that names the place, shows the
 * value and says what is allowed. */
#include <string.h>

#include "server/config/internal.h"

static bool is_word(const char *value, size_t len, const char *word) {
  return strlen(word) == len && memcmp(value, word, len) == 0;
}

static bool is_digit(char c, unsigned base) {
  return c >= '0' && (unsigned)(c - '0') < base;
}

h1_digits h1_config_read_digits(const char *value, size_t len, unsigned base,
                                uint64_t *out, size_t *used) {
  uint64_t n = 0;
  size_t i = 0;
  h1_digits result = H1_DIGITS_OK;
  for (; i < len && is_digit(value[i], base); i++) {
    unsigned digit = (unsigned)(value[i] - '0');
    if (n > (UINT64_MAX - digit) / base) {
      result = H1_DIGITS_OVERFLOW;
      break;
    }
    n = n * base + digit;
  }
  *out = n;
  *used = i;
  return i == 0 ? H1_DIGITS_ABSENT : result;
}

/* What the letters after the digits multiply by; 0 for other letters. */
static uint64_t size_unit(const char *unit, size_t len) {
  if (len == 0) {
    return 1;
  }
  switch (len == 1 ? unit[0] : '\0') {
    case 'k':
    case 'K':
      return 1024;
    case 'm':
    case 'M':
      return (uint64_t)1024 * 1024;
    case 'g':
    case 'G':
      return (uint64_t)1024 * 1024 * 1024;
    default:
      return 0;
  }
}

/* Only lower case: where M is a size, 5M of time is more likely a mistake. */
static uint64_t time_unit(const char *unit, size_t len) {
  if (len == 0 || is_word(unit, len, "s")) {
    return 1000;
  }
  if (is_word(unit, len, "ms")) {
    return 1;
  }
  return is_word(unit, len, "m") ? 60000 : 0;
}

static uint64_t unit_of(h1_option_kind kind, const char *unit, size_t len) {
  if (kind == H1_OPTION_BYTES) {
    return size_unit(unit, len);
  }
  if (kind == H1_OPTION_TIME) {
    return time_unit(unit, len);
  }
  return len == 0 ? 1 : 0;
}

static const char *not_a_quantity(h1_option_kind kind) {
  switch (kind) {
    case H1_OPTION_BYTES:
      return "is not a size";
    case H1_OPTION_TIME:
      return "is not a time";
    case H1_OPTION_OCTAL:
      return "is not an octal number";
    default:
      return "is not a whole number";
  }
}

/* NULL, or what is wrong with the text of a quantity. */
static const char *read_quantity(const h1_option *o, const char *value,
                                 size_t len, uint64_t *out) {
  if ((o->flags & H1_OPTION_NONE) != 0 && is_word(value, len, "none")) {
    *out = 0;
    return NULL;
  }
  uint64_t n;
  size_t used;
  unsigned base = o->kind == H1_OPTION_OCTAL ? 8 : 10;
  h1_digits result = h1_config_read_digits(value, len, base, &n, &used);
  if (result == H1_DIGITS_OVERFLOW) {
    return "is too large";
  }
  uint64_t unit = unit_of(o->kind, value + used, len - used);
  if (result == H1_DIGITS_ABSENT || unit == 0) {
    return not_a_quantity(o->kind);
  }
  if (n > o->max / unit) {
    return "is too large";
  }
  n *= unit;
  bool none = n == 0 && (o->flags & H1_OPTION_NONE) != 0;
  *out = n;
  return n < o->min && !none ? "is too small" : NULL;
}

static void store_number(h1_config *c, const h1_option *o, uint64_t n) {
  char *member = (char *)c + o->offset;
  if (o->width == sizeof(uint64_t)) {
    memcpy(member, &n, sizeof(n));
  } else if (o->width == sizeof(uint32_t)) {
    uint32_t narrow = (uint32_t)n;
    memcpy(member, &narrow, sizeof(narrow));
  } else {
    *(bool *)member = n != 0;
  }
}

static h1_config_result set_quantity(const h1_config_source *s,
                                     const h1_option *o, const char *value,
                                     size_t len) {
  uint64_t n;
  const char *fault = read_quantity(o, value, len, &n);
  if (fault != NULL) {
    return h1_config_refuse(s, o, value, len, fault);
  }
  store_number(s->config, o, n);
  return H1_CONFIG_OK;
}

static h1_config_result set_choice(const h1_config_source *s,
                                   const h1_option *o, const char *value,
                                   size_t len) {
  for (size_t i = 0; o->words[i] != NULL; i++) {
    if (is_word(value, len, o->words[i])) {
      store_number(s->config, o, i);
      return H1_CONFIG_OK;
    }
  }
  return h1_config_refuse(s, o, value, len, "is not known");
}

/* The name stands in every answer, so it must be safe as a field value
 * (RFC 9110 5.5). Beyond ASCII nothing is gained and clients differ. */
static h1_config_result set_name(const h1_config_source *s, const h1_option *o,
                                 const char *value, size_t len) {
  char *member = (char *)s->config + o->offset;
  if (len >= o->width) {
    return h1_config_refuse(s, o, value, len, "is too long");
  }
  for (size_t i = 0; i < len; i++) {
    if (value[i] < 0x20 || value[i] > 0x7E) {
      return h1_config_refuse(s, o, value, len, "holds other characters");
    }
  }
  if (len > 0 && (value[0] == ' ' || value[len - 1] == ' ')) {
    return h1_config_refuse(s, o, value, len, "begins or ends with a space");
  }
  memcpy(member, value, len);
  member[len] = '\0';
  return H1_CONFIG_OK;
}

/* A control byte would end a line of --print-config, a log or a message; a NUL
 * would end the path before its end. */
bool h1_config_has_control(const char *value, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if ((unsigned char)value[i] < 0x20 || value[i] == 0x7F) {
      return true;
    }
  }
  return false;
}

/* Writes the path as a string, seen from `base`. False: longer than cap - 1. */
bool h1_config_resolve(const char *base, const char *path, size_t len,
                       char *out, size_t cap) {
  size_t base_len = base == NULL || path[0] == '/' ? 0 : strlen(base);
  size_t slash = base_len > 0 && base[base_len - 1] != '/' ? 1 : 0;
  if (base_len >= cap || len >= cap - base_len ||
      slash >= cap - base_len - len) {
    return false;
  }
  if (base_len > 0) {
    memcpy(out, base, base_len);
  }
  if (slash > 0) {
    out[base_len] = '/';
  }
  memcpy(out + base_len + slash, path, len);
  out[base_len + slash + len] = '\0';
  return true;
}

static h1_config_result set_path(const h1_config_source *s, const h1_option *o,
                                 const char *value, size_t len) {
  char *member = (char *)s->config + o->offset;
  const char *base = (o->flags & H1_OPTION_BELOW) != 0 ? NULL : s->base_dir;
  if (len == 0) {
    return h1_config_refuse(s, o, value, len, "is empty");
  }
  if (h1_config_has_control(value, len)) {
    return h1_config_refuse(s, o, value, len, "holds a control character");
  }
  for (size_t i = 0; o->words != NULL && o->words[i] != NULL; i++) {
    base = is_word(value, len, o->words[i]) ? NULL : base;
  }
  if (!h1_config_resolve(base, value, len, member, o->width)) {
    return h1_config_refuse(s, o, value, len, "is too long");
  }
  return H1_CONFIG_OK;
}

static h1_config_result set_by_kind(const h1_config_source *s,
                                    const h1_option *o, const char *value,
                                    size_t len) {
  switch (o->kind) {
    case H1_OPTION_CHOICE:
      return set_choice(s, o, value, len);
    case H1_OPTION_NAME:
      return set_name(s, o, value, len);
    case H1_OPTION_PATH:
      return set_path(s, o, value, len);
    case H1_OPTION_ENDPOINTS:
      return h1_config_add_endpoints(s, o, value, len);
    case H1_OPTION_TEXTS:
      return h1_config_add_texts(s, o, value, len);
    case H1_OPTION_FLAG:
      store_number(s->config, o, 1);
      return H1_CONFIG_OK;
    default:
      return set_quantity(s, o, value, len);
  }
}

h1_config_result h1_config_set(const h1_config_source *s, size_t index,
                               const char *value, size_t len) {
  const h1_option *o = &h1_options[index];
  const bool replaces = s->config->origin[index] != s->origin;
  if (o->kind == H1_OPTION_ENDPOINTS && replaces) {
    size_t none = 0;
    memcpy((char *)s->config + o->count_offset, &none, sizeof(none));
  }
  if (o->kind == H1_OPTION_TEXTS && replaces) {
    memset((char *)s->config + o->offset, 0, o->width);
  }
  h1_config_result result = set_by_kind(s, o, value, len);
  if (result == H1_CONFIG_OK) {
    s->config->origin[index] = s->origin;
  }
  return result;
}
