/* The configuration reader: command line, environment and file.
 *
 *  1. No crash, and a verdict: OK with an empty message, or BAD with one line
 *     of printable ASCII that names the culprit.
 *  2. OK: every value lies in its documented range.
 *  3. A reference reads the same command line, environment or file by the rules
 *     of server/config/README.md, and comes to the same verdict, culprit and
 *     values.
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

#include "fuzz/engine/harness.h"
#include "fuzz/laws/config.h"
#include "fuzz/reference/config_levels.h"

#define NO_FILE "/nonexistent/h1"

static const char *const bases[] = {NULL, "/base", "/slash/", "/"};

/* ---- both sides ---- */

static void compare_list(const char *what, size_t count, size_t expected,
                         const char list[H1_LISTEN_MAX][256],
                         const char wanted[H1_LISTEN_MAX][256]) {
  fuzz_say("%s: %zu of %zu\n", what, count, expected);
  FUZZ_CHECK(count == expected);
  for (size_t i = 0; i < count; i++) FUZZ_CHECK(!strcmp(list[i], wanted[i]));
}

/* What was given has arrived; what was not is as in `plain`, except with --help
 * and --version, which leave the other levels unread. */
static void compare(const h1_config *c, const h1_config *plain,
                    const reference_expectation *x) {
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    const reference_option *o = &reference_options[i];
    const char *text = reference_option_text(c, o);
    const bool sum = strcmp(o->name, "max-request-bytes") == 0 ||
                     strcmp(o->name, "buffer-memory") == 0 ||
                     strcmp(o->name, "max-client-connections") == 0 ||
                     strcmp(o->name, "socket-memory") == 0 ||
                     strcmp(o->name, "admin") == 0;
    fuzz_say("%s\n", o->name);
    if (o->kind == REFERENCE_ADDRESSES) continue;
    if (reference_is_list(o)) {
      const reference_texts *t = &x->texts[reference_list_of(o)];
      const h1_texts *mine = (const h1_texts *)(const void *)text;
      const h1_texts *initial =
          (const h1_texts *)(const void *)reference_option_text(plain, o);
      if (reference_acts_at_once(x)) continue;
      if (!x->set[i] && t->count == 0) {
        FUZZ_CHECK(mine->used == initial->used);
        continue;
      }
      FUZZ_CHECK(mine->count == t->count && mine->used == t->used);
      FUZZ_CHECK(memcmp(mine->bytes, t->bytes, t->used) == 0);
      continue;
    }
    if (!x->set[i] && reference_acts_at_once(x)) continue;
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
  compare_list("proxy-listen", c->proxy_listen_count, x->count[2],
               c->proxy_listen, x->list[2]);
}

/* ---- the run ---- */

/* Whatever would open a file names one that is not there. */
static void tame(reference_arguments *a) {
  for (int i = 1; i < a->argc; i++) {
    if (strncmp(a->argv[i], "--config=", 9) == 0) {
      a->argv[i] = "--config=" NO_FILE;
    }
    if (i > 1 && strcmp(a->argv[i - 1], "--config") == 0) a->argv[i] = NO_FILE;
  }
  for (int i = 0; i < a->env_count; i++) {
    if (strncmp(a->env[i], REFERENCE_PREFIX "CONFIG=", 16) == 0) {
      a->env[i] = REFERENCE_PREFIX "CONFIG=" NO_FILE;
    }
  }
}

/* Cuts `block` at its NULs and line feeds; it ends with a NUL. */
static void split(reference_arguments *a, char *block, size_t len) {
  static char program[] = "httpd";
  size_t from = 0;
  memset(a, 0, sizeof *a);
  a->argv[a->argc++] = program;
  for (size_t at = 0; at <= len; at++) {
    if (at < len && block[at] != '\0' && block[at] != '\n') continue;
    block[at] = '\0';
    char *string = block + from;
    from = at + 1;
    if (at == len && *string == '\0') break; /* nothing after the last end */
    if (strncmp(string, REFERENCE_PREFIX, sizeof REFERENCE_PREFIX - 1) == 0) {
      if (a->env_count < REFERENCE_STRINGS) a->env[a->env_count++] = string;
    } else if (a->argc <= REFERENCE_STRINGS) {
      a->argv[a->argc++] = string;
    }
  }
  tame(a);
}

static void run_strings(h1_slice bytes, uint8_t options) {
  static h1_config c;
  static reference_expectation x;
  char message[H1_CONFIG_MESSAGE_BYTES];
  reference_arguments a;
  char *block = fuzz_alloc(bytes.len + 1);
  if (bytes.len > 0) memcpy(block, bytes.ptr, bytes.len);
  block[bytes.len] = '\0';
  split(&a, block, bytes.len);
  a.base = bases[(options >> 1) % 4];
  memset(&c, 0xa5, sizeof c);
  memset(message, 0x5a, sizeof message);
  const h1_config_result result =
      h1_config_load(&c, a.argc, a.argv, a.env, a.base, "/root", message);
  reference_expect(&x, &a);
  fuzz_say("%d %s; expected %d %s\n", result, message, x.bad, x.culprit);
  FUZZ_CHECK((result == H1_CONFIG_BAD) == x.bad);
  if (result == H1_CONFIG_BAD) {
    FUZZ_CHECK(config_is_one_line(message));
    FUZZ_CHECK(strstr(message, x.culprit) == message);
  } else {
    FUZZ_CHECK(message[0] == '\0');
    config_check_ranges(&c);
    static h1_config plain;
    char *none[] = {NULL};
    (void)h1_config_load(&plain, 0, none, none, NULL, "/root", message);
    compare(&c, &plain, &x);
    config_check_printing(&c);
  }
  free(block);
}

static void run_text(h1_slice bytes) {
  static h1_config c, plain;
  static reference_expectation x;
  char message[H1_CONFIG_MESSAGE_BYTES];
  char *text = (char *)fuzz_copy(bytes.ptr, bytes.len);
  memset(&c, 0xa5, sizeof c);
  const h1_config_result result =
      h1_config_read_text(&c, "file", text, bytes.len, message);
  reference_expect_text(&x, text, bytes.len);
  free(text);
  fuzz_say("%d %s; expected %d %s\n", result, message, x.bad, x.culprit);
  FUZZ_CHECK((result == H1_CONFIG_BAD) == x.bad);
  if (result == H1_CONFIG_BAD) {
    FUZZ_CHECK(config_is_one_line(message));
    FUZZ_CHECK(strstr(message, x.culprit) == message);
    return;
  }
  FUZZ_CHECK(message[0] == '\0');
  config_check_ranges(&c);
  (void)h1_config_read_text(&plain, "none", "", 0, message);
  compare(&c, &plain, &x);
  config_check_printing(&c);
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
    FUZZ_CHECK(reference_option_find(at, strcspn(at, "[= \n")) ==
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
