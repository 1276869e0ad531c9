/* Rules for paths: --header, --cache-control and --redirect.
 *
 *  1. A pattern that is accepted matches the paths that a slow reference says,
 *     which tries every way.
 *  2. A redirect that is accepted leads to its own host and nowhere else: what
 *     it makes of any path and query holds no control, space or byte beyond
 *     ASCII that the query did not hold, never begins with "//", and has its
 *     URL's host if TO is a URL. With less room than that it says so.
 *  3. A field that is accepted can be written, and is none that frames.
 *
 * Input: a byte of options (which kind of rule, and how much room); the text of
 * the rule up to a line feed; the path up to another; the query. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "parser/fields.h"
#include "server/policy/policy.h"
#include "server/policy/rule.h"

/* ---- the reference ---- */

/* Whether pattern[i..) matches path[j..), for every i and j, from the end. */
#define LONGEST_PATH 128
static bool table[H1_PATTERN_BYTES_MAX + 1][LONGEST_PATH + 1];

static int hex(uint8_t c) {
  static const char digits[] = "0123456789abcdef";
  const char *at = memchr(digits, c | 0x20, 16);
  return at != NULL ? (int)(at - digits) : -1;
}

static bool folders(h1_slice p, size_t i, h1_slice path, size_t j) {
  for (size_t k = j; k <= path.len; k++) {
    if ((k == j || path.ptr[k - 1] == '/') && table[i + 3][k]) return true;
  }
  (void)p;
  return false;
}

static bool run_of(size_t next, h1_slice path, size_t j, bool slashes) {
  for (size_t k = j; k <= path.len; k++) {
    if (table[next][k]) return true;
    if (k < path.len && path.ptr[k] == '/' && !slashes) return false;
  }
  return false;
}

static bool literal(h1_slice p, size_t i, h1_slice path, size_t j) {
  uint8_t byte = p.ptr[i];
  size_t next = i + 1;
  if (byte == '%') {
    byte = (uint8_t)(hex(p.ptr[i + 1]) * 16 + hex(p.ptr[i + 2]));
    if (byte == '/') byte = 0;
    next = i + 3;
  }
  return j < path.len && path.ptr[j] == byte && table[next][j + 1];
}

static bool at(h1_slice p, size_t i, h1_slice path, size_t j) {
  const bool two = i + 1 < p.len && p.ptr[i] == '*' && p.ptr[i + 1] == '*';
  const bool segment =
      two && i + 2 < p.len && p.ptr[i + 2] == '/' && p.ptr[i - 1] == '/';
  if (i == p.len) return j == path.len;
  if (segment) return folders(p, i, path, j);
  if (two) return run_of(i + 2, path, j, true);
  if (p.ptr[i] == '*') return run_of(i + 1, path, j, false);
  return literal(p, i, path, j);
}

static bool is_inside_escape(h1_slice p, size_t i) {
  return (i >= 1 && p.ptr[i - 1] == '%') || (i >= 2 && p.ptr[i - 2] == '%');
}

static bool reference(h1_slice p, h1_slice path) {
  for (size_t i = p.len + 1; i-- > 0;) {
    for (size_t j = path.len + 1; j-- > 0;) {
      table[i][j] = !(i < p.len && is_inside_escape(p, i)) && at(p, i, path, j);
    }
  }
  return table[0][0];
}

/* ---- the laws ---- */

static void check_pattern(h1_slice text, h1_slice path) {
  if (h1_pattern_fault(text) != NULL) return;
  void *room = fuzz_alloc(h1_pattern_bytes(text));
  const h1_pattern *p = h1_pattern_compile(text, room);
  FUZZ_CHECK(h1_pattern_matches(p, path) == reference(text, path));
  free(room);
}

static void check_header(h1_slice text) {
  h1_header_rule rule;
  uint8_t line[8192];
  const h1_buffer room = {line, sizeof line};
  size_t size = 0;
  if (text.len > 4096 || h1_header_rule_read(text, &rule) != NULL) return;
  FUZZ_CHECK(h1_field_encode(rule.name, rule.value, room, &size) == H1_DONE);
  FUZZ_CHECK((h1_field_flags(h1_field_lookup(rule.name)) & H1_FIELD_FRAMING) ==
             0);
  FUZZ_CHECK(h1_pattern_fault(rule.pattern) == NULL);
}

/* Where the host of TO ends; 0: it is a path. */
static size_t host_end(h1_slice to) {
  size_t end = 0;
  if (to.ptr[0] == '/') return 0;
  while (end < to.len && to.ptr[end] != ':') end++;
  for (end += 3; end < to.len && strchr("/?#", to.ptr[end]) == NULL;) end++;
  return end;
}

static void check_location(h1_slice to, h1_slice query, h1_slice location) {
  const size_t end = host_end(to);
  FUZZ_CHECK(location.len > 0);
  for (size_t i = 0; i < location.len; i++) {
    FUZZ_CHECK((location.ptr[i] > ' ' && location.ptr[i] < 0x7F) ||
               memchr(query.ptr, location.ptr[i], query.len) != NULL);
  }
  if (end == 0) {
    FUZZ_CHECK(location.ptr[0] == '/');
    FUZZ_CHECK(location.len == 1 || location.ptr[1] != '/');
    return;
  }
  FUZZ_CHECK(location.len >= end && memcmp(location.ptr, to.ptr, end) == 0);
  FUZZ_CHECK(location.len == end || strchr("/?#", location.ptr[end]) != NULL);
}

static void check_redirect(h1_slice text, h1_slice path, h1_slice query,
                           size_t room_bytes) {
  static h1_config c;
  static _Alignas(16) uint8_t memory[65536];
  h1_arena arena = {memory, sizeof memory, 0};
  h1_redirect_rule rule;
  h1_policy policy;
  h1_slice location;
  char message[256];
  const bool bad = memchr(text.ptr, '\0', text.len) != NULL;
  if (bad || text.len > 4096 || h1_redirect_rule_read(text, &rule) != NULL) {
    return;
  }
  memcpy(c.redirects.bytes, text.ptr, text.len);
  c.redirects.bytes[text.len] = '\0';
  c.redirects.count = 1;
  c.redirects.used = (uint32_t)text.len + 1;
  FUZZ_CHECK(h1_policy_build(&policy, &c, &arena, message));
  const h1_policy_redirect *r = h1_policy_find_redirect(&policy, path);
  FUZZ_CHECK((r != NULL) == reference(rule.from, path));
  if (r == NULL) return;
  uint8_t *bytes = fuzz_alloc(room_bytes + 1);
  const h1_buffer room = {bytes, room_bytes};
  if (h1_policy_location(r, path, query, room, &location)) {
    check_location(rule.to, query, location);
  } else {
    FUZZ_CHECK(room_bytes < rule.to.len + 3 * path.len + query.len + 1);
  }
  free(bytes);
}

/* ---- the run ---- */

static h1_slice line_of(h1_slice *rest) {
  size_t len = 0;
  while (len < rest->len && rest->ptr[len] != '\n') len++;
  const h1_slice line = {rest->ptr, len};
  const size_t skip = len < rest->len ? len + 1 : len;
  rest->ptr += skip;
  rest->len -= skip;
  return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  const uint8_t options = data[0];
  h1_slice rest = {data + 1, size - 1};
  const h1_slice text = line_of(&rest);
  h1_slice path = line_of(&rest);
  if (text.len == 0 || text.len > 4096) return 0;
  if (path.len > LONGEST_PATH) path.len = LONGEST_PATH;
  switch (options % 4) {
    case 0:
      check_pattern(text, path);
      break;
    case 1:
      check_header(text);
      break;
    default:
      check_redirect(text, path, rest, (size_t)(options >> 2) * 64);
      break;
  }
  return 0;
}
