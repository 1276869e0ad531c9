/* The adapter to picohttpparser, compiled at run time by peers.c; nothing else
 * includes or links it.
 *
 * Debian has this parser inside libh2o and without its header, so what is
 * called is declared here. The chunked decoder's state is larger in some
 * versions than in others: the member set here has kept its place, the rest is
 * room enough. It decodes in place, hence on a copy. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

size_t peer_request(const uint8_t *p, size_t n);
size_t peer_response(const uint8_t *p, size_t n);
size_t peer_chunked(const uint8_t *p, size_t n);

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

static struct phr_header headers[128];

size_t peer_request(const uint8_t *p, size_t n) {
  const char *method, *path;
  size_t method_len, path_len, count = 128;
  int minor;
  const int taken =
      phr_parse_request((const char *)p, n, &method, &method_len, &path,
                        &path_len, &minor, headers, &count, 0);
  return taken > 0 ? (size_t)taken : 0;
}

size_t peer_response(const uint8_t *p, size_t n) {
  const char *reason;
  size_t reason_len, count = 128;
  int minor, status;
  const int taken =
      phr_parse_response((const char *)p, n, &minor, &status, &reason,
                         &reason_len, headers, &count, 0);
  return taken > 0 ? (size_t)taken : 0;
}

size_t peer_chunked(const uint8_t *p, size_t n) {
  static char copy[128 * 1024];
  struct phr_chunked_decoder decoder;
  size_t size = n;
  if (n > sizeof(copy)) return 0;
  memcpy(copy, p, n);
  memset(&decoder, 0, sizeof(decoder));
  decoder.consume_trailer = 1;
  return phr_decode_chunked(&decoder, copy, &size) >= 0 ? n : 0;
}
