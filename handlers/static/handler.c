/* See handler.h. A request is answered in one of three ways:
 *
 *   fresh      the cache knows the path and looked less than a second ago
 *   checked    the path is opened again and leads to the version the cache has
 *   loaded     it leads to another one, which is read and replaces it
 *
 * What is sent in the end may be a sibling (siblings.h): then the original is
 * gone through first, and the sibling after it in the same way.
 *
 * An answer at most one second old has to count from when the root was opened,
 * not from when the file was: an entry that was checked below a root opened
 * half a second before is good for half a second.
 *
 * A worker looks at what is in memory alone. What would have to wait, for a
 * disk, a network or a hash, is done by a helper thread, and the answer comes
 * later. */
#include "handlers/static/handler.h"

#include <string.h>

#include "handlers/static/folder.h"
#include "handlers/static/io.h"
#include "handlers/static/serving.h"

#define FRESH_MS ((uint64_t)1000)
/* How long what nobody asks for is kept: descriptors, which keep a deleted file
 * on its disk and a file system mounted, and contents. */
#define OPEN_KEPT_MS ((uint64_t)2500)
#define CONTENTS_KEPT_MS ((uint64_t)5000)
/* What was asked for, the fallback and the page of an error: of each the
 * original, its sibling, and the original once more if that is gone. */
enum { TURNS_MAX = 9 };

/* Whether an entry may be served without looking at its path again. A young
 * file may be half written: what is kept of it serves nobody else. An open file
 * could have been written to in place, and what is sent from it is read only
 * now: it is looked at each time, which is little beside sending it, and where
 * it is not local is for a helper to do. */
static bool is_fresh(const h1_static_serving *v, uint64_t now_ms) {
  const h1_static_entry *e = v->known;
  if (e->file.young || now_ms - e->checked_ms > FRESH_MS) return false;
  if (h1_static_is_sibling(v) &&
      !h1_static_identity_equal(&e->file.id, &v->chosen.wanted)) {
    return false;
  }
  if (e->file.contents != NULL) return true;
  struct stat st;
  if (v->root->cached_only && !e->file.local) return false;
  if (h1_static_io_fstat(e->file.fd, &st) < 0) return false;
  const h1_static_identity id = h1_static_identity_of(&st);
  return h1_static_identity_equal(&id, &e->file.id);
}

/* A page is kept apart from the file of its name: who asks for that may be sent
 * to its clean address, or not be shown what is hidden. */
h1_static_key h1_static_key_of(const h1_static_serving *v) {
  const unsigned apart = v->chosen.page != NULL ? H1_STATIC_MOUNTS_MAX : 0;
  const h1_static_key key = {v->mount->index + apart, v->chosen.coding,
                             v->rest};
  return key;
}

void h1_static_aim(h1_static_serving *v) {
  const h1_static_substitute *page = v->chosen.page;
  v->mount = v->asked;
  if (page != NULL) {
    v->mount = h1_static_pages(v->files, h1_exchange_generation(v->x))->mount;
  }
  v->root = &v->w->roots[v->mount->index];
  v->rest = h1_exchange_rest(v->x);
  if (page != NULL) v->rest = (h1_slice){page->path, page->len};
  v->is_folder = v->rest.len == 0 || v->rest.ptr[v->rest.len - 1] == '/';
}

static const h1_static_endings *endings_of(const h1_static_serving *v) {
  const h1_static *s = v->files;
  if (v->is_folder) return &s->index;
  return v->chosen.page != NULL ? &s->exact : &s->names;
}

/* The name of the sibling of a file that was found with an ending of its own.
 */
static void write_sibling(const h1_static_serving *v, h1_static_load *l) {
  const h1_static_endings *endings = endings_of(v);
  const char *parts[] = {
      v->chosen.ending < endings->count ? endings->text[v->chosen.ending] : "",
      h1_static_sibling_suffix(v->chosen.coding)};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    memcpy(l->path + l->path_len, parts[i], strlen(parts[i]));
    l->path_len += strlen(parts[i]);
  }
  l->endings = &v->files->exact;
  l->clean = false;
}

bool h1_static_prepare(h1_static_serving *v) {
  const h1_static *s = v->files;
  h1_static_load *l = v->w->load;
  const bool is_page = v->chosen.page != NULL;
  if (!h1_static_path_allowed(v->rest, s->hidden || is_page)) return false;
  memcpy(l->path, v->rest.ptr, v->rest.len);
  l->path_len = v->rest.len;
  l->endings = endings_of(v);
  l->index = &s->index;
  l->clean = s->clean && !is_page;
  if (h1_static_is_sibling(v)) write_sibling(v, l);
  l->wants_siblings =
      s->precompressed && !h1_static_is_sibling(v) && !h1_mime_is_gzip(v->rest);
  memset(&l->met_id, 0, sizeof l->met_id);
  memset(&l->met_siblings, 0, sizeof l->met_siblings);
  l->is_known = v->known != NULL && !v->known->file.young;
  l->met_has_etag = v->known != NULL && v->known->file.has_etag;
  if (v->known != NULL) {
    l->met_id = v->known->file.id;
    l->met_ms = v->known->file.seen_ms;
    l->met_siblings = v->known->file.siblings;
  }
  l->now_s = h1_exchange_now_s(v->x);
  l->now_ms = h1_exchange_now_ms(v->x);
  return true;
}

static void serve_from_disk(h1_static_serving *v) {
  h1_static_load *l = v->w->load;
  if (!h1_static_prepare(v)) {
    h1_static_refuse(v, 404, H1_NOT_FOUND);
    return;
  }
  h1_static_load_run(l, v->root, &v->files->tags);
  if (l->would_block || h1_static_is_between(v, l)) {
    h1_static_begin_wait(v);
  } else {
    h1_static_answer_loaded(v, l, v->root->local);
  }
}

/* What another configuration made of a file is of no use. */
void h1_static_find_known(h1_static_serving *v) {
  v->known = h1_static_cache_find(&v->w->cache, h1_static_key_of(v));
  if (v->known != NULL &&
      v->known->file.generation != h1_exchange_generation(v->x)) {
    h1_static_forget(v);
  }
}

void h1_static_look(h1_static_serving *v) {
  for (int turn = 0; v->again && turn < TURNS_MAX; turn++) {
    v->again = false;
    h1_static_find_known(v);
    if (v->known != NULL && is_fresh(v, h1_exchange_now_ms(v->x))) {
      h1_static_answer_entry(v, v->known);
    } else {
      serve_from_disk(v);
    }
  }
}

bool h1_static_begin(h1_static_serving *v, h1_exchange *x) {
  const h1_static_mount *mount = h1_exchange_data(x);
  const unsigned worker = h1_exchange_worker(x);
  if (worker >= mount->files->workers) {
    h1_reply_status(x, 500, H1_HANDLER_FAILED);
    return false;
  }
  if (h1_exchange_rest(x).ptr == NULL) { /* the mount's name, without slash */
    h1_static_redirect_to_folder(x);
    return false;
  }
  memset(v, 0, sizeof *v);
  v->x = x;
  v->files = mount->files;
  v->w = &v->files->worker[worker];
  v->asked = mount;
  v->chosen.coding = H1_CODING_IDENTITY;
  h1_static_aim(v);
  return true;
}

void h1_static_serve(h1_exchange *x) {
  h1_static_serving v;
  if (!h1_static_begin(&v, x)) return;
  h1_static_hasher_note(&v.files->hasher);
  v.again = true;
  h1_static_look(&v);
}

bool h1_static_tick(void *files, unsigned worker, uint64_t now_ms) {
  h1_static *s = files;
  if (worker >= s->workers) return false;
  h1_static_worker *w = &s->worker[worker];
  if (now_ms < CONTENTS_KEPT_MS) return true;
  bool open = false;
  for (unsigned i = 0; i < s->mount_count; i++) {
    h1_static_root *root = &w->roots[i];
    if (root->opened_ms < now_ms - OPEN_KEPT_MS) h1_static_root_close(root);
    open = open || root->fd >= 0;
  }
  const bool left = h1_static_cache_sweep(&w->cache, now_ms - OPEN_KEPT_MS,
                                          now_ms - CONTENTS_KEPT_MS);
  return left || open;
}
