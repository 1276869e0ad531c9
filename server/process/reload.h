/* HUP: the configuration is read once more, whole, and takes the place of the
 * one that is in force, or none of it does.
 *
 *   h1_reload_ask(&r);                      at the signal
 *   wait_ms = h1_reload_step(&r);           after it, and when that has passed
 *
 * There is memory for two. While an exchange still uses the older one a further
 * reload waits; several that are asked for meanwhile are one. What is wrong
 * with a configuration goes to standard error and is counted, and the old one
 * stays. For the main thread. */
#ifndef H1_SERVER_RELOAD_H_
#define H1_SERVER_RELOAD_H_

#include <stdbool.h>
#include <stdint.h>

#include "server/config/config.h"
#include "server/server.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes what handlers need of configuration `c`, for requests of `generation`;
 * nothing of an older one but the last is used any more. `room` is free until
 * it returns. False: `why` says so in one line. */
#define H1_RELOAD_WHY_BYTES ((size_t)4352)
typedef bool (*h1_reload_handlers)(void *data, const h1_config *c,
                                   uint64_t generation, h1_buffer room,
                                   char why[H1_RELOAD_WHY_BYTES]);

typedef struct {
  h1_server *server;
  h1_config_launch launch;
  const h1_config *asked; /* what was asked for at the start */
  h1_reload_handlers handlers;
  void *data;
  bool wanted;
  bool said; /* that it waits */
} h1_reload;

/* Nothing is read without a --config. */
void h1_reload_ask(h1_reload *r);
/* Does what was asked for if it can be done now. After how many milliseconds to
 * call it again; UINT64_MAX: nothing waits. */
uint64_t h1_reload_step(h1_reload *r);
/* A stop begins: what still waits is given up, and said to be. */
void h1_reload_give_up(h1_reload *r);

#ifdef __cplusplus
}
#endif
#endif
