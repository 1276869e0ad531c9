/* The connection state machine over simulated sockets: the input is a script of
 * what up to four clients, the kernel and the clock do. The simulator checks
 * the worker's invariants after every turn; here: what the clients get.
 *
 *  1. Every byte sent is part of a well-formed answer, read by a reader of its
 *     own; nothing follows an answer that says close.
 *  2. A client that sent only requests of laws/connection_traffic.c, to a
 *     server that was in no trouble, gets one answer for each whole request, in
 *     order, with the status listed there, unless an answer before it closed
 *     the connection.
 *  3. The worker's work is linear in the bytes it takes and sends and in its
 *     turns, calls of the kernel and ticks, however they are cut.
 *  4. Where connections begin with a PROXY header, whoever has none, or a wrong
 *     one, gets a single answer, which is a refusal.
 *  5. When everyone has left, nothing is: no slot, block, promise, descriptor,
 *     and every handler was told of its end once.
 *
 * Input: a byte of options, then operations: a byte (client in the two low
 * bits, what in the others) and its arguments. Raw bytes stand in it as they
 * are, so that the dictionary is of use. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/engine/work.h"
#include "fuzz/laws/connection.h"
#include "server/base/wheel.h"
#include "server/sim/routes.h"
#include "server/sim/sim.h"

#define CLIENTS 4
#define OPERATIONS 400
#define QUIET_TURNS 30
/* Below every deadline of the options used. */
#define CALM_MS 900

/* ---- clients ---- */

typedef connection_client client;

typedef struct {
  h1_sim *sim;
  fuzz_input in;
  client clients[CLIENTS];
  connection_world world;
  uint64_t passed_ms;
  uint64_t arrived, sent; /* bytes; `sent` without those of the clients here */
} script;

/* Per byte that arrived or was sent; per turn, call, operation and tick of the
 * clock. */
static const fuzz_work_bound WORK = {"connection", 30, 5000};

static void append(client *c, const void *bytes, size_t len) {
  memcpy(c->queue + c->queued, bytes, len);
  c->queued += len;
}

static void add_header(script *s, client *c) {
  const connection_header *h = connection_header_of(fuzz_byte(&s->in));
  append(c, h->bytes, h->len);
  c->raw = !h->good;
}

static void connect_client(script *s, client *c) {
  if (c->id >= 0) {
    size_t len = 0;
    (void)h1_sim_output(s->sim, c->id, &len);
    s->sent += len;
  }
  c->id = s->world.proxied ? h1_sim_connect_proxied(s->sim, 1)
                           : h1_sim_connect(s->sim);
  c->queued = 0;
  c->delivered = 0;
  c->count = 0;
  c->raw = false;
  c->finished = false;
  c->disturbed = false;
  if (s->world.proxied) add_header(s, c);
}

/* ---- operations ---- */

static void add_request(script *s, client *c) {
  const connection_request *r = connection_request_of(fuzz_byte(&s->in));
  const size_t len = strlen(r->text);
  if (c->count == CONNECTION_REQUESTS) return;
  if (len > CONNECTION_QUEUE - c->queued) return;
  append(c, r->text, len);
  c->asked[c->count] = r;
  c->ends[c->count++] = c->queued;
}

static void add_raw(script *s, client *c) {
  const h1_slice bytes = fuzz_bytes(&s->in, fuzz_byte(&s->in));
  if (bytes.len == 0 || bytes.len > CONNECTION_QUEUE - c->queued) return;
  append(c, bytes.ptr, bytes.len);
  c->raw = true;
}

static void deliver(script *s, client *c, size_t most) {
  if (c->finished) return;
  const size_t left = c->queued - c->delivered;
  const size_t n = most == 0 || most > left ? left : most;
  if (n > 0 && h1_sim_client_state(s->sim, c->id) >= H1_SIM_HALF) {
    c->disturbed = true; /* it was closed before this was sent */
  }
  h1_sim_deliver(s->sim, c->id, c->queue + c->delivered, n);
  c->delivered += n;
  s->arrived += n;
}

static void pass(script *s, uint64_t ms) {
  s->passed_ms += ms;
  if (s->passed_ms > CALM_MS) s->world.trouble = true;
  h1_sim_pass(s->sim, ms);
}

static void fail_call(script *s) {
  static const int errors[] = {0,         EAGAIN, ECONNRESET, EPIPE,
                               ETIMEDOUT, ENOMEM, ENOBUFS,    EIO};
  const size_t ahead = fuzz_byte(&s->in);
  const int error = errors[fuzz_byte(&s->in) % 8];
  if (error != 0 && error != EAGAIN) s->world.trouble = true;
  h1_sim_fail_call(s->sim, h1_sim_call_count(s->sim) + ahead, error);
}

/* A client that has left may come again as another. */
static void reconnect(script *s, client *c) {
  if (c->id >= 0 && h1_sim_client_state(s->sim, c->id) != H1_SIM_CLOSED) return;
  connection_check(s->sim, &s->world, c, true);
  connect_client(s, c);
}

static void end_client(script *s, client *c, bool reset) {
  if (!reset) {
    c->finished = true;
    h1_sim_finish(s->sim, c->id);
    return;
  }
  c->disturbed = true;
  h1_sim_reset(s->sim, c->id);
}

/* What client `c` does, or its kernel; `what` below 10. */
static void operate_client(script *s, client *c, unsigned what) {
  switch (what) {
    case 0:
      add_request(s, c);
      break;
    case 1:
      add_raw(s, c);
      break;
    case 2:
      deliver(s, c, fuzz_byte(&s->in));
      h1_sim_settle(s->sim);
      break;
    case 3:
      deliver(s, c, 0);
      break;
    case 4:
      deliver(s, c, (size_t)fuzz_byte(&s->in) * 64);
      h1_sim_turn(s->sim);
      break;
    case 5:
      end_client(s, c, false);
      break;
    case 6:
      end_client(s, c, true);
      break;
    case 7: {
      const uint8_t room = fuzz_byte(&s->in);
      h1_sim_set_room(s->sim, c->id, room == 255 ? SIZE_MAX : room * 37u);
      break;
    }
    case 8: {
      const uint8_t most = fuzz_byte(&s->in);
      h1_sim_set_send_max(s->sim, c->id, most == 0 ? SIZE_MAX : most * 11u);
      break;
    }
    default:
      reconnect(s, c);
      break;
  }
}

/* What happens to all. */
static void operate_world(script *s, unsigned what) {
  switch (what) {
    case 10:
      pass(s, (uint64_t)fuzz_byte(&s->in) * 4);
      break;
    case 11:
      pass(s, (uint64_t)fuzz_byte(&s->in) * 1000);
      break;
    case 12:
      fail_call(s);
      break;
    case 13:
      h1_sim_wake_all();
      h1_sim_turn(s->sim);
      break;
    case 14:
      h1_sim_settle(s->sim);
      break;
    default: /* the argument makes these rare: they end most of what can be */
      if (what == 15 && fuzz_byte(&s->in) == 'd') h1_sim_drain(s->sim);
      if (what == 16 && fuzz_byte(&s->in) == 'c') {
        h1_sim_close_listeners(s->sim);
        s->world.trouble = true;
      }
      h1_sim_settle(s->sim);
      break;
  }
}

static void operate(script *s) {
  const uint8_t op = fuzz_byte(&s->in);
  const unsigned what = (op >> 2) % 17;
  client *c = &s->clients[op & 3];
  if (c->id < 0) connect_client(s, c);
  if (c->id < 0) return;
  if (what < 10) {
    operate_client(s, c, what);
  } else {
    operate_world(s, what);
  }
}

/* ---- the run ---- */

/* A small world: little memory to clear, and its limits within reach. */
static h1_sim_options *options_of(bool scarce, bool lane, uint32_t slots) {
  static h1_sim_options kinds[2];
  static bool made;
  if (!made) {
    for (int i = 0; i < 2; i++) {
      h1_sim_options_init(&kinds[i]);
      h1_sim_options_proxies(&kinds[i]);
      kinds[i].config.limits.body_bytes = 20000;
      kinds[i].config.buffer_memory = 0;
    }
    made = true;
  }
  h1_sim_options *o = &kinds[scarce];
  o->lane = lane;
  o->config.max_connections = slots;
  return o;
}

static h1_sim *start(h1_sim_options *o, bool scarce) {
  char message[256];
  if (o->config.buffer_memory == 0) {
    const uint64_t plenty = scarce ? 0 : (uint64_t)1 << 20;
    o->config.buffer_memory = h1_sim_least_memory(o) + plenty;
  }
  h1_sim *s = h1_sim_start(o, message);
  FUZZ_CHECK(s != NULL);
  h1_sim_set_file(s, 0, H1_SIM_FILE);
  h1_sim_set_file(s, 1, 1000);
  return s;
}

static size_t bytes_sent(const script *s) {
  size_t sum = 0;
  for (int i = 0; i < CLIENTS; i++) {
    size_t len = 0;
    if (s->clients[i].id < 0) continue;
    (void)h1_sim_output(s->sim, s->clients[i].id, &len);
    sum += len;
  }
  return sum;
}

/* Everyone takes all there is; who waits is woken, until that changes nothing.
 */
static void calm_down(script *s) {
  h1_sim_fail_call(s->sim, SIZE_MAX, 0);
  for (int i = 0; i < CLIENTS; i++) {
    const client *c = &s->clients[i];
    if (c->id < 0) continue;
    h1_sim_set_room(s->sim, c->id, SIZE_MAX);
    h1_sim_set_send_max(s->sim, c->id, SIZE_MAX);
  }
  h1_sim_settle(s->sim);
  size_t before = 0;
  for (int quiet = 0; quiet < QUIET_TURNS && h1_sim_open(s->sim) > 0; quiet++) {
    const size_t sent = bytes_sent(s);
    if (sent != before) quiet = 0;
    before = sent;
    h1_sim_wake_all();
    h1_sim_settle(s->sim);
    h1_sim_pass(s->sim, 50);
  }
}

static void leave(script *s) {
  for (int i = 0; i < CLIENTS; i++) {
    if (s->clients[i].id >= 0) h1_sim_finish(s->sim, s->clients[i].id);
  }
  for (int i = 0; i < 200; i++) {
    h1_sim_settle(s->sim);
    if (h1_sim_open(s->sim) == 0 && h1_sim_queue_depth(s->sim) == 0) return;
    h1_sim_pass(s->sim, 2000);
    h1_sim_wake_all();
  }
}

const fuzz_shape fuzz_shape_of_input = {.option_bytes = 1,
                                        .has_lines = false,
                                        .has_chunks = false,
                                        .longest = 2048};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static script s;
  s.in.rest = (h1_slice){data, size};
  const uint8_t options = fuzz_byte(&s.in);
  const bool scarce = (options & 4) != 0;
  s.world.lane = (options & 24) == 24;
  s.world.proxied = (options & 32) != 0;
  s.world.trouble = false;
  s.world.short_of_memory = scarce;
  s.passed_ms = 0;
  s.sim = start(options_of(scarce, s.world.lane, 1 + (options & 3)), scarce);
  s.arrived = 0;
  s.sent = 0;
  for (int i = 0; i < CLIENTS; i++) s.clients[i].id = -1;
  const uint64_t began_ms = h1_sim_now_ms(s.sim);
  uint64_t operations = 0;
  fuzz_work_begin();
  while (operations < OPERATIONS && s.in.rest.len > 0) {
    operate(&s);
    operations++;
  }
  calm_down(&s);
  fuzz_work_law(&WORK, fuzz_work_end(), s.arrived + s.sent + bytes_sent(&s),
                operations + h1_sim_turns(s.sim) + h1_sim_call_count(s.sim) +
                    (h1_sim_now_ms(s.sim) - began_ms) / H1_WHEEL_TICK_MS);
  for (int i = 0; i < CLIENTS; i++) {
    connection_check(s.sim, &s.world, &s.clients[i], true);
  }
  leave(&s);
  for (int i = 0; i < CLIENTS; i++) {
    connection_check(s.sim, &s.world, &s.clients[i], false);
  }
  const char *fault = h1_sim_stop(s.sim);
  fuzz_say("%s\n", fault);
  const bool sound = fault[0] == '\0';
  FUZZ_CHECK(sound);
  return 0;
}
