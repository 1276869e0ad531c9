/* IP addresses and networks as text: what a PROXY header, a Forwarded field
 * and an option that names networks have in common.
 *
 *   h1_address a;
 *   h1_network local;
 *   if (h1_network_parse(h1_slice_of("10.0.0.0/8"), &local) &&
 *       h1_address_parse(text, &a) && h1_network_has(&local, &a)) ...
 *
 * Text is read exactly and in one way only: four decimal octets without leading
 * zeros, which some readers take for octal; or RFC 4291 2.2, with at most one
 * "::", four digits a group and a dotted end where one fits. No blanks, no
 * brackets, no zone. */
#ifndef H1_PARSER_ADDRESS_H_
#define H1_PARSER_ADDRESS_H_

#include <stdbool.h>

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Network byte order. */
typedef struct {
  uint8_t bits;      /* 32: IPv4, in the first four bytes; 128: IPv6; 0: none */
  uint8_t bytes[16]; /* what an IPv4 address leaves is zero */
} h1_address;

typedef struct {
  h1_address address; /* the bits after the prefix are zero */
  uint8_t prefix;     /* 0 to address.bits */
} h1_network;

/* All of `s` is such an address; `*out` is written only then. */
H1_MUST_USE bool h1_address_parse_ipv4(h1_slice s, h1_address *out);
H1_MUST_USE bool h1_address_parse_ipv6(h1_slice s, h1_address *out);
/* Either. */
H1_MUST_USE bool h1_address_parse(h1_slice s, h1_address *out);

/* 1*DIGIT without a leading zero, up to 65535. */
H1_MUST_USE bool h1_port_parse(h1_slice s, uint16_t *out);

/* An IPv4 address that is written as an IPv6 one (::ffff:0:0/96) becomes that
 * IPv4 address; any other stays. Two that are one host compare equal then. */
void h1_address_unmap(h1_address *a);

/* ADDRESS or ADDRESS "/" PREFIX; without a prefix it is that host alone. False
 * too when a bit after the prefix is set: whoever writes 10.1.2.3/8 may have
 * meant the host or the network. A network within ::ffff:0:0/96 is its IPv4
 * network. */
H1_MUST_USE bool h1_network_parse(h1_slice s, h1_network *out);

/* Whether the address is in it: of the same family, and equal up to the prefix.
 * An address that may be a mapped one is unmapped before. */
H1_MUST_USE bool h1_network_has(const h1_network *n, const h1_address *a);

#ifdef __FRAMAC__
#include "parser/proof/address_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
