/* The values of fields, all of them: includes the header of each kind, which
 * can be included alone. Part of the `fields` library. */
#ifndef H1_PARSER_VALUES_H_
#define H1_PARSER_VALUES_H_

#include "parser/accept_encoding.h"
#include "parser/date.h"
#include "parser/decimal.h"
#include "parser/etag.h"
#include "parser/lists.h"
#include "parser/media_type.h"
#include "parser/range.h"
#include "parser/slice.h"

#endif
