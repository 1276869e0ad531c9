/* What the list of reasons says of each.
 *
 * The contracts are in proof/error.h, and are proven. */
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

#ifdef __FRAMAC__
#include "parser/proof/error.h"
#endif

/* The enum's underlying type may be signed: compared as size_t, a negative
 * value is outside the list too. */
static const error_row *row_of(h1_error e) {
  size_t i = (size_t)e;
  return i < (size_t)H1_ERROR_COUNT ? &kRows[i] : &kOutsideTheList;
}

const char *h1_error_name(h1_error e) { return row_of(e)->name; }
uint16_t h1_error_status(h1_error e) { return row_of(e)->status; }
const char *h1_error_section(h1_error e) { return row_of(e)->section; }
