/* Who gives way when a place or memory is short.
 *
 * Each slot has a standing: what its connection waits for, whose it is, and
 * until when the progress that it made has paid for its place. It is written at
 * the end of a turn, like the deadline, and kept in an array of its own, so
 * that a look at all of them reads little memory.
 *
 * For a place, in this order:
 *   1. who lingers
 *   2. the idle; those that are open for a second without a byte count as idle;
 *      in a stop none that was idle for less than --drain-idle when it began
 *   3. who makes no useful progress: a pull that waits for its handler; a head,
 *      a body or an unread answer that has not moved for a second, or that is a
 *      second short of the least rate over its life so far
 *   4. who progresses, of a client that has more than its share
 *   5. whose request has had half a second, of a client that has more
 * connections than the newcomer's; where that one has no other, of any and
 * among equals first of the client that has most connections, then by least
 * progress, which for the idle is the longest time. In 4 and 5 it is the bytes
 * a second since the request began, whenever they moved.
 *
 * For memory, among those who hold blocks: 3, where what is held costs rent,
 * for a body has to arrive so fast that it would fill what it was promised
 * within --body-timeout. Then, for others than their own client, 4 and 5, where
 * progress is what each block brings in and a request has a quarter of a second
 * before; and in the end one of a client that has more than a quarter of the
 * blocks. */
#ifndef H1_SERVER_CONN_STANDING_H_
#define H1_SERVER_CONN_STANDING_H_

#include "server/conn/internal.h"

/* At the end of a turn, and when the slot is free. */
void h1_standing_note(h1_conn *c);
void h1_standing_clear(h1_conn *c);

/* Whom to take a place from, for a newcomer whose client has `held`
 * connections, this one among them; NULL: from nobody now. */
H1_MUST_USE h1_conn *h1_gives_way(const h1_context *cx, uint32_t held);
/* Whom to take only a descriptor from: 1 and 2. */
H1_MUST_USE h1_conn *h1_gives_descriptor(const h1_context *cx);
/* The same for a newcomer of a client above its share: one of that client's
 * own, 1 to 3. */
H1_MUST_USE h1_conn *h1_gives_way_to_its_own(const h1_context *cx,
                                             uint32_t client);
/* Who wants blocks: one of this client, which has `held` connections.
 * `pressing`: where nobody is in debt, progress does not protect either. */
typedef struct {
  uint32_t client, held;
  size_t blocks;
  bool pressing;
} h1_blocks_wanted;

/* Whom to take blocks from; NULL: from nobody now. */
H1_MUST_USE h1_conn *h1_gives_blocks(const h1_context *cx,
                                     const h1_blocks_wanted *wanted);

#endif
