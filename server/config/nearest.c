/* Which option somebody meant who mistyped its name. */
#include <string.h>

#include "server/config/internal.h"

#define NAME_MAX_BYTES ((size_t)32)
/* Of letters added, left out or replaced: a third of the name at most. */
#define LEAST_DISTANCE ((size_t)2)

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* How many letters have to be added, left out or replaced to make one of the
 * other: a row of the table of all their beginnings after another. */
static size_t distance(const char *a, size_t a_len, const char *b,
                       size_t b_len) {
  size_t row[NAME_MAX_BYTES + 1];
  for (size_t j = 0; j <= b_len; j++) row[j] = j;
  for (size_t i = 1; i <= a_len; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b_len; j++) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
    }
  }
  return row[b_len];
}

/* A beginning of a name, or an end after a dash, is as good as a slip. */
static bool is_part(const char *name, const char *option, size_t len) {
  const size_t option_len = strlen(option);
  if (len < 3 || len >= option_len) return false;
  const char *end = option + option_len - len;
  return memcmp(option, name, len) == 0 ||
         (end[-1] == '-' && memcmp(end, name, len) == 0);
}

/* What other servers call it is nearer than what is spelt like it. */
static const char *meant_by(const char *name, size_t len) {
  static const struct {
    const char *theirs, *ours;
  } words[] = {
      {"port", "listen"},        {"host", "listen"},
      {"bind", "listen"},        {"addr", "listen"},
      {"address", "listen"},     {"dir", "root"},
      {"directory", "root"},     {"document-root", "root"},
      {"spa", "fallback"},       {"browse", "listing"},
      {"autoindex", "listing"},  {"cors", "header"},
      {"gzip", "precompressed"}, {"compress", "precompressed"},
      {"threads", "workers"},    {"follow-symlinks", "symlinks"},
  };
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
    if (strlen(words[i].theirs) != len) continue;
    if (memcmp(words[i].theirs, name, len) == 0) return words[i].ours;
  }
  return NULL;
}

const char *h1_option_nearest(const char *name, size_t len) {
  const char *meant = meant_by(name, len);
  if (meant != NULL) return meant;
  const char *nearest = NULL;
  size_t best = least(LEAST_DISTANCE > len / 3 ? LEAST_DISTANCE : len / 3,
                      len > 1 ? len - 1 : 0) +
                1;
  if (len > NAME_MAX_BYTES) return NULL;
  for (size_t i = 0; i < h1_option_count; i++) {
    const char *option = h1_options[i].name;
    if (strlen(option) > NAME_MAX_BYTES) continue;
    size_t d = distance(name, len, option, strlen(option));
    if (is_part(name, option, len)) d = least(d, LEAST_DISTANCE);
    if (d >= best) continue;
    best = d;
    nearest = option;
  }
  return nearest;
}
