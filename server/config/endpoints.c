/* Repeatable options whose values are addresses to listen at: HOST:PORT,
 * [V6]:PORT, unix:PATH, and sockets that were passed. The form alone is looked
 * at, and nothing is resolved here. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

#include "server/config/internal.h"

/* A NUL-terminated path must fit. */
#define UNIX_PATH_MAX (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)
#define ENDPOINT_BYTES sizeof(((h1_config *)0)->listen[0])

static const char *port_fault(const char *port, size_t len) {
  uint64_t n;
  size_t used;
  if (len == 0) {
    return "has no port";
  }
  h1_digits result = h1_config_read_digits(port, len, 10, &n, &used);
  if (result == H1_DIGITS_ABSENT || (result == H1_DIGITS_OK && used < len)) {
    return "has a port that is not a number";
  }
  return result == H1_DIGITS_OVERFLOW || n > 65535 ? "has a port above 65535"
                                                   : NULL;
}

/* Letters, digits, '.', '-', '_': names and IPv4 addresses. */
static bool is_host(const char *host, size_t len) {
  for (size_t i = 0; i < len; i++) {
    char c = host[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '.' && c != '-' && c != '_') {
      return false;
    }
  }
  return true;
}

/* An IPv6 address, with an interface after '%' or without. */
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
  h1_digits result = h1_config_read_digits(number, len, 10, &n, &used);
  if (result == H1_DIGITS_ABSENT || (result == H1_DIGITS_OK && used < len)) {
    return "has a descriptor that is not a number";
  }
  return result == H1_DIGITS_OVERFLOW || n < LEAST_HELD || n > MOST_HELD
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
  if ((o->flags & H1_OPTION_NONE) != 0 && len == 4 &&
      memcmp(value, "none", 4) == 0) {
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
h1_config_result h1_config_add_endpoints(const h1_config_source *s,
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
