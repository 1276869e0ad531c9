/* The grammars of what may be given more than once, as texts: mounts, networks,
 * patterns and the rules for what is served. */
#ifndef H1_FUZZ_REFERENCE_CONFIG_RULES_H_
#define H1_FUZZ_REFERENCE_CONFIG_RULES_H_

#include <stdbool.h>
#include <stddef.h>

#include "fuzz/reference/config.h"

/* Whether `text` is a value of one of the rules. */
bool reference_rule(reference_kind kind, const char *text, size_t len);

/* A prefix and a folder; the folder is made absolute. */
bool reference_mount(const char *base, const char *text, size_t len,
                     char out[H1_PATH_OPTION_BYTES]);

#endif
