/* Accounting: a finished exchange in metrics and log.
 *
 * All that a turn finishes is noted first and written after the send that takes
 * it out, with one more reading of the clock: that is what latency means. Where
 * that send does not take all, the line says how much it did (serve.c waits for
 * it where it can). */
#include "server/conn/account.h"

#include <string.h>

#include "server/conn/client.h"
#include "server/conn/context.h"
#include "server/conn/kept.h"
#include "server/conn/out.h"
#include "server/sys.h"

/* Both ends that a line names; the client's text is written only where it is
 * another than the peer's. */
static void fill_ends(const h1_conn *c, h1_log_entry *e) {
  h1_context *cx = c->context;
  const h1_peer *client = h1_client_of(c);
  char *text = cx->clients[cx->record_count];
  if (!h1_log_enabled(cx->shared->log)) return;
  if (cx->peer_len == 0) cx->peer_len = h1_peer_text(&c->socket.peer, cx->peer);
  e->peer = (h1_slice){(const uint8_t *)cx->peer, cx->peer_len};
  e->peer_port = c->socket.peer.port;
  e->client = e->peer;
  e->client_port = client->port;
  if (client != &c->socket.peer) {
    e->client = (h1_slice){(const uint8_t *)text, h1_peer_text(client, text)};
  }
  e->client_stopped = h1_origin_stopped_name(c->flight->client.stopped);
}

static void fill_entry(const h1_conn *c, h1_log_entry *e) {
  const h1_request *r = h1_conn_request(c);
  memset(e, 0, sizeof *e);
  fill_ends(c, e);
  e->method = r->method_text;
  e->target = r->target;
  e->minor_version = r->minor_version;
  e->head_decoded = c->flight->verdict.decoded;
  e->has_request_line = r->method_text.len != 0;
  e->status = c->flight->status;
  e->bytes = c->flight->answer.sent;
  e->reused = c->requests > 1;
  e->reason = c->flight->reason;
  e->format = c->flight->snapshot->config->log_format;
  e->unlogged = c->flight->unlogged;
  if (c->flight->head_bytes == 0) return;
  e->host = h1_fields_get(&r->fields, H1_FIELD_HOST);
  e->referer = h1_fields_get(&r->fields, H1_FIELD_REFERER);
  e->user_agent = h1_fields_get(&r->fields, H1_FIELD_USER_AGENT);
}

static void write_record(h1_context *cx, h1_log_entry *e, uint64_t start_ns,
                         uint64_t now_ns) {
  h1_metrics *m = cx->metrics;
  /* Who is refused before a byte of his has come has not waited for us. */
  const bool began = start_ns != 0 && now_ns > start_ns;
  e->latency_us = began ? (now_ns - start_ns) / 1000u : 0;
  h1_counter_add(&m->requests, 1);
  h1_counter_add(&m->status_class[e->status / 100 < 6 ? e->status / 100 : 0],
                 1);
  if (e->reason != H1_OK) h1_counter_add(&m->refusals[e->reason], 1);
  if (e->reused) h1_counter_add(&m->reused, 1);
  h1_metrics_latency(m, e->latency_us);
  if (e->unlogged || !h1_log_enabled(cx->shared->log)) return;
  const uint64_t now_us = now_ns >= cx->now_ns
                              ? cx->now_us + (now_ns - cx->now_ns) / 1000u
                              : cx->now_us - (cx->now_ns - now_ns) / 1000u;
  e->time_s = (int64_t)(now_us / 1000000u);
  e->time_us = (uint32_t)(now_us % 1000000u);
  const bool taken = h1_log_write_as(cx->shared->log, cx->index, e->format, e);
  h1_counter_add(taken ? &m->log_lines : &m->log_drops, 1);
}

/* Its answer begins where the one before it ends; the body is the last of it.
 */
static void note_unsent(h1_context *cx, unsigned i) {
  h1_log_entry *e = &cx->records[i];
  const uint64_t from = i == 0 ? 0 : cx->record_end_at[i - 1];
  const uint64_t until = cx->record_end_at[i];
  const uint64_t sent = cx->turn_bytes > from ? cx->turn_bytes : from;
  e->unsent = until > sent ? until - sent : 0;
  e->bytes -= e->unsent < e->bytes ? e->unsent : e->bytes;
}

void h1_settle(h1_conn *c) {
  h1_context *cx = c->context;
  if (cx->record_count == 0) {
    h1_out_flush(c);
    return;
  }
  const uint64_t now_ns = h1_sys_monotonic_ns();
  h1_out_flush(c);
  for (unsigned i = 0; i < cx->record_count; i++) {
    const uint64_t end_ns = cx->record_end_ns[i];
    note_unsent(cx, i);
    write_record(cx, &cx->records[i], cx->record_start_ns[i],
                 end_ns != 0 ? end_ns : now_ns);
  }
  cx->record_count = 0;
  cx->peer_len = 0;
}

void h1_account(h1_conn *c) {
  h1_context *cx = c->context;
  if (cx->record_count == H1_TURN_REQUESTS) h1_settle(c);
  fill_entry(c, &cx->records[cx->record_count]);
  cx->record_start_ns[cx->record_count] = c->times.head_ns;
  cx->record_end_ns[cx->record_count] = c->flight->times.answered_ns;
  cx->record_end_at[cx->record_count] = cx->turn_bytes + h1_out_unsent(c);
  cx->record_count++;
  /* A kept head's bytes go with the exchange: it is accounted at once. */
  if (c->flight->kept != NULL) h1_settle(c);
}
