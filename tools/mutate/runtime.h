/* What a process of a mutation run does before and after the code under test.
 */
#ifndef H1_TOOLS_MUTATE_RUNTIME_H_
#define H1_TOOLS_MUTATE_RUNTIME_H_

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Puts the mutant into force that `what` names: "NUMBER" of a rewritten
 * expression, or "FILE FUNCTION TABLE INDEX DELTA" with "-" for no function.
 * False when it names none. */
bool mutate_choose(const char *what);

/* Prints a line "table FILE FUNCTION TABLE INDEX DELTA VALUE" for each mutation
 * of each table known so far. */
void mutate_list_tables(void);

/* The place in h1_seen that is set when the mutant's text is reached, or its
 * table looked at; -1 when nothing tells. */
int mutate_place(const char *what);

/* As many places as h1_seen has. */
unsigned mutate_count(void);

#ifdef __cplusplus
}
#endif
#endif
