/* Accept-Encoding: the quality of each coding, and which one is chosen. Input:
 * which codings there are, and whether the field is; then its lines, cut at LF,
 * with one of another field between. The laws:
 *
 *   qualities and choice are those of the reference, for every set of codings
 *   a member counts when the RFC's grammar matches it, and only then
 *   neither the order of members nor their lines matter, nor case
 *   a field put together from parts gives each part its own quality */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/engine/work.h"
#include "fuzz/reference/abnf.h"
#include "fuzz/reference/accept_encoding.h"
#include "fuzz/reference/values.h"
#include "parser/accept_encoding.h"

enum { LINES_MAX = REF_ENCODING_LINES_MAX, PLAIN = H1_CODING_IDENTITY };

/* Per byte of the field. */
static const fuzz_work_bound WORK = {"accept_encoding", 14, 100};

static const char *const CODINGS[] = {"br", "zstd", "gzip", "identity"};

/* ---- lines of the field ---- */

typedef struct {
  h1_fields fields;
  h1_header headers[2 * LINES_MAX];
  ref_encoding_lines reference;
} lines;

static void add_line(lines *l, h1_field_id id, size_t from, size_t to) {
  const size_t at = l->fields.count++;
  l->headers[at] = (h1_header){.value_at = (uint32_t)from,
                               .value_len = (uint32_t)(to - from),
                               .id = (uint32_t)id};
  if (!((l->fields.seen >> id) & 1)) l->fields.first[id] = (uint16_t)at;
  l->fields.seen |= UINT64_C(1) << id;
}

/* A line of Accept before each but the first one must not count. */
static void cut_lines(h1_slice text, lines *l) {
  size_t from = 0;
  memset(l, 0, sizeof *l);
  l->fields.base = text;
  l->fields.headers = l->headers;
  for (size_t i = 0; i <= text.len && l->reference.count < LINES_MAX; i++) {
    if (i < text.len && text.ptr[i] != '\n') continue;
    ref_encoding_lines *r = &l->reference;
    if (r->count > 0) add_line(l, H1_FIELD_ACCEPT, from, i);
    add_line(l, H1_FIELD_ACCEPT_ENCODING, from, i);
    r->line[r->count] = text.ptr + from;
    r->len[r->count++] = i - from;
    from = i + 1;
  }
}

static void decode(const lines *l, uint16_t quality[H1_CODING_COUNT]) {
  memset(quality, 0xa5, H1_CODING_COUNT * sizeof *quality);
  fuzz_work_begin();
  h1_accept_encoding_decode(&l->fields, quality);
  fuzz_work_law(&WORK, fuzz_work_end(), l->fields.base.len,
                l->fields.count + 1);
}

/* ---- the laws ---- */

static void check_qualities(const lines *l, uint16_t *quality) {
  int expected[H1_CODING_COUNT];
  decode(l, quality);
  for (int c = 0; c < H1_CODING_COUNT; c++) {
    expected[c] = ref_coding_quality(&l->reference, CODINGS[c]);
    FUZZ_CHECK(quality[c] == expected[c]);
  }
  for (unsigned set = 0; set < 8; set++) {
    /* What `have` says of identity does not matter: it is always there. */
    const bool have[H1_CODING_COUNT] = {set & 1, set & 2, set & 4, set == 5};
    const char *name = h1_coding_name(h1_coding_choose(quality, have));
    FUZZ_CHECK(strcmp(name, ref_coding_choice(expected, have)) == 0);
  }
}

/* "br" and the text after it, before `*` with one weight or another: it counts
 * when neither makes a difference. */
static bool counts(h1_slice text) {
  static const char *const anything[] = {", *;q=0", ", *;q=1"};
  uint16_t quality[2][H1_CODING_COUNT];
  uint8_t bytes[ABNF_BYTES_MAX + 16];
  lines l;
  for (int i = 0; i < 2; i++) {
    memcpy(bytes, "br", 2);
    memcpy(bytes + 2, text.ptr, text.len);
    memcpy(bytes + 2 + text.len, anything[i], strlen(anything[i]));
    cut_lines((h1_slice){bytes, 2 + text.len + strlen(anything[i])}, &l);
    decode(&l, quality[i]);
  }
  return quality[0][H1_CODING_BR] == quality[1][H1_CODING_BR];
}

/* A member is what the grammar matches, once the list is taken apart. */
static void check_grammar(h1_slice text) {
  uint8_t member[ABNF_BYTES_MAX];
  size_t n = text.len;
  if (n == 0 || n > ABNF_BYTES_MAX - 2) return;
  for (size_t i = 0; i < n; i++) {
    if (strchr(",\"\n", text.ptr[i]) != NULL) return;
  }
  memcpy(member, "br", 2);
  memcpy(member + 2, text.ptr, n);
  while (n > 0 && (member[n + 1] == ' ' || member[n + 1] == '\t')) n--;
  const bool good = (n == 0 || !ref_is_tchar(member[2])) &&
                    abnf_matches("accepted-coding", member, n + 2);
  FUZZ_CHECK(counts(text) == good);
}

static uint8_t other_case(uint8_t c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter ? (uint8_t)(c ^ 0x20) : c;
}

/* Lines in reverse order, in the other case. */
static void check_orders(const lines *l, const uint16_t *quality) {
  const size_t n = l->fields.base.len;
  uint16_t again[H1_CODING_COUNT];
  uint8_t *other = fuzz_alloc(n);
  lines mine = *l;
  for (size_t i = 0; i < n; i++) other[i] = other_case(l->fields.base.ptr[i]);
  mine.fields.base.ptr = other;
  mine.fields.headers = mine.headers;
  for (size_t i = 0; i < l->fields.count; i++) {
    mine.headers[i] = l->headers[l->fields.count - 1 - i];
  }
  mine.fields.first[H1_FIELD_ACCEPT_ENCODING] = 0;
  mine.fields.first[H1_FIELD_ACCEPT] = l->fields.count > 1 ? 1 : 0;
  decode(&mine, again);
  FUZZ_CHECK(memcmp(quality, again, sizeof again) == 0);
  free(other);
}

/* ---- encoding first ---- */

enum { MADE_MAX = 8, MEMBER_MAX = 40 };

typedef struct {
  uint8_t bytes[MADE_MAX * MEMBER_MAX];
  size_t len;
} made_text;

static void put(made_text *t, const char *text) {
  memcpy(t->bytes + t->len, text, strlen(text));
  t->len += strlen(text);
}

static const char *blanks(unsigned choice) {
  static const char *const some[] = {"", " ", "\t", " \t "};
  return some[choice & 3];
}

/* Appends a name and its weight in thousandths, as short as it goes or with all
 * its digits. */
static void put_member(made_text *t, const char *name, unsigned weight,
                       unsigned choice) {
  char number[8];
  put(t, name);
  if (weight == 1000 && (choice & 16) != 0) return;
  put(t, blanks(choice));
  put(t, ";");
  put(t, blanks(choice >> 2));
  put(t, (choice & 32) != 0 ? "Q=" : "q=");
  snprintf(number, sizeof number, "%u.%03u", weight / 1000, weight % 1000);
  size_t len = 5;
  while ((choice & 64) != 0 && len > 2 && number[len - 1] == '0') len--;
  number[len] = '\0';
  put(t, number);
}

/* Each name once, in any order; what is left out is what `*` says. */
static void check_made(fuzz_input in) {
  static const char *const names[] = {"br", "zstd",    "gzip", "identity",
                                      "*",  "deflate", "x-br", "compress"};
  made_text t = {.len = 0};
  int given[MADE_MAX];
  uint16_t quality[H1_CODING_COUNT];
  lines l;
  const unsigned set = fuzz_byte(&in), first = fuzz_byte(&in);
  for (unsigned i = 0; i < MADE_MAX; i++) {
    const unsigned k = (i + first) % MADE_MAX, choice = fuzz_byte(&in);
    given[k] = -1;
    if (((set >> k) & 1) == 0) continue;
    const unsigned weight = fuzz_byte(&in) * 4u;
    given[k] = (int)(weight > 1000 ? 1000 : weight);
    if (t.len > 0) put(&t, (choice & 128) != 0 ? "\n" : ",");
    const char *name = k == 2 && (choice & 8) != 0 ? "x-gzip" : names[k];
    put_member(&t, name, (unsigned)given[k], choice);
  }
  cut_lines((h1_slice){t.bytes, t.len}, &l);
  decode(&l, quality);
  for (int c = 0; c < H1_CODING_COUNT; c++) {
    const int otherwise = given[4] >= 0 ? given[4] : c == PLAIN ? 1 : 0;
    FUZZ_CHECK(quality[c] == (given[c] >= 0 ? given[c] : otherwise));
  }
}

static void check_absent(void) {
  lines l;
  uint16_t quality[H1_CODING_COUNT];
  memset(&l, 0, sizeof l);
  l.fields.headers = l.headers;
  check_qualities(&l, quality);
}

const fuzz_shape fuzz_shape_of_input = {
    .option_bytes = 1, .has_lines = true, .has_chunks = false, .longest = 1024};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  lines l;
  uint16_t quality[H1_CODING_COUNT];
  if (fuzz_byte(&in) == 1) check_absent();
  cut_lines(in.rest, &l);
  check_qualities(&l, quality);
  check_orders(&l, quality);
  check_grammar(in.rest);
  check_made(in);
  return 0;
}
