/* What is sent: the file that was looked at, its sibling, a redirect, an error
 * or a page in its place. A file that is chosen in the place of another one is
 * looked at in its turn. */
#include <errno.h>
#include <string.h>

#include "handlers/static/folder.h"
#include "handlers/static/io.h"
#include "handlers/static/serving.h"
#include "parser/slice.h"

static void look_for(h1_static_serving *v, h1_coding coding) {
  v->chosen.coding = coding;
  v->again = true;
}

/* ---- errors ---- */

static void turn_to_page(h1_static_serving *v,
                         const h1_static_substitute *page) {
  v->chosen.page = page;
  v->chosen.plain = false;
  h1_static_aim(v);
  look_for(v, H1_CODING_IDENTITY);
}

/* The page in the place of an error; of a fallback that is gone, that of its
 * error. */
static const h1_static_substitute *next_page(const h1_static_serving *v) {
  const h1_static_substitutes *p =
      h1_static_pages(v->files, h1_exchange_generation(v->x));
  const h1_static_substitute *before = v->chosen.page;
  const h1_fields *fields = &h1_exchange_request(v->x)->fields;
  if (before == NULL) {
    return h1_static_substitute_for(p, v->asked, fields, v->chosen.status);
  }
  if (before->status != 200) return NULL;
  return h1_static_error_page_for(p, fields, v->chosen.status);
}

/* What an error says, whether a page stands in its place or not. */
static void reply_error_fields(const h1_static_serving *v) {
  const h1_slice vary = h1_static_substitutes_vary(
      h1_static_pages(v->files, h1_exchange_generation(v->x)), v->asked,
      v->chosen.status);
  if (v->chosen.status == 503) {
    (void)h1_reply_field(v->x, h1_slice_of("Retry-After"), h1_slice_of("1"));
  }
  if (vary.len > 0) (void)h1_reply_prepared(v->x, vary);
}

void h1_static_refuse(h1_static_serving *v, uint16_t status, h1_error reason) {
  if (v->chosen.page == NULL) {
    v->chosen.status = status;
    v->chosen.reason = reason;
  }
  const h1_static_substitute *page = next_page(v);
  if (page != NULL) {
    turn_to_page(v, page);
    return;
  }
  reply_error_fields(v);
  h1_reply_status(v->x, v->chosen.status, v->chosen.reason);
}

static void refuse_listing(h1_exchange *x, uint16_t status, h1_error reason) {
  h1_static_serving v;
  if (!h1_static_begin(&v, x)) return;
  h1_static_refuse(&v, status, reason);
  h1_static_look(&v);
}

/* What is not there, as far as this path goes: a folder without an index may be
 * listed. */
static void answer_absent(h1_static_serving *v) {
  h1_lister *lister = v->files->lister;
  if (lister != NULL && v->is_folder && v->chosen.page == NULL) {
    h1_lister_serve(v->x, lister, v->root, v->rest, refuse_listing);
  } else {
    h1_static_refuse(v, 404, H1_NOT_FOUND);
  }
}

static void refuse_fault(h1_static_serving *v, int e) {
  switch (h1_static_fault_of(e)) {
    case H1_STATIC_ABSENT:
      answer_absent(v);
      return;
    case H1_STATIC_BUSY:
      h1_static_refuse(v, 503,
                       e == -ENOMEDIUM ? H1_STORAGE_BUSY : H1_NO_MEMORY);
      return;
    case H1_STATIC_BROKEN:
      h1_static_refuse(v, 500, H1_HANDLER_FAILED);
      return;
  }
}

/* ---- a file ---- */

/* The fields that a page in the place of something else has besides its own;
 * its status. */
static uint16_t begin_answer(h1_static_serving *v) {
  const h1_static_substitute *page = v->chosen.page;
  if (page == NULL) return 200;
  reply_error_fields(v);
  return page->status;
}

static void respond_file(h1_static_serving *v, const h1_static_version *f) {
  const uint16_t status = begin_answer(v);
  h1_static_respond_file(v->x, v->w, f, status);
  if (status != 200) h1_reply_reason(v->x, v->chosen.reason);
}
static void respond_entry(h1_static_serving *v, h1_static_entry *e) {
  const uint16_t status = begin_answer(v);
  e->used_ms = h1_exchange_now_ms(v->x);
  h1_static_respond_entry(v->x, v->w, e, status);
  if (status != 200) h1_reply_reason(v->x, v->chosen.reason);
}

/* ---- its sibling ---- */

/* Whether a sibling of this original is to be sent instead. */
static bool turn_to_sibling(h1_static_serving *v, const h1_static_version *f) {
  if (!f->varies || v->chosen.plain) return false;
  const h1_coding coding = h1_static_siblings_choose(
      &f->siblings, &h1_exchange_request(v->x)->fields);
  if (coding == H1_CODING_IDENTITY) return false;
  v->chosen.wanted = f->siblings.id[coding];
  v->chosen.ending = f->ending;
  look_for(v, coding);
  return true;
}

/* The sibling is not what was found beside the original: both are looked at
 * again by whoever comes next, and this client gets the original. */
static void turn_back(h1_static_serving *v) {
  v->chosen.plain = true;
  look_for(v, H1_CODING_IDENTITY);
  h1_static_entry *original =
      h1_static_cache_find(&v->w->cache, h1_static_key_of(v));
  if (original != NULL) original->checked_ms = 0;
}

void h1_static_answer_entry(h1_static_serving *v, h1_static_entry *e) {
  if (h1_static_is_sibling(v) || !turn_to_sibling(v, &e->file)) {
    respond_entry(v, e);
  } else {
    e->used_ms = h1_exchange_now_ms(v->x);
  }
}

/* What the looked-at siblings of an original are, and were. */
static void note_siblings(h1_static_serving *v, const h1_static_load *l,
                          const h1_static_siblings *before) {
  h1_static_siblings_note(&v->files->notes, l->path, &l->siblings, before,
                          h1_exchange_now_ms(v->x));
}

void h1_static_forget(h1_static_serving *v) {
  if (v->known != NULL) h1_static_cache_retire(&v->w->cache, v->known);
  v->known = NULL;
}

/* The path that decides about the type. */
static h1_slice original_of(const h1_static_serving *v, const char *path) {
  h1_slice original = {(const uint8_t *)path, strlen(path)};
  if (h1_static_is_sibling(v)) {
    original.len -= strlen(h1_static_sibling_suffix(v->chosen.coding));
  }
  return original;
}

static void describe(const h1_static_serving *v, const h1_static_load *l,
                     bool local, h1_static_version *file) {
  h1_static *s = v->files;
  const uint64_t generation = h1_exchange_generation(v->x);
  const h1_static_identity id = h1_static_identity_of(&l->st);
  const h1_slice path = original_of(v, l->path);
  const h1_coding coding =
      h1_mime_is_gzip(path) ? H1_CODING_GZIP : v->chosen.coding;
  h1_slice cache_control = {s->cache_control, s->cache_control_len};
  if (cache_control.len == 0) {
    const h1_static_substitute *page = v->chosen.page;
    const h1_slice at =
        page != NULL ? h1_slice_of(page->url) : h1_exchange_path(v->x);
    cache_control = h1_exchange_cache_control(v->x, at);
  }
  const h1_static_facts facts = {
      .fd = l->fd,
      .type = h1_mime_type(h1_static_types(s, generation), path),
      .coding = coding,
      .local = local,
      .hash = l->has_hash ? l->hash : NULL,
      .cache_control = cache_control,
      .times = h1_static_load_times(l, &id)};
  h1_static_version_describe(file, &id, &facts);
  file->generation = generation;
  if (l->unstable) h1_static_version_disown(file, cache_control);
  file->ending = (uint8_t)l->ending;
  file->varies =
      h1_static_is_sibling(v) || h1_static_siblings_any(&l->siblings);
  if (!h1_static_is_sibling(v)) file->siblings = l->siblings;
}

static void answer_file(h1_static_serving *v, h1_static_load *l, bool local) {
  h1_static_version file;
  describe(v, l, local, &file);
  if (!h1_static_is_sibling(v)) note_siblings(v, l, NULL);
  l->fd = -1; /* the cache's or the exchange's */
  h1_static_entry *e =
      l->unstable ? NULL
                  : h1_static_cache_insert(
                        &v->w->cache, h1_static_key_of(v), &file,
                        l->has_contents ? l->bytes : NULL, l->checked_ms);
  if (e != NULL) {
    h1_static_answer_entry(v, e);
  } else if (h1_static_is_sibling(v) || !turn_to_sibling(v, &file)) {
    respond_file(v, &file);
  } else {
    h1_static_io_close(file.fd);
  }
}

/* What the cache knows, if that is what was just opened, and nothing more is
 * known of it now; else NULL. A young file may have been changed and look the
 * same. */
static h1_static_entry *known_entry(const h1_static_serving *v,
                                    const h1_static_load *l) {
  h1_static_entry *e = v->known;
  if (e == NULL || e->file.young) return NULL;
  if (l->has_hash && !e->file.has_etag) return NULL;
  if (e->file.ending != l->ending) return NULL;
  const h1_static_identity id = h1_static_identity_of(&l->st);
  return h1_static_identity_equal(&id, &e->file.id) ? e : NULL;
}

/* What is beside a file may change, and the file not. */
static void answer_known(h1_static_serving *v, h1_static_entry *e,
                         const h1_static_load *l) {
  e->checked_ms = l->checked_ms;
  if (!h1_static_is_sibling(v)) {
    note_siblings(v, l, &e->file.siblings);
    e->file.siblings = l->siblings;
    e->file.varies = h1_static_siblings_any(&l->siblings);
  }
  h1_static_answer_entry(v, e);
}

/* Whether what was opened is the sibling that was found beside the original. */
static bool is_wanted(const h1_static_serving *v, const h1_static_load *l) {
  if (l->error < 0 || l->fd < 0) return false;
  const h1_static_identity id = h1_static_identity_of(&l->st);
  return h1_static_identity_equal(&id, &v->chosen.wanted);
}

static void answer_found(h1_static_serving *v, h1_static_load *l, bool local) {
  if (l->wants_hash) {
    const h1_static_identity id = h1_static_identity_of(&l->st);
    h1_static_hasher_want(&v->files->hasher, v->root, l->path, &id);
  }
  h1_static_entry *known = known_entry(v, l);
  if (known != NULL) {
    answer_known(v, known, l);
    return;
  }
  h1_static_forget(v);
  answer_file(v, l, local);
}

/* The path stands for something, under another name. */
static void answer_elsewhere(h1_static_serving *v, const h1_static_load *l) {
  if (l->sent != H1_STATIC_SENT_NOWHERE) {
    h1_static_redirect_to_clean(v->x, v->rest, l->sent);
  } else {
    h1_static_redirect_to_folder(v->x);
  }
}

/* Closes what nobody took. */
void h1_static_answer_loaded(h1_static_serving *v, h1_static_load *l,
                             bool local) {
  if (h1_static_is_sibling(v) && !is_wanted(v, l)) {
    h1_static_forget(v);
    turn_back(v);
  } else if (l->error == 0 && l->fd >= 0) {
    answer_found(v, l, local);
  } else {
    h1_static_forget(v);
    if (l->error == 0) {
      answer_elsewhere(v, l);
    } else {
      refuse_fault(v, l->error);
    }
  }
  if (l->fd >= 0) h1_static_io_close(l->fd);
  l->fd = -1;
}

/* What the cache knows answers for what cannot be looked at: it goes on while
 * the storage hangs. */
void h1_static_answer_busy(h1_static_serving *v) {
  h1_static_entry *e = v->known;
  if (h1_static_is_sibling(v)) {
    turn_back(v);
    return;
  }
  if (e != NULL && e->file.contents != NULL && !e->file.young) {
    respond_entry(v, e);
    return;
  }
  h1_static_refuse(v, 503, H1_STORAGE_BUSY);
}
