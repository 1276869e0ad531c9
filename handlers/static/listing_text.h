/* The writers of a listing: text at the front of a buffer, all or nothing. */
#ifndef H1_HANDLERS_STATIC_LISTING_TEXT_H_
#define H1_HANDLERS_STATIC_LISTING_TEXT_H_

#include <stdbool.h>
#include <stdint.h>

#include "parser/base.h"

/* Once something did not fit, nothing more is written. */
typedef struct {
  h1_buffer room;
  size_t at;
  bool full;
} h1_listing_text;

void h1_listing_put(h1_listing_text *t, const char *text);
void h1_listing_put_number(h1_listing_text *t, uint64_t n);
/* Bytes of a name as text of a page, and inside the quotes of a JSON string.
 * What is no UTF-8 becomes U+FFFD; in a page controls become the pictures that
 * Unicode has of them, and what turns the direction of writing, with which a
 * name can look like another, U+FFFD. */
void h1_listing_put_html(h1_listing_text *t, h1_slice bytes);
void h1_listing_put_json(h1_listing_text *t, h1_slice bytes);
/* A segment of a path, encoded. */
void h1_listing_put_segment(h1_listing_text *t, h1_slice bytes);
/* 17, 1.5 KiB, 23.4 MiB. */
void h1_listing_put_size(h1_listing_text *t, uint64_t bytes);
/* 2026-11-30T13:45:09Z, or to the minute for people: 2026-11-30 13:45. False,
 * nothing written, for years that have no four digits. */
bool h1_listing_put_time(h1_listing_text *t, int64_t seconds, bool for_people);

#endif
