/* What a single value of an option may be: a quantity in its range and unit, a
 * word, a name, a path or an address. */
#ifndef H1_FUZZ_REFERENCE_CONFIG_VALUES_H_
#define H1_FUZZ_REFERENCE_CONFIG_VALUES_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fuzz/reference/config.h"

/* Whether `text` is a value of a quantity or format, and which. */
bool reference_quantity(const reference_option *o, const char *text, size_t len,
                        uint64_t *out);
bool reference_name(const char *text, size_t len);
/* A path seen from `base` (NULL: as it is); false when it is no value. `words`:
 * "-" and "off" are not paths. */
bool reference_path(const char *base, bool words, const char *text, size_t len,
                    char out[H1_PATH_OPTION_BYTES]);
/* An address; unix paths are made absolute. */
bool reference_address(const char *base, const char *text, size_t len,
                       char out[256]);

/* What the other grammars of the configuration are made of: whether `text` is
 * the word, and whether it has a control byte. */
bool reference_same(const char *text, size_t len, const char *word);
bool reference_controls(const char *text, size_t len);
/* BASE, one slash, TEXT; in fewer than `cap` bytes. `base` NULL, or `text` from
 * the root: TEXT alone. */
bool reference_join(const char *base, const char *text, size_t len, char *out,
                    size_t cap);

#endif
