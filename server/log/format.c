/* One line of the access log. This runs once a request on the worker's thread,
 * so it is plain copying: no printf, and the date is computed once a second.
 *
 * Every variable part has a budget in output bytes and the fixed parts are
 * small, so that a line cannot outgrow its room and nothing is checked twice.
 * Bytes from the client are written only by put_escaped. */
#include <string.h>

#include "parser/values.h"
#include "server/log/internal.h"

/* Names, punctuation, numbers, times and the reason take less than this. */
#define FIXED_BYTES ((size_t)512)
#define CLIENT_BYTES ((size_t)128)
#define METHOD_BYTES ((size_t)128)
/* Below this no line is written: there would be no room for a target. */
#define LINE_MIN (FIXED_BYTES + 2 * CLIENT_BYTES + METHOD_BYTES + 64)

_Static_assert(LINE_MIN <= H1_LOG_LINE_MAX, "the promised room suffices");

typedef struct {
  uint8_t *bytes;
  size_t at;
} line;

/* ---- pieces ---- */

static void put(line *l, const char *text, size_t len) {
  memcpy(l->bytes + l->at, text, len);
  l->at += len;
}

#define PUT(l, literal) put((l), "" literal, sizeof(literal) - 1)

static void put_number(line *l, uint64_t n) {
  l->at += h1_decimal_encode(n, l->bytes + l->at);
}

/* JSON knows no \xHH; \u00HH keeps the line ASCII, so it is valid UTF-8
 * whatever bytes the client sent. */
static size_t escape_json(uint8_t byte, uint8_t out[6]) {
  static const char hex[] = "0123456789abcdef";
  if (byte == '"' || byte == '\\') {
    out[0] = '\\';
    out[1] = byte;
    return 2;
  }
  memcpy(out, "\\u00", 4);
  out[4] = (uint8_t)hex[byte >> 4];
  out[5] = (uint8_t)hex[byte & 15];
  return 6;
}

/* As nginx writes them; Apache's reader of \xHH understands these too. */
static size_t escape_combined(uint8_t byte, uint8_t out[6]) {
  static const char hex[] = "0123456789ABCDEF";
  out[0] = '\\';
  out[1] = 'x';
  out[2] = (uint8_t)hex[byte >> 4];
  out[3] = (uint8_t)hex[byte & 15];
  return 4;
}

static bool is_plain(uint8_t byte) {
  return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

/* How many bytes from s.ptr[from] on need no escape, looking at `max`. */
static size_t plain_run(h1_slice s, size_t from, size_t max) {
  size_t n = 0;
  while (n < max && is_plain(s.ptr[from + n])) {
    n++;
  }
  return n;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* At most `budget` bytes of output, 3 or more; what does not fit is cut between
 * escapes, with "..." in its place. */
static void put_escaped(line *l, h1_log_format format, h1_slice s,
                        size_t budget) {
  size_t end = l->at + budget;
  size_t at = l->at;
  size_t cut = l->at; /* the last place where the dots would still fit */
  size_t i = 0;
  while (i < s.len) {
    size_t run = plain_run(s, i, smaller(s.len - i, end - at));
    memcpy(l->bytes + at, s.ptr + i, run);
    cut = at <= end - 3 ? smaller(at + run, end - 3) : cut;
    at += run;
    i += run;
    if (i == s.len || at == end) {
      break;
    }
    uint8_t form[6];
    size_t size = format == H1_LOG_JSON ? escape_json(s.ptr[i], form)
                                        : escape_combined(s.ptr[i], form);
    if (size > end - at) {
      break;
    }
    memcpy(l->bytes + at, form, size);
    at += size;
    i++;
    cut = at <= end - 3 ? at : cut;
  }
  l->at = i < s.len ? cut : at;
  if (i < s.len) {
    PUT(l, "...");
  }
}

/* ---- time ---- */

/* Rewrites "Mon, 23 Nov 2026 02:57:33 GMT". */
static void fill_clock(h1_log_clock *clock, int64_t second) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  uint8_t date[H1_DATE_BYTES];
  if (!h1_date_encode(second, date)) {
    memcpy(date, "Thu, 01 Jan 1970 00:00:00 GMT", sizeof(date));
  }
  unsigned month = 0;
  while (month < 11 && memcmp(months + (size_t)month * 3, date + 8, 3) != 0) {
    month++;
  }
  month++;
  memcpy(clock->json, date + 12, 4);
  clock->json[4] = '-';
  clock->json[5] = (uint8_t)('0' + month / 10);
  clock->json[6] = (uint8_t)('0' + month % 10);
  clock->json[7] = '-';
  memcpy(clock->json + 8, date + 5, 2);
  clock->json[10] = 'T';
  memcpy(clock->json + 11, date + 17, 8);
  memcpy(clock->combined, date + 5, 2);
  clock->combined[2] = '/';
  memcpy(clock->combined + 3, date + 8, 3);
  clock->combined[6] = '/';
  memcpy(clock->combined + 7, date + 12, 4);
  clock->combined[11] = ':';
  memcpy(clock->combined + 12, date + 17, 8);
  clock->second = second;
  clock->filled = true;
}

static void put_microseconds(line *l, uint32_t us) {
  uint8_t *out = l->bytes + l->at;
  us %= 1000000;
  for (size_t i = 6; i > 0; i--) {
    out[i - 1] = (uint8_t)('0' + us % 10);
    us /= 10;
  }
  l->at += 6;
}

/* ---- JSON ---- */

static void put_json_text(line *l, h1_slice s, size_t budget) {
  if (s.len == 0) {
    PUT(l, "null");
    return;
  }
  PUT(l, "\"");
  put_escaped(l, H1_LOG_JSON, s, budget);
  PUT(l, "\"");
}

/* Reason names are ours, short and without anything to escape. */
static void put_reason(line *l, h1_error reason) {
  if (reason == H1_OK) {
    PUT(l, "null");
    return;
  }
  const char *name = h1_error_name(reason);
  PUT(l, "\"");
  put(l, name, strlen(name));
  PUT(l, "\"");
}

static void put_json_peer(line *l, const h1_log_entry *e) {
  PUT(l, ",\"peer\":");
  put_json_text(l, e->peer, CLIENT_BYTES);
  if (e->peer_port != 0) {
    PUT(l, ",\"peer_port\":");
    put_number(l, e->peer_port);
  }
  if (e->client_stopped != NULL) {
    PUT(l, ",\"client_stopped\":\"");
    put(l, e->client_stopped, strlen(e->client_stopped));
    PUT(l, "\"");
  }
}

static void put_json_version(line *l, const h1_log_entry *e) {
  if (!e->head_decoded) {
    PUT(l, ",\"version\":null");
    return;
  }
  PUT(l, ",\"version\":\"1.");
  put_number(l, e->minor_version);
  PUT(l, "\"");
}

/* What a text may take of the budget: its share, or less when it is short. */
static size_t share_of(h1_slice s, size_t share) {
  return s.len < share / 6 ? 6 * s.len + 3 : share;
}

/* What the other texts do not need of the budget is the target's. */
static void put_json(line *l, const h1_log_clock *clock, const h1_log_entry *e,
                     size_t budget) {
  h1_slice none = {NULL, 0};
  const size_t host = share_of(e->host, budget / 8);
  const size_t referer = share_of(e->referer, budget / 8);
  const size_t agent = share_of(e->user_agent, budget / 4);
  PUT(l, "{\"time\":\"");
  put(l, (const char *)clock->json, sizeof(clock->json));
  PUT(l, ".");
  put_microseconds(l, e->time_us);
  PUT(l, "Z\",\"client\":");
  put_json_text(l, e->client, CLIENT_BYTES);
  if (e->client_port != 0) {
    PUT(l, ",\"client_port\":");
    put_number(l, e->client_port);
  }
  put_json_peer(l, e);
  PUT(l, ",\"method\":");
  put_json_text(l, e->has_request_line ? e->method : none, METHOD_BYTES);
  PUT(l, ",\"path\":");
  put_json_text(l, e->has_request_line ? e->target : none,
                budget - host - referer - agent);
  put_json_version(l, e);
  PUT(l, ",\"host\":");
  put_json_text(l, e->host, host);
  PUT(l, ",\"status\":");
  put_number(l, e->status);
  PUT(l, ",\"bytes\":");
  put_number(l, e->bytes);
  if (e->unsent > 0) {
    PUT(l, ",\"unsent\":");
    put_number(l, e->unsent);
  }
  PUT(l, ",\"latency_us\":");
  put_number(l, e->latency_us);
  if (e->reused) {
    PUT(l, ",\"reused\":true,\"reason\":");
  } else {
    PUT(l, ",\"reused\":false,\"reason\":");
  }
  put_reason(l, e->reason);
  PUT(l, ",\"referer\":");
  put_json_text(l, e->referer, referer);
  PUT(l, ",\"user_agent\":");
  put_json_text(l, e->user_agent, agent);
  PUT(l, "}\n");
}

/* ---- combined ---- */

/* A text in quotes, "-" for none. */
static void put_quoted(line *l, h1_slice s, size_t budget) {
  PUT(l, "\"");
  if (s.len == 0) {
    PUT(l, "-");
  } else {
    put_escaped(l, H1_LOG_COMBINED, s, budget);
  }
  PUT(l, "\"");
}

static void put_request_line(line *l, const h1_log_entry *e, size_t budget) {
  if (!e->head_decoded || !e->has_request_line || e->method.len == 0) {
    PUT(l, "\"-\"");
    return;
  }
  PUT(l, "\"");
  put_escaped(l, H1_LOG_COMBINED, e->method, METHOD_BYTES);
  PUT(l, " ");
  put_escaped(l, H1_LOG_COMBINED, e->target, budget);
  PUT(l, " HTTP/1.");
  put_number(l, e->minor_version);
  PUT(l, "\"");
}

/* Apache writes "-" for no bytes (%b), and for no status; what reads such logs
 * refuses the latter, and knows 499 for a client that left without an answer.
 */
static void put_status_and_bytes(line *l, const h1_log_entry *e) {
  put_number(l, e->status != 0 ? e->status : 499);
  PUT(l, " ");
  if (e->bytes == 0) {
    PUT(l, "-");
  } else {
    put_number(l, e->bytes);
  }
}

/* An address, as readers of such logs demand: 0.0.0.0 for the client of a unix
 * socket, which has none. */
static void put_host(line *l, h1_slice client) {
  const bool has_address =
      client.len > 0 && (memchr(client.ptr, '.', client.len) != NULL ||
                         memchr(client.ptr, ':', client.len) != NULL);
  if (has_address) {
    put_escaped(l, H1_LOG_COMBINED, client, CLIENT_BYTES);
  } else {
    PUT(l, "0.0.0.0");
  }
}

static void put_combined(line *l, const h1_log_clock *clock,
                         const h1_log_entry *e, size_t budget) {
  size_t fields = l->at;
  put_host(l, e->client);
  PUT(l, " - - [");
  put(l, (const char *)clock->combined, sizeof(clock->combined));
  PUT(l, " +0000] ");
  put_request_line(l, e, budget / 2);
  PUT(l, " ");
  put_status_and_bytes(l, e);
  PUT(l, " ");
  put_quoted(l, e->referer, budget / 4);
  PUT(l, " ");
  /* What the others did not use of their shares is the last one's. */
  size_t used = l->at - fields;
  size_t spared = budget / 4 * 3 > used ? budget / 4 * 3 - used : 0;
  put_quoted(l, e->user_agent, budget / 4 + spared);
  PUT(l, "\n");
}

size_t h1_log_format_with(h1_log_clock *clock, h1_log_format format,
                          const h1_log_entry *e, h1_buffer room) {
  if (room.len < LINE_MIN) {
    return 0;
  }
  if (!clock->filled || clock->second != e->time_s) {
    fill_clock(clock, e->time_s);
  }
  line l = {room.ptr, 0};
  size_t budget = room.len - FIXED_BYTES - 2 * CLIENT_BYTES - METHOD_BYTES;
  if (format == H1_LOG_JSON) {
    put_json(&l, clock, e, budget);
  } else {
    put_combined(&l, clock, e, budget);
  }
  return l.at;
}

size_t h1_log_format_line(h1_log_format format, const h1_log_entry *e,
                          h1_buffer room) {
  h1_log_clock clock = {.filled = false};
  return h1_log_format_with(&clock, format, e, room);
}
