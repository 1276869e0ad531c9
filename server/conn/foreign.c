/* Two mistakes of clients and proxies are common, and neither can be guessed
 * from "the method is invalid": a client or proxy that speaks TLS to the plain
 * port, and one that announces its client in a PROXY header. Both are refused
 * anyway; here they get names of their own, by bytes no request can begin with.
 * The decoder has seen as many of them as are looked at, except for the binary
 * header, which a proxy sends in one piece. */
#include "server/conn/foreign.h"

#include <stdbool.h>
#include <string.h>

#define TLS_HANDSHAKE 0x16

static bool begins_with(h1_slice head, const char *bytes, size_t len) {
  return head.len >= len && memcmp(head.ptr, bytes, len) == 0;
}

static bool is_proxy_header(h1_slice head) {
  return begins_with(head, "PROXY TCP4 ", 11) ||
         begins_with(head, "PROXY TCP6 ", 11) ||
         begins_with(head, "PROXY UNKNOWN", 13) ||
         begins_with(head, "\r\n\r\n\0\r\nQUIT\n", 12);
}

h1_error h1_foreign_protocol(h1_slice head, h1_error why) {
  switch (why) {
    case H1_METHOD_INVALID:
      return head.len > 0 && head.ptr[0] == TLS_HANDSHAKE ? H1_TLS_HANDSHAKE
                                                          : why;
    case H1_VERSION_INVALID:
    case H1_LEADING_LINES:
      return is_proxy_header(head) ? H1_PROXY_HEADER : why;
    default:
      return why;
  }
}
