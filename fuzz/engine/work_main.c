/* Runs a fuzz harness in a build that counts work (see work.h): over each file
 * of the corpus, over some mutations of it, and over the same message stretched
 * to some kilobytes, at which anything that is not linear breaks the law. What
 * is made of a file depends on nothing but its bytes, so that a failure
 * repeats. Nothing replayed, or nothing counted, is a failure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/corpus.h"
#include "fuzz/engine/harness.h"
#include "fuzz/engine/mutator.h"
#include "fuzz/engine/work.h"

enum { MUTATIONS = 8, STRETCHES = 12 };

static void show(const uint8_t *bytes, size_t size) {
  uint8_t *exact = fuzz_copy(bytes, size);
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
}

static void show_mutations(const uint8_t *bytes, size_t size) {
  const size_t longest = fuzz_shape_of_input.longest;
  const size_t cap = size + 512 > longest ? size + 512 : longest;
  uint8_t *room = fuzz_alloc(cap);
  show(bytes, size);
  for (unsigned i = 0; i < MUTATIONS + STRETCHES; i++) {
    size_t len = size;
    if (size > 0) memcpy(room, bytes, size);
    if (i >= STRETCHES) {
      len = LLVMFuzzerCustomMutator(room, len, size + 512, i);
      if (i % 2 == 0) len = LLVMFuzzerCustomMutator(room, len, size + 512, ~i);
    } else if (size < longest) {
      /* A second piece takes the other half: what is quadratic may need one of
       * each kind, as climbing does, which needs a path to climb. */
      if (i % 2 == 0) len = fuzz_stretch(room, len, (size + longest) / 2, ~i);
      len = fuzz_stretch(room, len, longest, i);
    }
    show(room, len);
  }
  free(room);
}

int main(int argc, char **argv) {
  size_t files = 0;
  for (int i = 1; i < argc; i++) files += corpus_each(argv[i], show_mutations);
  if (files == 0) {
    fprintf(stderr, "no file was replayed: the corpus is missing\n");
    return 1;
  }
  if (fuzz_work_total() == 0) {
    fprintf(stderr, "nothing was counted: this is no work build\n");
    return 1;
  }
  fuzz_work_report();
  printf("%zu files, %d inputs of each; %llu steps counted\n", files,
         1 + MUTATIONS + STRETCHES, (unsigned long long)fuzz_work_total());
  return 0;
}
