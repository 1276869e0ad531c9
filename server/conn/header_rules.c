#include "server/conn/header_rules.h"

#include <string.h>

#include "parser/slice.h"
#include "server/conn/context.h"

static bool is_named(const h1_policy_header *h, const char *name) {
  return h1_slice_equal_nocase(h->name, h1_slice_of(name));
}

/* The line at the front of `lines`, which h1_field_encode wrote, and its name.
 */
static size_t line_length(h1_slice lines, h1_slice *name) {
  const uint8_t *colon = memchr(lines.ptr, ':', lines.len);
  const uint8_t *end = memchr(lines.ptr, '\n', lines.len);
  if (colon == NULL || end == NULL) return lines.len;
  *name = (h1_slice){lines.ptr, (size_t)(colon - lines.ptr)};
  return (size_t)(end - lines.ptr) + 1;
}

static bool is_replaced(h1_slice name, const h1_policy_header *const *rules,
                        size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (!rules[i]->adds && h1_slice_equal_nocase(rules[i]->name, name)) {
      return true;
    }
  }
  return false;
}

static void take_out(h1_exchange *x, const h1_policy_header *const *rules,
                     size_t count) {
  size_t kept = 0, at = 0;
  while (at < x->reply.fields_len) {
    h1_slice name = {NULL, 0};
    const h1_slice left = {x->fields + at, x->reply.fields_len - at};
    const size_t len = line_length(left, &name);
    if (!is_replaced(name, rules, count)) {
      memmove(x->fields + kept, left.ptr, len);
      kept += len;
    }
    at += len;
  }
  x->reply.fields_len = kept;
}

/* How long an answer may be kept is not said of errors. */
static size_t rules_of(const h1_exchange *x,
                       const h1_policy_header *rules[H1_POLICY_HEADERS_MAX]) {
  const h1_policy *policy = &x->conn->flight->snapshot->policy;
  const size_t found = h1_policy_find_headers(policy, x->path, rules);
  size_t count = 0;
  for (size_t i = 0; i < found; i++) {
    if (x->reply.status >= 400 && rules[i]->not_on_errors) continue;
    rules[count++] = rules[i];
  }
  return count;
}

h1_header_changes h1_header_rules(h1_exchange *x, h1_field *fields,
                                  size_t *count) {
  const h1_policy_header *rules[H1_POLICY_HEADERS_MAX];
  h1_header_changes changes = {false, false};
  if (x->path.len == 0) return changes; /* the path was never known */
  const size_t found = rules_of(x, rules);
  take_out(x, rules, found);
  for (size_t i = 0; i < found; i++) {
    const h1_policy_header *h = rules[i];
    if (is_named(h, "Server")) changes.server = true;
    if (is_named(h, "X-Content-Type-Options")) changes.nosniff = true;
    if (!h->removes) fields[(*count)++] = (h1_field){h->name, h->value};
  }
  return changes;
}
