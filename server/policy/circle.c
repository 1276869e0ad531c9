/* Redirects that lead to one another. Each rule by itself was looked at when it
 * was read; here a client is followed through all of them. */
#include <stdio.h>
#include <string.h>

#include "parser/target.h"
#include "server/policy/policy.h"
#include "server/policy/rule.h"

/* What a path becomes on its way; it may grow with every step. */
#define WAY_BYTES ((size_t)8192)
/* Browsers give up after 20 redirects, curl after 50. */
#define STEPS_MAX ((size_t)50)

typedef struct {
  const h1_policy *policy;
  uint8_t location[WAY_BYTES], path[WAY_BYTES];
} walker;

/* Where the rule leads, when that is a path of this server; else empty. */
static h1_slice follow(walker *w, const h1_policy_redirect *r, h1_slice from) {
  const h1_slice none = {NULL, 0};
  const h1_buffer room = {w->location, sizeof w->location};
  const h1_buffer out = {w->path, sizeof w->path};
  h1_slice to, path;
  if (!h1_policy_location(r, from, none, room, &to)) return none;
  if (to.len == 0 || to.ptr[0] != '/') return none;
  size_t len = 0;
  while (len < to.len && to.ptr[len] != '?' && to.ptr[len] != '#') len++;
  to.len = len;
  return h1_path_decode(H1_SCAN_SCALAR, to, out, &path) == H1_OK ? path : none;
}

/* Some path that the rule leads to. */
static h1_slice first_step(walker *w, const h1_policy_redirect *r) {
  h1_policy_redirect plain = *r;
  uint8_t to[H1_REDIRECT_TO_MAX + 1];
  size_t len = r->head.len;
  const h1_slice none = {NULL, 0};
  if (r->has_rest) {
    if (r->head.len + 1 + r->tail.len > sizeof to) return none;
    if (len > 0) memcpy(to, r->head.ptr, len);
    to[len++] = 'x';
    if (r->tail.len > 0) memcpy(to + len, r->tail.ptr, r->tail.len);
    len += r->tail.len;
    plain.head = (h1_slice){to, len};
    plain.tail = none;
    plain.has_rest = false;
  }
  return follow(w, &plain, none);
}

/* Nobody who is redirected as often arrives. */
static bool is_endless(walker *w, const h1_policy_redirect *r) {
  h1_slice path = first_step(w, r);
  for (size_t i = 0; i < STEPS_MAX; i++) {
    if (path.len == 0 || h1_is_own_path(path)) return false;
    r = h1_policy_find_redirect(w->policy, path);
    if (r == NULL) return false;
    path = follow(w, r, path);
  }
  return true;
}

bool h1_policy_has_circle(const h1_policy *p, char message[256]) {
  walker w = {.policy = p};
  for (size_t i = 0; i < p->redirect_count; i++) {
    const h1_policy_redirect *r = &p->redirects[i];
    if (!is_endless(&w, r)) continue;
    const h1_slice *to = &r->head;
    snprintf(message, 256,
             "--redirect: what is sent to '%.*s%s' is redirected again and "
             "again, %zu times and more; allowed: rules whose way ends",
             (int)(to->len < 100 ? to->len : 100), (const char *)to->ptr,
             r->has_rest ? "..." : "", STEPS_MAX);
    return true;
  }
  return false;
}
