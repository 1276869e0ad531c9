/* The page of a listing, made at build time by tools/embed: between its pieces
 * comes what the server writes, in this order. */
#ifndef H1_HANDLERS_STATIC_LISTING_PAGE_H_
#define H1_HANDLERS_STATIC_LISTING_PAGE_H_

#include "parser/base.h"

enum {
  H1_LISTING_TITLE,
  H1_LISTING_CRUMBS,
  H1_LISTING_SUMMARY,
  H1_LISTING_PARENT,
  H1_LISTING_ENTRIES,
  H1_LISTING_NOTES,
  H1_LISTING_PIECES
};

extern const h1_slice h1_listing_pieces[H1_LISTING_PIECES + 1];
extern const char h1_listing_tag_line[];

#endif
