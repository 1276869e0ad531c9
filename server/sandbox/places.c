/* A path is followed as the kernel would follow it, name by name, and each link
 * is noted. That what is looked up may change meanwhile does not matter: the
 * rules then hold for what was there. */
#define _GNU_SOURCE
#include "server/sandbox/places.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many links as the kernel follows. */
#define LINKS_MAX 40

typedef struct {
  char real[H1_PLACE_BYTES];     /* where the names so far lead */
  char rest[2 * H1_PLACE_BYTES]; /* the names to come */
  /* How much of `rest` is left where what a link leads to ends. */
  size_t ends[LINKS_MAX];
  size_t open; /* of them, those still to come */
  size_t links;
  /* Where folders go that hold a link or what one leads to; or NULL. */
  h1_places *places;
  bool at_top; /* one of them was `/` */
  bool too_long;
} walk;

/* ---- the list ---- */

static bool holds(const h1_place *outer, const h1_place *inner) {
  const size_t len = strlen(outer->path);
  const unsigned rights = inner->rights & ~(unsigned)H1_PLACE_FILE;
  if ((outer->rights & rights) != rights) return false;
  if (strcmp(outer->path, inner->path) == 0) return true;
  if ((outer->rights & H1_PLACE_FILE) != 0) return false;
  return strncmp(outer->path, inner->path, len) == 0 &&
         (len == 1 || inner->path[len] == '/');
}

static void add(h1_places *p, const char *path, unsigned rights) {
  const unsigned file = H1_PLACE_FILE;
  for (size_t i = 0; i < p->count; i++) {
    h1_place *one = &p->item[i];
    if (((one->rights ^ rights) & file) != 0) continue;
    if (strcmp(one->path, path) != 0) continue;
    one->rights |= rights;
    return;
  }
  if (p->count == H1_PLACES_MAX) {
    p->too_many = true;
    return;
  }
  h1_place *place = &p->item[p->count];
  place->rights = rights;
  memcpy(place->path, path, strlen(path) + 1);
  p->count++;
}

void h1_places_reduce(h1_places *p) {
  size_t kept = 0;
  for (size_t i = 0; i < p->count; i++) {
    bool held = false;
    for (size_t k = 0; k < p->count && !held; k++) {
      /* Of two that hold each other the first stays. */
      const bool equal = holds(&p->item[i], &p->item[k]) && i < k;
      held = k != i && holds(&p->item[k], &p->item[i]) && !equal;
    }
    if (held) continue;
    if (kept != i) p->item[kept] = p->item[i];
    kept++;
  }
  p->count = kept;
}

/* ---- the way ---- */

/* The folder that holds `path`, which is absolute and without links. */
static void folder_of(const char *path, char out[H1_PLACE_BYTES]) {
  const char *slash = strrchr(path, '/');
  const size_t len =
      slash == NULL || slash == path ? 0 : (size_t)(slash - path);
  memcpy(out, path, len);
  memcpy(out + len, len == 0 ? "/" : "", len == 0 ? 2 : 1);
}

static void note_folder(walk *w, const char *folder) {
  if (w->places == NULL) return;
  if (strcmp(folder, "/") == 0) {
    w->at_top = true;
  } else {
    add(w->places, folder, H1_PLACE_READ);
  }
}

/* What a link led to is `real` now. */
static void end_links(walk *w) {
  char folder[H1_PLACE_BYTES];
  while (w->open > 0 && strlen(w->rest) <= w->ends[w->open - 1]) {
    w->open--;
    folder_of(w->real, folder);
    note_folder(w, folder);
  }
}

/* The names of `target` come before the others. */
static bool enter_link(walk *w, const char *target) {
  char rest[sizeof w->rest];
  if (w->links == LINKS_MAX) return false;
  const int n = snprintf(rest, sizeof rest, "%s/%s", target, w->rest);
  if (n < 0 || (size_t)n >= sizeof rest) {
    w->too_long = true;
    return false;
  }
  note_folder(w, w->real);
  w->ends[w->open++] = strlen(w->rest);
  w->links++;
  if (target[0] == '/') memcpy(w->real, "/", 2);
  memcpy(w->rest, rest, (size_t)n + 1);
  return true;
}

/* Appends a name; false when there is no space. */
static bool append(char path[H1_PLACE_BYTES], const char *name, size_t len) {
  size_t at = strlen(path);
  if (at == 1) at = 0; /* the top ends in a slash */
  if (at + len + 2 > H1_PLACE_BYTES) return false;
  path[at] = '/';
  memcpy(path + at + 1, name, len);
  path[at + 1 + len] = '\0';
  return true;
}

/* One name; `real` and `rest` move on. */
static bool step(walk *w, const char *name, size_t len) {
  char next[H1_PLACE_BYTES], target[H1_PLACE_BYTES];
  struct stat st;
  if (len == 0 || (len == 1 && name[0] == '.')) return true;
  if (len == 2 && name[0] == '.' && name[1] == '.') {
    folder_of(w->real, next);
    memcpy(w->real, next, strlen(next) + 1);
    return true;
  }
  memcpy(next, w->real, strlen(w->real) + 1);
  if (!append(next, name, len)) {
    w->too_long = true;
    return false;
  }
  if (lstat(next, &st) == 0 && S_ISLNK(st.st_mode)) {
    const ssize_t n = readlink(next, target, sizeof target - 1);
    if (n <= 0) return false;
    target[n] = '\0';
    return enter_link(w, target);
  }
  memcpy(w->real, next, strlen(next) + 1);
  return true;
}

/* Follows `path` to its end, `w->real`; names that are not there count as they
 * are written. Notes the folders on the way. */
static bool follow(walk *w, const char *path) {
  memcpy(w->real, "/", 2);
  /* What has no path here, as a folder that was unmounted, is as one that has
   * too long a one. */
  w->too_long = strlen(path) >= H1_PLACE_BYTES ||
                (path[0] != '/' && getcwd(w->real, sizeof w->real) == NULL);
  if (w->too_long) return false;
  memcpy(w->rest, path, strlen(path) + 1);
  bool good = true;
  while (good && w->rest[0] != '\0') {
    char name[H1_PLACE_BYTES];
    const size_t len = strcspn(w->rest, "/");
    w->too_long = len >= sizeof name;
    if (w->too_long) return false;
    memcpy(name, w->rest, len);
    const size_t skip = w->rest[len] == '/' ? len + 1 : len;
    memmove(w->rest, w->rest + skip, strlen(w->rest + skip) + 1);
    good = step(w, name, len);
    if (good) end_links(w);
  }
  return good;
}

static bool follow_to(walk *w, h1_places *to, const char *path, h1_places *p) {
  memset(w, 0, sizeof *w);
  w->places = to;
  const bool good = follow(w, path);
  p->too_many = p->too_many || w->too_long;
  return good;
}

/* A terminal, a FIFO or a device is never replaced, and its folder is full of
 * others. */
static bool is_special(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* ---- what there is to do ---- */

static void add_restart(h1_places *p, const char *folder) {
  const char *outside = strcmp(folder, "/") == 0 ? "" : folder;
  if (p->restart) return;
  p->restart = true;
  memcpy(p->restart_outside, outside, strlen(outside) + 1);
}

/* The folders noted, and where one was `/`, what lies at the end. */
static void add_read(h1_places *p, const char *path, bool is_root) {
  walk w;
  char folder[H1_PLACE_BYTES];
  if (!follow_to(&w, p, path, p)) return;
  folder_of(w.real, folder);
  if (w.links == 0 || w.at_top) note_folder(&w, folder);
  if (!w.at_top) return;
  if (is_root) add_restart(p, folder);
  add(p, w.real, H1_PLACE_READ | (is_root ? 0u : H1_PLACE_FILE));
}

void h1_places_add_root(h1_places *p, const char *path) {
  add_read(p, path, true);
}

void h1_places_add_file(h1_places *p, const char *path) {
  if (!is_special(path)) add_read(p, path, false);
}

void h1_places_add_all(h1_places *p) { add(p, "/", H1_PLACE_READ); }

/* Links on the way to it are not noted: only where it is in the end counts. */
static void add_folder_of(h1_places *p, const char *path, unsigned rights) {
  walk w;
  char folder[H1_PLACE_BYTES];
  if (!follow_to(&w, NULL, path, p)) return;
  folder_of(w.real, folder);
  const bool top = strcmp(folder, "/") == 0;
  p->everywhere = p->everywhere || (top && (rights & H1_PLACE_WRITE) != 0);
  if (!top || p->everywhere) add(p, folder, rights);
}

void h1_places_add_log(h1_places *p, const char *path) {
  if (!is_special(path)) {
    add_folder_of(p, path, H1_PLACE_WRITE);
  } else if (strlen(path) < H1_PLACE_BYTES) {
    add(p, path, H1_PLACE_WRITE | H1_PLACE_FILE);
  }
}

void h1_places_add_removed(h1_places *p, const char *path) {
  add_folder_of(p, path, H1_PLACE_REMOVE);
}
