#include "parser/error.h"

#include <stddef.h>

typedef struct {
  const char *name;
  const char *section;
  uint16_t status;
} error_row;

#define ERROR_ROW(id, name, status, section) {name, section, status},
static const error_row kRows[H1_ERROR_COUNT] = {H1_ERROR_LIST(ERROR_ROW)};
#undef ERROR_ROW

static const error_row kOutsideTheList = {"unknown", "", 0};

/* The enum's underlying type may be signed: compared as size_t, a negative
 * value is outside the list too. */
/*@ assigns \nothing;
    ensures \valid_read(\result);
    ensures 0 <= e < H1_ERROR_COUNT ? \result == &kRows[e]
                                   : \result == &kOutsideTheList; */
static const error_row *row_of(h1_error e) {
  size_t i = (size_t)e;
  return i < (size_t)H1_ERROR_COUNT ? &kRows[i] : &kOutsideTheList;
}

/*@ assigns \nothing; */
const char *h1_error_name(h1_error e) { return row_of(e)->name; }
/*@ assigns \nothing;
    ensures e == H1_OK ==> \result == 0; */
uint16_t h1_error_status(h1_error e) { return row_of(e)->status; }
/*@ assigns \nothing; */
const char *h1_error_section(h1_error e) { return row_of(e)->section; }
