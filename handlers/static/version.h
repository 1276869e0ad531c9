/* One version of a file, as the outside sees it: entity tag, dates, the field
 * lines ready to send, and the preconditions that are judged by them. */
#ifndef H1_HANDLERS_STATIC_VERSION_H_
#define H1_HANDLERS_STATIC_VERSION_H_

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "parser/accept_encoding.h"
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

/* What was found of a precompressed file beside another one. */
typedef enum {
  H1_SIBLING_ABSENT,
  H1_SIBLING_USABLE,
  /* Not used, for what is said of it. */
  H1_SIBLING_OLDER,
  H1_SIBLING_EMPTY,
  H1_SIBLING_NO_SMALLER,
  H1_SIBLING_WINDOW, /* zstd: clients need not have that much memory for it */
  H1_SIBLING_STATES
} h1_static_sibling;

/* By coding; there is none of identity. */
typedef struct {
  h1_static_sibling state[H1_CODING_IDENTITY];
  h1_static_identity id[H1_CODING_IDENTITY]; /* unless it is absent */
  bool zstd_judged; /* what it needs was looked at when it was not young */
} h1_static_siblings;

#define H1_STATIC_LINES_BYTES ((size_t)320)
#define H1_STATIC_CACHE_CONTROL_MAX ((size_t)160)
/* Of the SHA-256 of the contents, this much makes the entity tag: 128 bits. */
#define H1_STATIC_HASH_BYTES ((size_t)16)
#define H1_STATIC_ETAG_BYTES (2 * H1_STATIC_HASH_BYTES) /* without quotes */

typedef struct {
  h1_static_identity id;
  int fd;                  /* -1 when `contents` holds all there is */
  const uint8_t *contents; /* NULL: read from fd */
  h1_slice type;           /* Content-Type; lives forever */
  h1_coding coding;        /* the contents are of that type once decoded */
  bool local;              /* on a file system that answers at once */
  /* Changed less than two seconds ago when it was looked at: within the grain
   * of file times two versions may look the same, so nothing may be promised
   * about this one. It has no validators. */
  bool young;
  uint64_t generation; /* h1_exchange_generation of who described it */
  uint64_t seen_ms;    /* when this version was first met (monotonic) */
  /* Beside it when it was looked at last; of a sibling itself, none. */
  h1_static_siblings siblings;
  uint8_t ending; /* of its path (load.h) that it was found with */
  bool varies;    /* the path has siblings: which one is sent is a choice */
  bool has_etag;
  bool has_modified;
  int64_t modified_s;
  /* Field lines: first what a 304 carries, then what else a 206 that answers
   * If-Range carries, then the rest. Last-Modified comes last, so that it can
   * be left out. */
  uint16_t lines_304, lines_if_range, lines_all;
  uint8_t etag[H1_STATIC_ETAG_BYTES];
  uint8_t lines[H1_STATIC_LINES_BYTES];
} h1_static_version;

/* The two clocks, and when a file was first met with the identity it has. */
typedef struct {
  int64_t now_s; /* since 1970, rounded down */
  uint64_t now_ms, seen_ms;
} h1_static_times;

/* Whether the file may change again without looking any different. */
bool h1_static_is_young(const h1_static_identity *id, h1_static_times times);

/* What there is to say of a file besides its identity. */
typedef struct {
  int fd;
  h1_slice type;
  h1_coding coding;
  bool local;
  const uint8_t *hash; /* H1_STATIC_HASH_BYTES, or NULL: not known (yet) */
  /* A line as h1_field_encode writes it, at most H1_STATIC_CACHE_CONTROL_MAX
   * bytes, or empty. */
  h1_slice cache_control;
  h1_static_times times;
} h1_static_facts;

void h1_static_version_describe(h1_static_version *f,
                                const h1_static_identity *id,
                                const h1_static_facts *facts);
/* Takes the validators away. */
void h1_static_version_disown(h1_static_version *f, h1_slice cache_control);

/* What the preconditions say, in the order of RFC 9110 13.2.2. */
typedef enum {
  H1_STATIC_SEND,
  H1_STATIC_NOT_MODIFIED, /* 304 */
  H1_STATIC_REFUSED       /* 412 */
} h1_static_verdict;
h1_static_verdict h1_static_preconditions(const h1_static_version *f,
                                          const h1_fields *fields,
                                          int64_t now_s);
/* Whether Range is to be honoured: a GET that has it, and If-Range, if there is
 * one, names this version (RFC 9110 13.1.5, 14.2). */
bool h1_static_range_applies(const h1_static_version *f, const h1_request *r,
                             int64_t now_s);

#ifdef __cplusplus
}
#endif
#endif
