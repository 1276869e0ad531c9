/* Sources: address.c.
 * Options: -eva-slevel 100.
 * Any text of up to 12 bytes as an address, a network and a port, and of up to
 * 48 as an address; networks and addresses of any bytes. */
#include "parser/address.h"

#include "tools/prove/eva/any.h"

enum { SHORT = 12, TEXT = 48 };

static uint8_t bytes[TEXT];

static h1_address any_address(void) {
  h1_address a;
  const int family = Frama_C_interval(0, 2);
  a.bits = family == 0 ? 0 : family == 1 ? 32 : 128;
  Frama_C_make_unknown((char *)a.bytes, sizeof a.bytes);
  return a;
}

static void decode_text(size_t n) {
  h1_address a;
  h1_network network;
  uint16_t port;
  (void)h1_address_parse(any_bytes(bytes, TEXT, n), &a);
  (void)h1_network_parse(any_bytes(bytes, TEXT, n), &network);
  (void)h1_port_parse(any_bytes(bytes, TEXT, n), &port);
}

static void compare(void) {
  h1_address a = any_address();
  h1_network network;
  network.address = any_address();
  network.prefix = Frama_C_unsigned_char_interval(0, network.address.bits);
  (void)h1_network_has(&network, &a);
  h1_address_unmap(&a);
}

int main(void) {
  h1_address a;
  //@ loop unroll 13;
  for (size_t n = 0; n <= SHORT; n++) decode_text(n);
  (void)h1_address_parse(any_bytes(bytes, TEXT, TEXT), &a);
  compare();
  return 0;
}
