/* Lists and parameters: RFC 9110 5.6.1 and 5.6.6. */
#ifndef H1_PARSER_LISTS_H_
#define H1_PARSER_LISTS_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/fields.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Walks a #list across all lines of one field in order (RFC 9110 5.6.1): commas
 * inside quoted strings do not separate, empty members are skipped, members are
 * trimmed. Begin with {.fields = f, .id = id}, or, for a field without an id of
 * its own, with {.fields = f, .name = name}. False at the end. A quoted string
 * that never closes takes the rest of its line and sets `malformed`. */
typedef struct {
  const h1_fields *fields;
  h1_field_id id; /* H1_FIELD_OTHER: `name` says which, in any case */
  h1_slice name;
  size_t line, at; /* private */
  bool malformed;
} h1_list;
H1_MUST_USE bool h1_list_next(h1_list *l, h1_slice *member);

/* Walks `;`-separated parameters (RFC 9110 5.6.6): `*rest` starts at OWS ";" or
 * is empty. The value has its quotes stripped but keeps its escapes
 * (`*quoted`). Empty parameters are skipped. 1: a parameter, 0: the end, -1:
 * malformed, and `*rest` stays where the fault is. */
H1_MUST_USE int h1_param_next(h1_slice *rest, h1_slice *name, h1_slice *value,
                              bool *quoted);

#ifdef __FRAMAC__
#include "parser/proof/lists_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
