/* The media type of a file, by the end of its name.
 *
 *   h1_mime types;
 *   h1_mime_init(&types, "utf-8", memory, h1_mime_memory_bytes(false));
 *   ... h1_mime_add(&types, text of a mime.types, &line) ...
 *   h1_mime_sort(&types);
 *   h1_slice type = h1_mime_type(&types, path);
 *
 * Everything is copied into `memory`, which outlives it. */
#ifndef H1_HANDLERS_STATIC_MIME_H_
#define H1_HANDLERS_STATIC_MIME_H_

#include <stdbool.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The longest Content-Type, charset included; byteranges.h reckons with it. */
#define H1_MIME_TYPE_MAX ((size_t)80)
/* The longest --charset. */
#define H1_MIME_CHARSET_MAX ((size_t)32)
/* The longest file of types. */
#define H1_MIME_FILE_MAX ((size_t)256 * 1024)

typedef struct {
  const char *extension; /* lower case */
  h1_slice type;         /* as Content-Type says it */
  size_t line;           /* what came later outranks what came before */
} h1_mime_row;

/* Its members are private. */
typedef struct {
  h1_mime_row *rows;
  size_t count, capacity, lines;
  uint8_t *text;
  size_t text_len, text_capacity;
  char charset[H1_MIME_CHARSET_MAX + 1];
} h1_mime;

/* What h1_mime_init needs; more of it when a file is to be added. */
size_t h1_mime_memory_bytes(bool with_file);

/* Begins with the table that is built in (mime_table.c). `charset` becomes a
 * parameter of every text type that has none of its own; empty: no parameter.
 * NULL, or what is wrong with it. `memory` is aligned for any type. */
const char *h1_mime_init(h1_mime *m, const char *charset, uint8_t *memory,
                         size_t bytes);
/* Adds what a file says: lines of a type and the ends of names that have it,
 * '#' begins a comment; the braces and semicolons of nginx's form are allowed.
 * NULL, or what is wrong in line `*line`, counted from 1. */
const char *h1_mime_add(h1_mime *m, h1_slice text, size_t *line);
/* To be called once, after the last of them. */
void h1_mime_sort(h1_mime *m);

/* The Content-Type for a path: by what follows the last '.' of its last
 * segment, compared without case; application/octet-stream when that is unknown
 * or there is none. Lives as long as the memory. */
h1_slice h1_mime_type(const h1_mime *m, h1_slice path);
/* Whether such a file holds what its type says compressed by gzip: .svgz. */
bool h1_mime_is_gzip(h1_slice path);

/* The table that is built in, ended by NULL. */
extern const char *const h1_mime_lines[];

#ifdef __cplusplus
}
#endif
#endif
