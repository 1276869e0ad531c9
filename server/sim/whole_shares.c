/* A share for each client, and what it means: while there is room it counts
 * for nothing; when places are short, who is above it gives way to others even
 * if it progresses; and its own newcomers wait and are refused with a reason of
 * their own. */
#define _GNU_SOURCE
#include <string.h>

#include "server/sim/whole_internal.h"

#define FEED_MS 250u
#define FEED_BYTES 300u /* well above the least rate */
#define FEEDS_PROBE 4u  /* a second */
#define FEEDS_QUEUE 10u /* the queue's time, and the lane's */

static h1_whole_client *come(h1_whole *w, h1_whole_kind kind) {
  h1_whole_client *c = h1_whole_connect(w, kind);
  h1_whole_deliver(w, c, c->len);
  return c;
}

static bool is_served_still(h1_whole *w, const h1_whole_client *c) {
  const h1_sim_socket *k = h1_whole_socket(w, c);
  return k->state == H1_SIM_OPEN && k->out_len == 0;
}

static unsigned count_served(h1_whole *w) {
  unsigned served = 0;
  for (unsigned i = 0; i < w->client_count; i++) {
    const h1_whole_client *c = &w->clients[i];
    if (c->kind == H1_WHOLE_BUSY && is_served_still(w, c)) served++;
  }
  return served;
}

/* All who are served go on sending, until there is an answer. */
static void feed(h1_whole *w, unsigned times, const h1_whole_client *awaited) {
  static const char bytes[FEED_BYTES];
  const h1_sim_socket *k = h1_whole_socket(w, awaited);
  for (unsigned n = 0; n < times && k->out_len == 0; n++) {
    for (unsigned i = 0; i < w->client_count; i++) {
      const h1_whole_client *c = &w->clients[i];
      if (c->kind != H1_WHOLE_BUSY || !is_served_still(w, c)) continue;
      h1_sim_deliver(&w->sim, c->socket, bytes, sizeof bytes);
    }
    h1_whole_wait(w, FEED_MS, k);
  }
}

static bool has_answer(h1_whole *w, const h1_whole_client *c, unsigned status) {
  unsigned statuses[H1_WHOLE_REQUESTS] = {0};
  bool closes = false;
  return h1_whole_answers(w, c, statuses, &closes) == 1 &&
         statuses[0] == status;
}

static bool says(h1_whole *w, const h1_whole_client *c, const char *text) {
  const h1_sim_socket *k = h1_whole_socket(w, c);
  return k->out_len > 0 &&
         memmem(k->out, k->out_len, text, strlen(text)) != NULL;
}

void h1_whole_check_shares(h1_whole *w) {
  const unsigned places = w->options.config.max_connections;
  for (unsigned i = 0; i < places; i++) {
    (void)come(w, H1_WHOLE_BUSY);
    h1_whole_wait(w, 10, NULL);
  }
  h1_whole_wait(w, 100, NULL);
  if (count_served(w) != places) {
    h1_sim_fail(&w->sim,
                "%u of %u connections of one client are served, and "
                "there was room",
                count_served(w), places);
    return;
  }
  const h1_whole_client *one_more = come(w, H1_WHOLE_BUSY);
  h1_whole_wait(w, 20, NULL);
  const h1_whole_client *other = come(w, H1_WHOLE_PROBE);
  w->totals->probes++;
  feed(w, FEEDS_PROBE, other);
  if (!has_answer(w, other, 200)) {
    h1_sim_fail(&w->sim,
                "client %d has nothing, and was not served for one "
                "who has all",
                other->socket);
  }
  feed(w, FEEDS_QUEUE, one_more);
  if (!has_answer(w, one_more, 503) ||
      !says(w, one_more, "client_connections")) {
    h1_sim_fail(&w->sim,
                "client %d is one too many of its address, and was not "
                "told so",
                one_more->socket);
  }
  if (count_served(w) + 1 < places) {
    h1_sim_fail(&w->sim, "%u of %u gave way for one", places - count_served(w),
                places);
  }
}
