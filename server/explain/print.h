/* The facts about one request, and writing them down. Private to `explain`. */
#ifndef H1_SERVER_EXPLAIN_PRINT_H_
#define H1_SERVER_EXPLAIN_PRINT_H_

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "parser/base.h"
#include "parser/error.h"
#include "parser/framing.h"

typedef struct {
  uint64_t number;
  size_t offset; /* of its first byte in the input */
  h1_slice method, target;
  bool decoded; /* the head was whole and well-formed */
  uint8_t minor_version;
  bool incomplete;
  h1_error reason; /* H1_OK: not refused */
  size_t fault;
  size_t head_bytes, header_count;
  h1_framing framing;
  bool framed;      /* `framing` was decided */
  const char *body; /* what becomes of it */
  uint64_t body_bytes, body_limit, trailer_bytes;
  bool trailers;     /* the trailer section was reached */
  const char *route; /* NULL: the router was not asked, or knows none */
  bool interim;
  uint16_t status;          /* 0: no answer */
  h1_slice allow, location; /* of the answer; ptr NULL without */
  bool keeps;               /* what the answer says of the connection */
  bool persists;            /* what becomes of it */
  const char *expected;     /* with `missing` in front when that is not 0 */
  uint64_t missing;
} h1_explained;

typedef enum {
  H1_EXPLAIN_OPEN,
  H1_EXPLAIN_CLOSED,
  H1_EXPLAIN_INCOMPLETE
} h1_explain_state;

void h1_explain_print_request(FILE *out, const h1_explained *r,
                              const h1_limits *limits, uint64_t request_limit,
                              h1_slice input);
void h1_explain_print_end(FILE *out, uint64_t requests, h1_explain_state state,
                          size_t unread);

#endif
