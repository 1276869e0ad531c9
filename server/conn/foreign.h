/* Bytes of another protocol where a request should begin. */
#ifndef H1_SERVER_CONN_FOREIGN_H_
#define H1_SERVER_CONN_FOREIGN_H_

#include "parser/base.h"
#include "parser/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Why a head is refused that the decoder refused with `why`: the same, or the
 * name of the protocol that its first bytes belong to. */
h1_error h1_foreign_protocol(h1_slice head, h1_error why);

#ifdef __cplusplus
}
#endif
#endif
