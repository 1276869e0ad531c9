/* The header that a proxy sends before all else to say who is at the other end:
 * the PROXY protocol, versions 1 (a line) and 2 (binary).
 *
 *   h1_proxy_decoder d;
 *   h1_proxy header;
 *   size_t used = 0;
 *   h1_proxy_decoder_init(&d);
 *   switch (h1_proxy_decode(&d, bytes, &header, &used)) {
 *     case H1_DONE:        // the request begins at bytes.ptr[used]
 *     case H1_NEED_INPUT:  // call again with more; at the end: truncated
 *     case H1_FAILED:      // close; h1_proxy_error(&d) says why
 *   }
 *
 * A header tells what nobody can check, so it counts only from a proxy that is
 * trusted, and on a connection that has to begin with one: whoever guesses
 * whether there is a header lets any client write its own address.
 *
 * Read exactly as the specification (haproxy, doc/proxy-protocol.txt, section
 * 2) has it, and where it leaves a choice, so that nothing is trusted that was
 * not said:
 *
 *   version 1   "PROXY" SP ("TCP4" / "TCP6") SP address SP address SP port SP
 *               port CRLF, at most 107 bytes, one space each, no leading zeros;
 *               or "PROXY UNKNOWN" [SP anything] CRLF. The addresses are of the
 *               family that the line says; an IPv6 one may end in a dotted IPv4
 *               address, as inet_ntop writes it.
 *   version 2   the signature, version 2, LOCAL or PROXY, one of the seven
 *               pairs of family and protocol, a length that holds the addresses
 *               of the family, TLVs that fill the rest exactly. A CRC32C is
 *               four bytes, stands there once and is right.
 *
 * A header has at most 536 bytes, what the smallest segment holds: a longer one
 * is refused as soon as its length is read. LOCAL, UNKNOWN, and what is neither
 * TCP over IPv4 nor over IPv6, tell no addresses: the connection keeps those of
 * its socket (`told` is false). Of LOCAL and of the unspecified family nothing
 * after the length is looked at. */
#ifndef H1_PARSER_PROXY_H_
#define H1_PARSER_PROXY_H_

#include <stdbool.h>

#include "parser/address.h"
#include "parser/base.h"
#include "parser/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_PROXY_LINE_MAX ((size_t)107)
#define H1_PROXY_BYTES_MAX ((size_t)536)

typedef struct {
  uint8_t version; /* 1 or 2 */
  bool local;      /* the proxy speaks for itself, as in a health check */
  bool told;       /* the four that follow are there */
  h1_address source, destination;
  uint16_t source_port, destination_port;
  h1_slice tlvs; /* version 2: for h1_proxy_tlv_next; a view of the header */
} h1_proxy;

/* Private to the codec. */
typedef struct {
  uint32_t at; /* bytes that were looked at */
  uint32_t error_at;
  h1_error error;
} h1_proxy_decoder;

void h1_proxy_decoder_init(h1_proxy_decoder *d);

/* `head`: the connection's bytes so far, from its first. The buffer may move
 * between calls; bytes already shown may not change. DONE: fills `*out`, and
 * `*used` is the length of the header. NEED_INPUT: call again with more.
 * FAILED: stays so; `*out` and `*used` are as they were. */
H1_MUST_USE h1_step h1_proxy_decode(h1_proxy_decoder *d, h1_slice head,
                                    h1_proxy *out, size_t *used);

/* H1_OK unless it failed; and the offset of the byte that was refused. */
h1_error h1_proxy_error(const h1_proxy_decoder *d);
size_t h1_proxy_error_offset(const h1_proxy_decoder *d);

/* What comes after the addresses, piece by piece: takes one TLV from the front
 * of `*tlvs`, which a decoder has checked. False: there is none left. */
enum { H1_PROXY_TLV_CRC32C = 3 };
H1_MUST_USE bool h1_proxy_tlv_next(h1_slice *tlvs, uint8_t *type,
                                   h1_slice *value);

#ifdef __FRAMAC__
#include "parser/proof/proxy_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
