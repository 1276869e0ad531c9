/* The edges of the state machines, as bit sets: EDGES[from] has to's bit. */
#include "server/conn/states.h"

#include "server/conn/context.h"
#include "server/conn/flight.h"
#include "server/conn/socket.h"
#include "server/sys.h"

#define TO(state) (1u << (state))

static const unsigned LIFE_EDGES[] = {
    [H1_LIFE_FREE] = TO(H1_LIFE_OPEN),
    [H1_LIFE_OPEN] = TO(H1_LIFE_LINGER) | TO(H1_LIFE_FREE),
    [H1_LIFE_LINGER] = TO(H1_LIFE_FREE),
};

/* To DONE from anywhere: a refusal reads no more of the request. */
static const unsigned IN_EDGES[] = {
    [H1_IN_HEAD] = TO(H1_IN_BODY) | TO(H1_IN_DONE),
    [H1_IN_BODY] = TO(H1_IN_TRAILERS) | TO(H1_IN_DONE),
    [H1_IN_TRAILERS] = TO(H1_IN_DONE),
    [H1_IN_DONE] = TO(H1_IN_HEAD) | TO(H1_IN_DONE),
};

/* From IDLE to SENDING: a head that is refused waits for nobody. */
static const unsigned OUT_EDGES[] = {
    [H1_ANSWER_IDLE] = TO(H1_ANSWER_WAITING) | TO(H1_ANSWER_SENDING),
    [H1_ANSWER_WAITING] = TO(H1_ANSWER_SENDING),
    [H1_ANSWER_SENDING] = TO(H1_ANSWER_SENT),
    [H1_ANSWER_SENT] = TO(H1_ANSWER_IDLE),
};

void h1_conn_fault(h1_conn *c, const char *what) {
  h1_sys_cannot_be(what);
  h1_counter_add(&c->context->metrics->internal_errors, 1);
  if (c->flight != NULL) h1_flight_blame(c, H1_INTERNAL_ERROR);
  h1_socket_break(c);
}

void h1_conn_set_life(h1_conn *c, h1_life to) {
  if ((LIFE_EDGES[c->life] & TO(to)) == 0) h1_conn_fault(c, "no edge of life");
  c->life = to;
}

void h1_conn_set_in(h1_conn *c, h1_in to) {
  if ((IN_EDGES[c->in] & TO(to)) == 0) h1_conn_fault(c, "no edge of in");
  c->in = to;
}

void h1_conn_set_out(h1_conn *c, h1_out to) {
  if ((OUT_EDGES[c->out] & TO(to)) == 0) h1_conn_fault(c, "no edge of out");
  c->out = to;
}
