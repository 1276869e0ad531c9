/* The adapter to llhttp (-DPEER_LLHTTP) and http-parser (-DPEER_HTTP_PARSER);
 * only tests/peers/build compiles it.
 *
 * Both report by callbacks, a piece at a time. To read, the pieces are put
 * together in one block, and the white space that both leave after a value is
 * taken off, as node does. To measure, the callbacks keep what our decoder
 * hands out, a slice for the target and for every name and value, and ask
 * whether the connection persists. */
#include <stdio.h>
#include <string.h>

#include "tests/peers/peer.h"

#if defined(PEER_LLHTTP) && __has_include(<llhttp.h>)
#include <llhttp.h>
#define PEER_PRESENT 1
typedef llhttp_t peer_parser;
typedef llhttp_settings_t peer_settings;
#elif defined(PEER_HTTP_PARSER) && __has_include(<http_parser.h>)
#include <http_parser.h>
#define PEER_PRESENT 1
typedef http_parser peer_parser;
typedef http_parser_settings peer_settings;
#endif

#if defined(PEER_PRESENT)

static void begin(peer_parser *parser, peer_kind kind,
                  const peer_settings *settings) {
#if defined(PEER_LLHTTP)
  llhttp_init(parser, kind == PEER_REQUEST ? HTTP_REQUEST : HTTP_RESPONSE,
              settings);
#else
  (void)settings; /* given with the bytes */
  http_parser_init(parser, kind == PEER_REQUEST ? HTTP_REQUEST : HTTP_RESPONSE);
#endif
}

/* ---- reading ---- */

static uint8_t arena[PEER_ARENA];
static size_t arena_used;
static peer_reading *out;
static peer_settings reading_settings;
static int in_value, head_done, message_done;

/* Adds a piece to the slice that was begun last. */
static int append(peer_bytes *to, const char *at, size_t len) {
  if (len > sizeof(arena) - arena_used) return -1;
  if (to->ptr == NULL) to->ptr = arena + arena_used;
  memcpy(arena + arena_used, at, len);
  arena_used += len;
  to->len += len;
  return 0;
}

static int on_url(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  return append(&out->target, at, len);
}

static int on_status(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  return append(&out->phrase, at, len);
}

static peer_line *last_line(void) {
  return &out->lines[out->fields + out->trailers - 1];
}

static int on_name(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  if (in_value || out->fields + out->trailers == 0) {
    if (out->fields + out->trailers == PEER_LINES) return -1;
    *(head_done ? &out->trailers : &out->fields) += 1;
    memset(last_line(), 0, sizeof(peer_line));
    in_value = 0;
  }
  return append(&last_line()->name, at, len);
}

static int on_value(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  in_value = 1;
  return append(&last_line()->value, at, len);
}

static int on_body(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  return append(&out->body, at, len);
}

static void trim(peer_bytes *value) {
  while (value->len > 0 && (value->ptr[value->len - 1] == ' ' ||
                            value->ptr[value->len - 1] == '\t')) {
    value->len--;
  }
}

static int on_head(peer_parser *parser) {
  head_done = 1;
  in_value = 1;
  out->minor = parser->http_minor;
  out->status = parser->status_code;
  return 0;
}

static void forget(peer_reading *reading) {
  out = reading;
  memset(reading, 0, offsetof(peer_reading, lines));
  memset(&reading->body, 0, sizeof(reading->body));
  reading->end = 0;
  reading->knows = PEER_KNOWS_MESSAGE;
  arena_used = 0;
  in_value = head_done = message_done = 0;
}

static void finish(peer_parser *parser, peer_kind kind, peer_verdict verdict,
                   const char *why) {
  out->verdict = verdict;
  (void)snprintf(out->why, sizeof(out->why), "%s", why);
  for (size_t i = 0; i < out->fields + out->trailers; i++) {
    trim(&out->lines[i].value);
  }
  if (kind == PEER_REQUEST) {
#if defined(PEER_LLHTTP)
    const char *name = llhttp_method_name((llhttp_method_t)parser->method);
#else
    const char *name = http_method_str((enum http_method)parser->method);
#endif
    out->method.ptr = (const uint8_t *)name;
    out->method.len = strlen(name);
  }
}

/* Stops at the end of the first message. */
static int on_message(peer_parser *parser) {
  message_done = 1;
#if defined(PEER_LLHTTP)
  (void)parser;
  return HPE_PAUSED;
#else
  http_parser_pause(parser, 1);
  return 0;
#endif
}

static void begin_reading(peer_parser *parser, peer_kind kind,
                          peer_reading *reading) {
  peer_settings *s = &reading_settings;
  s->on_url = on_url;
  s->on_status = on_status;
  s->on_header_field = on_name;
  s->on_header_value = on_value;
  s->on_headers_complete = on_head;
  s->on_body = on_body;
  s->on_message_complete = on_message;
  forget(reading);
  begin(parser, kind, s);
}

#if defined(PEER_LLHTTP)

void peer_read(peer_kind kind, const uint8_t *p, size_t n,
               peer_reading *reading) {
  static const char nothing[1];
  const char *at = n > 0 ? (const char *)p : nothing;
  peer_parser parser;
  begin_reading(&parser, kind, reading);
  const llhttp_errno_t fault = llhttp_execute(&parser, at, n);
  if (message_done) {
    reading->end = (size_t)(llhttp_get_error_pos(&parser) - at);
    finish(&parser, kind, PEER_ACCEPTS, "");
  } else if (fault != HPE_OK) {
    finish(&parser, kind, PEER_REFUSES, llhttp_errno_name(fault));
  } else {
    /* The end of the input ends some responses. */
    (void)llhttp_finish(&parser);
    reading->end = n;
    finish(&parser, kind, message_done ? PEER_ACCEPTS : PEER_UNFINISHED, "");
  }
}

#else

void peer_read(peer_kind kind, const uint8_t *p, size_t n,
               peer_reading *reading) {
  peer_parser parser;
  begin_reading(&parser, kind, reading);
  /* Nothing at all would be the end of the input to it. */
  size_t used = 0;
  if (n > 0) {
    used = http_parser_execute(&parser, &reading_settings, (const char *)p, n);
  }
  if (message_done) {
    reading->end = used;
    finish(&parser, kind, PEER_ACCEPTS, "");
  } else if (HTTP_PARSER_ERRNO(&parser) != HPE_OK) {
    finish(&parser, kind, PEER_REFUSES,
           http_errno_name(HTTP_PARSER_ERRNO(&parser)));
  } else {
    (void)http_parser_execute(&parser, &reading_settings, NULL, 0);
    reading->end = n;
    finish(&parser, kind, message_done ? PEER_ACCEPTS : PEER_UNFINISHED, "");
  }
}

#endif

/* ---- measuring ---- */

enum { MEASURED_LINES = 128 };

static struct {
  peer_bytes target;
  peer_bytes name[MEASURED_LINES], value[MEASURED_LINES];
  size_t names, values;
  uint64_t body_bytes;
  int head_done, message_done, keep_alive;
} seen;

static peer_bytes bytes_of(const char *at, size_t len) {
  const peer_bytes bytes = {(const uint8_t *)at, len};
  return bytes;
}

static int note_url(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  seen.target = bytes_of(at, len);
  return 0;
}

static int note_name(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  if (seen.names == MEASURED_LINES) return -1;
  seen.name[seen.names++] = bytes_of(at, len);
  return 0;
}

static int note_value(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  if (seen.values == MEASURED_LINES) return -1;
  seen.value[seen.values++] = bytes_of(at, len);
  return 0;
}

static int note_head(peer_parser *parser) {
  seen.head_done = 1;
#if defined(PEER_LLHTTP)
  seen.keep_alive = llhttp_should_keep_alive(parser);
#else
  seen.keep_alive = http_should_keep_alive(parser);
#endif
  return 0;
}

static int note_body(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  (void)at;
  seen.body_bytes += len;
  return 0;
}

static int note_message(peer_parser *parser) {
  (void)parser;
  seen.message_done = 1;
  return 0;
}

static peer_settings measured;

static void set_up(void) {
  memset(&measured, 0, sizeof(measured));
  measured.on_url = note_url;
  measured.on_header_field = note_name;
  measured.on_header_value = note_value;
  measured.on_headers_complete = note_head;
  measured.on_body = note_body;
  measured.on_message_complete = note_message;
}

static void forget_seen(void) {
  seen.names = 0;
  seen.values = 0;
  seen.body_bytes = 0;
  seen.head_done = 0;
  seen.message_done = 0;
}

static int feed(peer_parser *parser, const uint8_t *p, size_t n) {
#if defined(PEER_LLHTTP)
  return llhttp_execute(parser, (const char *)p, n) == HPE_OK;
#else
  return http_parser_execute(parser, &measured, (const char *)p, n) == n;
#endif
}

static size_t parse_head(const uint8_t *p, size_t n, peer_kind kind) {
  peer_parser parser;
  if (measured.on_url == NULL) set_up();
  forget_seen();
  begin(&parser, kind, &measured);
  return feed(&parser, p, n) && seen.head_done ? n : 0;
}

size_t peer_request(const uint8_t *p, size_t n) {
  return parse_head(p, n, PEER_REQUEST);
}

size_t peer_response(const uint8_t *p, size_t n) {
  return parse_head(p, n, PEER_RESPONSE);
}

/* These parse bodies only after a head: one is parsed once, and each body
 * begins with a copy of the parser as it stood then. */
size_t peer_chunked(const uint8_t *p, size_t n) {
  static const char head[] =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  static peer_parser after_head;
  static int ready;
  if (!ready) {
    set_up();
    forget_seen();
    begin(&after_head, PEER_REQUEST, &measured);
    if (!feed(&after_head, (const uint8_t *)head, sizeof(head) - 1)) return 0;
    ready = 1;
  }
  peer_parser parser = after_head;
  forget_seen();
  return feed(&parser, p, n) && seen.message_done ? n : 0;
}

#endif
