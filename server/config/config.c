/* Where values come from, and which of them wins.
 *
 * The command line is read twice. The first time finds its own errors, --help
 * and the name of the file; then defaults, file, environment and command line
 * are laid over each other from the lowest to the highest. */
#define _GNU_SOURCE /* O_CLOEXEC */
#include "server/config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/config/internal.h"

#define FILE_MAX_BYTES ((size_t)1024 * 1024)
#define ENV_PREFIX "H1_HTTPD_"

static h1_config_result refuse(const h1_config_source *s, const char *before,
                               const char *what, const char *after) {
  h1_text t = h1_text_begin(s->message, H1_CONFIG_MESSAGE_BYTES);
  h1_text_add(&t, before);
  h1_text_add(&t, " '");
  h1_text_add_escaped(&t, what, strlen(what), H1_CONFIG_SHOWN_MAX);
  h1_text_add(&t, "'");
  h1_text_add(&t, after);
  return H1_CONFIG_BAD;
}

/* ---- command line ---- */

static h1_config_result needs_value(const h1_config_source *s,
                                    const h1_option *o) {
  h1_text t = h1_text_begin(s->message, H1_CONFIG_MESSAGE_BYTES);
  h1_text_add(&t, "--");
  h1_text_add(&t, o->name);
  h1_text_add(&t, ": needs a value; allowed: ");
  h1_text_add_allowed(&t, o);
  return H1_CONFIG_BAD;
}

static h1_config_result not_an_option(const h1_config_source *s,
                                      const char *argument) {
  char after[128];
  h1_text t = h1_text_begin(after, sizeof(after));
  const bool is_long = strncmp(argument, "--", 2) == 0;
  const char *nearest =
      is_long ? h1_option_nearest(argument + 2, strcspn(argument + 2, "="))
              : NULL;
  h1_text_add(&t, "; allowed: the options of --help");
  h1_text_add(&t, nearest != NULL ? "; did you mean --" : "");
  h1_text_add(&t, nearest != NULL ? nearest : "");
  h1_text_add(&t, nearest != NULL ? "?" : "");
  return refuse(s, "unknown option", argument, after);
}

/* DIR. */
static h1_config_result read_folder(const h1_config_source *s,
                                    const char *argument) {
  h1_config *c = s->config;
  const size_t len = strlen(argument);
  if (c->folder[0] != '\0') {
    return refuse(s, "unexpected argument", argument,
                  "; allowed: one folder, and the options of --help");
  }
  const char *fault = len == 0 ? " is empty" : NULL;
  if (h1_config_has_control(argument, len)) {
    fault = " holds a control character";
  } else if (!h1_config_resolve(s->base_dir, argument, len, c->folder,
                                sizeof(c->folder))) {
    fault = " is too long";
  }
  return fault == NULL ? H1_CONFIG_OK : refuse(s, "DIR:", argument, fault);
}

/* -p: the port alone; the host stays the default's. */
static h1_config_result read_port(h1_config_source *s, const char *port) {
  static const char host[] = "127.0.0.1:";
  char endpoint[sizeof(host) + 8];
  h1_text t = h1_text_begin(endpoint, sizeof(endpoint));
  h1_text_add(&t, host);
  h1_text_add(&t, port);
  if (strlen(port) > 5 || h1_endpoint_fault(endpoint, t.len) != NULL) {
    return refuse(s, "-p:", port, " is not a port; allowed: 0 to 65535");
  }
  s->place = "-p";
  const h1_config_result result =
      h1_config_set(s, h1_option_find("listen", 6), endpoint, t.len);
  s->place = "";
  return result;
}

/* -h, -V, -p PORT and -pPORT. */
static h1_config_result read_short(h1_config_source *s, int argc,
                                   char *const *argv, int *at) {
  const char *argument = argv[*at];
  *at += 1;
  if (strcmp(argument, "-h") == 0) {
    return h1_config_set(s, h1_option_find("help", 4), "", 0);
  }
  if (strcmp(argument, "-V") == 0) {
    return h1_config_set(s, h1_option_find("version", 7), "", 0);
  }
  if (argument[1] != 'p') return not_an_option(s, argument);
  if (argument[2] != '\0') return read_port(s, argument + 2);
  if (*at >= argc) {
    return refuse(s, "option", "-p", " needs a value; allowed: 0 to 65535");
  }
  *at += 1;
  return read_port(s, argv[*at - 1]);
}

static const char *last_word(const h1_option *o) {
  size_t i = 0;
  while (o->words[i + 1] != NULL) i++;
  return o->words[i];
}

/* "--demo off" is a switch and a folder: more likely a slip than a wish. */
static h1_config_result take_bare(const h1_config_source *s, const h1_option *o,
                                  int argc, char *const *argv, int at) {
  char after[128];
  bool is_word = false;
  for (size_t i = 0; at < argc && o->words[i] != NULL; i++) {
    is_word = is_word || strcmp(argv[at], o->words[i]) == 0;
  }
  if (!is_word) return H1_CONFIG_OK;
  h1_text t = h1_text_begin(after, sizeof(after));
  h1_text_add(&t, "; allowed: --");
  h1_text_add(&t, o->name);
  h1_text_add(&t, "=");
  h1_text_add(&t, argv[at]);
  h1_text_add(&t, ", or ./");
  h1_text_add(&t, argv[at]);
  h1_text_add(&t, " for a folder of that name");
  return refuse(s, "unexpected argument", argv[at], after);
}

/* Reads the option at argv[*at] and moves `*at` past it and its value. */
static h1_config_result read_option(h1_config_source *s, int argc,
                                    char *const *argv, int *at) {
  const char *argument = argv[*at];
  const char *equals = strchr(argument, '=');
  size_t len = equals == NULL ? strlen(argument) : (size_t)(equals - argument);
  size_t index = h1_option_find(argument + 2, len - 2);
  *at += 1;
  if (index == h1_option_count) {
    return not_an_option(s, argument);
  }
  const h1_option *o = &h1_options[index];
  const char *value = equals == NULL ? "" : equals + 1;
  if (o->kind == H1_OPTION_FLAG && equals != NULL) {
    return refuse(s, "value", argument, " for an option that takes none");
  }
  if (equals == NULL && (o->flags & H1_OPTION_BARE) != 0) {
    if (take_bare(s, o, argc, argv, *at) != H1_CONFIG_OK) return H1_CONFIG_BAD;
    value = last_word(o);
  } else if (o->kind != H1_OPTION_FLAG && equals == NULL) {
    if (*at >= argc) {
      return needs_value(s, o);
    }
    value = argv[*at];
    *at += 1;
  }
  char place[64];
  h1_text t = h1_text_begin(place, sizeof(place));
  h1_text_add(&t, "--");
  h1_text_add(&t, o->name);
  s->place = place;
  h1_config_result result = h1_config_set(s, index, value, strlen(value));
  s->place = "";
  return result;
}

/* --help and --version act where they stand, as GNU programs do: what follows
 * them is not looked at. */
static h1_config_result read_arguments(h1_config_source *s, int argc,
                                       char *const *argv) {
  h1_config_result result = H1_CONFIG_OK;
  bool ended = false; /* "--": no options from here on */
  int at = 1;
  s->origin = H1_ORIGIN_OPTION;
  while (result == H1_CONFIG_OK && at < argc && !s->config->help &&
         !s->config->version) {
    const char *argument = argv[at];
    const bool is_option = !ended && argument[0] == '-' && argument[1] != '\0';
    if (!is_option) {
      result = read_folder(s, argument);
      at++;
    } else if (strcmp(argument, "--") == 0) {
      ended = true;
      at++;
    } else if (argument[1] == '-') {
      result = read_option(s, argc, argv, &at);
    } else {
      result = read_short(s, argc, argv, &at);
    }
  }
  return result;
}

/* ---- environment ---- */

static void add_env_name(h1_text *t, const char *option) {
  h1_text_add(t, ENV_PREFIX);
  for (; *option != '\0'; option++) {
    char c = *option;
    if (c >= 'a' && c <= 'z') {
      c = (char)(c - 'a' + 'A');
    }
    c = c == '-' ? '_' : c;
    h1_text_add_bytes(t, &c, 1);
  }
}

/* NULL when it is not set. */
static const char *find_env(char *const *env, const char *name) {
  size_t len = strlen(name);
  for (size_t i = 0; env != NULL && env[i] != NULL; i++) {
    if (strncmp(env[i], name, len) == 0 && env[i][len] == '=') {
      return env[i] + len + 1;
    }
  }
  return NULL;
}

static h1_config_result read_env_option(h1_config_source *s, char *const *env,
                                        size_t index) {
  char name[64];
  h1_text t = h1_text_begin(name, sizeof(name));
  add_env_name(&t, h1_options[index].name);
  const char *value = find_env(env, name);
  if (value == NULL || (h1_options[index].flags & H1_OPTION_NOT_ENV) != 0) {
    return H1_CONFIG_OK;
  }
  s->origin = H1_ORIGIN_ENVIRONMENT;
  s->place = name;
  h1_config_result result = h1_config_set(s, index, value, strlen(value));
  s->place = "";
  return result;
}

static h1_config_result read_environment(h1_config_source *s,
                                         char *const *env) {
  h1_config_result result = H1_CONFIG_OK;
  for (size_t i = 0; result == H1_CONFIG_OK && i < h1_option_count; i++) {
    result = read_env_option(s, env, i);
  }
  return result;
}

/* ---- file ---- */

/* Reads to the end or to `cap`. False: errno says why. A signal that interrupts
 * it means that nobody wants the rest. */
static bool read_all(int fd, char *bytes, size_t cap, size_t *len) {
  *len = 0;
  while (*len < cap) {
    ssize_t n = read(fd, bytes + *len, cap - *len);
    if (n == 0) {
      return true;
    }
    if (n < 0) {
      return false;
    }
    *len += (size_t)n;
  }
  return true;
}

/* A server that runs waits for nobody who may write to a FIFO. */
static bool is_regular(int fd) {
  struct stat st;
  if (fstat(fd, &st) != 0) return false;
  errno = EINVAL;
  return S_ISREG(st.st_mode);
}

/* `again`: while the server runs, when only a regular file will do (EINVAL). */
static bool read_whole_file(const char *path, bool again, char *bytes,
                            size_t cap, size_t *len) {
  const int waits = again ? O_NONBLOCK : 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | waits);
  if (fd < 0) {
    return false;
  }
  bool good = (!again || is_regular(fd)) && read_all(fd, bytes, cap, len);
  int cause = errno;
  (void)close(fd);
  errno = cause;
  return good;
}

/* Reads the file's lines by means of `room`, which is longer than the longest
 * file by one byte. `place` is who named the file. */
static h1_config_result read_file_in(h1_config_source *s, const char *path,
                                     const char *place, h1_buffer room) {
  size_t len;
  char before[64], after[160];
  char *bytes = (char *)room.ptr;
  h1_text t = h1_text_begin(before, sizeof(before));
  h1_text_add(&t, place);
  h1_text_add(&t, ": cannot read");
  s->origin = H1_ORIGIN_FILE;
  const bool again = s->room.len > 0;
  if (room.len == 0 || !read_whole_file(path, again, bytes, room.len, &len)) {
    t = h1_text_begin(after, sizeof(after));
    h1_text_add(&t, ": ");
    h1_text_add(&t, again && errno == EINVAL
                        ? "it is no regular file, which a reload needs"
                        : strerror(errno));
    return refuse(s, before, path, after);
  }
  if (len < room.len) return h1_config_read_lines(s, path, bytes, len);
  return refuse(s, before, path,
                room.len > FILE_MAX_BYTES
                    ? ": it is larger than 1M"
                    : ": it is larger than --config-memory allows");
}

static h1_config_result read_file(h1_config_source *s, const char *path,
                                  const char *place) {
  if (s->room.len > 0) return read_file_in(s, path, place, s->room);
  char *bytes = malloc(FILE_MAX_BYTES + 1);
  const h1_buffer room = {(uint8_t *)bytes,
                          bytes == NULL ? 0 : FILE_MAX_BYTES + 1};
  const h1_config_result result = read_file_in(s, path, place, room);
  free(bytes);
  return result;
}

/* ---- all together ---- */

/* After the first reading of the command line: all levels, lowest first. */
static h1_config_result read_levels(h1_config_source *s, int argc,
                                    char *const *argv, char *const *env,
                                    const char *default_root) {
  h1_config *c = s->config;
  size_t config = h1_option_find("config", 6);
  h1_config_result result = c->origin[config] == H1_ORIGIN_OPTION
                                ? H1_CONFIG_OK
                                : read_env_option(s, env, config);
  char path[H1_PATH_OPTION_BYTES];
  memcpy(path, c->config_file, sizeof(path));
  const char *place = c->origin[config] == H1_ORIGIN_ENVIRONMENT ? ENV_PREFIX
                          "CONFIG"
                                                                 : "--config";
  h1_config_defaults(c);
  if (result == H1_CONFIG_OK) {
    result = h1_config_machine_defaults(s, default_root);
  }
  if (result == H1_CONFIG_OK && path[0] != '\0') {
    result = read_file(s, path, place);
  }
  if (result == H1_CONFIG_OK) {
    result = read_environment(s, env);
  }
  if (result == H1_CONFIG_OK) {
    result = read_arguments(s, argc, argv);
  }
  return result;
}

static h1_config_result load(h1_config_source *s, int argc, char *const *argv,
                             char *const *env, const char *default_root) {
  h1_config *c = s->config;
  s->message[0] = '\0';
  h1_config_defaults(c);
  h1_config_result result = read_arguments(s, argc, argv);
  if (result == H1_CONFIG_OK && !c->help && !c->version) {
    result = read_levels(s, argc, argv, env, default_root);
    if (result == H1_CONFIG_OK) result = h1_config_settle_folders(s);
    if (result == H1_CONFIG_OK) result = h1_config_settle_proxies(s);
  }
  h1_config_complete(c);
  return result;
}

h1_config_result h1_config_load(h1_config *c, int argc, char *const *argv,
                                char *const *env, const char *base_dir,
                                const char *default_root,
                                char message[H1_CONFIG_MESSAGE_BYTES]) {
  h1_config_source s = {
      .config = c, .base_dir = base_dir, .place = "", .message = message};
  return load(&s, argc, argv, env, default_root);
}

h1_config_result h1_config_load_again(h1_config *c,
                                      const h1_config_launch *launch,
                                      h1_buffer room,
                                      char message[H1_CONFIG_MESSAGE_BYTES]) {
  h1_config_source s = {.config = c,
                        .base_dir = launch->base_dir,
                        .place = "",
                        .room = room,
                        .message = message};
  if (s.room.len > FILE_MAX_BYTES + 1) s.room.len = FILE_MAX_BYTES + 1;
  return load(&s, launch->argc, launch->argv, launch->env,
              launch->default_root);
}
