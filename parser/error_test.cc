#include "parser/error.h"

#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <string>

#include "parser/base.h"

namespace {

h1_error At(int i) { return static_cast<h1_error>(i); }

TEST(ErrorList, NamesAreUniqueLowerCaseWords) {
  std::set<std::string> names;
  for (int i = 0; i < H1_ERROR_COUNT; i++) {
    const std::string name = h1_error_name(At(i));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
              std::string::npos)
        << name;
    EXPECT_NE(name, "unknown");
  }
}

TEST(ErrorList, EveryRefusalHasASectionAndAnErrorStatusOrNone) {
  for (int i = H1_OK + 1; i < H1_ERROR_COUNT; i++) {
    const unsigned status = h1_error_status(At(i));
    EXPECT_TRUE(status == 0 || (status >= 400 && status <= 599))
        << h1_error_name(At(i));
    const std::string section = h1_error_section(At(i));
    EXPECT_TRUE(section.rfind("RFC ", 0) == 0 ||
                section.rfind("PROXY protocol 2", 0) == 0)
        << h1_error_name(At(i));
  }
}

// Logs, metrics and those who read them rest on these: a new reason is a new
// row, and no row ever changes.
TEST(ErrorList, NamesStatusesAndSectionsStayWhatTheyAre) {
  const struct {
    h1_error error;
    const char* name;
    unsigned status;
    const char* section;
  } rows[] = {
      {H1_OK, "ok", 0, ""},
      {H1_BARE_LF, "bare_lf", 400, "RFC 9112 2.2"},
      {H1_BARE_CR, "bare_cr", 400, "RFC 9112 2.2"},
      {H1_LEADING_LINES, "leading_lines", 400, "RFC 9112 2.2"},
      {H1_METHOD_INVALID, "method_invalid", 400, "RFC 9112 3.1"},
      {H1_TARGET_EMPTY, "target_empty", 400, "RFC 9112 3"},
      {H1_TARGET_INVALID, "target_invalid", 400, "RFC 9112 3.2"},
      {H1_TARGET_FORM, "target_form", 400, "RFC 9112 3.2"},
      {H1_TARGET_AUTHORITY, "target_authority", 400, "RFC 9112 3.2.2"},
      {H1_TARGET_TOO_LONG, "target_too_long", 414, "RFC 9110 15.5.15"},
      {H1_VERSION_INVALID, "version_invalid", 400, "RFC 9112 2.3"},
      {H1_VERSION_UNSUPPORTED, "version_unsupported", 505, "RFC 9110 15.6.6"},
      {H1_METHOD_UNKNOWN, "method_unknown", 501, "RFC 9110 9.1"},
      {H1_PATH_ENCODING, "path_encoding", 400, "RFC 3986 2.1"},
      {H1_PATH_CONTROL, "path_control", 400, "RFC 3986 7.3"},
      {H1_PATH_BACKSLASH, "path_backslash", 400, "RFC 3986 3.3"},
      {H1_PATH_ABOVE_ROOT, "path_above_root", 400, "RFC 3986 5.2.4"},
      {H1_STATUS_INVALID, "status_invalid", 0, "RFC 9112 4"},
      {H1_REASON_INVALID, "reason_invalid", 0, "RFC 9112 4"},
      {H1_FIELD_NAME_EMPTY, "field_name_empty", 400, "RFC 9112 5"},
      {H1_FIELD_NAME_INVALID, "field_name_invalid", 400, "RFC 9110 5.1"},
      {H1_FIELD_NAME_SPACE, "field_name_space", 400, "RFC 9112 5.1"},
      {H1_FIELD_COLON_MISSING, "field_colon_missing", 400, "RFC 9112 5"},
      {H1_FIELD_VALUE_INVALID, "field_value_invalid", 400, "RFC 9110 5.5"},
      {H1_FIELD_FOLDED, "field_folded", 400, "RFC 9112 5.2"},
      {H1_FIELD_FIRST_SPACE, "field_first_space", 400, "RFC 9112 2.2"},
      {H1_FIELD_REPEATED, "field_repeated", 400, "RFC 9110 5.3"},
      {H1_HEAD_TOO_LARGE, "head_too_large", 431, "RFC 6585 5"},
      {H1_HEADER_COUNT, "header_count", 431, "RFC 6585 5"},
      {H1_HOST_MISSING, "host_missing", 400, "RFC 9112 3.2"},
      {H1_HOST_REPEATED, "host_repeated", 400, "RFC 9112 3.2"},
      {H1_HOST_INVALID, "host_invalid", 400, "RFC 9112 3.2"},
      {H1_LENGTH_INVALID, "length_invalid", 400, "RFC 9112 6.3"},
      {H1_LENGTH_REPEATED, "length_repeated", 400, "RFC 9110 8.6"},
      {H1_LENGTH_OVERFLOW, "length_overflow", 400, "RFC 9110 8.6"},
      {H1_LENGTH_WITH_CODING, "length_with_coding", 400, "RFC 9112 6.1"},
      {H1_CODING_INVALID, "coding_invalid", 400, "RFC 9112 6.1"},
      {H1_CODING_NOT_CHUNKED, "coding_not_chunked", 400, "RFC 9112 6.3"},
      {H1_CODING_REPEATED, "coding_repeated", 400, "RFC 9112 6.1"},
      {H1_CODING_VERSION, "coding_version", 400, "RFC 9112 6.1"},
      {H1_CODING_UNKNOWN, "coding_unknown", 501, "RFC 9112 6.1"},
      {H1_CONNECTION_INVALID, "connection_invalid", 400, "RFC 9110 7.6.1"},
      {H1_EXPECT_UNKNOWN, "expect_unknown", 417, "RFC 9110 10.1.1"},
      {H1_BODY_TOO_LARGE, "body_too_large", 413, "RFC 9110 15.5.14"},
      {H1_REQUEST_TOO_LARGE, "request_too_large", 413, "RFC 9110 15.5.14"},
      {H1_CHUNK_SIZE_INVALID, "chunk_size_invalid", 400, "RFC 9112 7.1"},
      {H1_CHUNK_SIZE_OVERFLOW, "chunk_size_overflow", 400, "RFC 9112 7.1"},
      {H1_CHUNK_EXT_INVALID, "chunk_ext_invalid", 400, "RFC 9112 7.1.1"},
      {H1_CHUNK_EXT_TOO_LARGE, "chunk_ext_too_large", 431, "RFC 9112 7.1.1"},
      {H1_CHUNK_END_INVALID, "chunk_end_invalid", 400, "RFC 9112 7.1"},
      {H1_CHUNK_OVERHEAD, "chunk_overhead", 413, "RFC 9112 7.1"},
      {H1_TRAILER_TOO_LARGE, "trailer_too_large", 431, "RFC 6585 5"},
      {H1_TRAILER_COUNT, "trailer_count", 431, "RFC 6585 5"},
      {H1_TRAILER_FORBIDDEN, "trailer_forbidden", 400, "RFC 9110 6.5.1"},
      {H1_PROXY_MISSING, "proxy_missing", 400, "PROXY protocol 2"},
      {H1_PROXY_LINE, "proxy_line", 400, "PROXY protocol 2.1"},
      {H1_PROXY_ADDRESS, "proxy_address", 400, "PROXY protocol 2.1"},
      {H1_PROXY_PORT, "proxy_port", 400, "PROXY protocol 2.1"},
      {H1_PROXY_VERSION, "proxy_version", 400, "PROXY protocol 2.2"},
      {H1_PROXY_COMMAND, "proxy_command", 400, "PROXY protocol 2.2"},
      {H1_PROXY_FAMILY, "proxy_family", 400, "PROXY protocol 2"},
      {H1_PROXY_LENGTH, "proxy_length", 400, "PROXY protocol 2.2"},
      {H1_PROXY_TLV, "proxy_tlv", 400, "PROXY protocol 2.2"},
      {H1_PROXY_CHECKSUM, "proxy_checksum", 400, "PROXY protocol 2.2.3"},
      {H1_PROXY_UNTRUSTED, "proxy_untrusted", 400, "PROXY protocol 2"},
      {H1_PROXY_TIMEOUT, "proxy_timeout", 408, "PROXY protocol 2"},
      {H1_TLS_HANDSHAKE, "tls_handshake", 400, "RFC 9112 3"},
      {H1_PROXY_HEADER, "proxy_header", 400, "RFC 9112 3"},
      {H1_NOT_FOUND, "not_found", 404, "RFC 9110 15.5.5"},
      {H1_METHOD_NOT_ALLOWED, "method_not_allowed", 405, "RFC 9110 15.5.6"},
      {H1_PRECONDITION_FAILED, "precondition_failed", 412, "RFC 9110 13.1"},
      {H1_RANGE_UNSATISFIABLE, "range_unsatisfiable", 416, "RFC 9110 15.5.17"},
      {H1_HANDLER_FAILED, "handler_failed", 500, "RFC 9110 15.6.1"},
      {H1_HEADER_TIMEOUT, "header_timeout", 408, "RFC 9110 15.5.9"},
      {H1_BODY_TIMEOUT, "body_timeout", 408, "RFC 9110 15.5.9"},
      {H1_BODY_TOO_SLOW, "body_too_slow", 408, "RFC 9110 15.5.9"},
      {H1_WRITE_TIMEOUT, "write_timeout", 0, "RFC 9112 9.5"},
      {H1_WRITE_TOO_SLOW, "write_too_slow", 0, "RFC 9112 9.5"},
      {H1_PULL_TIMEOUT, "pull_timeout", 0, "RFC 9112 9.5"},
      {H1_SOCKET_MEMORY, "socket_memory", 0, "RFC 9112 9.5"},
      {H1_CLIENT_CLOSED, "client_closed", 0, "RFC 9112 8"},
      {H1_QUEUE_FULL, "queue_full", 503, "RFC 9110 15.6.4"},
      {H1_QUEUE_TIMEOUT, "queue_timeout", 503, "RFC 9110 15.6.4"},
      {H1_CLIENT_CONNECTIONS, "client_connections", 503, "RFC 9110 15.6.4"},
      {H1_GAVE_WAY, "gave_way", 503, "RFC 9110 15.6.4"},
      {H1_NO_MEMORY, "no_memory", 503, "RFC 9110 15.6.4"},
      {H1_STORAGE_BUSY, "storage_busy", 503, "RFC 9110 15.6.4"},
      {H1_DRAINING, "draining", 503, "RFC 9110 15.6.4"},
      {H1_INTERNAL_ERROR, "internal_error", 500, "RFC 9110 15.6.1"},
      {H1_ENCODE_NAME, "encode_name", 500, "RFC 9110 5.1"},
      {H1_ENCODE_VALUE, "encode_value", 500, "RFC 9110 5.5"},
      {H1_ENCODE_LINE, "encode_line", 500, "RFC 9112 3"},
      {H1_ENCODE_FRAMING, "encode_framing", 500, "RFC 9112 6"},
  };
  EXPECT_EQ(std::size(rows), static_cast<size_t>(H1_ERROR_COUNT));
  for (const auto& row : rows) {
    EXPECT_STREQ(h1_error_name(row.error), row.name);
    EXPECT_EQ(h1_error_status(row.error), row.status) << row.name;
    EXPECT_STREQ(h1_error_section(row.error), row.section) << row.name;
  }
}

TEST(ErrorList, ValuesOutsideItAreUnknown) {
  for (h1_error e : {H1_ERROR_COUNT, At(H1_ERROR_COUNT + 1)}) {
    EXPECT_STREQ(h1_error_name(e), "unknown");
    EXPECT_EQ(h1_error_status(e), 0);
    EXPECT_STREQ(h1_error_section(e), "");
  }
}

TEST(Limits, DefaultsAreTheDocumentedOnes) {
  const h1_limits l = h1_limits_default();
  EXPECT_EQ(l.head_bytes, 16384u);
  EXPECT_EQ(l.target_bytes, 8192u);
  EXPECT_EQ(l.header_count, 100u);
  EXPECT_EQ(l.trailer_bytes, 4096u);
  EXPECT_EQ(l.trailer_count, 100u);
  EXPECT_EQ(l.chunk_ext_bytes, 256u);
  EXPECT_EQ(l.chunk_overhead_bytes, 4096u);
  EXPECT_EQ(l.chunk_overhead_ratio, 8u);
  EXPECT_EQ(l.body_bytes, 1048576u);
}

}  // namespace
