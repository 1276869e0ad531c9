#include "server/base/peer.h"

#include <arpa/inet.h>
#include <string.h>

/* One decimal octet; inet_ntop goes through snprintf, which a line of the log
 * would notice. */
static size_t put_octet(char *to, unsigned n) {
  size_t at = 0;
  if (n >= 100) to[at++] = (char)('0' + n / 100);
  if (n >= 10) to[at++] = (char)('0' + n / 10 % 10);
  to[at++] = (char)('0' + n % 10);
  return at;
}

static size_t put_ipv4(const uint8_t address[4], char *text) {
  size_t at = put_octet(text, address[0]);
  for (int i = 1; i < 4; i++) {
    text[at++] = '.';
    at += put_octet(text + at, address[i]);
  }
  return at;
}

size_t h1_peer_text(const h1_peer *peer, char text[H1_PEER_TEXT_BYTES]) {
  if (peer->family == AF_INET) return put_ipv4(peer->address, text);
  if (peer->family == AF_INET6 &&
      inet_ntop(AF_INET6, peer->address, text, H1_PEER_TEXT_BYTES) != NULL) {
    return strlen(text);
  }
  memcpy(text, "unix", 4);
  return 4;
}
