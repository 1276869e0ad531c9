#include "server/router.h"

#include <string.h>

static h1_slice slice_from(h1_slice s, size_t from, size_t to) {
  h1_slice out = {s.ptr + from, to - from};
  return out;
}

static size_t segment_end(h1_slice path, size_t at) {
  while (at < path.len && path.ptr[at] != '/') at++;
  return at;
}

/* Pattern and path side by side, byte by byte; a `{name}` takes one segment
 * that is not empty, an asterisk takes what is left. */
static bool pattern_matches(const char *pattern, h1_slice path,
                            h1_route_match *out) {
  size_t at = 0, params = 0;
  while (*pattern != '\0') {
    if (*pattern == '*') {
      out->rest = slice_from(path, at, path.len);
      return true;
    }
    if (*pattern == '{') {
      const size_t end = segment_end(path, at);
      if (end == at || params == H1_ROUTE_PARAMS) return false;
      out->params[params++] = slice_from(path, at, end);
      at = end;
      while (*pattern != '\0' && *pattern != '}') pattern++;
      if (*pattern == '}') pattern++;
      continue;
    }
    if (at == path.len || path.ptr[at] != (uint8_t)*pattern) return false;
    at++;
    pattern++;
  }
  return at == path.len;
}

static unsigned scope_of(const h1_route *route) {
  if ((route->flags & H1_ROUTE_ADMIN) == 0) return H1_SCOPE_ORDINARY;
  return (route->flags & H1_ROUTE_PRIVATE) != 0 ? H1_SCOPE_PRIVATE
                                                : H1_SCOPE_ADMIN;
}

static unsigned methods_of(const h1_route *route) {
  unsigned methods = route->methods;
  if ((methods & H1_METHOD_BIT(H1_GET)) != 0) methods |= H1_METHOD_BIT(H1_HEAD);
  return methods;
}

static bool is_asterisk(h1_slice path) {
  return path.len == 1 && path.ptr[0] == '*';
}

/* `OPTIONS *` asks about all that the listener offers. */
static unsigned methods_in(const h1_router *r, unsigned scope) {
  unsigned methods = H1_METHOD_BIT(H1_OPTIONS);
  for (size_t i = 0; i < r->count; i++) {
    if ((scope_of(&r->routes[i]) & scope) != 0) {
      methods |= methods_of(&r->routes[i]);
    }
  }
  return methods;
}

void h1_router_match(const h1_router *r, h1_method method, h1_slice path,
                     unsigned scope, h1_route_match *out) {
  h1_route_match found = {0};
  if (is_asterisk(path)) {
    found.allowed = methods_in(r, scope);
    *out = found;
    return;
  }
  for (size_t i = 0; i < r->count; i++) {
    const h1_route *route = &r->routes[i];
    const bool offered = (scope_of(route) & scope) != 0;
    const bool reserved = (route->flags & H1_ROUTE_ADMIN) != 0;
    h1_route_match this_row = {0};
    if (!offered && !reserved) continue;
    if (!pattern_matches(route->pattern, path, &this_row)) continue;
    if (!offered) break; /* no later row answers in the operator's name */
    const bool serves = (methods_of(route) & H1_METHOD_BIT(method)) != 0;
    found.allowed |= methods_of(route);
    if (found.route == NULL || (serves && !found.method_allowed)) {
      this_row.allowed = found.allowed;
      this_row.route = route;
      this_row.method_allowed = serves;
      found = this_row;
    }
    if (found.method_allowed) break; /* Allow is not needed any more */
  }
  if (found.route != NULL) found.allowed |= H1_METHOD_BIT(H1_OPTIONS);
  *out = found;
}

h1_slice h1_route_param(const h1_route_match *m, const char *name) {
  const h1_slice none = {NULL, 0};
  if (m->route == NULL) return none;
  const size_t name_len = strlen(name);
  size_t index = 0;
  for (const char *p = m->route->pattern; *p != '\0'; p++) {
    if (*p != '{') continue;
    if (strncmp(p + 1, name, name_len) == 0 && p[1 + name_len] == '}') {
      return m->params[index];
    }
    index++;
  }
  return none;
}

h1_error h1_router_verdict(const h1_route_match *m, h1_method method,
                           h1_slice path) {
  if (is_asterisk(path)) return H1_OK;
  if (m->route == NULL) return H1_NOT_FOUND;
  if (m->method_allowed || method == H1_OPTIONS) return H1_OK;
  return H1_METHOD_NOT_ALLOWED;
}

bool h1_router_answers(const h1_route_match *m, h1_method method, h1_slice path,
                       unsigned *allowed) {
  *allowed = m->allowed;
  if (is_asterisk(path)) return true;
  return method == H1_OPTIONS && !m->method_allowed;
}

size_t h1_router_allow(unsigned allowed, char *room) {
  size_t len = 0;
  for (int m = H1_GET; m < H1_METHOD_COUNT; m++) {
    if ((allowed & H1_METHOD_BIT(m)) == 0) continue;
    const char *name = h1_method_name((h1_method)m);
    const size_t name_len = strlen(name);
    if (len + 2 + name_len > H1_ALLOW_BYTES) break;
    if (len != 0) {
      memcpy(room + len, ", ", 2);
      len += 2;
    }
    memcpy(room + len, name, name_len);
    len += name_len;
  }
  return len;
}

static const char *pattern_fault(const char *pattern) {
  if (pattern == NULL || pattern[0] != '/') return "must begin with '/'";
  size_t params = 0;
  for (const char *p = pattern; *p != '\0'; p++) {
    if (*p == '*' && (p[1] != '\0' || p[-1] != '/')) {
      return "an asterisk must be the last segment";
    }
    if (*p != '{') continue;
    const char *end = strchr(p, '}');
    if (p[-1] != '/' || end == NULL || end == p + 1 ||
        (end[1] != '\0' && end[1] != '/')) {
      return "a {name} must be a whole segment";
    }
    if (++params > H1_ROUTE_PARAMS) return "has too many names";
    p = end;
  }
  return NULL;
}

const char *h1_router_check(const h1_router *r, const char **pattern) {
  for (size_t i = 0; i < r->count; i++) {
    const h1_route *route = &r->routes[i];
    *pattern = route->pattern == NULL ? "(none)" : route->pattern;
    const char *fault = pattern_fault(route->pattern);
    if (fault != NULL) return fault;
    if (route->handler == NULL) return "has no handler";
    if (route->methods == 0) return "has no method";
    if ((route->flags & H1_ROUTE_BLOCKING) != 0 &&
        route->body == H1_BODY_STREAM) {
      return "cannot both block and stream";
    }
  }
  return NULL;
}
