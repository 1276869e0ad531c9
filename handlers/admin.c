/* See admin.h. */
#include "handlers/admin.h"

#include "handlers/query.h"
#include "parser/values.h"

typedef enum { FORMAT_JSON, FORMAT_PROMETHEUS, FORMAT_UNKNOWN } metrics_format;

static bool is_text(h1_slice s, const char *text) {
  return h1_slice_equal(s, h1_slice_of(text));
}

/* JSON wins ties, so that a browser and a plain fetch get it; Prometheus itself
 * asks for text/plain with more weight than for anything. */
static metrics_format preferred_format(const h1_fields *fields) {
  const uint16_t text = h1_accept_quality(fields, "text", "plain");
  const uint16_t json = h1_accept_quality(fields, "application", "json");
  return text > json ? FORMAT_PROMETHEUS : FORMAT_JSON;
}

static metrics_format format_of(const h1_exchange *x) {
  uint8_t room[H1_QUERY_VALUE_MAX];
  h1_slice value;
  switch (h1_query_find(h1_exchange_query(x), "format", room, &value)) {
    case H1_QUERY_ABSENT:
      return preferred_format(&h1_exchange_request(x)->fields);
    case H1_QUERY_FOUND:
      if (is_text(value, "json")) return FORMAT_JSON;
      if (is_text(value, "prometheus")) return FORMAT_PROMETHEUS;
      return FORMAT_UNKNOWN;
    case H1_QUERY_BAD:
      break;
  }
  return FORMAT_UNKNOWN;
}

static void reply_no_store(h1_exchange *x) {
  (void)h1_reply_field(x, h1_slice_of("Cache-Control"),
                       h1_slice_of("no-store"));
}

void h1_metrics_serve(h1_exchange *x) {
  const h1_admin_source *source = h1_exchange_data(x);
  const metrics_format format = format_of(x);
  if (format == FORMAT_UNKNOWN) {
    h1_reply_status(x, 400, H1_TARGET_INVALID);
    return;
  }
  h1_buffer room = h1_exchange_scratch(x);
  if (room.len > H1_REPLY_COPY_MAX) room.len = H1_REPLY_COPY_MAX;
  const bool prometheus = format == FORMAT_PROMETHEUS;
  size_t size = 0;
  if (source->render(source->arg, prometheus, room, &size) != H1_DONE) {
    h1_reply_status(x, 500, H1_HANDLER_FAILED);
    return;
  }
  (void)h1_reply_field(x, h1_slice_of("Vary"), h1_slice_of("Accept"));
  reply_no_store(x);
  const h1_slice bytes = {room.ptr, size};
  h1_reply_copy(
      x, 200,
      h1_slice_of(prometheus ? "text/plain; version=0.0.4; charset=utf-8"
                             : "application/json"),
      bytes);
}

/* ?live asks whether the process works, not whether to send it traffic. */
static bool asks_live(const h1_exchange *x) {
  uint8_t room[H1_QUERY_VALUE_MAX];
  h1_slice value;
  return h1_query_find(h1_exchange_query(x), "live", room, &value) ==
         H1_QUERY_FOUND;
}

void h1_health_serve(h1_exchange *x) {
  const h1_admin_source *source = h1_exchange_data(x);
  const h1_slice type = h1_slice_of("application/json");
  reply_no_store(x);
  if (source->draining(source->arg) && !asks_live(x)) {
    h1_reply_borrow(x, 503, type, h1_slice_of("{\"status\":\"draining\"}\n"));
  } else {
    h1_reply_borrow(x, 200, type, h1_slice_of("{\"status\":\"ok\"}\n"));
  }
}
