/* What a command line with its environment, or a file, says in all: which
 * values are set to what, and which culprit a fault names. By the rules of
 * server/config/README.md; the options are reference/config.h. */
#ifndef H1_FUZZ_REFERENCE_CONFIG_LEVELS_H_
#define H1_FUZZ_REFERENCE_CONFIG_LEVELS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fuzz/reference/config.h"

#define REFERENCE_STRINGS 64
#define REFERENCE_PREFIX "H1_HTTPD_"

typedef struct {
  char *argv[REFERENCE_STRINGS + 2];
  char *env[REFERENCE_STRINGS + 1];
  int argc;
  int env_count;
  const char *base;
} reference_arguments;

/* The values of a repeatable option, one after the other. */
#define REFERENCE_LISTS 8
typedef struct {
  size_t count, used;
  bool from_env; /* replaced as a whole */
  char bytes[H1_TEXTS_BYTES];
} reference_texts;

typedef struct {
  bool bad;
  char culprit[64]; /* what the message must name */
  bool set[REFERENCE_OPTIONS];
  uint64_t number[REFERENCE_OPTIONS];
  char text[REFERENCE_OPTIONS][H1_PATH_OPTION_BYTES];
  char list[3][H1_LISTEN_MAX][256];
  size_t count[3];
  bool from_env[3]; /* the list is the environment's: replaced as a whole */
  reference_texts texts[REFERENCE_LISTS]; /* by reference_list_of */
  char folder[H1_PATH_OPTION_BYTES];      /* DIR */
} reference_expectation;

/* The command line is judged first, so that its faults are told first. */
void reference_expect(reference_expectation *x, const reference_arguments *a);
void reference_expect_text(reference_expectation *x, const char *text,
                           size_t len);

/* Which of the lists of texts an option fills. */
size_t reference_list_of(const reference_option *o);

/* Whether --help or --version was given, which leave the rest unread. */
bool reference_acts_at_once(const reference_expectation *x);

#endif
