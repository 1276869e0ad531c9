/* What a whole head must hold: the faults that answer 400 whatever the body.
 *
 * The contracts are in proof/request_check.h and proof/request_check_api.h,
 * and are proven. */
#include "parser/request_check.h"

#include "parser/authority.h"
#include "parser/slice.h"
#include "parser/target.h"

static const uint8_t CONNECT_NAME[] = "CONNECT";

#ifdef __FRAMAC__
#include "parser/proof/request_check.h"
#endif

static bool is_connect(const h1_request *r) {
  const h1_slice connect = {CONNECT_NAME, sizeof CONNECT_NAME - 1};
  return r->method == H1_METHOD_UNRECOGNISED &&
         h1_slice_equal(r->method_text, connect);
}

/* RFC 9112 3.2: which forms a method may have. The authority-form is that of
 * CONNECT, and CONNECT has no other (3.2.3): what would be taken for its host
 * elsewhere is a path here. */
static h1_error check_target(const h1_request *r, h1_slice *authority) {
  h1_target t = {H1_TARGET_ORIGIN, {NULL, 0}, {NULL, 0},
                 {NULL, 0},        {NULL, 0}, false};
  const bool connect = is_connect(r);
  if (r->target.len != 0 && r->target.ptr[0] == '/' && !connect) return H1_OK;
  h1_error fault = h1_target_split(r->target, &t);
  if (fault != H1_OK) return fault;
  if (t.form == H1_TARGET_ASTERISK && r->method != H1_OPTIONS) {
    return H1_TARGET_FORM;
  }
  if ((t.form == H1_TARGET_AUTHORITY_FORM) != connect) return H1_TARGET_FORM;
  if (t.form == H1_TARGET_ABSOLUTE) *authority = t.authority;
  return H1_OK;
}

/* RFC 9112 3.2: one valid Host on 1.1, at most one on 1.0. */
static h1_error check_host(const h1_request *r, h1_slice *host) {
  const h1_fields *f = &r->fields;
  if (!h1_fields_has(f, H1_FIELD_HOST)) {
    return r->minor_version >= 1 ? H1_HOST_MISSING : H1_OK;
  }
  size_t first = h1_fields_find(f, H1_FIELD_HOST, 0);
  /* What is `seen` has a line; a caller who says otherwise gets a refusal. */
  if (first >= f->count) return H1_HOST_MISSING;
  if (h1_fields_find(f, H1_FIELD_HOST, first + 1) < f->count) {
    return H1_HOST_REPEATED;
  }
  const h1_slice value = h1_fields_value(f, first);
  /*@ assert h1_indexed(f, H1_FIELD_HOST) ==>
        h1_only_line(f, H1_FIELD_HOST, first, f->count); */
  if (!h1_authority_valid(value)) return H1_HOST_INVALID;
  *host = value;
  return H1_OK;
}

h1_error h1_request_check(const h1_request *r, h1_slice *authority) {
  h1_slice absolute = {NULL, 0};
  h1_slice host = {NULL, 0};
  h1_error fault = check_target(r, &absolute);
  if (fault == H1_OK) fault = check_host(r, &host);
  /* RFC 9112 3.2.2: the authority of an absolute-form replaces Host. */
  if (absolute.len != 0) host = absolute;
  if (fault != H1_OK) host.len = 0;
  if (fault != H1_OK) host.ptr = NULL;
  if (authority != NULL) *authority = host;
  return fault;
}
