/* See start_line.h. Parts are separated by "; " and begin with a word that says
 * what they are. The address comes last, where a terminal takes nothing after
 * it for a part of it. */
#include "server/process/start_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

typedef struct {
  char *line;
  size_t len;
} text;

__attribute__((format(printf, 2, 3))) static void add(text *t,
                                                      const char *format, ...) {
  va_list values;
  const size_t left = H1_START_LINE_BYTES - t->len;
  va_start(values, format);
  const int n = vsnprintf(t->line + t->len, left, format, values);
  va_end(values);
  if (n <= 0) return;
  t->len += (size_t)n < left ? (size_t)n : left - 1;
}

static void add_folders(text *t, const h1_config *c, const h1_folders *f,
                        const char *mode) {
  if (c->mounts.count == 0) {
    add(t, "; root %s (%s)", c->root, mode);
    return;
  }
  for (size_t i = 0; i < f->count; i++) {
    add(t, "%s%s/ is %s", i == 0 ? "; folders: " : ", ", f->prefixes[i],
        f->folders[i].path);
  }
  add(t, " (%s)", mode);
}

/* Where --admin is listener and there is none, somebody will look for them. */
static void add_absences(text *t, const h1_config *c) {
  if (c->admin == H1_ADMIN_PUBLIC || c->admin_listen_count > 0) return;
  add(t, "; /_metrics and /_status are off: see --admin-listen");
}

static bool begins(const char *name, const char *with) {
  return strncmp(name, with, strlen(with)) == 0;
}

/* An address that stands for all of the machine's is no place to go to. */
static void add_url(text *t, const h1_listeners *l) {
  static const char any4[] = "0.0.0.0:", any6[] = "[::]:";
  for (size_t i = 0; i < l->count; i++) {
    const char *name = l->items[i].name;
    const bool browsed = !l->items[i].admin && !l->items[i].proxied;
    if (!browsed || l->items[i].family == AF_UNIX) continue;
    const char *host = "";
    if (begins(name, any4)) {
      host = "127.0.0.1:";
      name += strlen(any4);
    } else if (begins(name, any6)) {
      host = "[::1]:";
      name += strlen(any6);
    }
    add(t, "; open http://%s%s/", host, name);
    return;
  }
}

void h1_start_line(const h1_config *c, const h1_listeners *l,
                   const h1_folders *f, const char *mode, uint64_t memory,
                   const char *rights, char line[H1_START_LINE_BYTES]) {
  char names[4096], proxy_names[2048], admin_names[2048];
  text t = {line, 0};
  line[0] = '\0';
  h1_listen_names(l, H1_LISTENS_PUBLIC, names, sizeof names);
  h1_listen_names(l, H1_LISTENS_PROXY, proxy_names, sizeof proxy_names);
  h1_listen_names(l, H1_LISTENS_ADMIN, admin_names, sizeof admin_names);
  add(&t, "httpd: listening on %s", names);
  if (proxy_names[0] != '\0') add(&t, "; proxies on %s", proxy_names);
  if (admin_names[0] != '\0') add(&t, "; admin on %s", admin_names);
  add(&t, "; workers %u", c->workers);
  add_folders(&t, c, f, mode);
  add(&t, "; %s; memory bound %llu MiB", rights,
      (unsigned long long)((memory + 1048575) >> 20));
  if (c->mounts.count == 0) return;
  add_absences(&t, c);
  add_url(&t, l);
}
