/* --print-sandbox, and what a start says of it. */
#ifndef H1_SERVER_SANDBOX_PRINT_H_
#define H1_SERVER_SANDBOX_PRINT_H_

#include <stdio.h>

#include "server/sandbox/places.h"
#include "server/sandbox/state.h"

/* What holds now, layer by layer. */
void h1_sandbox_print(const h1_sandbox *box, const h1_places *places,
                      FILE *out);
#define H1_SANDBOX_SUMMARY_BYTES 1024
/* What holds, in a few words, for the line that a start writes. */
void h1_sandbox_summary(const h1_sandbox *box,
                        char out[H1_SANDBOX_SUMMARY_BYTES]);
/* What somebody should change; empty: nothing. One line without an end. */
void h1_sandbox_warning(const h1_sandbox *box,
                        char out[H1_SANDBOX_SUMMARY_BYTES]);

#endif
