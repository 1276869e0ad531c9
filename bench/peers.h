/* Other parsers, measured beside ours in the same run when Debian has them
 * installed. None is needed to build: tests/peers compiles an adapter to each
 * at run time. */
#ifndef H1_BENCH_PEERS_H_
#define H1_BENCH_PEERS_H_

#include <stddef.h>
#include <stdint.h>

/* As peer_request and the others in tests/peers/peer.h. */
typedef size_t (*bench_peer_run)(const uint8_t *p, size_t n);

typedef struct {
  const char *name;
  bench_peer_run request, response, chunked; /* NULL when it is not here */
} bench_peer;

/* Builds and loads all of them, once; says on stderr what is missing and which
 * package has it. */
const bench_peer *bench_peers(size_t *count);

#endif
