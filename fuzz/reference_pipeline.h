/* A connection's requests read the slow way, with the references alone: each
 * part judged over the whole of what is left. */
#ifndef H1_FUZZ_REFERENCE_PIPELINE_H_
#define H1_FUZZ_REFERENCE_PIPELINE_H_

#include "fuzz/pipeline.h"

/* As pipeline_run without limits. The reason is not named: `why` stays H1_OK.
 * `*bad_at`, when it ends with REFUSED: behind that byte all is decided. */
pipeline_outcome ref_pipeline(h1_slice input, size_t *bad_at);

#endif
