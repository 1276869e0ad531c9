/* The adapter to picohttpparser (-DPEER_PICO); only tests/peers/build compiles
 * it.
 *
 * Debian has this parser inside libh2o and without its header, so what is
 * called is declared here. It reads heads and, apart from them, chunked bodies;
 * what heads mean is left to its callers. The chunked decoder's state is larger
 * in some versions than in others: the member set here has kept its place, the
 * rest is room enough. It decodes in place, hence on a copy. */
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "tests/peers/peer.h"

#if defined(PEER_PICO)

struct phr_header {
  const char *name;
  size_t name_len;
  const char *value;
  size_t value_len;
};

struct phr_chunked_decoder {
  size_t bytes_left_in_chunk;
  char consume_trailer;
  char rest[119];
};

int phr_parse_request(const char *buf, size_t len, const char **method,
                      size_t *method_len, const char **path, size_t *path_len,
                      int *minor_version, struct phr_header *headers,
                      size_t *num_headers, size_t last_len);
int phr_parse_response(const char *buf, size_t len, int *minor_version,
                       int *status, const char **msg, size_t *msg_len,
                       struct phr_header *headers, size_t *num_headers,
                       size_t last_len);
ssize_t phr_decode_chunked(struct phr_chunked_decoder *decoder, char *buf,
                           size_t *bufsz);

/* ---- reading ---- */

static struct phr_header headers[PEER_LINES];
static char copy[PEER_ARENA];

static peer_bytes bytes_of(const char *ptr, size_t len) {
  const peer_bytes bytes = {(const uint8_t *)ptr, len};
  return bytes;
}

static void settle(peer_reading *out, long taken) {
  const char *why = taken == -1 ? "-1" : "";
  out->verdict = taken == -1   ? PEER_REFUSES
                 : taken == -2 ? PEER_UNFINISHED
                               : PEER_ACCEPTS;
  (void)snprintf(out->why, sizeof(out->why), "%s", why);
}

/* This version leaves white space after a value to its callers. */
static size_t trimmed(const char *value, size_t len) {
  while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t')) len--;
  return len;
}

/* A folded line comes as one without a name, which is reported as it is. */
static void read_head(peer_kind kind, const uint8_t *p, size_t n,
                      peer_reading *out) {
  const char *method = NULL, *target = NULL, *phrase = NULL;
  size_t method_len = 0, target_len = 0, phrase_len = 0, count = PEER_LINES;
  int taken;
  if (kind == PEER_REQUEST) {
    taken = phr_parse_request((const char *)p, n, &method, &method_len, &target,
                              &target_len, &out->minor, headers, &count, 0);
  } else {
    taken = phr_parse_response((const char *)p, n, &out->minor, &out->status,
                               &phrase, &phrase_len, headers, &count, 0);
  }
  settle(out, taken);
  if (taken < 0) return;
  out->knows = PEER_KNOWS_HEAD | PEER_KNOWS_END;
  out->end = (size_t)taken;
  out->method = bytes_of(method, method_len);
  out->target = bytes_of(target, target_len);
  out->phrase = bytes_of(phrase, phrase_len);
  out->fields = count;
  for (size_t i = 0; i < count; i++) {
    out->lines[i].name = bytes_of(headers[i].name, headers[i].name_len);
    out->lines[i].value = bytes_of(
        headers[i].value, trimmed(headers[i].value, headers[i].value_len));
  }
}

static void read_chunks(const uint8_t *p, size_t n, peer_reading *out) {
  struct phr_chunked_decoder decoder;
  size_t size = n;
  settle(out, -2);
  if (n > sizeof(copy)) return;
  if (n > 0) memcpy(copy, p, n);
  memset(&decoder, 0, sizeof(decoder));
  const ssize_t left = phr_decode_chunked(&decoder, copy, &size);
  settle(out, left);
  if (left < 0) return;
  out->knows = PEER_KNOWS_BODY | PEER_KNOWS_END;
  out->end = n - (size_t)left;
  out->body = bytes_of(copy, size);
}

void peer_read(peer_kind kind, const uint8_t *p, size_t n, peer_reading *out) {
  memset(out, 0, offsetof(peer_reading, lines));
  memset(&out->body, 0, sizeof(out->body));
  out->end = 0;
  if (kind == PEER_CHUNKS) {
    read_chunks(p, n, out);
  } else {
    read_head(kind, p, n, out);
  }
}

/* ---- measuring ---- */

enum { MEASURED_LINES = 128 };

size_t peer_request(const uint8_t *p, size_t n) {
  const char *method, *path;
  size_t method_len, path_len, count = MEASURED_LINES;
  int minor;
  const int taken =
      phr_parse_request((const char *)p, n, &method, &method_len, &path,
                        &path_len, &minor, headers, &count, 0);
  return taken > 0 ? (size_t)taken : 0;
}

size_t peer_response(const uint8_t *p, size_t n) {
  const char *reason;
  size_t reason_len, count = MEASURED_LINES;
  int minor, status;
  const int taken =
      phr_parse_response((const char *)p, n, &minor, &status, &reason,
                         &reason_len, headers, &count, 0);
  return taken > 0 ? (size_t)taken : 0;
}

size_t peer_chunked(const uint8_t *p, size_t n) {
  struct phr_chunked_decoder decoder;
  size_t size = n;
  if (n > sizeof(copy)) return 0;
  memcpy(copy, p, n);
  memset(&decoder, 0, sizeof(decoder));
  decoder.consume_trailer = 1;
  return phr_decode_chunked(&decoder, copy, &size) >= 0 ? n : 0;
}

#endif
