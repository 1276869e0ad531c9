#include "fuzz/laws/connection_traffic.h"

#define HOST " HTTP/1.1\r\nHost: a\r\n"
#define GET(path) "GET " path HOST "\r\n"
#define POST(path, n, body) \
  "POST " path HOST "Content-Length: " #n "\r\n\r\n" body
#define CHUNKED(path, chunks) \
  "POST " path HOST "Transfer-Encoding: chunked\r\n\r\n" chunks
#define TWENTY "twenty bytes, really"

static const connection_request requests[] = {
    {GET("/small"), 200, false},
    {GET("/large"), 200, false},
    {GET("/copy"), 200, false},
    {GET("/file"), 200, false},
    {GET("/pull"), 200, false},
    {GET("/pull-known"), 200, false},
    {GET("/pull-wait"), 200, false},
    {GET("/pull-wake"), 200, false},
    {GET("/pull-past"), 200, false},
    {GET("/pull-empty"), 200, false},
    {GET("/pull-fail"), 0, false},
    {GET("/pull-short"), 0, false},
    {GET("/file-cut"), 0, false},
    {GET("/never"), 500, false},
    {GET("/twice"), 200, false},
    {GET("/bad-type"), 500, false},
    {GET("/none"), 404, false},
    {GET("/user/x"), 200, false},
    {GET("/blocking"), 503, false},
    {"HEAD /large" HOST "\r\n", 200, true},
    {"HEAD /pull" HOST "\r\n", 200, true},
    {"OPTIONS *" HOST "\r\n", 204, false},
    {"GET /pull HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, false},
    {"GET /small" HOST "Connection: close\r\n\r\n", 200, false},
    {"BREW /small" HOST "\r\n", 501, false},
    {"GET /small HTTP/1.1\r\n\r\n", 400, false},
    {POST("/echo", 20, TWENTY), 200, false},
    {POST("/count", 0, ""), 200, false},
    {POST("/ignore", 20, TWENTY), 200, false},
    {POST("/sink", 20, TWENTY), 200, false},
    {POST("/sink-slow", 20, TWENTY), 200, false},
    {POST("/sink-early", 20, TWENTY), 200, false},
    {POST("/sink-both", 20, TWENTY), 200, false},
    {POST("/stream-file", 20, TWENTY), 200, false},
    {POST("/none", 20, TWENTY), 404, false},
    {"POST /echo" HOST
     "Expect: 100-continue\r\nContent-Length: 20\r\n\r\n" TWENTY,
     200, false},
    {"POST /echo" HOST "Content-Length: 99999999\r\n\r\n", 413, false},
    {CHUNKED("/echo", "14\r\n" TWENTY "\r\n0\r\n\r\n"), 200, false},
    {CHUNKED("/count",
             "1\r\nx\r\n13\r\nineteen bytes, hmm..\r\n0\r\nA: b\r\n\r\n"),
     400, false}, /* one byte more than the chunk says */
    {CHUNKED("/sink", "14;a=b\r\n" TWENTY "\r\n0\r\nA: b\r\n\r\n"), 200, false},
    {CHUNKED("/none", "14\r\n" TWENTY "\r\n0\r\n\r\n"), 404, false},
};
#define KINDS (sizeof requests / sizeof requests[0])

const connection_request *connection_request_of(uint8_t byte) {
  return &requests[byte % KINDS];
}

#define HEADER(text, good) \
  { text, sizeof(text) - 1, good }
#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

static const connection_header headers[] = {
    HEADER("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", true),
    HEADER("PROXY TCP6 2001:db8::1 ::1 65535 0\r\n", true),
    HEADER("PROXY UNKNOWN\r\n", true),
    HEADER(SIGNATURE "\x20\0\0\0", true),
    HEADER(SIGNATURE "\x21\x11\0\x0c\xc0\0\2\7\xc0\0\2\x08\x04\x57\0\x50",
           true),
    HEADER(SIGNATURE "\x21\x11\0\x10\xc0\0\2\7\xc0\0\2\x08\x04\x57\0\x50"
                     "\4\0\1x",
           true),
    HEADER("", false),
    HEADER("PROXY TCP4 192.0.2.1 192.0.2.2 1 02\r\n", false),
    HEADER("PROXY TCP4 192.0.2.1 192.0.2.2", false),
    HEADER(SIGNATURE "\x21\x11\2\x09", false),
    HEADER(SIGNATURE "\x21", false),
};
#define HEADERS (sizeof headers / sizeof headers[0])

const connection_header *connection_header_of(uint8_t byte) {
  return &headers[byte % HEADERS];
}
