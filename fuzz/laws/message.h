/* The requests of one connection, read with the message driver: laws/pipeline.h
 * reads them with the codecs alone, and both must find the same. */
#ifndef H1_FUZZ_LAWS_MESSAGE_H_
#define H1_FUZZ_LAWS_MESSAGE_H_

#include "fuzz/reference/pipeline.h"
#include "parser/scan.h"

/* In random pieces, or byte by byte when `cuts` is 0. The driver moves between
 * two calls, and is shown what it has not used and nothing else. */
pipeline_outcome message_run(h1_slice input, const h1_limits *limits,
                             h1_scan_level level, uint32_t cuts);

/* Whether two refusals of one head may differ: the driver looks at Connection
 * before it names a coding that is unknown, and at the declared length before
 * anybody looks at Expect. */
bool message_same_refusal(h1_error of_message, h1_error of_pipeline);

#endif
