/* See substitutes.h. */
#include "handlers/static/substitutes.h"

#include <stdio.h>
#include <string.h>

#include "handlers/static/root.h"
#include "parser/slice.h"
#include "parser/values.h"

const char *h1_static_substitute_set(h1_static_substitute *page,
                                     const char *prefix, const char *path,
                                     uint16_t status) {
  const char *name = path[0] == '/' ? path + 1 : path;
  const size_t len = strlen(name);
  const h1_slice slice = {(const uint8_t *)name, len};
  if (len == 0) return "is empty";
  if (len > sizeof page->path) return "is too long";
  if (name[len - 1] == '/' || !h1_static_path_allowed(slice, true)) {
    return "is not a path of a file below the folder";
  }
  page->status = status;
  page->len = len;
  memcpy(page->path, name, len);
  snprintf(page->url, sizeof page->url, "%s/%s", prefix, name);
  return NULL;
}

/* Text with a quality of 0 is refused by name. */
static bool names_html(const h1_fields *fields) {
  h1_list list = {.fields = fields, .id = H1_FIELD_ACCEPT};
  h1_slice member = {NULL, 0};
  bool named = false;
  while (!named && h1_list_next(&list, &member)) {
    h1_media_type range;
    named = h1_media_type_decode(member, &range) &&
            h1_slice_equal_nocase(range.type, h1_slice_of("text")) &&
            h1_slice_equal_nocase(range.subtype, h1_slice_of("html"));
  }
  return named && h1_accept_quality(fields, "text", "html") > 0;
}

bool h1_static_is_navigation(const h1_fields *fields) {
  const h1_slice name = h1_slice_of("Sec-Fetch-Dest");
  size_t at = h1_fields_find_name(fields, name, 0);
  for (; at < fields->count; at = h1_fields_find_name(fields, name, at + 1)) {
    const h1_slice dest = h1_fields_value(fields, at);
    if (!h1_slice_equal(dest, h1_slice_of("document")) &&
        !h1_slice_equal(dest, h1_slice_of("iframe"))) {
      return false;
    }
  }
  return names_html(fields);
}

static bool has_fallback(const h1_static_substitutes *p,
                         const h1_static_mount *mount) {
  return p->fallback.len > 0 && p->mount == mount;
}

static const h1_static_substitute *error_page(const h1_static_substitutes *p,
                                              uint16_t status) {
  for (unsigned i = 0; i < p->error_count; i++) {
    if (p->errors[i].status == status) return &p->errors[i];
  }
  return NULL;
}

/* A page of text is no answer to a program that takes objects only. */
const h1_static_substitute *h1_static_error_page_for(
    const h1_static_substitutes *p, const h1_fields *fields, uint16_t status) {
  const h1_static_substitute *page = error_page(p, status);
  if (page == NULL || h1_accept_quality(fields, "text", "html") == 0) {
    return NULL;
  }
  return page;
}

const h1_static_substitute *h1_static_substitute_for(
    const h1_static_substitutes *p, const h1_static_mount *mount,
    const h1_fields *fields, uint16_t status) {
  if (status == 404 && has_fallback(p, mount) &&
      h1_static_is_navigation(fields)) {
    return &p->fallback;
  }
  return h1_static_error_page_for(p, fields, status);
}

h1_slice h1_static_substitutes_vary(const h1_static_substitutes *p,
                                    const h1_static_mount *mount,
                                    uint16_t status) {
  const h1_slice none = {NULL, 0};
  if (status == 404 && has_fallback(p, mount)) {
    return h1_slice_of("Vary: Accept, Sec-Fetch-Dest\r\n");
  }
  return error_page(p, status) != NULL ? h1_slice_of("Vary: Accept\r\n") : none;
}
