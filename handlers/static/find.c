/* See find.h. */
#include "handlers/static/find.h"

#include <errno.h>
#include <string.h>

#include "handlers/static/io.h"
#include "handlers/static/siphash.h"

/* Nobody deploys twice in this time. */
#define LAST_ROOT_MS ((uint64_t)20)

static bool is_absent(int e) {
  return e < 0 && h1_static_fault_of(e) == H1_STATIC_ABSENT;
}

static void forget_file(h1_static_load *l) {
  if (l->fd >= 0) h1_static_io_close(l->fd);
  l->fd = -1;
}

/* Opens the path with `ending`, in the place of `cut` of its last bytes. */
static int open_as(h1_static_load *l, const h1_static_root *root, size_t cut,
                   const char *ending) {
  const size_t len = l->path_len - cut;
  memcpy(l->path + len, ending, strlen(ending) + 1);
  const int fd = h1_static_root_open(root, l->path);
  if (fd < 0) return fd;
  const int e = h1_static_io_fstat(fd, &l->st);
  if (e < 0) {
    h1_static_io_close(fd);
    return e;
  }
  l->fd = fd;
  return 0;
}

/* Whether a regular file is there: 1, 0, or a negated errno. It is not kept. */
static int is_file(h1_static_load *l, const h1_static_root *root, size_t cut,
                   const char *ending) {
  const int e = open_as(l, root, cut, ending);
  if (e < 0) return is_absent(e) ? 0 : e;
  forget_file(l);
  return S_ISREG(l->st.st_mode) ? 1 : 0;
}

/* The first ending that makes the path one of a regular file. */
static int open_first(h1_static_load *l, const h1_static_root *root) {
  for (unsigned i = 0; i < l->endings->count; i++) {
    const int e = open_as(l, root, 0, l->endings->text[i]);
    if (e < 0 && !is_absent(e)) return e;
    if (e < 0) continue;
    l->ending = i;
    if (S_ISREG(l->st.st_mode)) return 0;
    l->is_folder = l->is_folder || (i == 0 && S_ISDIR(l->st.st_mode));
    forget_file(l);
  }
  return -ENOENT;
}

static bool ends_with(const h1_static_load *l, const char *ending) {
  const size_t len = strlen(ending);
  return l->path_len >= len &&
         memcmp(l->path + l->path_len - len, ending, len) == 0;
}

static bool is_folder_path(const h1_static_load *l) {
  return l->path_len == 0 || l->path[l->path_len - 1] == '/';
}

/* Whether what precedes the last `cut` bytes is a whole segment or more. */
static bool leaves_name(const h1_static_load *l, size_t cut) {
  return l->path_len > cut && l->path[l->path_len - cut - 1] != '/';
}

/* Whether a regular file is there besides the one that was found, with `ending`
 * in the place of `own`, the end of its path: 1, 0, or a negated errno. */
static int has_other(h1_static_load *l, const h1_static_root *root,
                     const char *own, const char *ending) {
  const struct stat st = l->st;
  const int fd = l->fd;
  const size_t cut = strlen(own);
  const int there = is_file(l, root, cut, ending);
  memcpy(l->path + l->path_len - cut, own, cut + 1);
  l->st = st;
  l->fd = fd;
  return there;
}

/* Whether the file that was found stands for its folder: it is an index, and no
 * earlier one is there. 1, 0, or a negated errno. */
static int is_index(h1_static_load *l, const h1_static_root *root) {
  for (unsigned i = 0; i < l->index->count; i++) {
    const char *name = l->index->text[i];
    if (!ends_with(l, name) || leaves_name(l, strlen(name))) continue;
    int other = 0;
    for (unsigned j = 0; j < i && other == 0; j++) {
      other = has_other(l, root, name, l->index->text[j]);
    }
    return other < 0 ? other : 1 - other;
  }
  return 0;
}

/* An index has the address of its folder. 1: the client is sent there. */
static int leave_index_out(h1_static_load *l, const h1_static_root *root) {
  const int index = is_index(l, root);
  if (index != 0) forget_file(l);
  if (index == 1) l->sent = H1_STATIC_SENT_TO_FOLDER;
  return index;
}

/* docs/index was found as docs/index.html. */
static int judge_ending(h1_static_load *l, const h1_static_root *root) {
  const size_t len = l->path_len;
  l->path_len += strlen(l->endings->text[l->ending]);
  const int index = leave_index_out(l, root);
  l->path_len = len;
  return index < 0 ? index : 0;
}

/* about.html is there, and its address is about, unless that is a file of its
 * own. */
static int leave_ending_out(h1_static_load *l, const h1_static_root *root) {
  static const char html[] = ".html";
  const int index = leave_index_out(l, root);
  if (index != 0) return index < 0 ? index : 0;
  if (!ends_with(l, html) || !leaves_name(l, sizeof html - 1)) return 0;
  const int taken = has_other(l, root, html, "");
  if (taken == 1) return 0;
  forget_file(l);
  if (taken == 0) l->sent = H1_STATIC_SENT_WITHOUT_ENDING;
  return taken;
}

/* about/ is no folder with an index, and about.html may be what is meant. */
static int leave_slash_out(h1_static_load *l, const h1_static_root *root) {
  if (!leaves_name(l, 1)) return -ENOENT;
  const int there = is_file(l, root, 1, ".html");
  l->path[l->path_len - 1] = '/'; /* it may be looked for once more */
  if (there == 1) l->sent = H1_STATIC_SENT_WITHOUT_SLASH;
  if (there < 0) return there;
  return there == 1 ? 0 : -ENOENT;
}

static int look_below(h1_static_load *l, const h1_static_root *root) {
  const bool asks_folder = is_folder_path(l);
  l->is_folder = false;
  l->sent = H1_STATIC_SENT_NOWHERE;
  const int e = open_first(l, root);
  if (l->clean && e == 0 && !asks_folder) {
    return l->ending == 0 ? leave_ending_out(l, root) : judge_ending(l, root);
  }
  if (!is_absent(e)) return e;
  if (l->is_folder && !asks_folder) return 0;
  l->is_folder = false;
  return l->clean && asks_folder ? leave_slash_out(l, root) : e;
}

/* Below a root that is at most `age_ms` old. */
static int look(h1_static_load *l, h1_static_root *root, uint64_t age_ms) {
  const int e = h1_static_root_refresh(root, l->now_ms, age_ms);
  return e < 0 ? e : look_below(l, root);
}

/* Whether the path has no such name, with `ending` in the place of `cut` of its
 * last bytes. */
static bool lacks(h1_static_load *l, const h1_static_root *root, size_t cut,
                  const char *ending) {
  memcpy(l->path + l->path_len - cut, ending, strlen(ending) + 1);
  return h1_static_root_lacks(root, l->path);
}

/* Whether the path has none of the names that it may stand for. It costs a call
 * for each, where opening the root anew and looking below it costs three more,
 * and whoever is sent the fallback comes this way. Between the two renames of a
 * deploy no name is there at all: so it counts only where the root that was
 * looked below is the last one, or may be taken for it. */
static bool is_plainly_absent(h1_static_load *l, const h1_static_root *root) {
  bool absent = l->now_ms - root->opened_ms <= LAST_ROOT_MS;
  for (unsigned i = 0; i < l->endings->count && absent; i++) {
    absent = lacks(l, root, 0, l->endings->text[i]);
  }
  if (absent && l->clean && is_folder_path(l) && leaves_name(l, 1)) {
    absent = lacks(l, root, 1, ".html");
    l->path[l->path_len - 1] = '/';
  }
  return absent;
}

/* What says that the path was not found below the root that is open, and where:
 * of two paths that share it one is only looked for from the root's path on,
 * where nothing is between the two renames of a deploy. Nobody can choose such
 * paths without the key. */
static uint64_t note_of(const h1_static_load *l, const h1_static_root *root) {
  const h1_slice path = {(const uint8_t *)l->path, l->path_len};
  const uint64_t endings = l->endings->count;
  return (h1_siphash(root->key, path) ^ endings << 1) | 1;
}

static size_t place_of(uint64_t note) {
  return (size_t)(note >> 1) % H1_STATIC_ROOT_ABSENT;
}

/* Whether it was not below this root a moment ago, nor is now where the root
 * comes from. */
static bool is_absent_still(h1_static_load *l, const h1_static_root *root) {
  if (root->fd < 0) return false;
  const uint64_t note = note_of(l, root);
  return root->absent[place_of(note)] == note && is_plainly_absent(l, root);
}

static void note_absent(const h1_static_load *l, h1_static_root *root) {
  const uint64_t note = note_of(l, root);
  root->absent[place_of(note)] = note;
}

/* A name that is not found may have been moved away with the root, or with a
 * folder on the way, while it was looked up, and once more while it was looked
 * up again: it is absent only when a walk from the root's own path says so, or
 * three looks do. What a root says that only stands in for the next one is
 * nothing: it may have been emptied since. */
int h1_static_find(h1_static_load *l, h1_static_root *root) {
  bool stands_in = false;
  l->fd = -1;
  l->is_folder = false;
  l->sent = H1_STATIC_SENT_NOWHERE;
  l->checked_ms = root->opened_ms;
  if (is_absent_still(l, root)) return -ENOENT;
  int e = look(l, root, H1_STATIC_ROOT_AGE_MS);
  for (int again = 0; again < 2 && (e == -ESTALE || is_absent(e)); again++) {
    if (e == -ENOENT && is_plainly_absent(l, root)) {
      note_absent(l, root);
      break;
    }
    e = look(l, root, 0);
    stands_in = root->missed_ms != 0;
  }
  if (stands_in && is_absent(e)) e = -ENOMEDIUM;
  l->checked_ms = root->opened_ms;
  return e;
}
