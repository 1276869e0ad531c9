/* Which options may change while the server runs, and which may not: what sizes
 * memory, opens sockets or folders, or starts threads is decided once. */
#include <string.h>

#include "server/config/internal.h"

static const char *member(const h1_config *c, const h1_option *o) {
  return (const char *)c + o->offset;
}

static size_t count_of(const h1_config *c, const h1_option *o) {
  size_t count;
  memcpy(&count, (const char *)c + o->count_offset, sizeof(count));
  return count;
}

static bool same_endpoints(const h1_config *a, const h1_config *b,
                           const h1_option *o) {
  const size_t count = count_of(a, o);
  if (count != count_of(b, o)) return false;
  for (size_t i = 0; i < count; i++) {
    const size_t at = i * sizeof(a->listen[0]);
    if (strcmp(member(a, o) + at, member(b, o) + at) != 0) return false;
  }
  return true;
}

static bool same_texts(const h1_config *a, const h1_config *b,
                       const h1_option *o) {
  const h1_texts *x = (const h1_texts *)(const void *)member(a, o);
  const h1_texts *y = (const h1_texts *)(const void *)member(b, o);
  return x->used == y->used && memcmp(x->bytes, y->bytes, x->used) == 0;
}

static bool same(const h1_config *a, const h1_config *b, const h1_option *o) {
  switch (o->kind) {
    case H1_OPTION_NAME:
    case H1_OPTION_PATH:
      return strcmp(member(a, o), member(b, o)) == 0;
    case H1_OPTION_ENDPOINTS:
      return same_endpoints(a, b, o);
    case H1_OPTION_TEXTS:
      return same_texts(a, b, o);
    default:
      return h1_option_number(a, o) == h1_option_number(b, o);
  }
}

/* Defaults follow from other options, or from the machine, which may have
 * changed: nobody asked for them. */
static bool was_changed(const h1_config *a, const h1_config *b, size_t index) {
  const h1_option *o = &h1_options[index];
  if ((o->flags & H1_OPTION_RELOAD) != 0) return false;
  if (a->origin[index] == H1_ORIGIN_DEFAULT &&
      b->origin[index] == H1_ORIGIN_DEFAULT) {
    return false;
  }
  return !same(a, b, o);
}

static void keep(h1_config *c, const h1_config *running, size_t index) {
  const h1_option *o = &h1_options[index];
  if ((o->flags & H1_OPTION_RELOAD) != 0) return;
  memcpy((char *)c + o->offset, member(running, o), o->width);
  if (o->kind == H1_OPTION_ENDPOINTS) {
    memcpy((char *)c + o->count_offset, (const char *)running + o->count_offset,
           sizeof(size_t));
  }
}

h1_config_result h1_config_keep_fixed(h1_config *c, const h1_config *asked,
                                      const h1_config *running,
                                      char message[H1_CONFIG_MESSAGE_BYTES]) {
  h1_text t = h1_text_begin(message, H1_CONFIG_MESSAGE_BYTES);
  for (size_t i = 0; i < h1_option_count; i++) {
    if (!was_changed(asked, c, i)) continue;
    h1_text_add(&t, t.len == 0 ? "--" : ", --");
    h1_text_add(&t, h1_options[i].name);
  }
  if (t.len != 0) {
    h1_text_add(&t, ": cannot change while the server runs; restart it");
    return H1_CONFIG_BAD;
  }
  for (size_t i = 0; i < h1_option_count; i++) keep(c, running, i);
  memcpy(c->folder, running->folder, sizeof(c->folder));
  c->root_is_default = running->root_is_default;
  c->container_memory = running->container_memory;
  c->limits = running->limits;
  return H1_CONFIG_OK;
}
