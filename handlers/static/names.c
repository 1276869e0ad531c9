/* What options say about names: indexes, clean addresses, hidden files, and the
 * pages that answer in the place of what is not there. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "handlers/static/io.h"
#include "handlers/static/state.h"

static void add_ending(h1_static_endings *e, const char *text) {
  memcpy(e->text[e->count], text, strlen(text) + 1);
  e->count++;
}

static bool is_index_name(const char *name, bool hidden) {
  const size_t len = strlen(name);
  const h1_slice path = {(const uint8_t *)name, len};
  return len > 0 && len < H1_STATIC_ENDING_BYTES && strchr(name, '/') == NULL &&
         h1_static_path_allowed(path, hidden);
}

static bool set_index(h1_static *s, const h1_static_options *o,
                      char why[H1_STATIC_WHY_BYTES]) {
  if (o->index_count > H1_STATIC_INDEXES_MAX) {
    snprintf(why, H1_STATIC_WHY_BYTES,
             "--index: one name too many; allowed: 8");
    return false;
  }
  for (size_t i = 0; i < o->index_count; i++) {
    if (!is_index_name(o->indexes[i], o->hidden)) {
      snprintf(why, H1_STATIC_WHY_BYTES,
               "--index: '%.200s' is not a name that is served; allowed: a "
               "file name of at most 63 bytes, with a dot in front only with "
               "--hidden",
               o->indexes[i]);
      return false;
    }
    add_ending(&s->index, o->indexes[i]);
  }
  return true;
}

_Static_assert(H1_STATIC_INDEXES_MAX == 8 &&
                   H1_STATIC_INDEXES_MAX <= H1_STATIC_ENDINGS_MAX,
               "the message above names it");

/* Whether the page is there, as a request would find it. */
static int look_for(const h1_static *s, const h1_static_mount *mount,
                    const h1_static_substitute *page) {
  h1_static_root root;
  char path[H1_STATIC_PATH_BYTES];
  struct stat st;
  memcpy(path, page->path, page->len);
  path[page->len] = '\0';
  h1_static_root_init(&root, mount->path, s->has_openat2, s->links);
  int e = h1_static_root_refresh(&root, 0, 0);
  const int fd = e == 0 ? h1_static_root_open(&root, path) : e;
  e = fd < 0 ? fd : h1_static_io_fstat(fd, &st);
  if (e == 0 && !S_ISREG(st.st_mode)) e = -EISDIR;
  if (fd >= 0) h1_static_io_close(fd);
  h1_static_root_close(&root);
  return e;
}

static bool set_page(const h1_static *s, const h1_static_mount *mount,
                     const char *prefix, h1_static_substitute *page,
                     const char *path, uint16_t status,
                     char why[H1_STATIC_WHY_BYTES]) {
  char option[64];
  snprintf(option, sizeof option, "--error-page: %u=", (unsigned)status);
  const char *name = status == 200 ? "--fallback: " : option;
  const char *fault = h1_static_substitute_set(page, prefix, path, status);
  if (fault != NULL) {
    snprintf(why, H1_STATIC_WHY_BYTES,
             "%s'%.1000s' %s; allowed: a path below %.2000s", name, path, fault,
             mount->path);
    return false;
  }
  const int e = look_for(s, mount, page);
  if (e == 0) return true;
  snprintf(why, H1_STATIC_WHY_BYTES,
           "%s'%.1000s' is not a file below %.2000s: %s", name, path,
           mount->path, e == -EISDIR ? "not a file" : strerror(-e));
  return false;
}

bool h1_static_set_pages(const h1_static *s, h1_static_substitutes *p,
                         const h1_static_options *o,
                         char why[H1_STATIC_WHY_BYTES]) {
  memset(p, 0, sizeof *p);
  if (o->fallback == NULL && o->error_page_count == 0) return true;
  if (o->pages >= s->mount_count ||
      o->error_page_count > H1_STATIC_ERROR_PAGES_MAX) {
    snprintf(why, H1_STATIC_WHY_BYTES, "--error-page: too many, or no folder");
    return false;
  }
  const char *prefix = o->folders[o->pages].prefix;
  if (prefix == NULL) prefix = "";
  p->mount = &s->mounts[o->pages];
  if (o->fallback != NULL &&
      !set_page(s, p->mount, prefix, &p->fallback, o->fallback, 200, why)) {
    return false;
  }
  for (size_t i = 0; i < o->error_page_count; i++) {
    const h1_static_error_page *page = &o->error_pages[i];
    if (!set_page(s, p->mount, prefix, &p->errors[i], page->path, page->status,
                  why))
      return false;
    p->error_count++;
  }
  return true;
}

bool h1_static_set_names(h1_static *s, const h1_static_options *o,
                         char why[H1_STATIC_WHY_BYTES]) {
  s->clean = o->clean_urls;
  s->hidden = o->hidden;
  add_ending(&s->exact, "");
  add_ending(&s->names, "");
  if (s->clean) add_ending(&s->names, ".html");
  return set_index(s, o, why);
}
