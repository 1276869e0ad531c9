#include "fuzz/reference/config.h"

#include <string.h>

#define K ((uint64_t)1024)
#define M (K * K)
#define G (K * M)
#define DAY_MS ((uint64_t)86400000)
#define AT(field) offsetof(h1_config, field), sizeof(((h1_config *)0)->field)

const reference_option reference_options[REFERENCE_OPTIONS] = {
    {"listen", REFERENCE_ADDRESSES, 0, 0, false, AT(listen)},
    {"admin-listen", REFERENCE_ADDRESSES, 0, 0, true, AT(admin_listen)},
    {"admin", REFERENCE_ADMIN, 0, 1, false, AT(admin)},
    {"demo", REFERENCE_SWITCH, 0, 1, false, AT(demo)},
    {"proxy-listen", REFERENCE_ADDRESSES, 0, 0, true, AT(proxy_listen)},
    {"trusted-proxy", REFERENCE_PROXIES, 0, 0, true, AT(trusted_proxies)},
    {"client-address", REFERENCE_CLIENT, 0, 3, false, AT(client_address)},
    {"unix-mode", REFERENCE_OCTAL, 0, 511, false, AT(unix_mode)},
    {"root", REFERENCE_PATH, 0, 0, false, AT(root)},
    {"mount", REFERENCE_MOUNTS, 0, 0, false, AT(mounts)},
    {"index", REFERENCE_INDEXES, 0, 0, true, AT(indexes)},
    {"clean-urls", REFERENCE_SWITCH, 0, 1, false, AT(clean_urls)},
    {"hidden", REFERENCE_SWITCH, 0, 1, false, AT(hidden)},
    {"listing", REFERENCE_SWITCH, 0, 1, false, AT(listing)},
    {"fallback", REFERENCE_PATH, 0, 0, false, AT(fallback)},
    {"error-page", REFERENCE_ERROR_PAGES, 0, 0, false, AT(error_pages)},
    {"symlinks", REFERENCE_LINKS, 0, 2, false, AT(symlinks)},
    {"mime-types", REFERENCE_PATH, 0, 0, false, AT(mime_types)},
    {"charset", REFERENCE_NAME, 0, 0, false, AT(charset)},
    {"precompressed", REFERENCE_SWITCH, 0, 1, false, AT(precompressed)},
    {"server-name", REFERENCE_NAME, 0, 0, false, AT(server_name)},
    {"redirect", REFERENCE_REDIRECTS, 0, 0, true, AT(redirects)},
    {"header", REFERENCE_HEADERS, 0, 0, true, AT(headers)},
    {"cache-control", REFERENCE_CACHES, 0, 0, true, AT(cache_controls)},
    {"workers", REFERENCE_NUMBER, 1, 256, false, AT(workers)},
    {"blocking-threads", REFERENCE_NUMBER, 1, 256, false, AT(blocking_threads)},
    {"queue-size", REFERENCE_NUMBER, 1, 65536, false, AT(queue_size)},
    {"queue-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(queue_timeout_ms)},
    {"max-connections", REFERENCE_NUMBER, 1, M, false, AT(max_connections)},
    {"max-client-connections", REFERENCE_NUMBER, 1, M, true,
     AT(max_client_connections)},
    {"buffer-memory", REFERENCE_SIZE, 64 * K, M *G, false, AT(buffer_memory)},
    {"socket-memory", REFERENCE_SIZE, M, M *G, true, AT(socket_memory)},
    {"max-memory", REFERENCE_SIZE, M, M *G, true, AT(max_memory)},
    {"keepalive-timeout", REFERENCE_TIME, 1, DAY_MS, false,
     AT(keepalive_timeout_ms)},
    {"keepalive-requests", REFERENCE_NUMBER, 1, 4294967295u, false,
     AT(keepalive_requests)},
    {"header-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(header_timeout_ms)},
    {"body-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(body_timeout_ms)},
    {"body-min-rate", REFERENCE_SIZE, 1, G, true, AT(body_min_rate)},
    {"write-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(write_timeout_ms)},
    {"write-min-rate", REFERENCE_SIZE, 1, G, true, AT(write_min_rate)},
    {"pull-timeout", REFERENCE_TIME, 1, DAY_MS, true, AT(pull_timeout_ms)},
    {"linger-timeout", REFERENCE_TIME, 1, DAY_MS, false, AT(linger_timeout_ms)},
    {"drain-delay", REFERENCE_TIME, 0, DAY_MS, false, AT(drain_delay_ms)},
    {"drain-idle", REFERENCE_TIME, 0, DAY_MS, false, AT(drain_idle_ms)},
    {"drain-timeout", REFERENCE_TIME, 0, DAY_MS, false, AT(drain_timeout_ms)},
    {"max-header-bytes", REFERENCE_SIZE, 256, G, false, AT(limits.head_bytes)},
    {"max-header-count", REFERENCE_NUMBER, 1, 65535, false,
     AT(limits.header_count)},
    {"max-target-bytes", REFERENCE_SIZE, 1, G, false, AT(limits.target_bytes)},
    {"max-body-bytes", REFERENCE_SIZE, 0, M *G, false, AT(limits.body_bytes)},
    {"max-trailer-bytes", REFERENCE_SIZE, 2, G, false,
     AT(limits.trailer_bytes)},
    {"max-request-bytes", REFERENCE_SIZE, 256, 2 * M *G, false,
     AT(max_request_bytes)},
    {"access-log", REFERENCE_PATH, 0, 0, false, AT(access_log)},
    {"log-format", REFERENCE_FORMAT, 0, 1, false, AT(log_format)},
    {"log-skip", REFERENCE_SKIPS, 0, 0, true, AT(log_skip)},
    {"user", REFERENCE_NAME, 0, 0, false, AT(user)},
    {"sandbox", REFERENCE_SANDBOX, 0, 2, false, AT(sandbox)},
    {"config", REFERENCE_PATH, 0, 0, false, AT(config_file)},
    {"config-memory", REFERENCE_SIZE, 256 * K, G, false, AT(config_memory)},
    {"check", REFERENCE_FLAG, 0, 1, false, AT(check)},
    {"print-config", REFERENCE_FLAG, 0, 1, false, AT(print_config)},
    {"print-limits", REFERENCE_FLAG, 0, 1, false, AT(print_limits)},
    {"healthcheck", REFERENCE_FLAG, 0, 1, false, AT(healthcheck)},
    {"print-sandbox", REFERENCE_FLAG, 0, 1, false, AT(print_sandbox)},
    {"explain", REFERENCE_FLAG, 0, 1, false, AT(explain)},
    {"help", REFERENCE_FLAG, 0, 1, false, AT(help)},
    {"version", REFERENCE_FLAG, 0, 1, false, AT(version)},
};

const reference_option *reference_option_find(const char *name, size_t len) {
  for (size_t i = 0; i < REFERENCE_OPTIONS; i++) {
    const reference_option *o = &reference_options[i];
    if (strlen(o->name) == len && strncmp(o->name, name, len) == 0) return o;
  }
  return NULL;
}

uint64_t reference_option_number(const h1_config *c,
                                 const reference_option *o) {
  const unsigned char *member = (const unsigned char *)c + o->offset;
  uint64_t wide = 0;
  uint32_t narrow = 0;
  switch (o->width) {
    case 8:
      memcpy(&wide, member, 8);
      return wide;
    case 4:
      memcpy(&narrow, member, 4);
      return narrow;
    default:
      return *member;
  }
}

const char *reference_option_text(const h1_config *c,
                                  const reference_option *o) {
  return (const char *)c + o->offset;
}

bool reference_is_list(const reference_option *o) {
  return o->kind >= REFERENCE_MOUNTS && o->kind <= REFERENCE_SKIPS;
}

size_t reference_addresses_of(const reference_option *o) {
  if (strcmp(o->name, "listen") == 0) return 0;
  return strcmp(o->name, "admin-listen") == 0 ? 1 : 2;
}
