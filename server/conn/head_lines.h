/* The Date and Server lines that every answer begins with. */
#ifndef H1_SERVER_CONN_HEAD_LINES_H_
#define H1_SERVER_CONN_HEAD_LINES_H_

#include <stddef.h>
#include <stdint.h>

#define H1_HEAD_LINES_BYTES ((size_t)512)

typedef struct {
  int64_t second;       /* that the Date is of; INT64_MIN: none yet */
  size_t len, date_len; /* of all, of the Date line, which is first */
  uint8_t bytes[H1_HEAD_LINES_BYTES];
} h1_head_lines;

/* Writes the lines anew when `now_s` is another second: once a second, not once
 * an answer. No Server line for an empty name. */
void h1_head_lines_renew(h1_head_lines *lines, int64_t now_s,
                         const char *server_name);

#endif
