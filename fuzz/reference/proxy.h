/* The PROXY protocol a second time, from haproxy's doc/proxy-protocol.txt: the
 * whole text at once, lines cut into words, addresses as the platform reads
 * them. Shares no code with parser/. */
#ifndef H1_FUZZ_REFERENCE_PROXY_H_
#define H1_FUZZ_REFERENCE_PROXY_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/error.h"

typedef struct {
  bool more;      /* nothing can be said yet */
  h1_error error; /* else H1_OK, or why it is refused */
  size_t used;
  bool local, told;
  unsigned bits; /* of both addresses */
  unsigned char source[16], destination[16];
  unsigned source_port, destination_port;
  size_t tlvs_at; /* used: none */
} ref_proxy;

void ref_proxy_read(const uint8_t *p, size_t n, ref_proxy *out);

#endif
