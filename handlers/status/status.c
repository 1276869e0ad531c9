/* See status.h. */
#include "handlers/status/status.h"

#include "handlers/status/status_page.h"
#include "parser/etag.h"
#include "parser/slice.h"

/* What is between the quotes of the line. */
static h1_slice tag(void) {
  const h1_slice line = h1_slice_of(h1_status_tag_line);
  const size_t before = sizeof "ETag: \"" - 1;
  const h1_slice value = {line.ptr + before, line.len - before - 3};
  return value;
}

void h1_status_serve(h1_exchange *x) {
  const h1_fields *fields = &h1_exchange_request(x)->fields;
  const h1_etag mine = {false, tag()};
  if (h1_fields_has(fields, H1_FIELD_IF_MATCH) &&
      !h1_etag_list_matches(fields, H1_FIELD_IF_MATCH, &mine, true)) {
    h1_reply_status(x, 412, H1_PRECONDITION_FAILED);
    return;
  }
  (void)h1_reply_prepared(x, h1_slice_of(h1_status_tag_line));
  (void)h1_reply_prepared(x, h1_slice_of("Cache-Control: no-cache\r\n"));
  (void)h1_reply_prepared(x, h1_slice_of(h1_status_lines));
  if (h1_etag_list_matches(fields, H1_FIELD_IF_NONE_MATCH, &mine, false)) {
    h1_reply_status(x, 304, H1_OK);
    return;
  }
  h1_reply_borrow(x, 200, h1_slice_of("text/html; charset=utf-8"),
                  h1_status_pieces[0]);
}
