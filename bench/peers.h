/* Other parsers, measured beside ours in the same run when Debian has them
 * installed. None is needed to build: each is reached through a small adapter
 * (peer_*.c) that is compiled at run time against the package's own header, so
 * that no layout of theirs is guessed here. */
#ifndef H1_BENCH_PEERS_H_
#define H1_BENCH_PEERS_H_

#include <stddef.h>
#include <stdint.h>

/* Does the work of one message; returns the bytes taken, 0 when refused. */
typedef size_t (*bench_peer_run)(const uint8_t *p, size_t n);

typedef struct {
  const char *name;
  const char *missing; /* why it is not measured; NULL when it is */
  bench_peer_run request, response, chunked;
} bench_peer;

/* Builds and loads all of them, once; says on stderr what is missing and which
 * package has it. */
const bench_peer *bench_peers(size_t *count);

#endif
