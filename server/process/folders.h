/* The folders that httpd serves, from its options to rows of the route table:
 * --mount, DIR (a mount at / by now) and --root. The longest prefix comes
 * first, for the first row that matches serves. */
#ifndef H1_SERVER_FOLDERS_H_
#define H1_SERVER_FOLDERS_H_

#include <stdbool.h>
#include <stddef.h>

#include "handlers/static/handler.h"
#include "server/config/config.h"
#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_FOLDER_PREFIX_BYTES 256
#define H1_FOLDER_ROUTES 2 /* of each: the prefix itself, and what is below */

typedef struct {
  h1_static_folder folders[H1_STATIC_MOUNTS_MAX]; /* for h1_static_options */
  size_t count;
  /* Of each: its prefix without a slash at the end, decoded; empty: "/". */
  char prefixes[H1_STATIC_MOUNTS_MAX][H1_FOLDER_PREFIX_BYTES];
  char patterns[H1_STATIC_MOUNTS_MAX][H1_FOLDER_PREFIX_BYTES + 2];
  const char *indexes[H1_STATIC_INDEXES_MAX];
  size_t index_count;
  h1_static_error_page error_pages[H1_STATIC_ERROR_PAGES_MAX];
  size_t error_page_count;
  size_t pages; /* the folder that the fallback and error pages are below */
  char options[H1_STATIC_MOUNTS_MAX][H1_FOLDER_PREFIX_BYTES + 16];
} h1_folders;

/* Views paths of `c`, which has to stay. False, with a one-line message: two
 * have the same prefix, or there are too many. */
bool h1_folders_of(const h1_config *c, h1_folders *out, char message[256]);

/* What of the options of files the folders and `c` say; both have to stay. */
void h1_folders_serve(const h1_config *c, const h1_folders *f,
                      h1_static_options *o);

/* Writes the rows of all of them, at most H1_FOLDER_ROUTES for each, and
 * returns how many. */
size_t h1_folders_route(const h1_folders *f, h1_static *files, h1_route *rows);

/* Says on standard error which files at the top of a folder nobody will see,
 * because the server's own routes have their names. */
void h1_folders_warn(const h1_folders *f);

#ifdef __cplusplus
}
#endif
#endif
