/* How much memory a worker and its connections take, decided before anything
 * is allocated. */
#ifndef H1_SERVER_CONN_PLAN_H_
#define H1_SERVER_CONN_PLAN_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/config/config.h"

/* Slots of the overload lane. */
#define H1_LANE_SLOTS 64u

/* Staged answers are sent once there are this many bytes of them; an answer
 * that is begun below it always fits the stage. */
#define H1_STAGE_SOFT ((size_t)32 * 1024)

/* Sizes that follow from the options; the same for every worker of a role. */
typedef struct {
  uint32_t slots;
  size_t stage_bytes;
  size_t receive_bytes;   /* of the receive buffer */
  size_t leftover_offset; /* decoder and header storage before carried bytes */
  size_t small_payload, large_payload;
  size_t small_blocks, large_blocks;
  size_t turn_blocks;     /* a turn never needs more large blocks than this */
  size_t body_floor;      /* blocks that bodies leave to others */
  size_t body_max_blocks; /* what one body can take */
  size_t share_blocks;    /* large blocks for each worker, of its own or not */
  size_t header_storage;  /* headers per decoder */
  uint64_t arena_bytes;   /* all memory of one worker */
  /* Large blocks that are no worker's own (server/base/depot.h), and their
   * bytes; none with one worker. */
  size_t depot_blocks;
  uint64_t depot_bytes;
} h1_plan;

/* The plan for the first worker of this role; false with a one-line `message`
 * that names the option when the options contradict each other. */
bool h1_plan_make(const h1_config *c, bool lane, h1_plan *plan,
                  char message[256]);

#endif
