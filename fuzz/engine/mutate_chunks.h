/* Private to the mutations: those of chunked bodies. */
#ifndef H1_FUZZ_ENGINE_MUTATE_CHUNKS_H_
#define H1_FUZZ_ENGINE_MUTATE_CHUNKS_H_

#include "fuzz/engine/splice.h"

/* Changes a chunk, or makes one where there is none. */
void mutate_chunks(message *m);

#endif
