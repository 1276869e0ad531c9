/* Linked into every program of a mutation run.
 *
 * Tables are constants in read-only pages: these are made writable and the
 * element changed, which the compiler cannot have foreseen for an element it
 * does not know the index of. A table inside a function is known only once that
 * was called, hence a mutation that waits for it.
 *
 * Environment, for programs that are not replay.c:
 *   H1_MUTANT   the mutant in force, as mutate_choose takes it; to look into
 *               one by hand */
#define _GNU_SOURCE

#include "tools/mutate/runtime.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/mutate/mutate.h"

/* How many places there are; tools/mutate/run says. */
#ifndef H1_MUTANTS
#define H1_MUTANTS 1
#endif

enum { TABLES_MAX = 512, NAME_MAX_BYTES = 64 };

typedef struct {
  const char *file, *function, *name;
  uint8_t *bytes;
  size_t rows, stride, offset, cells, width;
  int what, place;
} table;

typedef struct {
  char file[NAME_MAX_BYTES], function[NAME_MAX_BYTES], name[NAME_MAX_BYTES];
  size_t index;
  int delta;
  bool wanted;
} table_mutant;

int h1_mutant = -1;
unsigned char h1_seen[H1_MUTANTS];

static table tables[TABLES_MAX];
static size_t table_count;
static table_mutant chosen;

static void die(const char *why) {
  fprintf(stderr, "mutate: %s\n", why);
  exit(99);
}

static uint8_t *cell_of(const table *t, size_t index) {
  return t->bytes + index / t->cells * t->stride + t->offset +
         index % t->cells * t->width;
}

static int64_t value_of(const table *t, size_t index) {
  int64_t value = 0;
  memcpy(&value, cell_of(t, index), t->width);
  return value;
}

static void change(const table *t, size_t index, int delta) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uint8_t *cell = cell_of(t, index);
  const uintptr_t from = (uintptr_t)cell & ~(page - 1);
  const uintptr_t to = ((uintptr_t)cell + t->width + page - 1) & ~(page - 1);
  const int64_t value = value_of(t, index) + delta;
  if (mprotect((void *)from, to - from, PROT_READ | PROT_WRITE) != 0) {
    die("a table's pages stay read-only");
  }
  memcpy(cell, &value, t->width);
}

static bool is_of(const table_mutant *m, const table *t) {
  return m->wanted && strcmp(t->file, m->file) == 0 &&
         strcmp(t->function, m->function) == 0 &&
         strcmp(t->name, m->name) == 0 && m->index < t->rows * t->cells;
}

void h1_table_add(const char *file, const char *function, const char *name,
                  const void *bytes, size_t rows, size_t stride, size_t offset,
                  size_t cells, size_t width, int what, int place) {
  if (table_count == TABLES_MAX) die("too many tables");
  if (width > sizeof(int64_t)) die("a table of wider things than integers");
  const table t = {file,  function, name,   (uint8_t *)(uintptr_t)bytes,
                   rows,  stride,   offset, cells,
                   width, what,     place};
  tables[table_count++] = t;
  if (is_of(&chosen, &t)) change(&t, chosen.index, chosen.delta);
}

/* The number of a rewritten expression, or -1 for a table's mutant. */
static int number_of(const char *what) {
  char *end;
  const long number = strtol(what, &end, 10);
  return end != what && *end == '\0' ? (int)number : -1;
}

/* Takes the word at `*at` into `room`; false when there is none that fits. */
static bool take_word(const char **at, char room[NAME_MAX_BYTES]) {
  const size_t len = strcspn(*at, " ");
  if (len == 0 || len >= NAME_MAX_BYTES) return false;
  memcpy(room, *at, len);
  room[len] = '\0';
  *at += len + ((*at)[len] == ' ' ? 1 : 0);
  return true;
}

/* "FILE FUNCTION TABLE INDEX DELTA" */
static bool read_table_mutant(const char *what, table_mutant *m) {
  char index[NAME_MAX_BYTES], delta[NAME_MAX_BYTES];
  const char *at = what;
  m->wanted = take_word(&at, m->file) && take_word(&at, m->function) &&
              take_word(&at, m->name) && take_word(&at, index) &&
              take_word(&at, delta);
  if (!m->wanted) return false;
  m->index = strtoul(index, NULL, 10);
  m->delta = (int)strtol(delta, NULL, 10);
  return true;
}

bool mutate_choose(const char *what) {
  const int number = number_of(what);
  if (number >= 0) {
    h1_mutant = number;
    return number < H1_MUTANTS;
  }
  if (!read_table_mutant(what, &chosen)) return false;
  for (size_t i = 0; i < table_count; i++) {
    if (is_of(&chosen, &tables[i]))
      change(&tables[i], chosen.index, chosen.delta);
  }
  return true;
}

int mutate_place(const char *what) {
  const int number = number_of(what);
  table_mutant m;
  if (number >= 0 || !read_table_mutant(what, &m)) return number;
  for (size_t i = 0; i < table_count; i++) {
    if (is_of(&m, &tables[i])) return tables[i].place;
  }
  return -1;
}

/* Whether an earlier file included the same table. */
static bool known_before(size_t at) {
  for (size_t i = 0; i < at; i++) {
    if (strcmp(tables[i].file, tables[at].file) == 0 &&
        strcmp(tables[i].function, tables[at].function) == 0 &&
        strcmp(tables[i].name, tables[at].name) == 0) {
      return true;
    }
  }
  return false;
}

/* Whether a row of several members is all zeros: a slot nothing is in. */
static bool is_empty_row(const table *t, size_t index) {
  const uint8_t *row = t->bytes + index / t->cells * t->stride;
  size_t i = 0;
  if (t->stride == t->width) return false;
  while (i < t->stride && row[i] == 0) i++;
  return i == t->stride;
}

static void list_mutations(const table *t, size_t index) {
  const int64_t value = value_of(t, index);
  if ((t->what != H1_ALL && value == 0) || is_empty_row(t, index)) return;
  const long long shown = t->what == H1_POINTERS ? 0 : (long long)value;
  printf("table %s %s %s %zu 1 %lld\n", t->file, t->function, t->name, index,
         shown);
  if (t->what == H1_ALL) {
    printf("table %s %s %s %zu -1 %lld\n", t->file, t->function, t->name, index,
           shown);
  }
}

void mutate_list_tables(void) {
  for (size_t i = 0; i < table_count; i++) {
    if (known_before(i)) continue;
    const size_t count = tables[i].rows * tables[i].cells;
    for (size_t k = 0; k < count; k++) list_mutations(&tables[i], k);
  }
}

unsigned mutate_count(void) { return H1_MUTANTS; }

/* Before the tables of other files register themselves. */
__attribute__((constructor(101))) static void read_environment(void) {
  const char *what = getenv("H1_MUTANT");
  if (what != NULL && !mutate_choose(what)) die("H1_MUTANT names no mutant");
}
