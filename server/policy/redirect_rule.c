/* Reading the rule of --redirect. What it may say is narrow, because its answer
 * sends somebody elsewhere: a path of this server or a URL whose host stands in
 * the option, whatever a request holds. */
#include <string.h>

#include "parser/slice.h"
#include "parser/target.h"
#include "server/policy/pattern.h"
#include "server/policy/rule.h"

#define NOT_FOUND SIZE_MAX
/* sizeof(h1_pattern) and a set for each byte of the longest. */
#define PATTERN_ROOM ((size_t)10240)

static size_t find(h1_slice text, size_t from, char byte) {
  for (size_t i = from; i < text.len; i++) {
    if (text.ptr[i] == (uint8_t)byte) return i;
  }
  return NOT_FOUND;
}

static bool begins_with(h1_slice text, const char *prefix) {
  const h1_slice p = h1_slice_of(prefix);
  return text.len >= p.len && memcmp(text.ptr, p.ptr, p.len) == 0;
}

static h1_slice from(h1_slice text, size_t at) {
  const h1_slice out = {text.ptr + at, text.len - at};
  return out;
}

/* RFC 3986 2: what a URI may hold, without the sign that ends TO. */
static bool is_uri_byte(uint8_t c) {
  static const char others[] = "-._~:/?#[]@!$&'()*+,;%";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') ||
         (c != '\0' && memchr(others, c, sizeof others - 1) != NULL);
}

static bool is_hex(uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') ||
         (c >= 'a' && c <= 'f');
}

/* Where REST stands, NOT_FOUND without one. */
static const char *bytes_fault(h1_slice to, size_t *rest_at) {
  *rest_at = NOT_FOUND;
  for (size_t i = 0; i < to.len; i++) {
    if (begins_with(from(to, i), H1_REDIRECT_REST)) {
      if (*rest_at != NOT_FOUND) return "has " H1_REDIRECT_REST " twice";
      *rest_at = i;
      i += sizeof H1_REDIRECT_REST - 2;
    } else if (!is_uri_byte(to.ptr[i])) {
      return "leads to something with a byte that no URL holds (write it as "
             "%XX)";
    } else if (to.ptr[i] == '%' && (to.len - i < 3 || !is_hex(to.ptr[i + 1]) ||
                                    !is_hex(to.ptr[i + 2]))) {
      return "leads to something with a '%' without two hexadecimal digits";
    }
  }
  return NULL;
}

/* Where the path, query or fragment of a URL begins. */
static size_t authority_end(h1_slice to, size_t begin) {
  size_t at = begin;
  while (at < to.len && memchr("/?#{", to.ptr[at], 4) == NULL) at++;
  return at;
}

/* What follows the host must not be able to lengthen it. */
static const char *url_fault(h1_slice to, size_t begin, size_t rest_at) {
  const size_t end = authority_end(to, begin);
  const h1_slice authority = {to.ptr + begin, end - begin};
  if (!h1_authority_valid(authority)) return "leads to a URL without a host";
  /* Clients differ in what they make of one: some look up what it encodes. */
  if (memchr(authority.ptr, '%', authority.len) != NULL) {
    return "leads to a URL with a '%' in its host";
  }
  if (rest_at == end) {
    return "has " H1_REDIRECT_REST
           " as a part of the host: a '/' must come "
           "before it";
  }
  return NULL;
}

static const char *place_fault(h1_slice to, size_t rest_at) {
  if (begins_with(to, "http://")) return url_fault(to, 7, rest_at);
  if (begins_with(to, "https://")) return url_fault(to, 8, rest_at);
  if (begins_with(to, "//")) {
    return "leads to '//', which browsers take for another host";
  }
  return begins_with(to, "/") ? NULL
                              : "leads neither to a path nor to an http URL";
}

/* Whether what it leads to matches it again: the client would follow it for
 * ever. REST stands for some name then. */
static const char *loop_fault(h1_slice pattern, h1_slice to, size_t rest_at) {
  _Alignas(8) uint8_t room[PATTERN_ROOM];
  uint8_t path[H1_REDIRECT_TO_MAX], decoded[H1_REDIRECT_TO_MAX];
  size_t len = 0;
  h1_slice seen;
  if (to.ptr[0] != '/') return NULL;
  for (size_t i = 0; i < to.len && memchr("?#", to.ptr[i], 2) == NULL; i++) {
    path[len++] = i == rest_at ? (uint8_t)'x' : to.ptr[i];
    if (i == rest_at) i += sizeof H1_REDIRECT_REST - 2;
  }
  const h1_buffer out = {decoded, sizeof decoded};
  if (h1_path_decode(H1_SCAN_SCALAR, (h1_slice){path, len}, out, &seen) !=
      H1_OK) {
    return "leads to a path that is refused";
  }
  if (h1_pattern_bytes(pattern) > sizeof room) return NULL;
  const h1_pattern *p = h1_pattern_compile(pattern, room);
  return h1_pattern_matches(p, seen) ? "leads back to itself" : NULL;
}

static bool has_rest(h1_slice pattern) {
  _Alignas(8) uint8_t room[PATTERN_ROOM];
  if (h1_pattern_bytes(pattern) > sizeof room) return false;
  return h1_pattern_has_rest(h1_pattern_compile(pattern, room));
}

static const char *to_fault(h1_slice pattern, h1_slice to) {
  size_t rest_at = NOT_FOUND;
  if (to.len == 0) return "leads nowhere";
  if (to.len > H1_REDIRECT_TO_MAX) return "leads to more than 1024 bytes";
  const char *fault = bytes_fault(to, &rest_at);
  if (fault == NULL) fault = place_fault(to, rest_at);
  if (fault != NULL) return fault;
  if (rest_at != NOT_FOUND && !has_rest(pattern)) {
    return "has " H1_REDIRECT_REST
           " without a wildcard that ends FROM and is "
           "the only one in it";
  }
  return loop_fault(pattern, to, rest_at);
}

static const char *read_status(h1_slice text, uint16_t *status) {
  static const uint16_t known[] = {301, 302, 303, 307, 308};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    const uint8_t digits[] = {(uint8_t)('0' + known[i] / 100), '0',
                              (uint8_t)('0' + known[i] % 10)};
    const h1_slice number = {digits, sizeof digits};
    *status = known[i];
    if (h1_slice_equal(text, number)) return NULL;
  }
  return "has a status that is none of 301, 302, 303, 307, 308 (an '=' in TO "
         "is "
         "written %3D)";
}

const char *h1_redirect_rule_read(h1_slice text, h1_redirect_rule *out) {
  memset(out, 0, sizeof *out);
  const size_t split = find(text, 0, '=');
  if (split == NOT_FOUND) return "has no '=' after FROM";
  const size_t second = find(text, split + 1, '=');
  out->from = (h1_slice){text.ptr, split};
  out->to = from(text, split + 1);
  out->status = 302;
  const char *fault = h1_pattern_fault(out->from);
  if (fault != NULL) return fault;
  if (h1_is_own_path(out->from)) {
    return "is for a path of the server's own, which is never redirected";
  }
  if (second != NOT_FOUND) {
    out->to.len = second - split - 1;
    fault = read_status(from(text, second + 1), &out->status);
    if (fault != NULL) return fault;
  }
  return to_fault(out->from, out->to);
}
