/* The adapter to llhttp (-DPEER_LLHTTP) and http-parser (-DPEER_HTTP_PARSER),
 * compiled at run time by tools/differential; nothing else includes or links
 * it.
 *
 * Both report by callbacks, a piece at a time; the pieces are put together in
 * one block. Both leave white space behind a value to their callers: it is
 * taken off here, as node does. */
#include <stdio.h>
#include <string.h>

#include "tests/differential/peer.h"

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

static uint8_t arena[PEER_ARENA];
static size_t arena_used;
static peer_reading *out;
static peer_settings settings;
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

#if defined(PEER_LLHTTP)

static int on_message(peer_parser *parser) {
  (void)parser;
  message_done = 1;
  return HPE_PAUSED;
}

void peer_read(peer_kind kind, const uint8_t *p, size_t n,
               peer_reading *reading) {
  static const char nothing[1];
  const char *at = n > 0 ? (const char *)p : nothing;
  peer_parser parser;
  if (settings.on_url == NULL) {
    llhttp_settings_init(&settings);
    settings.on_url = on_url;
    settings.on_status = on_status;
    settings.on_header_field = on_name;
    settings.on_header_value = on_value;
    settings.on_headers_complete = on_head;
    settings.on_body = on_body;
    settings.on_message_complete = on_message;
  }
  forget(reading);
  llhttp_init(&parser, kind == PEER_REQUEST ? HTTP_REQUEST : HTTP_RESPONSE,
              &settings);
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

static int on_message(peer_parser *parser) {
  message_done = 1;
  http_parser_pause(parser, 1);
  return 0;
}

void peer_read(peer_kind kind, const uint8_t *p, size_t n,
               peer_reading *reading) {
  peer_parser parser;
  if (settings.on_url == NULL) {
    http_parser_settings_init(&settings);
    settings.on_url = on_url;
    settings.on_status = on_status;
    settings.on_header_field = on_name;
    settings.on_header_value = on_value;
    settings.on_headers_complete = on_head;
    settings.on_body = on_body;
    settings.on_message_complete = on_message;
  }
  forget(reading);
  http_parser_init(&parser,
                   kind == PEER_REQUEST ? HTTP_REQUEST : HTTP_RESPONSE);
  /* Nothing at all would be the end of the input to it. */
  size_t used = 0;
  if (n > 0) {
    used = http_parser_execute(&parser, &settings, (const char *)p, n);
  }
  if (message_done) {
    reading->end = used;
    finish(&parser, kind, PEER_ACCEPTS, "");
  } else if (HTTP_PARSER_ERRNO(&parser) != HPE_OK) {
    finish(&parser, kind, PEER_REFUSES,
           http_errno_name(HTTP_PARSER_ERRNO(&parser)));
  } else {
    (void)http_parser_execute(&parser, &settings, NULL, 0);
    reading->end = n;
    finish(&parser, kind, message_done ? PEER_ACCEPTS : PEER_UNFINISHED, "");
  }
}

#endif
#endif
