#define _GNU_SOURCE /* open_memstream */
#include "fuzz/laws/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/reference/config.h"
#include "fuzz/reference/config_rules.h"
#include "fuzz/reference/config_values.h"

bool config_is_one_line(const char *message) {
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

static void check_list(const h1_config *c, const reference_option *o) {
  switch (reference_addresses_of(o)) {
    case 0:
      check_addresses(o, c->listen, c->listen_count);
      return;
    case 1:
      check_addresses(o, c->admin_listen, c->admin_listen_count);
      return;
    default:
      check_addresses(o, c->proxy_listen, c->proxy_listen_count);
  }
}

static const h1_texts *texts_of(const h1_config *c, const reference_option *o) {
  return (const h1_texts *)(const void *)reference_option_text(c, o);
}

static void check_texts(const h1_config *c, const reference_option *o) {
  const h1_texts *t = texts_of(c, o);
  char out[H1_PATH_OPTION_BYTES];
  size_t used = 0;
  for (size_t i = 0; i < t->count; i++) {
    const char *text = h1_texts_at(t, i);
    const size_t len = strlen(text);
    used += len + 1;
    FUZZ_CHECK(o->kind == REFERENCE_MOUNTS
                   ? reference_mount(NULL, text, len, out)
                   : reference_rule(o->kind, text, len));
  }
  FUZZ_CHECK(used == t->used && used <= H1_TEXTS_BYTES);
}

static void check_value(const h1_config *c, const reference_option *o) {
  char out[H1_PATH_OPTION_BYTES];
  const char *text = reference_option_text(c, o);
  const uint64_t n = reference_option_number(c, o);
  switch (o->kind) {
    case REFERENCE_MOUNTS:
    case REFERENCE_INDEXES:
    case REFERENCE_ERROR_PAGES:
    case REFERENCE_REDIRECTS:
    case REFERENCE_HEADERS:
    case REFERENCE_CACHES:
    case REFERENCE_PROXIES:
    case REFERENCE_SKIPS:
      check_texts(c, o);
      return;
    case REFERENCE_ADDRESSES:
      check_list(c, o);
      return;
    case REFERENCE_NAME:
      FUZZ_CHECK(reference_name(text, strlen(text)));
      return;
    case REFERENCE_PATH:
      FUZZ_CHECK(strcmp(o->name, "config") == 0 ||
                 (strcmp(o->name, "mime-types") == 0 && text[0] == '\0') ||
                 (strcmp(o->name, "fallback") == 0 && text[0] == '\0') ||
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

/* The defaults that depend on other values. */
static void check_sums(const h1_config *c) {
  const h1_limits *l = &c->limits;
  const uint64_t least = (uint64_t)64 << 20;
  const uint64_t most = (uint64_t)1 << 50;
  if (!given(c, "max-request-bytes")) {
    FUZZ_CHECK(c->max_request_bytes ==
               plus(plus(l->head_bytes, l->body_bytes), l->trailer_bytes));
  }
  if (!given(c, "admin")) {
    FUZZ_CHECK(
        (c->admin == H1_ADMIN_PUBLIC) ==
        (c->demo && c->admin_listen_count == 0 && h1_config_home(c) == NULL));
  }
  if (given(c, "buffer-memory") || c->container_memory != 0) return;
  const unsigned __int128 need =
      (((unsigned __int128)16 << 20) + 2 * (unsigned __int128)l->body_bytes) *
      c->workers;
  const uint64_t wanted = need > most ? most : (uint64_t)need;
  FUZZ_CHECK(c->buffer_memory == (wanted > least ? wanted : least));
}

void config_check_ranges(const h1_config *c) {
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
  /* The origin is printed after each value; here only values count. */
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
  check_same_list(a->proxy_listen_count, b->proxy_listen_count, a->proxy_listen,
                  b->proxy_listen);
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    const reference_option *o = &reference_options[i];
    if (o->kind == REFERENCE_ADDRESSES || o->kind == REFERENCE_FLAG) continue;
    if (reference_is_list(o)) {
      const h1_texts *one = texts_of(a, o), *other = texts_of(b, o);
      FUZZ_CHECK(one->used == other->used);
      FUZZ_CHECK(memcmp(one->bytes, other->bytes, one->used) == 0);
    } else if (o->kind == REFERENCE_NAME || o->kind == REFERENCE_PATH) {
      FUZZ_CHECK(strcmp(reference_option_text(a, o),
                        reference_option_text(b, o)) == 0);
    } else {
      FUZZ_CHECK(reference_option_number(a, o) ==
                 reference_option_number(b, o));
    }
  }
}

void config_check_printing(h1_config *c) {
  static h1_config again;
  char message[H1_CONFIG_MESSAGE_BYTES];
  char *first = print(c);
  const h1_config_result result =
      h1_config_read_text(&again, "printed", first, strlen(first), message);
  fuzz_say("%s%s\n", first, message);
  FUZZ_CHECK(result == H1_CONFIG_OK);
  config_check_ranges(&again);
  check_same(c, &again);
  char *second = print(&again);
  FUZZ_CHECK(strcmp(first, second) == 0);
  free(first);
  free(second);
}
