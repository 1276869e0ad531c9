/* How the acceptor's work ends: from one stage to the next, within its turns.
 */
#ifndef H1_SERVER_LOOP_ENDING_H_
#define H1_SERVER_LOOP_ENDING_H_

#include "server/loop/acceptor_state.h"

/* Everyone who was ever accepted has left. */
bool h1_ending_nobody_is_open(const h1_acceptor *a);
/* What has become due before a turn waits. */
void h1_ending_advance(h1_acceptor *a, uint64_t now_ms);
/* What a turn has brought to its end. `nothing`, by [admin]: such listeners
 * were looked at, and had nothing. */
void h1_ending_conclude(h1_acceptor *a, const bool nothing[2], uint64_t now_ms);

#endif
