/* What every fuzz target shares: options taken from the front of the input,
 * memory that faults when read too far, and a check that stops the run.
 *
 * The harnesses are written in C, so that their replay tests also run under
 * MemorySanitizer, for which the C++ library is not instrumented. */
#ifndef H1_FUZZ_ENGINE_HARNESS_H_
#define H1_FUZZ_ENGINE_HARNESS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/base.h"
#include "parser/fields.h"
#include "parser/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a harness reads, for mutators: how many option bytes stand in front,
 * what comes after them, and how long an input may get that a work test
 * stretches (some references are slow). With neither lines nor
 * chunks it is mutated byte by byte. */
typedef struct {
  size_t option_bytes;
  bool has_lines;  /* heads, or lines of a field */
  bool has_chunks; /* chunked bodies */
  size_t longest;
} fuzz_shape;
extern const fuzz_shape fuzz_shape_of_input;

/* Stops the process with the law that was broken; never compiled out. */
#define FUZZ_CHECK(law) \
  ((law) ? (void)0 : fuzz_broken(#law, __FILE__, __LINE__))
void fuzz_broken(const char *law, const char *file, int line)
    __attribute__((noreturn));

/* For whoever looks into one input: printf when FUZZ_VERBOSE is set. */
void fuzz_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The input: option bytes first, then the message. A missing byte is 0, so an
 * empty input is one with every default. The message ends where the input ends:
 * in a block of its exact size, or at an unreadable page; harnesses read it
 * there. */
typedef struct {
  h1_slice rest;
} fuzz_input;

uint8_t fuzz_byte(fuzz_input *in);
/* A limit: byte 0 is `normal`, byte b is (b - 1) * `unit`; so limits can be 0,
 * small and exact. */
size_t fuzz_limit(fuzz_input *in, size_t normal, size_t unit);
/* A scan level that this machine has. fuzz_has_level asks the processor once:
 * to a virtual machine each question costs microseconds. */
h1_scan_level fuzz_level(fuzz_input *in);
bool fuzz_has_level(unsigned level);
enum { FUZZ_LEVELS = 4 };
/* The next `len` bytes, or as many as there are. */
h1_slice fuzz_bytes(fuzz_input *in, size_t len);

/* A small generator for cuts; `state` is never 0 after fuzz_seed. */
uint32_t fuzz_seed(uint8_t byte);
uint32_t fuzz_random(uint32_t *state);
/* How many bytes a random piece of the `left` remaining ones has: 1 to left. */
size_t fuzz_piece(uint32_t *state, size_t left);

/* malloc of exactly `len` bytes that cannot fail; free() it. */
void *fuzz_alloc(size_t len);
uint8_t *fuzz_copy(const uint8_t *bytes, size_t len);

/* Under AddressSanitizer: bytes [from, to) of a block from fuzz_alloc may not
 * (may again) be read. Elsewhere nothing. */
void fuzz_hide(const uint8_t *block, size_t from, size_t to);
void fuzz_show(const uint8_t *block, size_t from, size_t to);

/* Whether `part` lies inside `whole`; an empty part may be anywhere. */
bool fuzz_inside(h1_slice part, h1_slice whole);

/* The laws of an encoder: all or nothing, and the size it asks for is the size
 * it takes. NULL when it refuses, else the bytes in a block of exactly `*size`.
 */
typedef h1_step (*fuzz_encoder)(const void *what, h1_buffer room, size_t *size);
uint8_t *fuzz_encode(fuzz_encoder encode, const void *what, size_t *size);

/* Bytes of a class, made of the next bytes of the input: as many as the next
 * byte says, at least `least`, at most `most`, into `room`. */
h1_slice fuzz_make(fuzz_input *in, bool (*is)(unsigned), size_t least,
                   size_t most, uint8_t *room);

/* Whether two field sections decoded alike, and the invariants of one. */
bool fuzz_same_fields(const h1_fields *a, const h1_fields *b);
void fuzz_check_fields(const h1_fields *f, size_t count_limit);

#endif
