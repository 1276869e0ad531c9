/* The clients of a whole server: what they send, when, and what they got. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/sim/response.h"
#include "server/sim/routes.h"
#include "server/sim/whole_internal.h"

#define HOSTS 6u
#define PROBE_HOST 200u
#define BUSY_HOST 100u
#define HOST " HTTP/1.1\r\nHost: a\r\n"

/* ---- requests ---- */

typedef struct {
  const char *text;
  unsigned status;
} request;

static const request requests[] = {
    {"GET /small" HOST "\r\n", 200},
    {"GET /small" HOST "\r\n", 200},
    {"GET /none" HOST "\r\n", 404},
    {"GET /large" HOST "\r\n", 200},
    {"GET /copy" HOST "\r\n", 200},
    {"GET /file" HOST "\r\n", 200},
    {"GET /pull" HOST "\r\n", 200},
    {"GET /pull-wait" HOST "\r\n", 200},
    {"GET /later-time" HOST "\r\n", 200},
    {"GET /user/me" HOST "\r\n", 200},
    {"DELETE /small" HOST "\r\n", 405},
    {"GET /small" HOST "Connection: close\r\n\r\n", 200},
    {"POST /echo" HOST "Content-Length: 20\r\n\r\ntwenty bytes, really", 200},
    {"POST /count" HOST
     "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
     200},
    {"POST /sink" HOST "Content-Length: 20\r\n\r\ntwenty bytes, really", 200},
    {"POST /echo-later" HOST "Content-Length: 5\r\n\r\nhello", 200},
    {"GET / HTTP/2.0\r\n\r\n", 505},
    /* Of those who do nothing for it. */
    {"GET /pull-wake" HOST "\r\n", 200},
    {"GET /large" HOST "\r\n", 200},
};
#define ALL ((unsigned)(sizeof requests / sizeof requests[0]))
#define GOOD (ALL - 2u)
#define UPLOAD_AT 12u
#define PULL_AT (ALL - 2u)
#define UNREAD_AT (ALL - 1u)

unsigned h1_whole_expected(unsigned at) { return requests[at].status; }

static void add(h1_whole_client *c, const char *text) {
  const size_t len = strlen(text);
  if (c->len + len > sizeof c->bytes) abort();
  memcpy(c->bytes + c->len, text, len);
  c->len += len;
}

static void add_request(h1_whole_client *c, unsigned at) {
  c->requests[c->request_count] = at;
  add(c, requests[at].text);
  c->ends[c->request_count++] = c->len;
}

/* ---- PROXY headers ---- */

static void add_bytes(h1_whole_client *c, const char *bytes, size_t len) {
  if (c->len + len > sizeof c->bytes) abort();
  memcpy(c->bytes + c->len, bytes, len);
  c->len += len;
}

/* Its source is 192.0.2.`host`, with the port that the log knows it by. */
static void add_header(h1_whole *w, h1_whole_client *c) {
  static const char local[] = "\r\n\r\n\0\r\nQUIT\n\x20\0\0";
  char block[] =
      "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\0\xc0\0\2\1\0\0\0\x50";
  char line[64];
  const unsigned port = (unsigned)c->socket + 1;
  /* Of a probe it must be known that it is another client. */
  switch (h1_whole_below(w, 4) | (c->kind == H1_WHOLE_PROBE ? 2 : 0)) {
    case 0:
      add(c, "PROXY UNKNOWN\r\n");
      break;
    case 1:
      add_bytes(c, local, sizeof local); /* its length ends in that zero */
      break;
    case 2:
      block[19] = (char)c->host;
      block[24] = (char)(port >> 8);
      block[25] = (char)port;
      add_bytes(c, block, sizeof block - 1);
      break;
    default:
      snprintf(line, sizeof line, "PROXY TCP4 192.0.2.%u 192.0.2.1 %u 80\r\n",
               c->host, port);
      add(c, line);
      break;
  }
  c->header = c->len;
}

static void add_wrong_header(h1_whole *w, h1_whole_client *c) {
  static const char *const wrong[] = {
      "", "PROXY TCP4 192.0.2.1 192.0.2.2 1 02\r\n", "PROXY UDP4\r\n",
      "\r\n\r\nGET /small", "PROXY UNKNOWN\n"};
  add(c, wrong[h1_whole_below(w, sizeof wrong / sizeof wrong[0])]);
  add(c, requests[0].text);
}

static void write_script(h1_whole *w, h1_whole_client *c) {
  if (c->door == H1_WHOLE_PROXIED && c->kind != H1_WHOLE_SILENT &&
      c->kind != H1_WHOLE_HEADLESS) {
    add_header(w, c);
  }
  switch (c->kind) {
    case H1_WHOLE_GOOD:
      for (unsigned n = 1 + h1_whole_below(w, H1_WHOLE_REQUESTS); n > 0; n--) {
        add_request(c, h1_whole_below(w, GOOD));
      }
      break;
    case H1_WHOLE_PROBE: /* memory for a body is a place too */
      add_request(c, h1_whole_chance(w, 2) ? 0 : UPLOAD_AT);
      break;
    case H1_WHOLE_IDLE:
      add_request(c, 0);
      break;
    case H1_WHOLE_SLOW_HEAD:
      add(c, "GET /small HTTP/1.1\r\nHo");
      break;
    case H1_WHOLE_BUSY:
      add(c, "POST /sink" HOST "Content-Length: 50000\r\n\r\n");
      for (int i = 0; i < 30; i++) add(c, "twenty bytes, really");
      break;
    case H1_WHOLE_SLOW_BODY:
      add(c, "POST /echo" HOST "Content-Length: 50000\r\n\r\na little");
      break;
    case H1_WHOLE_PULL:
      add_request(c, PULL_AT);
      break;
    case H1_WHOLE_UNREAD:
      add_request(c, UNREAD_AT);
      break;
    case H1_WHOLE_HEADLESS:
      add_wrong_header(w, c);
      break;
    case H1_WHOLE_SILENT:
    case H1_WHOLE_KINDS:
      break;
  }
}

/* ---- coming, sending, going ---- */

static h1_whole_door a_door(h1_whole *w, h1_whole_kind kind) {
  const bool probes = kind == H1_WHOLE_PROBE;
  if (kind == H1_WHOLE_HEADLESS) return H1_WHOLE_PROXIED;
  if (kind == H1_WHOLE_BUSY) return H1_WHOLE_PUBLIC;
  if (w->proxies && !(probes && w->strangers) && h1_whole_chance(w, 2)) {
    return H1_WHOLE_PROXIED;
  }
  return kind == H1_WHOLE_GOOD && h1_whole_chance(w, 10) ? H1_WHOLE_ADMIN
                                                         : H1_WHOLE_PUBLIC;
}

h1_whole_client *h1_whole_connect(h1_whole *w, h1_whole_kind kind) {
  h1_whole_client *c = &w->clients[w->client_count++];
  c->kind = kind;
  c->socket = h1_sim_socket_add(&w->sim);
  c->host = kind == H1_WHOLE_PROBE ? (uint8_t)(PROBE_HOST + w->probes++)
                                   : (uint8_t)(1 + h1_whole_below(w, HOSTS));
  if (kind == H1_WHOLE_BUSY) c->host = BUSY_HOST;
  c->door = a_door(w, kind);
  c->connected_ms = h1_whole_now_ms(w);
  write_script(w, c);
  w->totals->connections++;
  h1_sim_socket *k = h1_whole_socket(w, c);
  if (kind == H1_WHOLE_UNREAD) {
    k->room = 2000;
    k->holds_back = true;
  }
  h1_whole_say(w, "client %d of host %u, kind %d, connects", c->socket, c->host,
               (int)kind);
  return c;
}

static bool reads_still(h1_whole *w, const h1_whole_client *c) {
  const h1_sim_socket *k = h1_whole_socket(w, c);
  return k->state == H1_SIM_QUEUED || k->state == H1_SIM_OPEN;
}

void h1_whole_deliver(h1_whole *w, h1_whole_client *c, size_t n) {
  h1_sim_deliver(&w->sim, c->socket, c->bytes + c->sent, n);
  c->sent += n;
  h1_whole_say(w, "client %d sends %zu bytes, %zu of %zu", c->socket, n,
               c->sent, c->len);
  if (!reads_still(w, c)) return;
  while (c->in_time < c->request_count && c->ends[c->in_time] <= c->sent) {
    c->in_time++;
  }
}

static void leave(h1_whole *w, h1_whole_client *c, bool abruptly) {
  h1_sim_socket *k = h1_whole_socket(w, c);
  if (k->finished || k->reset) return;
  h1_whole_say(w, "client %d %s", c->socket, abruptly ? "resets" : "finishes");
  if (k->room != SIZE_MAX) h1_sim_set_room(&w->sim, c->socket, SIZE_MAX);
  k->holds_back = false;
  if (abruptly) {
    h1_sim_reset(&w->sim, c->socket);
  } else {
    h1_sim_finish(&w->sim, c->socket);
  }
  /* Who goes before it was accepted is gone from the kernel's queue when it
   * resets, and is accepted with its end otherwise. */
  if (abruptly && !c->accepted) c->left = true;
}

void h1_whole_everyone_leaves(h1_whole *w) {
  for (unsigned i = 0; i < w->client_count; i++) {
    h1_whole_client *c = &w->clients[i];
    leave(w, c, c->kind != H1_WHOLE_GOOD && h1_whole_chance(w, 2));
  }
}

static h1_whole_kind a_kind(h1_whole *w) {
  if (h1_whole_chance(w, w->attack ? 8 : 2)) return H1_WHOLE_GOOD;
  if (w->uploads) return H1_WHOLE_SLOW_BODY;
  return (h1_whole_kind)(H1_WHOLE_SILENT +
                         h1_whole_below(w, H1_WHOLE_KINDS - H1_WHOLE_SILENT));
}

static bool act(h1_whole *w, h1_whole_client *c) {
  if (c->sent < c->len) {
    const unsigned left = (unsigned)(c->len - c->sent);
    const bool whole = c->kind != H1_WHOLE_GOOD || h1_whole_chance(w, 3);
    h1_whole_deliver(w, c, whole ? left : 1 + h1_whole_below(w, left));
    return true;
  }
  if (w->attack && c->kind != H1_WHOLE_GOOD) return false;
  if (!h1_whole_chance(w, 4)) return false;
  leave(w, c, h1_whole_chance(w, 4));
  return true;
}

bool h1_whole_client_acts(h1_whole *w) {
  if (w->budget == 0 || w->phase != H1_WHOLE_PLAYS) return false;
  w->budget--;
  const bool some = w->client_count > 0;
  const bool room = w->client_count + 4 < H1_WHOLE_CLIENTS;
  if (!some || (room && h1_whole_chance(w, w->attack ? 2 : 4))) {
    h1_whole_connect(w, a_kind(w));
    return true;
  }
  if (h1_whole_chance(w, 30)) {
    h1_sim_wake_all();
    return true;
  }
  return act(w, &w->clients[h1_whole_below(w, w->client_count)]);
}

/* ---- what they got ---- */

int h1_whole_answers(h1_whole *w, const h1_whole_client *c,
                     unsigned statuses[H1_WHOLE_REQUESTS], bool *last_closes) {
  const h1_sim_socket *k = h1_whole_socket(w, c);
  const bool ended = k->state == H1_SIM_HALF || k->state == H1_SIM_CLOSED;
  size_t at = 0;
  int count = 0;
  *last_closes = false;
  while (at < k->out_len) {
    h1_sim_answer a;
    const char *problem = NULL;
    const size_t n = h1_sim_read_answer(k->out + at, k->out_len - at, false,
                                        ended, NULL, 0, &a, &problem);
    if (problem != NULL && strcmp(problem, "cut") != 0) return -1;
    if (n == 0) break;
    at += n;
    if (a.status < 200) continue;
    if (*last_closes || count == (int)H1_WHOLE_REQUESTS) return -1;
    statuses[count++] = (unsigned)a.status;
    *last_closes = a.closes;
  }
  return count;
}
