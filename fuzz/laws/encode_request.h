/* The law of requests to encode, whatever they hold. */
#ifndef H1_FUZZ_LAWS_ENCODE_REQUEST_H_
#define H1_FUZZ_LAWS_ENCODE_REQUEST_H_

#include "fuzz/engine/harness.h"

/* Makes a request of the input: flags; the lengths of method, target, host and
 * field name; these; the rest is a field's value. Returns what was written,
 * which the caller frees, and a view of it; NULL for what is no request. */
uint8_t *law_encode_request(fuzz_input in, h1_slice *written);

#endif
