#include "server/sandbox/plan.h"

#include <stdbool.h>
#include <string.h>

static void add_roots(const h1_config *c, const char *const *roots,
                      size_t root_count, h1_places *p) {
  for (size_t i = 0; i < root_count; i++) h1_places_add_root(p, roots[i]);
  /* Wherever they lead, that is what was asked for. */
  if (c->symlinks == H1_SYMLINKS_ALL) h1_places_add_all(p);
}

static void add_files(const h1_config *c, h1_places *p) {
  const char *const files[] = {c->config_file, c->mime_types};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    if (files[i][0] != '\0') h1_places_add_file(p, files[i]);
  }
}

/* --check makes a log that is not there, and removes it. */
static void add_log(const h1_config *c, h1_places *p) {
  const char *log = c->access_log;
  if (strcmp(log, "-") == 0 || strcmp(log, "off") == 0) return;
  h1_places_add_log(p, log);
  if (c->check) h1_places_add_removed(p, log);
}

static void add_sockets(h1_places *p, const char addresses[][256],
                        size_t count) {
  static const char scheme[] = "unix:";
  for (size_t i = 0; i < count; i++) {
    if (strncmp(addresses[i], scheme, sizeof scheme - 1) != 0) continue;
    h1_places_add_removed(p, addresses[i] + sizeof scheme - 1);
  }
}

void h1_sandbox_plan(const h1_config *c, const char *const *roots,
                     size_t root_count, h1_places *p) {
  add_roots(c, roots, root_count, p);
  add_files(c, p);
  add_log(c, p);
  add_sockets(p, c->listen, c->listen_count);
  add_sockets(p, c->admin_listen, c->admin_listen_count);
  add_sockets(p, c->proxy_listen, c->proxy_listen_count);
  h1_places_reduce(p);
}
