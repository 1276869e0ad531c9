/* A place for one who is queued: a free slot, or one that somebody gives up
 * (server/conn/standing.h says who).
 *
 * While another worker has a free slot nobody gives way here. A newcomer within
 * its client's share gets its place from anyone; if only others wait, from
 * their own. In the lane everyone gives way (lane.h). */
#ifndef H1_SERVER_LOOP_PLACE_H_
#define H1_SERVER_LOOP_PLACE_H_

#include <stdbool.h>

#include "server/base/queue.h"
#include "server/conn/context.h"

/* Whether one that is queued can have a place now. */
bool h1_place_can_take(const h1_context *cx, h1_queue *q);
/* Whether it is worth waking for what is queued next. */
bool h1_place_may_take(const h1_context *cx);
/* Makes the place and takes out who gets it; `*left`: how many still wait.
 * False: nobody can have one now. */
bool h1_place_take(h1_context *cx, h1_queue *q, h1_accepted *item,
                   size_t *left);
/* One idle connection fewer, for its descriptor. False: there is none. */
bool h1_place_give(h1_context *cx);

#endif
