/* From options to places: which of them name something that the server opens,
 * makes or removes while it serves. An option that is new and does belongs
 * here. */
#ifndef H1_SERVER_SANDBOX_PLAN_H_
#define H1_SERVER_SANDBOX_PLAN_H_

#include "server/config/config.h"
#include "server/sandbox/places.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `roots`: the folders that are served. */
void h1_sandbox_plan(const h1_config *c, const char *const *roots,
                     size_t root_count, h1_places *p);

#ifdef __cplusplus
}
#endif
#endif
