/* A timer wheel: one deadline per owner, owned by one worker, no lock.
 *
 * 1,024 slots of 16 ms. Arming and cancelling are O(1); a deadline beyond the
 * wheel's turn (16 s) waits in the last slot and is put back when that comes
 * up, so one far deadline costs a look every 16 s. Deadlines are lazily
 * re-armed: moving one later only writes it down, the old slot notices. */
#ifndef H1_SERVER_BASE_WHEEL_H_
#define H1_SERVER_BASE_WHEEL_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define H1_WHEEL_SLOTS 1024u
#define H1_WHEEL_TICK_MS 16u
#define H1_NEVER UINT64_MAX

typedef struct h1_timer {
  struct h1_timer *prev, *next; /* NULL: not on the wheel */
  uint64_t deadline_ms;         /* when it is due; H1_NEVER: it is not */
  uint64_t slot_tick;           /* the tick of the slot it waits in */
} h1_timer;

typedef struct {
  h1_timer slots[H1_WHEEL_SLOTS]; /* list heads */
  uint64_t tick;                  /* all slots before it were visited */
  uint64_t hint;                  /* slots between tick and it are empty */
  size_t armed;
} h1_wheel;

void h1_wheel_init(h1_wheel *w, uint64_t now_ms);
void h1_timer_init(h1_timer *t);
/* Due at `deadline_ms` or up to a tick later; H1_NEVER cancels. */
void h1_wheel_set(h1_wheel *w, h1_timer *t, uint64_t deadline_ms);
void h1_wheel_cancel(h1_wheel *w, h1_timer *t);
/* A timer that is due, taken off the wheel; NULL when there is none by now.
 * Each call does bounded work for every timer it passes once. */
h1_timer *h1_wheel_due(h1_wheel *w, uint64_t now_ms);
/* Milliseconds until the wheel wants a look; -1 when nothing is armed. */
int h1_wheel_timeout(h1_wheel *w, uint64_t now_ms);

#endif
