/* Reads one value, strictly: no sign, no fraction, no blanks inside, nothing
 * behind it. Every fault is told in one line that names the place, shows the
 * value and says what is allowed. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

#include "server/config/internal.h"

/* A NUL-terminated path must fit. */
#define UNIX_PATH_MAX (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)
#define ENDPOINT_BYTES sizeof(((h1_config *)0)->listen[0])

static bool is_word(const char *value, size_t len, const char *word) {
  return strlen(word) == len && memcmp(value, word, len) == 0;
}

static bool is_digit(char c, unsigned base) {
  return c >= '0' && (unsigned)(c - '0') < base;
}

typedef enum { NUMBER_OK, NUMBER_ABSENT, NUMBER_OVERFLOW } number_result;

/* The digits at the front of a value; `*used` is how many there are. */
static number_result read_digits(const char *value, size_t len, unsigned base,
                                 uint64_t *out, size_t *used) {
  uint64_t n = 0;
  size_t i = 0;
  number_result result = NUMBER_OK;
  for (; i < len && is_digit(value[i], base); i++) {
    unsigned digit = (unsigned)(value[i] - '0');
    if (n > (UINT64_MAX - digit) / base) {
      result = NUMBER_OVERFLOW;
      break;
    }
    n = n * base + digit;
  }
  *out = n;
  *used = i;
  return i == 0 ? NUMBER_ABSENT : result;
}

/* What the letters behind the digits multiply by; 0 for other letters. */
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
  number_result result = read_digits(value, len, base, &n, &used);
  if (result == NUMBER_OVERFLOW) {
    return "is too large";
  }
  uint64_t unit = unit_of(o->kind, value + used, len - used);
  if (result == NUMBER_ABSENT || unit == 0) {
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

static const char *port_fault(const char *port, size_t len) {
  uint64_t n;
  size_t used;
  if (len == 0) {
    return "has no port";
  }
  number_result result = read_digits(port, len, 10, &n, &used);
  if (result == NUMBER_ABSENT || (result == NUMBER_OK && used < len)) {
    return "has a port that is not a number";
  }
  return result == NUMBER_OVERFLOW || n > 65535 ? "has a port above 65535"
                                                : NULL;
}

/* Letters, digits, '.', '-', '_': names and IPv4 addresses. */
static bool is_host(const char *host, size_t len) {
  for (size_t i = 0; i < len; i++) {
    char c = host[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !is_digit(c, 10) && c != '.' && c != '-' && c != '_') {
      return false;
    }
  }
  return true;
}

/* An IPv6 address, with an interface behind '%' or without. */
static bool is_ipv6(const char *host, size_t len) {
  char address[INET6_ADDRSTRLEN];
  unsigned char parsed[16];
  const char *zone = memchr(host, '%', len);
  size_t size = zone == NULL ? len : (size_t)(zone - host);
  if (size >= sizeof(address) || memchr(host, '\0', size) != NULL) {
    return false;
  }
  if (zone != NULL && (size + 1 == len || !is_host(zone + 1, len - size - 1))) {
    return false;
  }
  memcpy(address, host, size);
  address[size] = '\0';
  return inet_pton(AF_INET6, address, parsed) == 1;
}

static const char *bracketed_fault(const char *value, size_t len) {
  const char *close = memchr(value, ']', len);
  if (close == NULL || !is_ipv6(value + 1, (size_t)(close - value) - 1)) {
    return "has no IPv6 address in its brackets";
  }
  size_t at = (size_t)(close - value) + 1;
  if (at == len || value[at] != ':') {
    return "has no port";
  }
  return port_fault(value + at + 1, len - at - 1);
}

/* The names that systemd allows for a descriptor: fdname_is_valid there. */
static const char *held_name_fault(const char *name, size_t len) {
  if (len == 0) {
    return "has no name";
  }
  for (size_t i = 0; i < len; i++) {
    if (name[i] < 0x20 || name[i] >= 0x7F || name[i] == ':') {
      return "has a name with a colon, or that is not visible ASCII";
    }
  }
  return NULL;
}

/* Below it are the standard streams. */
#define LEAST_HELD 3
#define MOST_HELD 1048575

static const char *held_number_fault(const char *number, size_t len) {
  uint64_t n;
  size_t used;
  number_result result = read_digits(number, len, 10, &n, &used);
  if (result == NUMBER_ABSENT || (result == NUMBER_OK && used < len)) {
    return "has a descriptor that is not a number";
  }
  return result == NUMBER_OVERFLOW || n < LEAST_HELD || n > MOST_HELD
             ? "has a descriptor that is not in 3 to 1048575"
             : NULL;
}

static bool has_prefix(const char *value, size_t len, const char *prefix) {
  const size_t size = strlen(prefix);
  return len >= size && memcmp(value, prefix, size) == 0;
}

const char *h1_endpoint_fault(const char *value, size_t len) {
  if (len == 0) {
    return "is empty";
  }
  if (len >= ENDPOINT_BYTES) {
    return "is too long";
  }
  /* No hosts go by these names; "systemd.:80" would be one. */
  if (has_prefix(value, len, "systemd:")) {
    return held_name_fault(value + 8, len - 8);
  }
  if (has_prefix(value, len, "fd:")) {
    return held_number_fault(value + 3, len - 3);
  }
  if (value[0] == '[') {
    return bracketed_fault(value, len);
  }
  const char *colon = memchr(value, ':', len);
  if (colon == NULL) {
    return "has no port";
  }
  size_t host_len = (size_t)(colon - value);
  size_t port_len = len - host_len - 1;
  if (memchr(colon + 1, ':', port_len) != NULL) {
    return "has several colons: IPv6 addresses stand in brackets";
  }
  if (!is_host(value, host_len)) {
    return "has a host that is no name or address";
  }
  return port_fault(colon + 1, port_len);
}

/* Writes "unix:" and the absolute path. NULL, or what is wrong. */
static const char *read_unix(const h1_config_source *s, const char *value,
                             size_t len, char out[ENDPOINT_BYTES]) {
  static const char scheme[] = "unix:";
  size_t skip = sizeof(scheme) - 1;
  if (len == skip) {
    return "has no path";
  }
  if (h1_config_has_control(value, len)) {
    return "holds a control character";
  }
  memcpy(out, scheme, skip);
  if (!h1_config_resolve(s->base_dir, value + skip, len - skip, out + skip,
                         UNIX_PATH_MAX + 1)) {
    return "has a path that, made absolute, exceeds the 107 bytes of a unix "
           "socket address";
  }
  return NULL;
}

_Static_assert(UNIX_PATH_MAX == 107, "the message above names this limit");
_Static_assert(UNIX_PATH_MAX + 6 <= ENDPOINT_BYTES, "unix:PATH fits");

static const char *read_endpoint(const h1_config_source *s, const char *value,
                                 size_t len, char out[ENDPOINT_BYTES]) {
  if (len >= 5 && memcmp(value, "unix:", 5) == 0) {
    return read_unix(s, value, len, out);
  }
  const char *fault = h1_endpoint_fault(value, len);
  if (fault == NULL) {
    memcpy(out, value, len);
    out[len] = '\0';
  }
  return fault;
}

static h1_config_result add_endpoint(const h1_config_source *s,
                                     const h1_option *o, const char *value,
                                     size_t len) {
  char *list = (char *)s->config + o->offset;
  size_t *count = (size_t *)(void *)((char *)s->config + o->count_offset);
  if ((o->flags & H1_OPTION_NONE) != 0 && is_word(value, len, "none")) {
    *count = 0;
    return H1_CONFIG_OK;
  }
  if (*count == H1_LISTEN_MAX) {
    return h1_config_refuse(s, o, value, len,
                            "is one too many after 16 addresses");
  }
  char endpoint[ENDPOINT_BYTES];
  const char *fault = read_endpoint(s, value, len, endpoint);
  if (fault != NULL) {
    return h1_config_refuse(s, o, value, len, fault);
  }
  memcpy(list + *count * ENDPOINT_BYTES, endpoint, strlen(endpoint) + 1);
  *count += 1;
  return H1_CONFIG_OK;
}

_Static_assert(H1_LISTEN_MAX == 16, "the message above names this limit");

/* In the environment a list is separated by commas, for there is only one
 * variable; a unix path with a comma must be given in another way. */
static h1_config_result set_endpoints(const h1_config_source *s,
                                      const h1_option *o, const char *value,
                                      size_t len) {
  h1_config_result result = H1_CONFIG_OK;
  size_t from = 0;
  while (result == H1_CONFIG_OK && from <= len) {
    const char *comma = s->origin == H1_ORIGIN_ENVIRONMENT
                            ? memchr(value + from, ',', len - from)
                            : NULL;
    size_t end = comma == NULL ? len : (size_t)(comma - value);
    result = add_endpoint(s, o, value + from, end - from);
    from = end + 1;
  }
  return result;
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
      return set_endpoints(s, o, value, len);
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
