/* Targets and paths read the slow way, from RFC 3986 and the project's stated
 * rules: split first, then judge each part. Shares no code with parser/ but the
 * names of its errors. */
#ifndef H1_FUZZ_REFERENCE_TARGET_H_
#define H1_FUZZ_REFERENCE_TARGET_H_

#include "fuzz/reference/head.h"
#include "parser/error.h"

/* uri-host [ ":" port ] of the whole text; no userinfo, no comma. */
bool ref_is_authority(const uint8_t *p, size_t n);

typedef enum { REF_ORIGIN, REF_ABSOLUTE, REF_AUTHORITY, REF_ASTERISK } ref_form;

typedef struct {
  ref_form form;
  size_t authority_at, authority_len;
  size_t path_at, path_len; /* no length: an absolute-form without path */
  size_t query_at, query_len;
  bool has_query;
} ref_target;

/* H1_OK, H1_TARGET_FORM or H1_TARGET_AUTHORITY. */
h1_error ref_target_split(const uint8_t *p, size_t n, ref_target *out);

/* The decoded, normalised path in `out`, which holds n bytes, or the fault
 * whose byte comes first. `p` begins with "/". */
h1_error ref_path_decode(const uint8_t *p, size_t n, uint8_t *out,
                         size_t *size);

#endif
