/* What one implementation makes of one input, and how an adapter to a peer is
 * called. Adapters (peer_*.c) are compiled at run time against the package's
 * own header, each into a shared object of its own, because their headers
 * clash. */
#ifndef H1_TESTS_DIFFERENTIAL_PEER_H_
#define H1_TESTS_DIFFERENTIAL_PEER_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* More field lines than any input has. */
#define PEER_LINES 512
/* Room for whatever an adapter has to put together out of pieces. */
#define PEER_ARENA ((size_t)1 << 18)

typedef struct {
  const uint8_t *ptr;
  size_t len;
} peer_bytes;

typedef enum {
  PEER_REQUEST,  /* a request, and whatever stands behind it */
  PEER_RESPONSE, /* a response to a GET, likewise */
  PEER_CHUNKS    /* a chunked body up to its trailer section */
} peer_kind;

/* At the end of the input; UNFINISHED: more of it was expected. */
typedef enum { PEER_ACCEPTS, PEER_UNFINISHED, PEER_REFUSES } peer_verdict;

/* Members that the implementation does not report are left out by `knows`. */
enum {
  PEER_KNOWS_HEAD = 1,     /* method, target, version, status, phrase, fields */
  PEER_KNOWS_BODY = 2,     /* body and trailers */
  PEER_KNOWS_END = 4,      /* end */
  PEER_KNOWS_TRAILERS = 8, /* trailers too */
  PEER_KNOWS_MESSAGE = 15
};

typedef struct {
  peer_bytes name, value; /* the value without white space around it */
} peer_line;

typedef struct {
  peer_verdict verdict;
  char why[96]; /* of a refusal, in the implementation's words */
  unsigned knows;
  peer_bytes method, target, phrase;
  int minor, status;
  size_t fields, trailers; /* lines [0..fields), then the trailers' */
  peer_line lines[PEER_LINES];
  peer_bytes body;
  size_t end; /* of the message, in the input */
} peer_reading;

/* Reads p[0..n). What `*out` points to lives until the next call. */
void peer_read(peer_kind kind, const uint8_t *p, size_t n, peer_reading *out);

#ifdef __cplusplus
}
#endif
#endif
