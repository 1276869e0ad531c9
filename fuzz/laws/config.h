/* What holds of every configuration that was read, whatever it was read from.
 */
#ifndef H1_FUZZ_LAWS_CONFIG_H_
#define H1_FUZZ_LAWS_CONFIG_H_

#include <stdbool.h>

#include "server/config/config.h"

/* Whether a message is one line of printable ASCII, whole. */
bool config_is_one_line(const char *message);

/* Every value lies in its documented range, and the two defaults that depend on
 * other values are their sums. */
void config_check_ranges(const h1_config *c);

/* What is printed of it is a file that is accepted, means the same, and prints
 * the same again. Forgets where the values came from. */
void config_check_printing(h1_config *c);

#endif
