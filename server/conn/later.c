/* An answer that comes later. */
#include "server/conn/later.h"

#include "server/conn/context.h"

/* A time that is over must not come up again within this turn. */
void h1_later_set(h1_conn *c, h1_handler run, uint64_t at_ms) {
  const uint64_t now_ms = c->context->now_ms;
  h1_later *later = &c->flight->later;
  later->run = run;
  later->woken = false;
  later->at_ms = at_ms > now_ms ? at_ms : now_ms + 1;
}

void h1_later_woken(h1_conn *c) {
  if (c->flight != NULL) c->flight->later.woken = true;
}

bool h1_later_is_due(const h1_conn *c) {
  const h1_later *later = &c->flight->later;
  return later->woken || c->context->now_ms >= later->at_ms;
}

h1_handler h1_later_take(h1_conn *c) {
  h1_later *later = &c->flight->later;
  const h1_handler run = later->run;
  later->run = NULL;
  return run;
}
