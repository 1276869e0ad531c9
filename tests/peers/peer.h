/* Other parsers, called through an adapter each (events.c, pico.c).
 * tests/peers/ build compiles an adapter at run time against the package's own
 * header, so that no layout of theirs is guessed and none is needed to build
 * ours; each is a shared object of its own, because their headers clash.
 *
 * An adapter has two ways in. peer_read says all that the parser makes of an
 * input, for tests/differential. peer_request, peer_response and peer_chunked
 * do no more than ours do for the same knowledge, for bench. */
#ifndef H1_TESTS_PEERS_PEER_H_
#define H1_TESTS_PEERS_PEER_H_

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
  PEER_REQUEST,  /* a request, and whatever follows it */
  PEER_RESPONSE, /* a response to a GET, and whatever follows it */
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

/* Do the work of one message; return the bytes taken, 0 when it is refused. */
size_t peer_request(const uint8_t *p, size_t n);
size_t peer_response(const uint8_t *p, size_t n);
size_t peer_chunked(const uint8_t *p, size_t n);

#ifdef __cplusplus
}
#endif
#endif
