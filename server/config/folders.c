/* The folders that are served: --mount, DIR of the command line, and --root.
 *
 * A folder at / is what most users want, and the demonstration's routes would
 * hide a part of it: with one, --demo is off, --admin is listener and --root is
 * none, unless they are given. */
#include <string.h>

#include "server/config/internal.h"

/* Which characters of a prefix would mean something else in a route. */
static bool is_plain(const char *prefix, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (memchr("*{}?#\\", prefix[i], 6) != NULL) return false;
    if ((unsigned char)prefix[i] <= ' ' || (unsigned char)prefix[i] >= 0x7F) {
      return false;
    }
  }
  return true;
}

static bool has_odd_segment(const char *prefix, size_t len) {
  for (size_t from = 1; from < len;) {
    const char *slash = memchr(prefix + from, '/', len - from);
    const size_t end = slash == NULL ? len : (size_t)(slash - prefix);
    const size_t size = end - from;
    if (size == 0) return true;
    if (size <= 2 && memcmp(prefix + from, "..", size) == 0) return true;
    from = end + 1;
  }
  return false;
}

static int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Whether each '%' begins an encoded byte that a prefix may hold. */
static bool is_encoded_well(const char *prefix, size_t len) {
  for (size_t i = 0; i < len; i++) {
    if (prefix[i] != '%') continue;
    const int high = i + 2 < len ? hex_of(prefix[i + 1]) : -1;
    const int low = i + 2 < len ? hex_of(prefix[i + 2]) : -1;
    if (high < 0 || low < 0) return false;
    const int byte = high * 16 + low;
    if (byte < 0x20 || byte == 0x7F) return false;
    if (memchr("/.*{}\\", byte, 6) != NULL) return false;
    i += 2;
  }
  return true;
}

const char *h1_mount_fault(const char *value, size_t len) {
  const char *equals = memchr(value, '=', len);
  if (equals == NULL) return "has no '=' between prefix and folder";
  const size_t prefix = (size_t)(equals - value);
  if (prefix == 0 || value[0] != '/') {
    return "has a prefix that does not begin with '/'";
  }
  if (prefix + 1 == len) return "has no folder";
  if (prefix > 255) return "has a prefix of more than 255 bytes";
  if (!is_plain(value, prefix) || !is_encoded_well(value, prefix + 1)) {
    return "has a prefix that no request could name";
  }
  return has_odd_segment(value, prefix)
             ? "has a prefix with an empty segment, '.' or '..'"
             : NULL;
}

const char *h1_index_fault(const char *value, size_t len) {
  if (memchr(value, '/', len) != NULL) return "is not a name in a folder";
  if (len > 63) return "is too long";
  const bool dots = len <= 2 && memcmp(value, "..", len) == 0;
  return dots ? "is not a name in a folder" : NULL;
}

/* "4" or "5", two digits and a file. */
static bool is_error_page(const char *value, size_t len) {
  return len > 4 && (value[0] == '4' || value[0] == '5') && value[1] >= '0' &&
         value[1] <= '9' && value[2] >= '0' && value[2] <= '9' &&
         value[3] == '=';
}

/* Of the statuses that files are answered with those that somebody is shown:
 * 412 and 416 are for programs, 405 for who sends a body. A fault of syntax is
 * answered at once and never waits for storage; nothing is answered with 403 or
 * 429. */
const char *h1_error_page_fault(const char *value, size_t len) {
  static const char *const statuses[] = {"404=", "500=", "503="};
  for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
    if (len > 4 && memcmp(value, statuses[i], 4) == 0) return NULL;
  }
  return is_error_page(value, len) ? "has a status whose page is built in"
                                   : "is not STATUS=FILE";
}

const char *h1_config_home(const h1_config *c) {
  for (size_t i = 0; i < c->mounts.count; i++) {
    const char *mount = h1_texts_at(&c->mounts, i);
    if (strncmp(mount, "/=", 2) == 0) return mount;
  }
  return NULL;
}

static bool is_given(const h1_config *c, const char *name) {
  return c->origin[h1_option_find(name, strlen(name))] != H1_ORIGIN_DEFAULT;
}

static h1_config_result refuse_folder(const h1_config_source *s,
                                      const char *fault) {
  h1_text t = h1_text_begin(s->message, H1_CONFIG_MESSAGE_BYTES);
  h1_text_add(&t, "DIR: '");
  h1_text_add_escaped(&t, s->config->folder, strlen(s->config->folder),
                      H1_CONFIG_SHOWN_MAX);
  h1_text_add(&t, "' ");
  h1_text_add(&t, fault);
  return H1_CONFIG_BAD;
}

/* DIR becomes a mount, so that nobody else has to know of it. */
static h1_config_result mount_folder(const h1_config_source *s) {
  h1_config *c = s->config;
  const size_t mount = h1_option_find("mount", 5);
  char value[H1_PATH_OPTION_BYTES + 2];
  const bool with_root = is_given(c, "root") && strcmp(c->root, "none") != 0;
  if (with_root) {
    return refuse_folder(s,
                         "together with --root; allowed: DIR alone, or "
                         "--root with --mount=/PREFIX=DIR");
  }
  if (h1_config_home(c) != NULL) {
    return refuse_folder(s,
                         "together with a --mount at /; allowed: one of "
                         "them");
  }
  h1_config_source given = *s;
  given.place = "DIR";
  given.base_dir = NULL;
  given.origin = H1_ORIGIN_OPTION;
  h1_text t = h1_text_begin(value, sizeof(value));
  h1_text_add(&t, "/=");
  h1_text_add(&t, c->folder);
  /* Not h1_config_set: what other levels mounted stays. */
  const h1_config_result result =
      h1_config_add_texts(&given, &h1_options[mount], value, t.len);
  if (result == H1_CONFIG_OK) c->origin[mount] = H1_ORIGIN_OPTION;
  return result;
}

h1_config_result h1_config_settle_folders(const h1_config_source *s) {
  h1_config *c = s->config;
  if (c->folder[0] != '\0' && mount_folder(s) != H1_CONFIG_OK) {
    return H1_CONFIG_BAD;
  }
  c->root_is_default = !is_given(c, "root");
  if (h1_config_home(c) == NULL) return H1_CONFIG_OK;
  if (!is_given(c, "demo")) c->demo = false;
  if (!is_given(c, "root")) memcpy(c->root, "none", sizeof("none"));
  return H1_CONFIG_OK;
}
