#include "bench/inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number of bytes is checked by the compiler. */
#define SIZED(name, bytes, text)   \
  static const char name[] = text; \
  _Static_assert(sizeof(name) - 1 == (bytes), #name " has " #bytes " bytes")

SIZED(get_40, 40,
      "GET / HTTP/1.1\r\n"
      "Host: localhost:8080\r\n\r\n");

SIZED(curl_94, 94,
      "GET /static/style.css HTTP/1.1\r\n"
      "Host: 127.0.0.1:8080\r\n"
      "User-Agent: curl/7.88.1\r\n"
      "Accept: */*\r\n\r\n");

SIZED(classic_703, 703,
      "GET /site-media/archive/2010/03/red-kites-over-a-hill-in-may.jpg "
      "HTTP/1.1\r\n"
      "Host: kites.example.com\r\n"
      "User-Agent: Mozilla/5.0 (X11; U; Linux x86_64; en-GB; rv:1.9.23) "
      "Gecko/20100401 Ubuntu/10.04 (lucid) Firefox/3.6.3 Addon/0.9\r\n"
      "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
      "\r\n"
      "Accept-Language: de,en-gb;q=0.7,en;q=0.3\r\n"
      "Accept-Encoding: gzip,deflate\r\n"
      "Accept-Charset: iso8859-1,utf-8;q=0.7,*;q=0.7\r\n"
      "Keep-Alive: 115\r\n"
      "Connection: keep-alive\r\n"
      "Cookie: visits_counted=2; visits_counted_lasttime=0123456789; "
      "__aaaa=012345678.0123456789.0123456789.0123456789.0123456789.1; "
      "__bbbb=012345678.0123456789.1.1.aaaaaa=(referral)|aaaaaa=feeds."
      "example.com|aaaaaa=/feeds/|aaaaaa=referrals1234567\r\n\r\n");

SIZED(chrome_992, 992,
      "GET /articles/2026/11/how-a-request-is-read HTTP/1.1\r\n"
      "Host: www.example.com\r\n"
      "Connection: keep-alive\r\n"
      "Cache-Control: max-age=0\r\n"
      "sec-ch-ua: \"Chromium\";v=\"130\", \"Google Chrome\";v=\"130\", "
      "\"Not?A_Brand\";v=\"99\"\r\n"
      "sec-ch-ua-mobile: ?0\r\n"
      "sec-ch-ua-platform: \"Linux\"\r\n"
      "DNT: 1\r\n"
      "Upgrade-Insecure-Requests: 1\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, "
      "like Gecko) Chrome/130.0.0.0 Safari/537.36\r\n"
      "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,"
      "image/avif,image/webp,image/apng,*/*;q=0.8,"
      "application/signed-exchange;v=b3;q=0.7\r\n"
      "Sec-Fetch-Site: same-origin\r\n"
      "Sec-Fetch-Mode: navigate\r\n"
      "Sec-Fetch-User: ?1\r\n"
      "Sec-Fetch-Dest: document\r\n"
      "Referer: https://www.example.com/articles/2026/11/\r\n"
      "Accept-Encoding: gzip, deflate, br, zstd\r\n"
      "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n"
      "Cookie: session=7f3c9a1e5b2d4860; theme=dark; consent=1.20261101.aab"
      "; _id=GS1.1.1763888400.12.1.1763889012.0.0.0; "
      "cart=0b4e6f2a91c84d37a5d1; lang=en-GB; area=eu\r\n"
      "If-None-Match: \"5f2c-62a1b9c4d7e80\"\r\n\r\n");

static const char not_modified[] =
    "HTTP/1.1 304 Not Modified\r\n"
    "Date: Mon, 23 Nov 2026 09:00:00 GMT\r\n"
    "Server: h1\r\n"
    "ETag: \"5f2c-62a1b9c4d7e80\"\r\n\r\n";

static const char page[] =
    "HTTP/1.1 200 OK\r\n"
    "Date: Mon, 23 Nov 2026 09:00:00 GMT\r\n"
    "Server: h1\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: 24364\r\n"
    "Last-Modified: Sun, 01 Nov 2026 10:11:12 GMT\r\n"
    "ETag: \"5f2c-62a1b9c4d7e80\"\r\n"
    "Cache-Control: public, max-age=3600, must-revalidate\r\n"
    "Vary: Accept-Encoding\r\n"
    "Accept-Ranges: bytes\r\n"
    "Strict-Transport-Security: max-age=63072000; includeSubDomains\r\n"
    "Content-Security-Policy: default-src 'self'; img-src 'self' data:; "
    "script-src 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Connection: keep-alive\r\n\r\n";

static const char path_plain[] = "/articles/2026/11/how-a-request-is-read";
static const char path_percent[] =
    "/caf%C3%A9/men%C3%BC/./today/../tomorrow/two%20words%2C%20four.html";
static const char digits[] = "0123456789abcdef";
static const char date[] = "Mon, 23 Nov 2026 09:00:00 GMT";

#define ROOM ((size_t)128 * 1024)
static struct {
  uint8_t bytes[ROOM];
  size_t used;
  h1_slice of[BENCH_INPUT_COUNT];
} built;

static void append(const void *bytes, size_t len) {
  if (len > ROOM - built.used) abort();
  memcpy(built.bytes + built.used, bytes, len);
  built.used += len;
}

static void append_text(const char *text) { append(text, strlen(text)); }

/* What was appended since `from` is this input. */
static void name_input(bench_input input, size_t from) {
  built.of[input].ptr = built.bytes + from;
  built.of[input].len = built.used - from;
}

static void build_cookie(void) {
  const size_t from = built.used;
  append_text("GET / HTTP/1.1\r\nHost: www.example.com\r\nCookie: ");
  for (unsigned i = 0; i < 128; i++) { /* 128 pairs of 32 bytes */
    char pair[33];
    (void)snprintf(pair, sizeof(pair), "name%04u=%08x-value-%06u; ", i,
                   i * 2654435761u, i * 7919u % 1000000u);
    append(pair, i < 127 ? 32 : 30);
  }
  append_text("00\r\n\r\n");
  name_input(BENCH_COOKIE_4K, from);
}

static void build_fields(void) {
  const size_t from = built.used;
  append_text("GET / HTTP/1.1\r\nHost: www.example.com\r\n");
  for (unsigned i = 0; i < 99; i++) {
    char line[32];
    (void)snprintf(line, sizeof(line), "X-Field-%02u: value %02u\r\n", i, i);
    append_text(line);
  }
  append_text("\r\n");
  name_input(BENCH_FIELDS_100, from);
}

static void build_chunks(bench_input input, size_t count, size_t size) {
  const size_t from = built.used;
  for (size_t i = 0; i < count; i++) {
    char head[24];
    (void)snprintf(head, sizeof(head), "%zx\r\n", size);
    append_text(head);
    for (size_t k = 0; k < size; k++) append(&digits[k % 16], 1);
    append_text("\r\n");
  }
  append_text("0\r\n\r\n");
  name_input(input, from);
}

static void build_body(void) {
  const size_t from = built.used;
  for (size_t k = 0; k < 1024; k++) append(&digits[k % 16], 1);
  name_input(BENCH_BODY_1K, from);
}

#define LITERAL_INPUT(input, text)               \
  built.of[input].ptr = (const uint8_t *)(text); \
  built.of[input].len = sizeof(text) - 1

void bench_inputs_build(void) {
  LITERAL_INPUT(BENCH_GET_40, get_40);
  LITERAL_INPUT(BENCH_CURL_94, curl_94);
  LITERAL_INPUT(BENCH_CLASSIC_703, classic_703);
  LITERAL_INPUT(BENCH_CHROME_992, chrome_992);
  LITERAL_INPUT(BENCH_NOT_MODIFIED, not_modified);
  LITERAL_INPUT(BENCH_PAGE, page);
  LITERAL_INPUT(BENCH_PATH_PLAIN, path_plain);
  LITERAL_INPUT(BENCH_PATH_PERCENT, path_percent);
  LITERAL_INPUT(BENCH_DATE, date);
  built.used = 0;
  build_cookie();
  build_fields();
  build_chunks(BENCH_CHUNKS_1, 1000, 1);
  build_chunks(BENCH_CHUNKS_100, 160, 100);
  build_chunks(BENCH_CHUNKS_16K, 4, 16384);
  build_body();
}

h1_slice bench_bytes(bench_input input) { return built.of[input]; }
