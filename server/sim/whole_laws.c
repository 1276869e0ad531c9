/* What has to hold of a whole server: in a stop, and when all is over. */
#include "server/conn/deadlines.h"
#include "server/sim/routes.h"
#include "server/sim/whole_internal.h"

/* A turn has the time of its beginning. */
#define GRAIN_MS 20u

/* ---- a stop ---- */

static uint64_t drain_idle_ms(const h1_whole *w) {
  return h1_drain_idle_ms(&w->options.config);
}

static bool is_in_lane(const h1_whole *w, const h1_whole_client *c) {
  const h1_context *cx = &w->workers[w->count].cx;
  for (uint32_t i = 0; i < cx->fresh_conns; i++) {
    const h1_conn *conn = &cx->conns[i];
    if (conn->life != H1_LIFE_FREE &&
        conn->socket.fd == H1_SIM_FD + c->socket) {
      return true;
    }
  }
  return false;
}

/* Between two requests, or before the first: nothing is on its way. */
static bool is_at_rest(h1_whole *w, const h1_whole_client *c,
                       unsigned *answers) {
  unsigned statuses[H1_WHOLE_REQUESTS];
  bool closes = false;
  const h1_sim_socket *k = h1_whole_socket(w, c);
  const int count = h1_whole_answers(w, c, statuses, &closes);
  *answers = count > 0 ? (unsigned)count : 0;
  if (count < 0 || closes || k->finished || k->reset) return false;
  if (k->state != H1_SIM_OPEN || k->in_at != k->in_len) return false;
  if (c->kind != H1_WHOLE_GOOD && c->kind != H1_WHOLE_IDLE) return false;
  if (count > 0) return c->sent == c->ends[count - 1];
  return c->sent == 0 || c->sent == c->header;
}

void h1_whole_note_kept(h1_whole *w) {
  const uint64_t now_ms = h1_whole_now_ms(w);
  for (unsigned i = 0; i < w->client_count; i++) {
    h1_whole_client *c = &w->clients[i];
    const h1_sim_socket *k = h1_whole_socket(w, c);
    if (!c->accepted || !is_at_rest(w, c, &c->answers_then)) continue;
    if (is_in_lane(w, c) || k->hurt) continue;
    c->kept =
        k->moved_ms + drain_idle_ms(w) > now_ms + GRAIN_MS && k->moved_ms != 0;
  }
}

void h1_whole_check_kept(h1_whole *w) {
  for (unsigned i = 0; i < w->client_count; i++) {
    h1_whole_client *c = &w->clients[i];
    const h1_sim_socket *k = h1_whole_socket(w, c);
    if (!c->kept || k->ended_ms == 0) continue;
    c->kept = false;
    if (k->finished || k->reset || k->hurt) continue;
    const uint64_t until_ms = w->sim.shared.closing_ms + drain_idle_ms(w);
    unsigned statuses[H1_WHOLE_REQUESTS];
    bool closes = false;
    const int count = h1_whole_answers(w, c, statuses, &closes);
    if (k->ended_ms + GRAIN_MS >= until_ms) continue;
    /* Whoever asks again is not idle: he may give way as any other, and
     * check_unanswered wants a reason. */
    if (count > (int)c->answers_then || c->in_time > c->answers_then) continue;
    h1_sim_fail(&w->sim, "client %d was idle, and closed %llu ms too early",
                c->socket, (unsigned long long)(until_ms - k->ended_ms));
  }
}

void h1_whole_check_listeners_closed(h1_whole *w) {
  const uint64_t last_ms = w->sim.shared.closing_ms;
  for (unsigned i = 0; i < w->client_count; i++) {
    const h1_whole_client *c = &w->clients[i];
    if (c->door == H1_WHOLE_ADMIN || c->accepted || c->left ||
        c->connected_ms >= last_ms) {
      continue;
    }
    if (drain_idle_ms(w) < 1200 || w->faults) continue;
    h1_sim_fail(&w->sim, "client %d had connected and was not accepted",
                c->socket);
  }
}

/* ---- requests, answers and the log ---- */

typedef struct {
  const h1_whole_line *of[H1_WHOLE_REQUESTS + 2];
  unsigned count;
} entries;

static entries lines_of(const h1_whole *w, const h1_whole_client *c) {
  entries e = {{NULL}, 0};
  for (unsigned i = 0; i < w->line_count; i++) {
    if (w->lines[i].port != (unsigned)c->socket + 1) continue;
    if (e.count < sizeof e.of / sizeof e.of[0]) e.of[e.count] = &w->lines[i];
    e.count++;
  }
  return e;
}

/* Each answer is its request's, or a refusal, which is the last. */
static void check_statuses(h1_whole *w, const h1_whole_client *c,
                           const unsigned *statuses, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    const bool known = i < c->request_count;
    if (known && statuses[i] == h1_whole_expected(c->requests[i])) continue;
    const bool refused = statuses[i] >= 400 && i + 1 == count;
    if (refused) continue;
    h1_sim_fail(&w->sim, "client %d: answer %u is %u", c->socket, i,
                statuses[i]);
  }
}

static void check_log(h1_whole *w, const h1_whole_client *c,
                      const unsigned *statuses, unsigned count) {
  const h1_sim_socket *k = h1_whole_socket(w, c);
  const entries e = lines_of(w, c);
  /* An answer that a broken connection did not take is logged all the same, as
   * are those that wait in it when it gives way. */
  const bool broken = k->hurt || k->reset || k->refused;
  if (e.count < count || (e.count > count + 1 && !broken)) {
    h1_sim_fail(&w->sim, "client %d: %u answers and %u lines", c->socket, count,
                e.count);
    return;
  }
  for (unsigned i = 0; i < count; i++) {
    if (e.of[i]->status == statuses[i]) continue;
    h1_sim_fail(&w->sim, "client %d: answered %u, logged %u", c->socket,
                statuses[i], e.of[i]->status);
  }
  if (e.count == count || broken) return;
  if (e.of[count]->has_reason || e.of[count]->held_back) return;
  h1_sim_fail(&w->sim, "client %d: answer %u is logged as whole, and is not",
              c->socket, count);
}

/* Nobody's request is lost without a word. Who did not take an answer that was
 * logged is an exception: its line says that it was held back. */
static void check_unanswered(h1_whole *w, const h1_whole_client *c,
                             unsigned count, bool closes) {
  const h1_sim_socket *k = h1_whole_socket(w, c);
  if (count >= c->in_time || closes || k->reset || k->hurt || k->refused) {
    return;
  }
  const entries e = lines_of(w, c);
  if (e.count > count && e.of[count]->has_reason) return;
  h1_sim_fail(
      &w->sim,
      "client %d: %u requests arrived, %u were answered with %zu bytes, "
      "and no reason is known",
      c->socket, c->in_time, count, k->out_len);
}

/* Nobody is refused for its share who never had more. */
static void check_refused_for_share(h1_whole *w, const h1_whole_client *c) {
  const entries e = lines_of(w, c);
  const unsigned share = w->options.config.max_client_connections;
  for (unsigned i = 0; i < e.count && i < sizeof e.of / sizeof e.of[0]; i++) {
    if (!e.of[i]->for_share || w->most[c->host] > share) continue;
    h1_sim_fail(&w->sim, "client %d was refused for a share of %u, and had %u",
                c->socket, share, w->most[c->host]);
  }
}

void h1_whole_check_ledger(h1_whole *w) {
  const bool all_logged = h1_log_lost(w->log) == 0;
  for (unsigned i = 0; i < w->client_count; i++) {
    const h1_whole_client *c = &w->clients[i];
    if (!c->accepted) continue;
    unsigned statuses[H1_WHOLE_REQUESTS] = {0};
    bool closes = false;
    const int count = h1_whole_answers(w, c, statuses, &closes);
    if (count < 0) {
      h1_sim_fail(&w->sim, "client %d: what was sent is no answer", c->socket);
      continue;
    }
    check_statuses(w, c, statuses, (unsigned)count);
    if (!all_logged) continue;
    check_log(w, c, statuses, (unsigned)count);
    check_refused_for_share(w, c);
    check_unanswered(w, c, (unsigned)count, closes);
  }
}

/* ---- nothing is left ---- */

static void check_clients_table(h1_whole *w) {
  const uint32_t rows =
      h1_clients_rows(w->options.config.max_connections +
                      sizeof w->sim.items / sizeof w->sim.items[0]);
  for (uint32_t id = 2; id < rows; id++) {
    const uint32_t held = h1_clients_held(w->sim.shared.clients, id);
    if (held == 0) continue;
    h1_sim_fail(&w->sim, "client table: row %u counts %u", id, held);
  }
}

static void check_counts(h1_whole *w) {
  uint64_t opened = w->acceptor.lost, closed = w->acceptor.lost, lines = 0;
  for (unsigned i = 0; i <= w->count; i++) {
    opened += h1_counter_get(&w->metrics[i].connections_opened);
    closed += h1_counter_get(&w->metrics[i].connections_closed);
    lines += h1_counter_get(&w->metrics[i].log_lines);
    w->totals->requests += h1_counter_get(&w->metrics[i].requests);
  }
  const uint64_t accepted = h1_counter_get(&w->acceptor_metrics.accepted);
  if (opened != accepted || closed != accepted) {
    h1_sim_fail(&w->sim, "%llu accepted, %llu opened, %llu closed",
                (unsigned long long)accepted, (unsigned long long)opened,
                (unsigned long long)closed);
  }
  if (lines != w->line_count + h1_log_lost(w->log)) {
    h1_sim_fail(&w->sim, "%llu lines logged, %u read, %llu lost",
                (unsigned long long)lines, w->line_count,
                (unsigned long long)h1_log_lost(w->log));
  }
  if (atomic_load(&w->sim.shared.slots_left) !=
      w->options.config.max_connections) {
    h1_sim_fail(&w->sim, "%u slots left of %u",
                atomic_load(&w->sim.shared.slots_left),
                w->options.config.max_connections);
  }
  if (atomic_load(&w->sim.shared.unacked) != 0) {
    h1_sim_fail(&w->sim, "unacknowledged bytes are counted still");
  }
}

static void check_blocks(h1_whole *w) {
  size_t blocks = h1_depot_left(&w->depot);
  for (unsigned i = 0; i < w->count; i++) {
    blocks += w->workers[i].cx.large.total;
  }
  if (blocks != w->blocks) {
    h1_sim_fail(&w->sim, "%zu blocks, there were %zu", blocks, w->blocks);
  }
  if (atomic_load(&w->sim.shared.aside) != 0) {
    h1_sim_fail(&w->sim, "blocks are set aside still");
  }
}

void h1_whole_check_end(h1_whole *w) {
  for (unsigned i = 0; i <= w->count; i++) {
    w->sim.worker = &w->workers[i];
    h1_sim_check_worker_empty(&w->sim);
  }
  for (unsigned i = 0; i < w->client_count; i++) {
    const h1_sim_state state = h1_whole_socket(w, &w->clients[i])->state;
    if (w->clients[i].accepted && state != H1_SIM_CLOSED) {
      h1_sim_fail(&w->sim, "the descriptor of client %d is left open",
                  w->clients[i].socket);
    }
  }
  check_clients_table(w);
  h1_sim_check_shares(&w->sim);
  check_blocks(w);
  check_counts(w);
  h1_sim_check_handlers(&w->sim);
  h1_whole_check_ledger(w);
}
