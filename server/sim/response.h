/* A slow, strict reader of answers, written from RFC 9112 without a look at the
 * codecs: what tests and fuzzer hold the server's output against. */
#ifndef H1_SERVER_SIM_RESPONSE_H_
#define H1_SERVER_SIM_RESPONSE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int status;
  bool closes;        /* it says Connection: close */
  bool until_close;   /* its body ends with the connection */
  size_t body_len;    /* decoded; copied to `body` as far as it goes */
  const char *reason; /* the name after the status of a refusal, or NULL */
} h1_sim_answer;

/* Reads one answer from the front of `bytes`, none of them 1xx but 100, which
 * is an answer of its own. `head`: it answers a HEAD. `ended`: no more will
 * come. `body`: room for `body_cap` bytes of its decoded body, or NULL. Returns
 * the bytes it takes; 0: incomplete (`*problem` NULL), or wrong. */
size_t h1_sim_read_answer(const uint8_t *bytes, size_t len, bool head,
                          bool ended, uint8_t *body, size_t body_cap,
                          h1_sim_answer *out, const char **problem);

#ifdef __cplusplus
}
#endif
#endif
