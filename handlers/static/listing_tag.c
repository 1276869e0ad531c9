/* The entity tag of a listing. It is not made from the text, which is written
 * piece by piece after its head was sent, but from all that decides on the
 * text: where no byte of that differs, no byte of the text does. */
#include <string.h>

#include "handlers/static/listing.h"
#include "handlers/static/listing_page.h"
#include "handlers/static/sha256.h"
#include "parser/slice.h"

_Static_assert(sizeof((h1_listing *)NULL)->digest == H1_SHA256_BYTES,
               "it is one");

static void add_number(h1_sha256 *sum, uint64_t n) {
  uint8_t bytes[8];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(n >> 8 * i);
  h1_sha256_add(sum, (h1_slice){bytes, sizeof bytes});
}

/* With its length first, so that no two rows of texts look alike. */
static void add_text(h1_sha256 *sum, h1_slice text) {
  add_number(sum, text.len);
  if (text.len > 0) h1_sha256_add(sum, text);
}

void h1_listing_seal(h1_listing *l) {
  h1_sha256 sum;
  h1_sha256_init(&sum);
  add_number(&sum, l->left_out);
  add_number(&sum, l->more ? 1 : 0);
  for (size_t i = 0; i < l->count; i++) {
    const h1_listing_facts *f = &l->entries[i].facts;
    add_number(&sum, f->is_folder ? 1 : 0);
    add_number(&sum, f->size);
    add_number(&sum, (uint64_t)f->mtime_s);
    add_text(&sum, h1_listing_name(l, i));
  }
  h1_sha256_end(&sum, l->digest);
}

void h1_listing_tag(const h1_listing *l, const h1_listing_place *place,
                    h1_listing_format format,
                    uint8_t tag[H1_LISTING_TAG_BYTES]) {
  static const char hex[] = "0123456789abcdef";
  uint8_t digest[H1_SHA256_BYTES];
  h1_sha256 sum;
  h1_sha256_init(&sum);
  add_number(&sum, format);
  add_text(&sum, h1_slice_of(h1_listing_tag_line)); /* of the page as built */
  add_text(&sum, place->prefix);
  add_text(&sum, place->rest);
  add_text(&sum, (h1_slice){l->digest, sizeof l->digest});
  h1_sha256_end(&sum, digest);
  for (size_t i = 0; i < H1_LISTING_TAG_BYTES; i++) {
    tag[i] = (uint8_t)hex[i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2] & 15];
  }
}
