/* The configuration reader: command line, environment and file.
 *
 *  1. No crash, and a verdict: OK with an empty message, or BAD with one line
 *     of printable ASCII that names the culprit.
 *  2. OK: every value lies in its documented range.
 *  3. A reference reads the same command line, environment or file by the rules
 *     of README.md, and comes to the same verdict, culprit and values.
 *  4. What --print-config prints of it is a file that is accepted, means the
 *     same, and prints the same again.
 *
 * Input: a byte of options, then either the text of a file (bit 0), or strings
 * that end with a NUL or a line feed: those that begin with H1_HTTPD_ are the
 * environment, the others the command line. Files are never opened: whatever
 * --config names is replaced by a path that does not exist. */
#define _GNU_SOURCE /* open_memstream */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/harness.h"
#include "fuzz/reference_config.h"

#define STRINGS 64
#define NO_FILE "/nonexistent/h1"
#define PREFIX "H1_HTTPD_"

static const char *const bases[] = {NULL, "/base", "/slash/", "/"};

typedef struct {
  char *argv[STRINGS + 2];
  char *env[STRINGS + 1];
  int argc;
  int env_count;
  const char *base;
} arguments;

/* ---- laws of every result ---- */

static bool one_line(const char *message) {
  const size_t len = strlen(message);
  if (len == 0 || len >= H1_CONFIG_MESSAGE_BYTES - 1) return false;
  for (size_t i = 0; i < len; i++) {
    if (message[i] < ' ' || message[i] > '~') return false;
  }
  return true;
}

static void check_addresses(const reference_option *o,
                            const char list[H1_LISTEN_MAX][256], size_t count) {
  char out[256];
  FUZZ_CHECK(count <= H1_LISTEN_MAX);
  FUZZ_CHECK(count > 0 || o->none);
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(reference_address(NULL, list[i], strlen(list[i]), out));
  }
}

static void check_value(const h1_config *c, const reference_option *o) {
  char out[H1_PATH_OPTION_BYTES];
  const char *text = reference_option_text(c, o);
  const uint64_t n = reference_option_number(c, o);
  switch (o->kind) {
    case REFERENCE_ADDRESSES:
      if (o->none) {
        check_addresses(o, c->admin_listen, c->admin_listen_count);
      } else {
        check_addresses(o, c->listen, c->listen_count);
      }
      return;
    case REFERENCE_NAME:
      FUZZ_CHECK(reference_name(text, strlen(text)));
      return;
    case REFERENCE_PATH:
      FUZZ_CHECK(strcmp(o->name, "config") == 0 ||
                 reference_path(NULL, true, text, strlen(text), out));
      return;
    default:
      FUZZ_CHECK(n <= o->max);
      FUZZ_CHECK(n >= o->min || (n == 0 && o->none));
  }
}

static uint64_t plus(uint64_t a, uint64_t b) {
  return a + b < a ? UINT64_MAX : a + b;
}

static bool given(const h1_config *c, const char *name) {
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    if (strcmp(reference_options[i].name, name) == 0) {
      return c->origin[i] != H1_ORIGIN_DEFAULT;
    }
  }
  return false;
}

/* The two defaults that depend on other values. */
static void check_sums(const h1_config *c) {
  const h1_limits *l = &c->limits;
  const uint64_t least = (uint64_t)64 << 20;
  const uint64_t most = (uint64_t)1 << 50;
  if (!given(c, "max-request-bytes")) {
    FUZZ_CHECK(c->max_request_bytes ==
               plus(plus(l->head_bytes, l->body_bytes), l->trailer_bytes));
  }
  if (given(c, "buffer-memory")) return;
  const unsigned __int128 need =
      (((unsigned __int128)16 << 20) + 2 * (unsigned __int128)l->body_bytes) *
      c->workers;
  const uint64_t wanted = need > most ? most : (uint64_t)need;
  FUZZ_CHECK(c->buffer_memory == (wanted > least ? wanted : least));
}

static void check_ranges(const h1_config *c) {
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    check_value(c, &reference_options[i]);
  }
  if (!c->help && !c->version) check_sums(c);
}

/* ---- printing reads back ---- */

static char *print(h1_config *c) {
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  FUZZ_CHECK(out != NULL);
  /* The origin stands behind each value; here only values count. */
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) c->origin[i] = H1_ORIGIN_FILE;
  c->config_file[0] = '\0'; /* what a file cannot say */
  FUZZ_CHECK(h1_config_print(c, out));
  FUZZ_CHECK(fclose(out) == 0);
  return text;
}

static void check_same_list(size_t count, size_t other,
                            const char a[H1_LISTEN_MAX][256],
                            const char b[H1_LISTEN_MAX][256]) {
  FUZZ_CHECK(count == other);
  for (size_t i = 0; i < count; i++) FUZZ_CHECK(strcmp(a[i], b[i]) == 0);
}

/* Everything that a file can say. */
static void check_same(const h1_config *a, const h1_config *b) {
  check_same_list(a->listen_count, b->listen_count, a->listen, b->listen);
  check_same_list(a->admin_listen_count, b->admin_listen_count, a->admin_listen,
                  b->admin_listen);
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    const reference_option *o = &reference_options[i];
    if (o->kind == REFERENCE_ADDRESSES || o->kind == REFERENCE_FLAG) continue;
    if (o->kind == REFERENCE_NAME || o->kind == REFERENCE_PATH) {
      FUZZ_CHECK(strcmp(reference_option_text(a, o),
                        reference_option_text(b, o)) == 0);
    } else {
      FUZZ_CHECK(reference_option_number(a, o) ==
                 reference_option_number(b, o));
    }
  }
}

static void check_printing(h1_config *c) {
  static h1_config again;
  char message[H1_CONFIG_MESSAGE_BYTES];
  char *first = print(c);
  const h1_config_result result =
      h1_config_read_text(&again, "printed", first, strlen(first), message);
  fuzz_say("%s%s\n", first, message);
  FUZZ_CHECK(result == H1_CONFIG_OK);
  check_ranges(&again);
  check_same(c, &again);
  char *second = print(&again);
  FUZZ_CHECK(strcmp(first, second) == 0);
  free(first);
  free(second);
}

/* ---- the reference's reading of a command line ---- */

typedef struct {
  bool bad;
  char culprit[64]; /* what the message must name */
  bool set[REFERENCE_OPTIONS];
  uint64_t number[REFERENCE_OPTIONS];
  char text[REFERENCE_OPTIONS][H1_PATH_OPTION_BYTES];
  char list[2][H1_LISTEN_MAX][256];
  size_t count[2];
  bool from_env[2]; /* the list is the environment's: replaced as a whole */
} expectation;

static void blame(expectation *x, const char *before, const char *name) {
  if (x->bad) return;
  x->bad = true;
  snprintf(x->culprit, sizeof x->culprit, "%s%s", before, name);
}

static bool expect_address(expectation *x, size_t which, const char *base,
                           const char *text, size_t len) {
  if (which == 1 && len == 4 && memcmp(text, "none", 4) == 0) {
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

static bool expect_addresses(expectation *x, size_t which, const char *base,
                             const char *text, bool env) {
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

static bool expect_value(expectation *x, const reference_option *o,
                         const char *base, const char *text, bool env) {
  const size_t i = (size_t)(o - reference_options);
  const size_t len = strlen(text);
  x->set[i] = true;
  switch (o->kind) {
    case REFERENCE_ADDRESSES:
      return expect_addresses(x, o->none ? 1 : 0, base, text, env);
    case REFERENCE_NAME:
      if (!reference_name(text, len)) return false;
      memcpy(x->text[i], text, len + 1);
      return true;
    case REFERENCE_PATH:
      return reference_path(base, strcmp(o->name, "access-log") == 0, text, len,
                            x->text[i]);
    case REFERENCE_FLAG:
      x->number[i] = 1;
      return true;
    default:
      return reference_quantity(o, text, len, &x->number[i]);
  }
}

static const char *env_value(const arguments *a, const char *option,
                             char name[64]) {
  snprintf(name, 64, PREFIX "%s", option);
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

static void expect_environment(expectation *x, const arguments *a) {
  char name[64];
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    const reference_option *o = &reference_options[i];
    const char *value = env_value(a, o->name, name);
    if (value == NULL || o->kind == REFERENCE_FLAG) continue;
    if (!expect_value(x, o, a->base, value, true)) blame(x, "", name);
  }
}

/* One argument and its value; the index of the next. */
static int expect_argument(expectation *x, const arguments *a, int at) {
  const char *argument = a->argv[at];
  const size_t len = strcspn(argument, "=");
  const bool dashes = strncmp(argument, "--", 2) == 0;
  const reference_option *o =
      dashes ? reference_option_find(argument + 2, len - 2) : NULL;
  if (o == NULL) {
    blame(x, "",
          dashes || (argument[0] == '-' && argument[1] != '\0')
              ? "unknown option '"
              : "unexpected argument '");
    return at + 1;
  }
  const char *value = argument[len] == '=' ? argument + len + 1 : NULL;
  if (o->kind == REFERENCE_FLAG) {
    if (value != NULL) blame(x, "value '--", o->name);
    expect_value(x, o, NULL, "", false);
    return at + 1;
  }
  const int next = value != NULL ? at + 1 : at + 2;
  if (value == NULL) value = at + 1 < a->argc ? a->argv[at + 1] : NULL;
  if (value == NULL || !expect_value(x, o, a->base, value, false)) {
    blame(x, "--", o->name);
  }
  return next;
}

static bool acts_at_once(const expectation *x) {
  return x->number[REFERENCE_OPTIONS - 2] != 0 ||
         x->number[REFERENCE_OPTIONS - 1] != 0;
}

static void expect_arguments(expectation *x, const arguments *a) {
  for (int at = 1; at < a->argc && !x->bad && !acts_at_once(x);) {
    if (strcmp(a->argv[at], "--") == 0) {
      if (at + 1 == a->argc) return;
      at++;
      const bool dash = a->argv[at][0] == '-' && a->argv[at][1] != '\0';
      blame(x, "", dash ? "unknown option '" : "unexpected argument '");
      return;
    }
    at = expect_argument(x, a, at);
  }
}

/* The command line is judged first, so that its faults are told first. */
static void expect(expectation *x, const arguments *a) {
  static expectation line;
  memset(&line, 0, sizeof line);
  memset(x, 0, sizeof *x);
  expect_arguments(&line, a);
  if (line.bad || acts_at_once(&line)) {
    *x = line;
    return;
  }
  const reference_option *file = reference_option_find("config", 6);
  char name[64];
  if (line.set[file - reference_options]) {
    blame(x, "", "--config: cannot read '");
  } else if (env_value(a, "config", name) != NULL) {
    blame(x, "", PREFIX "CONFIG: cannot read '");
  }
  expect_environment(x, a);
  expect_arguments(x, a);
}

static void compare_list(const char *what, size_t count, size_t expected,
                         const char list[H1_LISTEN_MAX][256],
                         const char wanted[H1_LISTEN_MAX][256]) {
  fuzz_say("%s: %zu of %zu\n", what, count, expected);
  FUZZ_CHECK(count == expected);
  for (size_t i = 0; i < count; i++) FUZZ_CHECK(!strcmp(list[i], wanted[i]));
}

/* What was given has arrived; what was not is as in `plain`, but for --help and
 * --version, which leave the other levels unread. */
static void compare(const h1_config *c, const h1_config *plain,
                    const expectation *x) {
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    const reference_option *o = &reference_options[i];
    const char *text = reference_option_text(c, o);
    const bool sum = strcmp(o->name, "max-request-bytes") == 0 ||
                     strcmp(o->name, "buffer-memory") == 0;
    fuzz_say("%s\n", o->name);
    if (o->kind == REFERENCE_ADDRESSES) continue;
    if (!x->set[i] && acts_at_once(x)) continue;
    if (o->kind == REFERENCE_NAME || o->kind == REFERENCE_PATH) {
      FUZZ_CHECK(strcmp(text, x->set[i]
                                  ? x->text[i]
                                  : reference_option_text(plain, o)) == 0);
    } else if (x->set[i]) {
      FUZZ_CHECK(reference_option_number(c, o) == x->number[i]);
    } else if (!sum) {
      FUZZ_CHECK(reference_option_number(c, o) ==
                 reference_option_number(plain, o));
    }
  }
  if (x->set[0]) {
    compare_list("listen", c->listen_count, x->count[0], c->listen, x->list[0]);
  }
  compare_list("admin-listen", c->admin_listen_count, x->count[1],
               c->admin_listen, x->list[1]);
}

/* ---- the run ---- */

/* Whatever would open a file names one that is not there. */
static void tame(arguments *a) {
  for (int i = 1; i < a->argc; i++) {
    if (strncmp(a->argv[i], "--config=", 9) == 0) {
      a->argv[i] = "--config=" NO_FILE;
    }
    if (i > 1 && strcmp(a->argv[i - 1], "--config") == 0) a->argv[i] = NO_FILE;
  }
  for (int i = 0; i < a->env_count; i++) {
    if (strncmp(a->env[i], PREFIX "CONFIG=", 16) == 0) {
      a->env[i] = PREFIX "CONFIG=" NO_FILE;
    }
  }
}

/* Cuts `block` at its NULs and line feeds; it ends with a NUL. */
static void split(arguments *a, char *block, size_t len) {
  static char program[] = "httpd";
  size_t from = 0;
  memset(a, 0, sizeof *a);
  a->argv[a->argc++] = program;
  for (size_t at = 0; at <= len; at++) {
    if (at < len && block[at] != '\0' && block[at] != '\n') continue;
    block[at] = '\0';
    char *string = block + from;
    from = at + 1;
    if (at == len && *string == '\0') break; /* nothing behind the last end */
    if (strncmp(string, PREFIX, sizeof PREFIX - 1) == 0) {
      if (a->env_count < STRINGS) a->env[a->env_count++] = string;
    } else if (a->argc <= STRINGS) {
      a->argv[a->argc++] = string;
    }
  }
  tame(a);
}

static void run_strings(h1_slice bytes, uint8_t options) {
  static h1_config c;
  static expectation x;
  char message[H1_CONFIG_MESSAGE_BYTES];
  arguments a;
  char *block = fuzz_alloc(bytes.len + 1);
  if (bytes.len > 0) memcpy(block, bytes.ptr, bytes.len);
  block[bytes.len] = '\0';
  split(&a, block, bytes.len);
  a.base = bases[(options >> 1) % 4];
  memset(&c, 0xa5, sizeof c);
  memset(message, 0x5a, sizeof message);
  const h1_config_result result =
      h1_config_load(&c, a.argc, a.argv, a.env, a.base, "/root", message);
  expect(&x, &a);
  fuzz_say("%d %s; expected %d %s\n", result, message, x.bad, x.culprit);
  FUZZ_CHECK((result == H1_CONFIG_BAD) == x.bad);
  if (result == H1_CONFIG_BAD) {
    FUZZ_CHECK(one_line(message));
    FUZZ_CHECK(strstr(message, x.culprit) == message);
  } else {
    FUZZ_CHECK(message[0] == '\0');
    check_ranges(&c);
    static h1_config plain;
    char *none[] = {NULL};
    (void)h1_config_load(&plain, 0, none, none, NULL, "/root", message);
    compare(&c, &plain, &x);
    check_printing(&c);
  }
  free(block);
}

static bool expect_line(expectation *x, const char *line, size_t len) {
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
  if (o->kind != REFERENCE_ADDRESSES && x->set[o - reference_options]) {
    return false;
  }
  return expect_value(x, o, NULL, value, false);
}

static void expect_text(expectation *x, const char *text, size_t len) {
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
}

static void run_text(h1_slice bytes) {
  static h1_config c, plain;
  static expectation x;
  char message[H1_CONFIG_MESSAGE_BYTES];
  char *text = (char *)fuzz_copy(bytes.ptr, bytes.len);
  memset(&c, 0xa5, sizeof c);
  const h1_config_result result =
      h1_config_read_text(&c, "file", text, bytes.len, message);
  expect_text(&x, text, bytes.len);
  free(text);
  fuzz_say("%d %s; expected %d %s\n", result, message, x.bad, x.culprit);
  FUZZ_CHECK((result == H1_CONFIG_BAD) == x.bad);
  if (result == H1_CONFIG_BAD) {
    FUZZ_CHECK(one_line(message));
    FUZZ_CHECK(strstr(message, x.culprit) == message);
    return;
  }
  FUZZ_CHECK(message[0] == '\0');
  check_ranges(&c);
  (void)h1_config_read_text(&plain, "none", "", 0, message);
  compare(&c, &plain, &x);
  check_printing(&c);
}

/* The reference has a row for every option that --help prints, and no more:
 * one that it does not know would never be compared. */
static void check_table(void) {
  static bool checked;
  char *help = NULL;
  size_t size = 0, rows = 0;
  if (checked) return;
  checked = true;
  FILE *out = open_memstream(&help, &size);
  FUZZ_CHECK(out != NULL);
  FUZZ_CHECK(h1_config_print_help(out));
  FUZZ_CHECK(fclose(out) == 0);
  for (const char *at = help; (at = strstr(at, "\n  --")) != NULL; rows++) {
    at += 5;
    FUZZ_CHECK(rows < REFERENCE_OPTIONS);
    FUZZ_CHECK(reference_option_find(at, strcspn(at, "= \n")) ==
               &reference_options[rows]);
  }
  FUZZ_CHECK(rows == REFERENCE_OPTIONS);
  free(help);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  const uint8_t options = fuzz_byte(&in);
  check_table();
  if ((options & 1) != 0) {
    run_text(in.rest);
  } else {
    run_strings(in.rest, options);
  }
  return 0;
}
