#include "server/conn/head_lines.h"

#include "parser/values.h"

static void add_line(h1_head_lines *lines, const char *name, h1_slice value) {
  const h1_buffer room = {lines->bytes + lines->len,
                          sizeof lines->bytes - lines->len};
  size_t size = 0;
  if (h1_field_encode(h1_slice_of(name), value, room, &size) == H1_DONE) {
    lines->len += size;
  }
}

void h1_head_lines_renew(h1_head_lines *lines, int64_t now_s,
                         const char *server_name) {
  if (now_s == lines->second) return;
  lines->second = now_s;
  lines->len = 0;
  uint8_t date[H1_DATE_BYTES];
  if (h1_date_encode(now_s, date)) {
    add_line(lines, "Date", (h1_slice){date, sizeof date});
  }
  lines->date_len = lines->len;
  if (server_name[0] != '\0') {
    add_line(lines, "Server", h1_slice_of(server_name));
  }
}
