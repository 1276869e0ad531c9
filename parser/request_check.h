/* What a whole head must hold: Host and the form of its target, RFC 9112 3.2.
 */
#ifndef H1_PARSER_REQUEST_CHECK_H_
#define H1_PARSER_REQUEST_CHECK_H_

#include "parser/base.h"
#include "parser/error.h"
#include "parser/request.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The checks that need the whole head and answer 400: Host once and valid (at
 * most once on 1.0), target in a form its method may have, absolute-form
 * authority valid. H1_OK or the first fault. `authority`, when not NULL, gets
 * the authority that decides: the absolute target's, else Host's value, empty
 * on 1.0 without one. */
H1_MUST_USE h1_error h1_request_check(const h1_request *r, h1_slice *authority);

#ifdef __FRAMAC__
#include "parser/proof/request_check_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
