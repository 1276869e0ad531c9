/* What clients of the connection target may send and whose answer is known:
 * whole requests to the routes of sim/routes.h, and PROXY headers, good and
 * bad. Both are chosen by a byte of the input: a new one, or another order,
 * gives the corpus another meaning. */
#ifndef H1_FUZZ_LAWS_CONNECTION_TRAFFIC_H_
#define H1_FUZZ_LAWS_CONNECTION_TRAFFIC_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *text;
  int status; /* 0: the connection is cut within its answer */
  bool head;
} connection_request;

typedef struct {
  const char *bytes;
  size_t len;
  bool good;
} connection_header;

const connection_request *connection_request_of(uint8_t byte);
const connection_header *connection_header_of(uint8_t byte);

#endif
