/* The overload lane's slots: who gives way there to one more. */
#ifndef H1_SERVER_LOOP_LANE_H_
#define H1_SERVER_LOOP_LANE_H_

#include <stdbool.h>

#include "server/conn/context.h"

/* Whether the lane can take one more: it has room, or somebody may go. */
bool h1_lane_can_take(const h1_context *cx);
/* Makes that room. False: not in this turn. */
H1_MUST_USE bool h1_lane_make_room(h1_context *cx);

#endif
