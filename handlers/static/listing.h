/* What a folder holds, as a page or as JSON. Pure: the entries come from
 * elsewhere, the text is written to the caller's memory, a piece at a time.
 *
 *   h1_listing l;
 *   h1_listing_init(&l, memory);      H1_LISTING_BYTES of it
 *   while (...) h1_listing_add(&l, name, &what);
 *   h1_listing_sort(&l);
 *   h1_listing_seal(&l);
 *   h1_listing_cursor at = {.format = H1_LISTING_HTML};
 *   while (!at.done) { n = h1_listing_render(&l, &place, &at, room); ... }
 *
 * A name may be any bytes that a file's name may be. It is written as a link
 * that leads to that file and nowhere else, and as text in which nothing acts:
 * no markup, no control, nothing that turns the direction of writing. */
#ifndef H1_HANDLERS_STATIC_LISTING_H_
#define H1_HANDLERS_STATIC_LISTING_H_

#include <stdbool.h>
#include <stdint.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_LISTING_ENTRIES_MAX ((size_t)10000)
#define H1_LISTING_NAME_MAX ((size_t)255)
#define H1_LISTING_DIGEST_BYTES ((size_t)32)

typedef struct {
  bool is_folder;
  uint64_t size;   /* of a file */
  int64_t mtime_s; /* since 1970 */
} h1_listing_facts;

typedef struct {
  h1_listing_facts facts;
  uint32_t name_at;
  uint16_t name_len;
} h1_listing_entry;

#define H1_LISTING_NAMES_BYTES (H1_LISTING_ENTRIES_MAX * H1_LISTING_NAME_MAX)
#define H1_LISTING_BYTES \
  (H1_LISTING_ENTRIES_MAX * sizeof(h1_listing_entry) + H1_LISTING_NAMES_BYTES)

typedef struct {
  h1_listing_entry *entries;
  uint8_t *names;
  size_t count, names_bytes;
  size_t folders, left_out;
  uint64_t file_bytes;
  bool more;                               /* than H1_LISTING_ENTRIES_MAX */
  uint8_t digest[H1_LISTING_DIGEST_BYTES]; /* of all of it, once sealed */
} h1_listing;

/* Empty. `memory`, aligned for any type, stays the caller's. */
void h1_listing_init(h1_listing *l, void *memory);
/* What no request can name, because of a '\', CR or LF in it, is counted and
 * left out. False when there is no room: it is remembered that there is more.
 */
bool h1_listing_add(h1_listing *l, h1_slice name, const h1_listing_facts *what);
/* Folders first; by name without case, numbers in it by their value. */
void h1_listing_sort(h1_listing *l);
/* Once nothing is added any more. */
void h1_listing_seal(h1_listing *l);
h1_slice h1_listing_name(const h1_listing *l, size_t i);

/* Where it is, as decoded by h1_path_decode: what leads to the root of what is
 * served ("/static/"), and what follows ("css/", empty for the root itself). */
typedef struct {
  h1_slice prefix, rest;
} h1_listing_place;

typedef enum { H1_LISTING_HTML, H1_LISTING_JSON } h1_listing_format;

/* How far it was written; begins as zero, except `format`. */
typedef struct {
  h1_listing_format format;
  unsigned part;
  size_t at; /* in that part */
  bool done;
} h1_listing_cursor;

/* Writes what comes next, at most `room.len` bytes, which is at least
 * H1_LISTING_ROOM; how many it wrote. */
#define H1_LISTING_ROOM ((size_t)4096)
size_t h1_listing_render(const h1_listing *l, const h1_listing_place *place,
                         h1_listing_cursor *cursor, h1_buffer room);

/* The entity tag of that text, without its quotes: another one whenever a byte
 * of it is another. Of a sealed listing. */
#define H1_LISTING_TAG_BYTES ((size_t)32)
void h1_listing_tag(const h1_listing *l, const h1_listing_place *place,
                    h1_listing_format format,
                    uint8_t tag[H1_LISTING_TAG_BYTES]);

/* The field lines that go with the page, as h1_field_encode writes them. */
extern const char h1_listing_lines[];

#ifdef __cplusplus
}
#endif
#endif
