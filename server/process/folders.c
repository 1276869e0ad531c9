/* See folders.h. */
#define _GNU_SOURCE
#include "server/process/folders.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "parser/slice.h"
#include "parser/target.h"
#include "server/policy/rule.h"

/* Whether the default root is there to be served: with other folders it need
 * not be. */
static bool is_folder(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Where the prefix of `len` bytes goes: after all that are as long or longer.
 * H1_STATIC_MOUNTS_MAX: there is one like it. */
static size_t place_of(const h1_folders *f, const char *prefix, size_t len) {
  size_t at = f->count;
  for (size_t i = 0; i < f->count; i++) {
    if (strcmp(f->prefixes[i], prefix) == 0) return H1_STATIC_MOUNTS_MAX;
    if (at == f->count && strlen(f->prefixes[i]) < len) at = i;
  }
  return at;
}

static void move_up(h1_folders *f, size_t at) {
  const size_t more = f->count - at;
  memmove(&f->folders[at + 1], &f->folders[at], more * sizeof f->folders[0]);
  memmove(&f->prefixes[at + 1], &f->prefixes[at], more * sizeof f->prefixes[0]);
  f->count++;
}

static bool add(h1_folders *f, const char *prefix, const char *path,
                char message[256]) {
  const size_t at = place_of(f, prefix, strlen(prefix));
  if (at == H1_STATIC_MOUNTS_MAX) {
    snprintf(message, 256,
             "--mount: two folders at %.200s/; allowed: one for each prefix",
             prefix);
    return false;
  }
  if (f->count == H1_STATIC_MOUNTS_MAX) {
    snprintf(message, 256, "--mount: one folder too many; allowed: 64");
    return false;
  }
  move_up(f, at);
  f->folders[at].path = path;
  memcpy(f->prefixes[at], prefix, strlen(prefix) + 1);
  return true;
}

_Static_assert(H1_STATIC_MOUNTS_MAX == 64, "the message above names it");

/* "/a%3Db/" to "/a=b". */
static bool decode_prefix(h1_slice text, char out[H1_FOLDER_PREFIX_BYTES]) {
  const h1_buffer room = {(uint8_t *)out, H1_FOLDER_PREFIX_BYTES - 1};
  h1_slice path;
  if (h1_path_decode(H1_SCAN_SCALAR, text, room, &path) != H1_OK) return false;
  size_t size = path.len;
  while (size > 0 && path.ptr[size - 1] == '/') size--;
  memmove(out, path.ptr, size);
  out[size] = '\0';
  return true;
}

static bool add_mount(h1_folders *f, const char *mount, char message[256]) {
  char prefix[H1_FOLDER_PREFIX_BYTES];
  const char *equals = strchr(mount, '=');
  const h1_slice text = {(const uint8_t *)mount, (size_t)(equals - mount)};
  if (!decode_prefix(text, prefix)) {
    snprintf(message, 256, "--mount: '%.200s' has no prefix", mount);
    return false;
  }
  if (h1_is_own_path(h1_slice_of(prefix))) {
    snprintf(message, 256,
             "--mount: %.180s is the server's own; allowed: another prefix",
             prefix);
    return false;
  }
  return add(f, prefix, equals + 1, message);
}

static void name_options(h1_folders *f) {
  for (size_t i = 0; i < f->count; i++) {
    snprintf(f->options[i], sizeof f->options[i], "--mount %s/",
             f->prefixes[i]);
    snprintf(f->patterns[i], sizeof f->patterns[i], "%s/*", f->prefixes[i]);
    f->folders[i].option = f->options[i];
    f->folders[i].prefix = f->prefixes[i];
  }
}

static bool set_indexes(const h1_config *c, h1_folders *f, char message[256]) {
  if (c->indexes.count > H1_STATIC_INDEXES_MAX) {
    snprintf(message, 256, "--index: one name too many; allowed: 8");
    return false;
  }
  for (size_t i = 0; i < c->indexes.count; i++) {
    f->indexes[f->index_count++] = h1_texts_at(&c->indexes, i);
  }
  return true;
}

_Static_assert(H1_STATIC_INDEXES_MAX == 8, "the message above names it");

static uint16_t status_of(const char *page) {
  return (uint16_t)((page[0] - '0') * 100 + (page[1] - '0') * 10 + page[2] -
                    '0');
}

static bool add_error_page(h1_folders *f, const char *page, char message[256]) {
  const uint16_t status = status_of(page);
  for (size_t i = 0; i < f->error_page_count; i++) {
    if (f->error_pages[i].status != status) continue;
    snprintf(message, 256,
             "--error-page: '%.180s' is a second page; allowed: "
             "one for each status",
             page);
    return false;
  }
  f->error_pages[f->error_page_count].status = status;
  f->error_pages[f->error_page_count++].path = page + 4;
  return true;
}

/* The folder that pages are below: the one at /, or the only one. */
static bool find_home(h1_folders *f) {
  f->pages = 0;
  if (f->count == 1) return true;
  for (size_t i = 0; i < f->count; i++) {
    f->pages = i;
    if (f->prefixes[i][0] == '\0') return true;
  }
  return false;
}

static bool set_pages(const h1_config *c, h1_folders *f, char message[256]) {
  const bool has_fallback = c->fallback[0] != '\0';
  if (!has_fallback && c->error_pages.count == 0) return true;
  if (!find_home(f)) {
    snprintf(message, 256,
             "%s: there is no folder for it; allowed with DIR, with a --mount "
             "at /, or with one folder alone",
             has_fallback ? "--fallback" : "--error-page");
    return false;
  }
  for (size_t i = 0; i < c->error_pages.count; i++) {
    if (!add_error_page(f, h1_texts_at(&c->error_pages, i), message)) {
      return false;
    }
  }
  return true;
}

static bool set_folders(const h1_config *c, h1_folders *out,
                        char message[256]) {
  static const char statics[] = "/static";
  for (size_t i = 0; i < c->mounts.count; i++) {
    if (!add_mount(out, h1_texts_at(&c->mounts, i), message)) return false;
  }
  const bool wished = !c->root_is_default || c->mounts.count == 0;
  const bool taken =
      place_of(out, statics, strlen(statics)) == H1_STATIC_MOUNTS_MAX;
  const bool serves = strcmp(c->root, "none") != 0 &&
                      (wished || (!taken && is_folder(c->root)));
  if (serves && !add(out, statics, c->root, message)) return false;
  name_options(out);
  for (size_t i = 0; i < out->count; i++) {
    h1_static_folder *f = &out->folders[i];
    const bool is_dir = c->folder[0] != '\0' && out->prefixes[i][0] == '\0';
    if (is_dir) f->option = "DIR";
    if (f->path == c->root) f->option = "--root";
  }
  return true;
}

bool h1_folders_of(const h1_config *c, h1_folders *out, char message[256]) {
  memset(out, 0, sizeof *out);
  return set_folders(c, out, message) && set_indexes(c, out, message) &&
         set_pages(c, out, message);
}

void h1_folders_serve(const h1_config *c, const h1_folders *f,
                      h1_static_options *o) {
  o->folders = f->folders;
  o->folder_count = f->count;
  o->indexes = f->indexes;
  o->index_count = f->index_count;
  o->clean_urls = c->clean_urls;
  o->hidden = c->hidden;
  o->listing = c->listing;
  o->pages = f->pages;
  o->fallback = c->fallback[0] != '\0' ? c->fallback : NULL;
  o->error_pages = f->error_pages;
  o->error_page_count = f->error_page_count;
}

static h1_route row_of(const char *pattern, h1_static_mount *mount) {
  const h1_route row = {
      H1_METHOD_BIT(H1_GET), pattern, h1_static_serve, mount, H1_BODY_IGNORE,
      H1_BODY_LIMIT_SERVER,  0};
  return row;
}

size_t h1_folders_route(const h1_folders *f, h1_static *files, h1_route *rows) {
  size_t count = 0;
  for (size_t i = 0; i < f->count; i++) {
    h1_static_mount *mount = h1_static_mounted(files, i);
    rows[count++] = row_of(f->patterns[i], mount);
    if (f->prefixes[i][0] != '\0') {
      rows[count++] = row_of(f->prefixes[i], mount);
    }
  }
  return count;
}

void h1_folders_warn(const h1_folders *f) {
  struct stat st;
  for (size_t i = 0; i < f->count; i++) {
    if (f->prefixes[i][0] != '\0') continue;
    for (size_t n = 0; n < H1_OWN_PATHS; n++) {
      char path[H1_PATH_OPTION_BYTES + 16];
      snprintf(path, sizeof path, "%s%s", f->folders[i].path, h1_own_paths[n]);
      if (lstat(path, &st) != 0) continue;
      fprintf(stderr,
              "httpd: warning: %s is not served: %s is the server's own\n",
              path, h1_own_paths[n]);
    }
  }
}
