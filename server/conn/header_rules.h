/* The rules of --header, applied to an answer that is about to be encoded. */
#ifndef H1_SERVER_CONN_HEADER_RULES_H_
#define H1_SERVER_CONN_HEADER_RULES_H_

#include "parser/response.h"
#include "server/conn/internal.h"

/* What they change of the fields that every answer has. */
typedef struct {
  bool server, nosniff; /* not the usual one */
} h1_header_changes;

/* Takes fields that a rule decides on out of those the handler added, and
 * appends to `fields` what rules set: at most H1_POLICY_HEADERS_MAX. */
h1_header_changes h1_header_rules(h1_exchange *x, h1_field *fields,
                                  size_t *count);

#endif
