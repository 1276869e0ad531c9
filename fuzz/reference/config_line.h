/* The syntax of a configuration file: one line of it. */
#ifndef H1_FUZZ_REFERENCE_CONFIG_LINE_H_
#define H1_FUZZ_REFERENCE_CONFIG_LINE_H_

#include <stdbool.h>
#include <stddef.h>

/* One line of a file, without its line feed: nothing, a key and its value, or
 * no line at all. `value` gets a string. */
#define REFERENCE_LINE_BYTES ((size_t)16384)
typedef enum { REFERENCE_BLANK, REFERENCE_PAIR, REFERENCE_BAD } reference_line;
reference_line reference_config_line(const char *line, size_t len, size_t *key,
                                     size_t *key_len,
                                     char value[REFERENCE_LINE_BYTES + 1]);

#endif
