/* The command line: options as GNU programs take them, three short ones, and
 * one folder.
 *
 *   --name=value  --name value  --switch  -p PORT  -h  -V  DIR  --
 */
#include <string.h>

#include "server/config/internal.h"

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
  return h1_config_refuse_quoted(s, "unknown option", argument, after);
}

/* DIR. */
static h1_config_result read_folder(const h1_config_source *s,
                                    const char *argument) {
  h1_config *c = s->config;
  const size_t len = strlen(argument);
  if (c->folder[0] != '\0') {
    return h1_config_refuse_quoted(
        s, "unexpected argument", argument,
        "; allowed: one folder, and the options of --help");
  }
  const char *fault = len == 0 ? " is empty" : NULL;
  if (h1_config_has_control(argument, len)) {
    fault = " holds a control character";
  } else if (!h1_config_resolve(s->base_dir, argument, len, c->folder,
                                sizeof(c->folder))) {
    fault = " is too long";
  }
  return fault == NULL ? H1_CONFIG_OK
                       : h1_config_refuse_quoted(s, "DIR:", argument, fault);
}

/* -p: the port alone; the host stays the default's. */
static h1_config_result read_port(h1_config_source *s, const char *port) {
  static const char host[] = "127.0.0.1:";
  char endpoint[sizeof(host) + 8];
  h1_text t = h1_text_begin(endpoint, sizeof(endpoint));
  h1_text_add(&t, host);
  h1_text_add(&t, port);
  if (strlen(port) > 5 || h1_endpoint_fault(endpoint, t.len) != NULL) {
    return h1_config_refuse_quoted(s, "-p:", port,
                                   " is not a port; allowed: 0 to 65535");
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
    return h1_config_refuse_quoted(s, "option", "-p",
                                   " needs a value; allowed: 0 to 65535");
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
  return h1_config_refuse_quoted(s, "unexpected argument", argv[at], after);
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
    return h1_config_refuse_quoted(s, "value", argument,
                                   " for an option that takes none");
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
h1_config_result h1_config_read_arguments(h1_config_source *s, int argc,
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
