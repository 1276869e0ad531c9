#include "fuzz/reference/config_levels.h"

#include <stdio.h>
#include <string.h>

#include "fuzz/reference/config_line.h"
#include "fuzz/reference/config_rules.h"
#include "fuzz/reference/config_values.h"

static void blame(reference_expectation *x, const char *before,
                  const char *name) {
  if (x->bad) return;
  x->bad = true;
  snprintf(x->culprit, sizeof x->culprit, "%s%s", before, name);
}

static bool expect_address(reference_expectation *x, size_t which,
                           const char *base, const char *text, size_t len) {
  if (which != 0 && len == 4 && memcmp(text, "none", 4) == 0) {
    x->count[which] = 0;
    return true;
  }
  if (x->count[which] == H1_LISTEN_MAX) return false;
  if (!reference_address(base, text, len, x->list[which][x->count[which]])) {
    return false;
  }
  x->count[which]++;
  return true;
}

static bool expect_addresses(reference_expectation *x, size_t which,
                             const char *base, const char *text, bool env) {
  if (!env && x->from_env[which]) x->count[which] = 0;
  x->from_env[which] = env;
  if (!env) return expect_address(x, which, base, text, strlen(text));
  for (;;) {
    const size_t len = strcspn(text, ",");
    if (!expect_address(x, which, base, text, len)) return false;
    if (text[len] == '\0') return true;
    text += len + 1;
  }
}

size_t reference_list_of(const reference_option *o) {
  size_t n = 0;
  for (const reference_option *at = reference_options; at < o; at++) {
    if (reference_is_list(at)) n++;
  }
  return n;
}

static const reference_texts *list_named(const reference_expectation *x,
                                         const char *name) {
  return &x->texts[reference_list_of(
      reference_option_find(name, strlen(name)))];
}

static reference_texts *mounts_of(reference_expectation *x) {
  return &x->texts[reference_list_of(reference_option_find("mount", 5))];
}

static bool add_text(reference_texts *t, const char *text) {
  const size_t size = strlen(text) + 1;
  if (size > sizeof t->bytes - t->used) return false;
  memcpy(t->bytes + t->used, text, size);
  t->used += size;
  t->count++;
  return true;
}

/* Names, separated by commas. */
static bool expect_names(reference_texts *t, const char *text) {
  char name[H1_PATH_OPTION_BYTES];
  for (;;) {
    const size_t len = strcspn(text, ",");
    if (len == 4 && strncmp(text, "none", 4) == 0) {
      t->count = t->used = 0;
    } else if (!reference_rule(REFERENCE_INDEXES, text, len)) {
      return false;
    } else {
      memcpy(name, text, len);
      name[len] = '\0';
      if (!add_text(t, name)) return false;
    }
    if (text[len] == '\0') return true;
    text += len + 1;
  }
}

/* The input is cut at line feeds: a value from the environment is one. */
static bool expect_text(reference_expectation *x, const reference_option *o,
                        const char *base, const char *text, bool env) {
  reference_texts *t = &x->texts[reference_list_of(o)];
  char kept[H1_PATH_OPTION_BYTES];
  if (t->from_env && !env) t->count = t->used = 0;
  t->from_env = env;
  if (o->kind == REFERENCE_INDEXES) return expect_names(t, text);
  if (env && text[0] == '\0') return true;
  if (o->none && strcmp(text, "none") == 0) {
    t->count = t->used = 0;
    return true;
  }
  if (o->kind != REFERENCE_MOUNTS) {
    return reference_rule(o->kind, text, strlen(text)) && add_text(t, text);
  }
  return reference_mount(base, text, strlen(text), kept) && add_text(t, kept);
}

static bool expect_value(reference_expectation *x, const reference_option *o,
                         const char *base, const char *text, bool env) {
  const size_t i = (size_t)(o - reference_options);
  const size_t len = strlen(text);
  x->set[i] = true;
  switch (o->kind) {
    case REFERENCE_ADDRESSES:
      return expect_addresses(x, reference_addresses_of(o), base, text, env);
    case REFERENCE_NAME:
      if (!reference_name(text, len)) return false;
      memcpy(x->text[i], text, len + 1);
      return true;
    case REFERENCE_PATH:
      if (strcmp(o->name, "fallback") == 0 ||
          (strcmp(o->name, "root") == 0 && strcmp(text, "none") == 0)) {
        base = NULL;
      }
      return reference_path(base, strcmp(o->name, "access-log") == 0, text, len,
                            x->text[i]);
    case REFERENCE_MOUNTS:
    case REFERENCE_INDEXES:
    case REFERENCE_ERROR_PAGES:
    case REFERENCE_REDIRECTS:
    case REFERENCE_HEADERS:
    case REFERENCE_CACHES:
    case REFERENCE_PROXIES:
    case REFERENCE_SKIPS:
      return expect_text(x, o, base, text, env);
    case REFERENCE_FLAG:
      x->number[i] = 1;
      return true;
    default:
      return reference_quantity(o, text, len, &x->number[i]);
  }
}

static const char *env_value(const reference_arguments *a, const char *option,
                             char name[64]) {
  snprintf(name, 64, REFERENCE_PREFIX "%s", option);
  for (char *p = name; *p != '\0'; p++) {
    if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 32);
    if (*p == '-') *p = '_';
  }
  const size_t len = strlen(name);
  for (int i = 0; i < a->env_count; i++) {
    if (strncmp(a->env[i], name, len) == 0 && a->env[i][len] == '=') {
      return a->env[i] + len + 1;
    }
  }
  return NULL;
}

static void expect_environment(reference_expectation *x,
                               const reference_arguments *a) {
  char name[64];
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    const reference_option *o = &reference_options[i];
    const char *value = env_value(a, o->name, name);
    if (value == NULL || o->kind == REFERENCE_FLAG) continue;
    if (!expect_value(x, o, a->base, value, true)) blame(x, "", name);
  }
}

static void expect_folder(reference_expectation *x, const char *base,
                          const char *text) {
  if (x->folder[0] != '\0') {
    blame(x, "", "unexpected argument '");
  } else if (!reference_path(base, false, text, strlen(text), x->folder)) {
    blame(x, "", "DIR: '");
  }
}

/* -h, -V, -pPORT or -p PORT; the index of the next argument. */
static int expect_short(reference_expectation *x, const reference_arguments *a,
                        int at) {
  const char *argument = a->argv[at];
  char address[32];
  if (strcmp(argument, "-h") == 0) x->number[REFERENCE_OPTIONS - 2] = 1;
  if (strcmp(argument, "-V") == 0) x->number[REFERENCE_OPTIONS - 1] = 1;
  if (reference_acts_at_once(x)) return at + 1;
  if (argument[1] != 'p') {
    blame(x, "", "unknown option '");
    return at + 1;
  }
  const int next = argument[2] != '\0' ? at + 1 : at + 2;
  if (next > a->argc) {
    blame(x, "", "option '-p' needs a value");
    return next;
  }
  const char *port = argument[2] != '\0' ? argument + 2 : a->argv[at + 1];
  const bool digits = strspn(port, "0123456789") == strlen(port);
  snprintf(address, sizeof address, "127.0.0.1:%.6s", port);
  if (strlen(port) > 5 || !digits ||
      !expect_value(x, &reference_options[0], NULL, address, false)) {
    blame(x, "", "-p: '");
  }
  return next;
}

/* One argument and its value; the index of the next. */
static int expect_argument(reference_expectation *x,
                           const reference_arguments *a, int at) {
  const char *argument = a->argv[at];
  const size_t len = strcspn(argument, "=");
  const bool dashes = strncmp(argument, "--", 2) == 0;
  const reference_option *o =
      dashes ? reference_option_find(argument + 2, len - 2) : NULL;
  if (!dashes && argument[0] == '-' && argument[1] != '\0') {
    return expect_short(x, a, at);
  }
  if (!dashes) {
    expect_folder(x, a->base, argument);
    return at + 1;
  }
  if (o == NULL) {
    blame(x, "", "unknown option '");
    return at + 1;
  }
  const char *value = argument[len] == '=' ? argument + len + 1 : NULL;
  if (o->kind == REFERENCE_FLAG) {
    if (value != NULL) blame(x, "value '--", o->name);
    expect_value(x, o, NULL, "", false);
    return at + 1;
  }
  if (o->kind == REFERENCE_SWITCH && value == NULL) {
    const char *after = at + 1 < a->argc ? a->argv[at + 1] : "";
    if (strcmp(after, "on") == 0 || strcmp(after, "off") == 0) {
      blame(x, "", "unexpected argument '");
      return at + 1;
    }
    expect_value(x, o, NULL, "on", false);
    return at + 1;
  }
  const int next = value != NULL ? at + 1 : at + 2;
  if (value == NULL) value = at + 1 < a->argc ? a->argv[at + 1] : NULL;
  if (value == NULL || !expect_value(x, o, a->base, value, false)) {
    blame(x, "--", o->name);
  }
  return next;
}

bool reference_acts_at_once(const reference_expectation *x) {
  return x->number[REFERENCE_OPTIONS - 2] != 0 ||
         x->number[REFERENCE_OPTIONS - 1] != 0;
}

static void expect_arguments(reference_expectation *x,
                             const reference_arguments *a) {
  bool ended = false;
  for (int at = 1; at < a->argc && !x->bad && !reference_acts_at_once(x);) {
    if (ended) {
      expect_folder(x, a->base, a->argv[at++]);
    } else if (strcmp(a->argv[at], "--") == 0) {
      ended = true;
      at++;
    } else {
      at = expect_argument(x, a, at);
    }
  }
}

/* The list of mounts is the first. */
static bool has_home(const reference_expectation *x) {
  const reference_texts *t = list_named(x, "mount");
  for (size_t at = 0; at < t->used; at += strlen(t->bytes + at) + 1) {
    if (strncmp(t->bytes + at, "/=", 2) == 0) return true;
  }
  return false;
}

static void set_by_home(reference_expectation *x, const char *name,
                        const char *text) {
  const reference_option *o = reference_option_find(name, strlen(name));
  if (x->set[o - reference_options]) return;
  (void)expect_value(x, o, NULL, text, false);
}

/* A folder at / changes what else is there. */
/* Who is believed, and whether anybody can be. */
static void settle_proxies(reference_expectation *x) {
  const reference_option *o = reference_option_find("client-address", 14);
  const uint64_t source = x->number[o - reference_options];
  const bool nobody = list_named(x, "trusted-proxy")->count == 0;
  const reference_texts *t = list_named(x, "trusted-proxy");
  size_t networks = 0;
  for (size_t at = 0; at < t->used; at += strlen(t->bytes + at) + 1) {
    if (strcmp(t->bytes + at, "unix") != 0) networks++;
  }
  if (x->bad) return;
  if (networks > 256) blame(x, "", "--trusted-proxy: ");
  if (x->count[2] > 0 && nobody) blame(x, "", "--proxy-listen needs");
  if (source == 1 && x->count[2] == 0) blame(x, "", "--client-address=proxy");
  if (source > 1 && nobody) blame(x, "", "--client-address needs");
}

static void settle_folders(reference_expectation *x) {
  const reference_option *root = reference_option_find("root", 4);
  const char *given = x->text[root - reference_options];
  char mount[H1_PATH_OPTION_BYTES + 2];
  if (x->bad) return;
  if (x->folder[0] != '\0') {
    const bool rooted =
        x->set[root - reference_options] && strcmp(given, "none") != 0;
    snprintf(mount, sizeof mount, "/=%s", x->folder);
    if (rooted || has_home(x) || strlen(mount) >= H1_PATH_OPTION_BYTES ||
        !add_text(mounts_of(x), mount)) {
      blame(x, "", "DIR: '");
      return;
    }
  }
  if (!has_home(x)) return;
  set_by_home(x, "demo", "off");
  set_by_home(x, "root", "none");
}

static void settle(reference_expectation *x) {
  settle_folders(x);
  settle_proxies(x);
}

void reference_expect(reference_expectation *x, const reference_arguments *a) {
  static reference_expectation line;
  memset(&line, 0, sizeof line);
  memset(x, 0, sizeof *x);
  expect_arguments(&line, a);
  if (line.bad || reference_acts_at_once(&line)) {
    *x = line;
    return;
  }
  const reference_option *file = reference_option_find("config", 6);
  char name[64];
  if (line.set[file - reference_options]) {
    blame(x, "", "--config: cannot read '");
  } else if (env_value(a, "config", name) != NULL) {
    blame(x, "", REFERENCE_PREFIX "CONFIG: cannot read '");
  }
  expect_environment(x, a);
  memset(x->folder, 0, sizeof x->folder);
  expect_arguments(x, a);
  settle(x);
}

static bool expect_line(reference_expectation *x, const char *line,
                        size_t len) {
  static char value[REFERENCE_LINE_BYTES + 1];
  size_t key = 0, key_len = 0;
  switch (reference_config_line(line, len, &key, &key_len, value)) {
    case REFERENCE_BLANK:
      return true;
    case REFERENCE_PAIR:
      break;
    default:
      return false;
  }
  const reference_option *o = reference_option_find(line + key, key_len);
  if (o == NULL || o->kind == REFERENCE_FLAG) return false;
  if (strcmp(o->name, "config") == 0) return false;
  if (o->kind != REFERENCE_ADDRESSES && !reference_is_list(o) &&
      x->set[o - reference_options]) {
    return false;
  }
  return expect_value(x, o, NULL, value, false);
}

void reference_expect_text(reference_expectation *x, const char *text,
                           size_t len) {
  char line[24];
  size_t from = 0;
  memset(x, 0, sizeof *x);
  for (size_t number = 1; from < len && !x->bad; number++) {
    size_t to = from;
    while (to < len && text[to] != '\n') to++;
    snprintf(line, sizeof line, "%zu: ", number);
    if (!expect_line(x, text + from, to - from)) blame(x, "file:", line);
    from = to + 1;
  }
  settle(x);
}
