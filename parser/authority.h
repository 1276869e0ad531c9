/* Host and port, of a Host field or of a target: RFC 9110 7.2. */
#ifndef H1_PARSER_AUTHORITY_H_
#define H1_PARSER_AUTHORITY_H_

#include <stdbool.h>

#include "parser/base.h"
#include "parser/scan.h"

#ifdef __cplusplus
extern "C" {
#endif

/* uri-host [ ":" port ], RFC 9110 7.2, RFC 3986 3.2.2: reg-name, IPv4, or IP
 * literal in brackets; not empty, no userinfo, no comma. The port may be empty
 * (RFC 3986 3.2.3), else at most five digits and 65535. */
bool h1_authority_valid(h1_slice s);

#ifdef __FRAMAC__
#include "parser/proof/authority_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
