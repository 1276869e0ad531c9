/* Every reason for which a message, request or connection is refused: one list
 * of reason, stable name, status and the section that decides. Access log,
 * metrics and documentation use these names; they never change meaning. */
#ifndef H1_PARSER_ERROR_H_
#define H1_PARSER_ERROR_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(enumerator, name, status, section). Status 0: no answer is sent, the
 * connection is only closed; for a response decoder, there is none to send. */
#define H1_ERROR_LIST(X)                                                    \
  X(H1_OK, "ok", 0, "")                                                     \
  /* lines */                                                               \
  X(H1_BARE_LF, "bare_lf", 400, "RFC 9112 2.2")                             \
  X(H1_BARE_CR, "bare_cr", 400, "RFC 9112 2.2")                             \
  X(H1_LEADING_LINES, "leading_lines", 400, "RFC 9112 2.2")                 \
  /* request line */                                                        \
  X(H1_METHOD_INVALID, "method_invalid", 400, "RFC 9112 3.1")               \
  X(H1_TARGET_EMPTY, "target_empty", 400, "RFC 9112 3")                     \
  X(H1_TARGET_INVALID, "target_invalid", 400, "RFC 9112 3.2")               \
  X(H1_TARGET_FORM, "target_form", 400, "RFC 9112 3.2")                     \
  X(H1_TARGET_AUTHORITY, "target_authority", 400, "RFC 9112 3.2.2")         \
  X(H1_TARGET_TOO_LONG, "target_too_long", 414, "RFC 9110 15.5.15")         \
  X(H1_VERSION_INVALID, "version_invalid", 400, "RFC 9112 2.3")             \
  X(H1_VERSION_UNSUPPORTED, "version_unsupported", 505, "RFC 9110 15.6.6")  \
  X(H1_METHOD_UNKNOWN, "method_unknown", 501, "RFC 9110 9.1")               \
  X(H1_PATH_ENCODING, "path_encoding", 400, "RFC 3986 2.1")                 \
  X(H1_PATH_CONTROL, "path_control", 400, "RFC 3986 7.3")                   \
  X(H1_PATH_BACKSLASH, "path_backslash", 400, "RFC 3986 3.3")               \
  X(H1_PATH_ABOVE_ROOT, "path_above_root", 400, "RFC 3986 5.2.4")           \
  /* status line */                                                         \
  X(H1_STATUS_INVALID, "status_invalid", 0, "RFC 9112 4")                   \
  X(H1_REASON_INVALID, "reason_invalid", 0, "RFC 9112 4")                   \
  /* fields */                                                              \
  X(H1_FIELD_NAME_EMPTY, "field_name_empty", 400, "RFC 9112 5")             \
  X(H1_FIELD_NAME_INVALID, "field_name_invalid", 400, "RFC 9110 5.1")       \
  X(H1_FIELD_NAME_SPACE, "field_name_space", 400, "RFC 9112 5.1")           \
  X(H1_FIELD_COLON_MISSING, "field_colon_missing", 400, "RFC 9112 5")       \
  X(H1_FIELD_VALUE_INVALID, "field_value_invalid", 400, "RFC 9110 5.5")     \
  X(H1_FIELD_FOLDED, "field_folded", 400, "RFC 9112 5.2")                   \
  X(H1_FIELD_FIRST_SPACE, "field_first_space", 400, "RFC 9112 2.2")         \
  X(H1_FIELD_REPEATED, "field_repeated", 400, "RFC 9110 5.3")               \
  X(H1_HEAD_TOO_LARGE, "head_too_large", 431, "RFC 6585 5")                 \
  X(H1_HEADER_COUNT, "header_count", 431, "RFC 6585 5")                     \
  /* whole head */                                                          \
  X(H1_HOST_MISSING, "host_missing", 400, "RFC 9112 3.2")                   \
  X(H1_HOST_REPEATED, "host_repeated", 400, "RFC 9112 3.2")                 \
  X(H1_HOST_INVALID, "host_invalid", 400, "RFC 9112 3.2")                   \
  X(H1_LENGTH_INVALID, "length_invalid", 400, "RFC 9112 6.3")               \
  X(H1_LENGTH_REPEATED, "length_repeated", 400, "RFC 9110 8.6")             \
  X(H1_LENGTH_OVERFLOW, "length_overflow", 400, "RFC 9110 8.6")             \
  X(H1_LENGTH_WITH_CODING, "length_with_coding", 400, "RFC 9112 6.1")       \
  X(H1_CODING_INVALID, "coding_invalid", 400, "RFC 9112 6.1")               \
  X(H1_CODING_NOT_CHUNKED, "coding_not_chunked", 400, "RFC 9112 6.3")       \
  X(H1_CODING_REPEATED, "coding_repeated", 400, "RFC 9112 6.1")             \
  X(H1_CODING_VERSION, "coding_version", 400, "RFC 9112 6.1")               \
  X(H1_CODING_UNKNOWN, "coding_unknown", 501, "RFC 9112 6.1")               \
  X(H1_CONNECTION_INVALID, "connection_invalid", 400, "RFC 9110 7.6.1")     \
  X(H1_EXPECT_UNKNOWN, "expect_unknown", 417, "RFC 9110 10.1.1")            \
  /* body */                                                                \
  X(H1_BODY_TOO_LARGE, "body_too_large", 413, "RFC 9110 15.5.14")           \
  X(H1_REQUEST_TOO_LARGE, "request_too_large", 413, "RFC 9110 15.5.14")     \
  X(H1_CHUNK_SIZE_INVALID, "chunk_size_invalid", 400, "RFC 9112 7.1")       \
  X(H1_CHUNK_SIZE_OVERFLOW, "chunk_size_overflow", 400, "RFC 9112 7.1")     \
  X(H1_CHUNK_EXT_INVALID, "chunk_ext_invalid", 400, "RFC 9112 7.1.1")       \
  X(H1_CHUNK_EXT_TOO_LARGE, "chunk_ext_too_large", 431, "RFC 9112 7.1.1")   \
  X(H1_CHUNK_END_INVALID, "chunk_end_invalid", 400, "RFC 9112 7.1")         \
  X(H1_CHUNK_OVERHEAD, "chunk_overhead", 413, "RFC 9112 7.1")               \
  X(H1_TRAILER_TOO_LARGE, "trailer_too_large", 431, "RFC 6585 5")           \
  X(H1_TRAILER_COUNT, "trailer_count", 431, "RFC 6585 5")                   \
  X(H1_TRAILER_FORBIDDEN, "trailer_forbidden", 400, "RFC 9110 6.5.1")       \
  /* PROXY protocol: sections of haproxy's doc/proxy-protocol.txt */        \
  X(H1_PROXY_MISSING, "proxy_missing", 400, "PROXY protocol 2")             \
  X(H1_PROXY_LINE, "proxy_line", 400, "PROXY protocol 2.1")                 \
  X(H1_PROXY_ADDRESS, "proxy_address", 400, "PROXY protocol 2.1")           \
  X(H1_PROXY_PORT, "proxy_port", 400, "PROXY protocol 2.1")                 \
  X(H1_PROXY_VERSION, "proxy_version", 400, "PROXY protocol 2.2")           \
  X(H1_PROXY_COMMAND, "proxy_command", 400, "PROXY protocol 2.2")           \
  X(H1_PROXY_FAMILY, "proxy_family", 400, "PROXY protocol 2")               \
  X(H1_PROXY_LENGTH, "proxy_length", 400, "PROXY protocol 2.2")             \
  X(H1_PROXY_TLV, "proxy_tlv", 400, "PROXY protocol 2.2")                   \
  X(H1_PROXY_CHECKSUM, "proxy_checksum", 400, "PROXY protocol 2.2.3")       \
  X(H1_PROXY_UNTRUSTED, "proxy_untrusted", 400, "PROXY protocol 2")         \
  X(H1_PROXY_TIMEOUT, "proxy_timeout", 408, "PROXY protocol 2")             \
  /* answers of the server */                                               \
  X(H1_TLS_HANDSHAKE, "tls_handshake", 400, "RFC 9112 3")                   \
  X(H1_PROXY_HEADER, "proxy_header", 400, "RFC 9112 3")                     \
  X(H1_NOT_FOUND, "not_found", 404, "RFC 9110 15.5.5")                      \
  X(H1_METHOD_NOT_ALLOWED, "method_not_allowed", 405, "RFC 9110 15.5.6")    \
  X(H1_PRECONDITION_FAILED, "precondition_failed", 412, "RFC 9110 13.1")    \
  X(H1_RANGE_UNSATISFIABLE, "range_unsatisfiable", 416, "RFC 9110 15.5.17") \
  X(H1_HANDLER_FAILED, "handler_failed", 500, "RFC 9110 15.6.1")            \
  X(H1_HEADER_TIMEOUT, "header_timeout", 408, "RFC 9110 15.5.9")            \
  X(H1_BODY_TIMEOUT, "body_timeout", 408, "RFC 9110 15.5.9")                \
  X(H1_BODY_TOO_SLOW, "body_too_slow", 408, "RFC 9110 15.5.9")              \
  X(H1_WRITE_TIMEOUT, "write_timeout", 0, "RFC 9112 9.5")                   \
  X(H1_WRITE_TOO_SLOW, "write_too_slow", 0, "RFC 9112 9.5")                 \
  X(H1_PULL_TIMEOUT, "pull_timeout", 0, "RFC 9112 9.5")                     \
  X(H1_SOCKET_MEMORY, "socket_memory", 0, "RFC 9112 9.5")                   \
  X(H1_CLIENT_CLOSED, "client_closed", 0, "RFC 9112 8")                     \
  X(H1_QUEUE_FULL, "queue_full", 503, "RFC 9110 15.6.4")                    \
  X(H1_QUEUE_TIMEOUT, "queue_timeout", 503, "RFC 9110 15.6.4")              \
  X(H1_CLIENT_CONNECTIONS, "client_connections", 503, "RFC 9110 15.6.4")    \
  X(H1_GAVE_WAY, "gave_way", 503, "RFC 9110 15.6.4")                        \
  X(H1_NO_MEMORY, "no_memory", 503, "RFC 9110 15.6.4")                      \
  X(H1_STORAGE_BUSY, "storage_busy", 503, "RFC 9110 15.6.4")                \
  X(H1_DRAINING, "draining", 503, "RFC 9110 15.6.4")                        \
  X(H1_INTERNAL_ERROR, "internal_error", 500, "RFC 9110 15.6.1")            \
  /* encoders: what the caller asked to write is not a message */           \
  X(H1_ENCODE_NAME, "encode_name", 500, "RFC 9110 5.1")                     \
  X(H1_ENCODE_VALUE, "encode_value", 500, "RFC 9110 5.5")                   \
  X(H1_ENCODE_LINE, "encode_line", 500, "RFC 9112 3")                       \
  X(H1_ENCODE_FRAMING, "encode_framing", 500, "RFC 9112 6")

#define H1_ERROR_ENUM_(id, name, status, section) id,
typedef enum { H1_ERROR_LIST(H1_ERROR_ENUM_) H1_ERROR_COUNT } h1_error;
#undef H1_ERROR_ENUM_

/* The stable name, "unknown" for a value outside the list. */
const char *h1_error_name(h1_error e);
/* The status to answer, 0 when none is. */
uint16_t h1_error_status(h1_error e);
/* The section that decides, e.g. "RFC 9112 6.1". */
const char *h1_error_section(h1_error e);

#ifdef __cplusplus
}
#endif
#endif
