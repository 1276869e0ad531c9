/* One version of a file, as the outside sees it: entity tag, dates, the field
 * lines ready to send, and the preconditions that are judged by them. */
#ifndef H1_HANDLERS_STATIC_FILE_H_
#define H1_HANDLERS_STATIC_FILE_H_

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "handlers/siphash.h"
#include "parser/base.h"
#include "parser/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What tells two versions of a file apart. */
typedef struct {
  uint64_t dev, ino, size;
  int64_t mtime_s, ctime_s;
  uint32_t mtime_ns, ctime_ns;
} h1_static_identity;

h1_static_identity h1_static_identity_of(const struct stat *st);
bool h1_static_identity_equal(const h1_static_identity *a,
                              const h1_static_identity *b);

#define H1_STATIC_LINES_BYTES ((size_t)320)
#define H1_STATIC_CACHE_CONTROL_MAX ((size_t)160)
#define H1_STATIC_ETAG_BYTES ((size_t)16) /* without quotes */

typedef struct {
  h1_static_identity id;
  int fd;                  /* -1 when `contents` holds all there is */
  const uint8_t *contents; /* NULL: read from fd */
  h1_slice type;           /* Content-Type; lives forever */
  /* Changed less than two seconds ago when it was looked at: within the grain
   * of file times two versions may look the same, so nothing may be promised
   * about this one. It has no validators. */
  bool young;
  bool has_etag;
  bool has_modified;
  int64_t modified_s;
  /* Field lines: first what a 304 carries, then what else a 206 that answers
   * If-Range carries, then the rest. Last-Modified comes last, so that it can
   * be left out. */
  uint16_t lines_304, lines_if_range, lines_all;
  uint8_t etag[H1_STATIC_ETAG_BYTES];
  uint8_t lines[H1_STATIC_LINES_BYTES];
} h1_static_file;

/* Describes the file that `fd` is and `id` identifies. `cache_control`: a line
 * as h1_field_encode writes it, at most H1_STATIC_CACHE_CONTROL_MAX bytes, or
 * empty. `now_s`: seconds since 1970, rounded down. */
void h1_static_file_describe(h1_static_file *f, const h1_static_identity *id,
                             int fd, h1_slice type, h1_siphash_key key,
                             h1_slice cache_control, int64_t now_s);
/* Takes the validators away. */
void h1_static_file_disown(h1_static_file *f, h1_slice cache_control);

/* What the preconditions say, in the order of RFC 9110 13.2.2. */
typedef enum {
  H1_STATIC_SEND,
  H1_STATIC_NOT_MODIFIED, /* 304 */
  H1_STATIC_REFUSED       /* 412 */
} h1_static_verdict;
h1_static_verdict h1_static_preconditions(const h1_static_file *f,
                                          const h1_fields *fields,
                                          int64_t now_s);
/* Whether Range is to be honoured: a GET that has it, and If-Range, if there is
 * one, names this version (RFC 9110 13.1.5, 14.2). */
bool h1_static_range_applies(const h1_static_file *f, const h1_request *r,
                             int64_t now_s);

#ifdef __cplusplus
}
#endif
#endif
