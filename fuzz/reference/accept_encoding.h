/* Accept-Encoding read the slow way: the whole field once more for each coding
 * that is asked for. Shares no code with parser/. */
#ifndef H1_FUZZ_REFERENCE_ACCEPT_ENCODING_H_
#define H1_FUZZ_REFERENCE_ACCEPT_ENCODING_H_

#include "fuzz/reference/head.h"

/* The lines of the field, each a text. */
enum { REF_ENCODING_LINES_MAX = 16 };
typedef struct {
  size_t count;
  const uint8_t *line[REF_ENCODING_LINES_MAX];
  size_t len[REF_ENCODING_LINES_MAX];
} ref_encoding_lines;

/* The quality of `coding`, a name in lower case, in thousandths. */
int ref_coding_quality(const ref_encoding_lines *f, const char *coding);

/* What is to be sent of "br", "zstd" and "gzip", as far as `have` has them in
 * this order, and "identity", whose qualities are those. */
const char *ref_coding_choice(const int quality[4], const bool have[3]);

#endif
