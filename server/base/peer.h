/* The far end of a connection. */
#ifndef H1_SERVER_BASE_PEER_H_
#define H1_SERVER_BASE_PEER_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint8_t address[16]; /* IPv4 in the first 4 */
  uint16_t port;
  uint8_t family; /* AF_INET, AF_INET6, AF_UNIX */
  bool admin;     /* accepted by an --admin-listen listener */
  bool proxied;   /* accepted by a --proxy-listen listener */
} h1_peer;

#define H1_PEER_TEXT_BYTES ((size_t)46)

/* Writes "127.0.0.1", "::1" or "unix"; returns its length. */
size_t h1_peer_text(const h1_peer *peer, char text[H1_PEER_TEXT_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
