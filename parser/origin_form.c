/* The target that a proxy writes, RFC 9112 3.2.1 and 3.2.4.
 *
 * The contracts are in proof/origin_form.h, and are proven. */
#include "parser/internal/put.h"
#include "parser/target.h"

#ifdef __FRAMAC__
#include "parser/proof/origin_form.h"
#endif

static const uint8_t QUESTION_MARK[] = "?";
static const uint8_t ASTERISK[] = "*";

/* Whether the authority is the last that an absolute target says. An empty
 * path was split into a slice that is none of its bytes. */
static bool says_no_path(const h1_target *t) {
  return t->form == H1_TARGET_ABSOLUTE && !t->has_query &&
         t->path.ptr != t->authority.ptr + t->authority.len;
}

h1_step h1_target_origin_form(const h1_target *t, bool is_options,
                              h1_buffer room, size_t *size) {
  const h1_slice mark = {QUESTION_MARK, t->has_query ? 1 : 0};
  const h1_slice asterisk = {ASTERISK, 1};
  const h1_slice query = {t->query.ptr, t->has_query ? t->query.len : 0};
  const bool whole_server =
      t->form == H1_TARGET_ASTERISK || (is_options && says_no_path(t));
  *size = 0;
  if (t->form == H1_TARGET_AUTHORITY_FORM) return H1_FAILED;
  const h1_slice path = whole_server ? asterisk : t->path;
  const size_t total = h1_size_add(h1_size_add(path.len, mark.len), query.len);
  *size = total;
  if (total > room.len) return H1_NEED_ROOM;
  size_t at = h1_put(room.ptr, 0, path);
  at = h1_put(room.ptr, at, mark);
  //@ assert stands_at(room.ptr, 0, path);
  h1_copy(room.ptr, at, query);
  //@ assert stands_at(room.ptr, 0, path);
  //@ assert stands_at(room.ptr, path.len, mark);
  return H1_DONE;
}
