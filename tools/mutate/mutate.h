/* Included before every source of a mutation run; see rewrite.py.
 *
 * The number of the mutant in force is 0 or more, -1 is none. Each test of a
 * number also notes that the mutant's place was reached. */
#ifndef H1_TOOLS_MUTATE_MUTATE_H_
#define H1_TOOLS_MUTATE_MUTATE_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

extern int h1_mutant;
extern unsigned char h1_seen[];
#define H1_M(number) \
  (h1_seen[number] = 1, __builtin_expect(h1_mutant == (number), 0))

/* Which elements of a table are changed: every one, those that are not 0 (in
 * texts padded with zeros), or pointers to texts, which lose a letter. */
enum { H1_ALL, H1_USED, H1_POINTERS };

/* Makes a table known: `rows` rows of `stride` bytes, in each at `offset` an
 * array of `cells` integers of `width` bytes. A table of a header is known once
 * for each file that includes it; a mutation changes them all. `place` is what
 * H1_TABLE notes, -1 if nothing does. */
void h1_table_add(const char *file, const char *function, const char *name,
                  const void *table, size_t rows, size_t stride, size_t offset,
                  size_t cells, size_t width, int what, int place);

/* `table`, noting that it was looked at. */
#define H1_TABLE(place, table) (*(h1_seen[place] = 1, &(table)))

#ifdef __cplusplus
}
#endif
#endif
