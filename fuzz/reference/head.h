/* Heads and trailer sections read the slow way, straight from the grammar of
 * RFC 9112 3 to 5 and the project's stated rules: whole buffer, line by line,
 * no states. Shares no code with parser/.
 *
 * Whether an unfinished head may still become a good one is answered by trying:
 * if some ending out of a short list completes it, it may. The byte that
 * decided is the last one of the shortest prefix that no ending completes. */
#ifndef H1_FUZZ_REFERENCE_HEAD_H_
#define H1_FUZZ_REFERENCE_HEAD_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  REF_REQUEST,
  REF_RESPONSE,
  REF_TRAILERS,
  REF_RESPONSE_TRAILERS
} ref_kind;

typedef struct {
  size_t name_at, name_len, value_at, value_len;
  bool apart; /* a forbidden trailer field of a response */
} ref_field;

enum { REF_FIELDS_MAX = 4096 };

typedef struct {
  size_t size;                  /* bytes of the head, its empty line included */
  size_t first_at, first_len;   /* method, or the reason of a response */
  size_t target_at, target_len; /* of a request */
  unsigned minor, status;
  size_t count;
  ref_field fields[REF_FIELDS_MAX];
} ref_head;

/* Whether p[0..n) begins with a whole, good head of that kind. */
bool ref_head_parse(ref_kind kind, const uint8_t *p, size_t n, ref_head *out);

/* The same for a response or its trailers, with tolerances: see
 * parser/tolerance.h, of which the names are taken. */
bool ref_tolerant_parse(ref_kind kind, unsigned tolerances, const uint8_t *p,
                        size_t n, ref_head *out);

typedef enum { REF_DONE, REF_OPEN, REF_BAD } ref_verdict;

/* DONE: `out` is filled. OPEN: a good head may begin like this. BAD: `*bad_at`
 * is the index of the first byte that makes it impossible. Limits are not
 * considered. */
ref_verdict ref_head_judge(ref_kind kind, const uint8_t *p, size_t n,
                           ref_head *out, size_t *bad_at);

ref_verdict ref_tolerant_judge(ref_kind kind, unsigned tolerances,
                               const uint8_t *p, size_t n, ref_head *out,
                               size_t *bad_at);

/* Byte classes, for other references and generators. */
bool ref_is_tchar(unsigned c);
bool ref_is_value_byte(unsigned c);
bool ref_is_target_byte(unsigned c);

/* Without case; `text` is lower case. */
bool ref_is_word(const uint8_t *p, size_t n, const char *text);

#endif
