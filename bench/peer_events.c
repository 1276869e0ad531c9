/* The adapter to llhttp (-DPEER_LLHTTP) and http-parser (-DPEER_HTTP_PARSER),
 * compiled at run time by peers.c; nothing else includes or links it.
 *
 * Both report by callbacks. These keep what our decoder hands out, a slice for
 * the target and for every name and value, and ask whether the connection
 * persists, so that both sides end with the same knowledge. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

size_t peer_request(const uint8_t *p, size_t n);
size_t peer_response(const uint8_t *p, size_t n);
size_t peer_chunked(const uint8_t *p, size_t n);

typedef struct {
  const char *at;
  size_t len;
} peer_slice;

static struct {
  peer_slice target;
  peer_slice name[128], value[128];
  size_t names, values;
  uint64_t body_bytes;
  int head_done, message_done, keep_alive;
} seen;

static int on_url(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  seen.target.at = at;
  seen.target.len = len;
  return 0;
}

static int on_name(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  if (seen.names == 128) return -1;
  seen.name[seen.names].at = at;
  seen.name[seen.names++].len = len;
  return 0;
}

static int on_value(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  if (seen.values == 128) return -1;
  seen.value[seen.values].at = at;
  seen.value[seen.values++].len = len;
  return 0;
}

static int on_head(peer_parser *parser) {
  seen.head_done = 1;
#if defined(PEER_LLHTTP)
  seen.keep_alive = llhttp_should_keep_alive(parser);
#else
  seen.keep_alive = http_should_keep_alive(parser);
#endif
  return 0;
}

static int on_body(peer_parser *parser, const char *at, size_t len) {
  (void)parser;
  (void)at;
  seen.body_bytes += len;
  return 0;
}

static int on_message(peer_parser *parser) {
  (void)parser;
  seen.message_done = 1;
  return 0;
}

static peer_settings settings;

static void set_up(void) {
  memset(&settings, 0, sizeof(settings));
  settings.on_url = on_url;
  settings.on_header_field = on_name;
  settings.on_header_value = on_value;
  settings.on_headers_complete = on_head;
  settings.on_body = on_body;
  settings.on_message_complete = on_message;
}

static void forget(void) {
  seen.names = 0;
  seen.values = 0;
  seen.body_bytes = 0;
  seen.head_done = 0;
  seen.message_done = 0;
}

#if defined(PEER_LLHTTP)
static void begin(peer_parser *parser, int is_request) {
  llhttp_init(parser, is_request ? HTTP_REQUEST : HTTP_RESPONSE, &settings);
}
static int feed(peer_parser *parser, const uint8_t *p, size_t n) {
  return llhttp_execute(parser, (const char *)p, n) == HPE_OK;
}
#else
static void begin(peer_parser *parser, int is_request) {
  http_parser_init(parser, is_request ? HTTP_REQUEST : HTTP_RESPONSE);
}
static int feed(peer_parser *parser, const uint8_t *p, size_t n) {
  return http_parser_execute(parser, &settings, (const char *)p, n) == n;
}
#endif

static size_t parse_head(const uint8_t *p, size_t n, int is_request) {
  peer_parser parser;
  if (settings.on_url == NULL) set_up();
  forget();
  begin(&parser, is_request);
  return feed(&parser, p, n) && seen.head_done ? n : 0;
}

size_t peer_request(const uint8_t *p, size_t n) { return parse_head(p, n, 1); }

size_t peer_response(const uint8_t *p, size_t n) { return parse_head(p, n, 0); }

/* These parse bodies only behind a head: one is parsed once, and each body
 * begins with a copy of the parser as it stood then. */
size_t peer_chunked(const uint8_t *p, size_t n) {
  static const char head[] =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  static peer_parser behind_head;
  static int ready;
  if (!ready) {
    set_up();
    forget();
    begin(&behind_head, 1);
    if (!feed(&behind_head, (const uint8_t *)head, sizeof(head) - 1)) return 0;
    ready = 1;
  }
  peer_parser parser = behind_head;
  forget();
  return feed(&parser, p, n) && seen.message_done ? n : 0;
}

#endif
