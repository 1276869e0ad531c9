/* Refusing the request being served. A fault of syntax or framing ends the
 * connection, because the next byte can no longer be trusted. Other refusals
 * read and drop a small body and go on. */
#include "server/conn/refuse.h"

#include <string.h>

#include "server/conn/admission.h"
#include "server/conn/context.h"
#include "server/conn/drop.h"
#include "server/conn/encode.h"
#include "server/conn/exchange.h"
#include "server/conn/flight.h"
#include "server/conn/kept.h"
#include "server/conn/refusal.h"
#include "server/conn/states.h"
#include "server/conn/validate.h"
#include "server/conn/window.h"

/* A tunnel may begin in the bytes after it. */
static bool is_connect(const h1_request *r) {
  return r->method_text.len == 7 &&
         memcmp(r->method_text.ptr, "CONNECT", 7) == 0;
}

/* Whether the rest of a refused request can be read and dropped, so that the
 * connection may serve another: only when its framing is beyond doubt. */
static bool may_go_on(const h1_conn *c, h1_error why) {
  const h1_verdict *v = &c->flight->verdict;
  const uint16_t status = h1_error_status(why);
  const bool sound = status == 404 || status == 405 || status == 412 ||
                     status == 416 || status == 417 || why == H1_METHOD_UNKNOWN;
  if (!sound || c->in != H1_IN_HEAD || c->context->lane) return false;
  if (is_connect(h1_conn_request(c))) return false;
  if (v->framing.kind == H1_BODY_NONE) return true;
  const bool waits_for_100 = v->expects_continue || why == H1_EXPECT_UNKNOWN ||
                             why == H1_METHOD_UNKNOWN;
  if (waits_for_100) return false;
  return v->framing.kind == H1_BODY_CHUNKED ||
         v->framing.length <= H1_DROP_BYTES;
}

/* 501 is decided before the request's own persistence is: ask again. */
static void ask_persistence(h1_conn *c) {
  bool persists = false;
  if (c->flight->persists) return;
  const h1_error fault =
      h1_persistence_of_request(h1_conn_request(c), &persists);
  if (fault == H1_OK && persists) h1_flight_persist(c);
}

/* The head was validated in an earlier turn, if at all: rules of its path hold
 * for a refusal too. */
static void find_again(h1_exchange *x, h1_conn *c) {
  h1_exchange_begin(x, c, h1_conn_request(c));
  if (c->flight->verdict.decoded) h1_relocate(x);
}

static void answer(h1_conn *c, h1_error why) {
  h1_exchange *x = &c->context->x;
  if (!h1_exchange_is_current(c)) find_again(x, c);
  h1_flight_no_sink(c);
  h1_make_refusal(x, why);
  h1_encode_reply(x);
}

/* Nothing more of the connection is read as requests. */
static void refuse_and_end(h1_conn *c, h1_error why) {
  h1_flight_last(c, true);
  h1_conn_set_in(c, H1_IN_DONE);
  h1_admission_release(c);
  if (c->out == H1_ANSWER_SENDING || c->out == H1_ANSWER_SENT) {
    h1_flight_blame(c, why);
  } else {
    answer(c, why);
  }
  h1_window_discard(c);
}

void h1_refuse(h1_conn *c, h1_error why) {
  if (!may_go_on(c, why)) {
    refuse_and_end(c, why);
    return;
  }
  ask_persistence(c);
  answer(c, why);
  const h1_framing *framing = &c->flight->verdict.framing;
  const bool no_body = framing->kind != H1_BODY_CHUNKED && framing->length == 0;
  if (no_body) {
    h1_conn_set_in(c, H1_IN_DONE);
  } else {
    h1_drop_begin(c);
  }
}
