/* See respond.h. */
#include "handlers/static/respond.h"

#include "handlers/static/drip.h"
#include "handlers/static/io.h"
#include "parser/values.h"

/* In the exchange's state. */
typedef struct {
  h1_static_worker *worker;
  h1_static_entry *entry;      /* NULL: not cached */
  h1_static_byteranges *parts; /* NULL: not several ranges */
  int fd;                      /* of a file that is not cached, or -1 */
  bool drips;
  h1_static_drip drip; /* when it drips */
} held_file;

_Static_assert(sizeof(held_file) <= H1_STATE_BYTES, "fits the state");

#define FIELD_BIT(id) (UINT64_C(1) << (id))
#define CONDITIONAL_FIELDS                                            \
  (FIELD_BIT(H1_FIELD_IF_MATCH) | FIELD_BIT(H1_FIELD_IF_NONE_MATCH) | \
   FIELD_BIT(H1_FIELD_IF_MODIFIED_SINCE) |                            \
   FIELD_BIT(H1_FIELD_IF_UNMODIFIED_SINCE) | FIELD_BIT(H1_FIELD_RANGE))

static void let_go(void *state) {
  held_file *held = state;
  if (held->drips) h1_static_drip_end(&held->drip);
  if (held->parts != NULL) held->parts->busy = false;
  if (held->entry != NULL) {
    h1_static_cache_release(&held->worker->cache, held->entry);
  }
  if (held->fd >= 0) h1_static_io_close(held->fd);
}

static h1_static_byteranges *take_parts(h1_static_worker *w) {
  for (unsigned i = 0; i < w->parts_count; i++) {
    if (!w->parts[i].busy) {
      w->parts[i].busy = true;
      return &w->parts[i];
    }
  }
  return NULL;
}

static void reply_lines(h1_exchange *x, const h1_static_version *f,
                        size_t len) {
  const h1_slice lines = {f->lines, len};
  if (len > 0) (void)h1_reply_prepared(x, lines);
}

/* Of whatever is said of a path with siblings (RFC 9110 12.5.5). */
static void reply_vary(h1_exchange *x) {
  static const uint8_t line[] = "Vary: Accept-Encoding\r\n";
  const h1_slice lines = {line, sizeof line - 1};
  (void)h1_reply_prepared(x, lines);
}

/* Last-Modified may never be later than Date: when the clock was set back since
 * the lines were written, it is left out. */
static size_t lines_of_200(const h1_exchange *x, const h1_static_version *f) {
  return f->modified_s <= h1_exchange_now_s(x) ? f->lines_all
                                               : f->lines_if_range;
}

static h1_pulled pull_drip(void *state, h1_buffer room, uint64_t now_ms) {
  held_file *held = state;
  return h1_static_drip_pull(&held->drip, room, now_ms);
}

/* Whether sending these bytes by sendfile could make the worker wait. */
static bool may_wait(const h1_static_worker *w, const h1_static_version *f,
                     uint64_t offset, uint64_t length) {
  if (!w->never_waits || f->contents != NULL || length == 0) return false;
  return !f->local || !h1_static_in_memory(f->fd, offset, length);
}

static void reply_bytes(h1_exchange *x, held_file *held, uint16_t status,
                        const h1_static_version *f, uint64_t offset,
                        uint64_t length) {
  if (may_wait(held->worker, f, offset, length)) {
    held->drips = true;
    h1_static_drip_begin(&held->drip, x, held->worker->helpers, f->fd, offset,
                         length);
    h1_reply_pull(x, status, f->type, length, pull_drip);
    return;
  }
  if (f->contents == NULL) {
    h1_reply_file(x, status, f->type, f->fd, offset, length);
    return;
  }
  const h1_slice bytes = {f->contents + offset, (size_t)length};
  h1_reply_borrow(x, status, f->type, bytes);
}

static void reply_whole(h1_exchange *x, held_file *held,
                        const h1_static_version *f) {
  reply_lines(x, f, lines_of_200(x, f));
  reply_bytes(x, held, 200, f, 0, f->id.size);
}

static void reply_content_range(h1_exchange *x, const h1_range *range,
                                uint64_t total) {
  uint8_t text[H1_CONTENT_RANGE_MAX];
  const h1_slice value = {text, h1_content_range_encode(range, total, text)};
  (void)h1_reply_field(x, h1_slice_of("Content-Range"), value);
}

/* A client that sent If-Range has the other fields already (RFC 9110 15.3.7).
 */
static void reply_206_lines(h1_exchange *x, const h1_static_version *f) {
  const h1_fields *fields = &h1_exchange_request(x)->fields;
  reply_lines(x, f,
              h1_fields_has(fields, H1_FIELD_IF_RANGE) ? f->lines_if_range
                                                       : lines_of_200(x, f));
}

static h1_pulled pull_parts(void *state, h1_buffer room, uint64_t now_ms) {
  held_file *held = state;
  (void)now_ms;
  return h1_static_byteranges_pull(held->parts, room);
}

/* When too many such answers are under way, or the file may make one wait, the
 * whole file is one too. */
static void reply_ranges(h1_exchange *x, held_file *held,
                         const h1_static_version *f, const h1_range *ranges,
                         size_t count) {
  h1_static_worker *w = held->worker;
  h1_static_byteranges *parts =
      may_wait(w, f, 0, f->id.size) ? NULL : take_parts(w);
  if (parts == NULL) {
    reply_whole(x, held, f);
    return;
  }
  held->parts = parts;
  h1_static_byteranges_begin(parts, f, ranges, count, w->boundary_key,
                             w->boundary_nonce++);
  reply_206_lines(x, f);
  h1_reply_pull(x, 206, h1_static_byteranges_type(parts),
                h1_static_byteranges_length(parts), pull_parts);
}

static void reply_range_field(h1_exchange *x, held_file *held,
                              const h1_static_version *f) {
  const h1_fields *fields = &h1_exchange_request(x)->fields;
  h1_range ranges[H1_STATIC_RANGES_MAX];
  size_t count = 0;
  switch (h1_range_decode(h1_fields_get(fields, H1_FIELD_RANGE), f->id.size,
                          ranges, H1_STATIC_RANGES_MAX, &count)) {
    case H1_RANGE_NONE:
      reply_whole(x, held, f);
      return;
    case H1_RANGE_UNSATISFIED:
      reply_content_range(x, NULL, f->id.size);
      h1_reply_status(x, 416, H1_RANGE_UNSATISFIABLE);
      return;
    case H1_RANGE_SOME:
      break;
  }
  if (count > 1) {
    reply_ranges(x, held, f, ranges, count);
    return;
  }
  reply_206_lines(x, f);
  reply_content_range(x, &ranges[0], f->id.size);
  reply_bytes(x, held, 206, f, ranges[0].first,
              ranges[0].last - ranges[0].first + 1);
}

static void reply_conditionally(h1_exchange *x, held_file *held,
                                const h1_static_version *f) {
  const h1_request *request = h1_exchange_request(x);
  const int64_t now_s = h1_exchange_now_s(x);
  switch (h1_static_preconditions(f, &request->fields, now_s)) {
    case H1_STATIC_NOT_MODIFIED:
      reply_lines(x, f, f->lines_304);
      h1_reply_status(x, 304, H1_OK);
      return;
    case H1_STATIC_REFUSED:
      h1_reply_status(x, 412, H1_PRECONDITION_FAILED);
      return;
    case H1_STATIC_SEND:
      break;
  }
  if (h1_static_range_applies(f, request, now_s)) {
    reply_range_field(x, held, f);
    return;
  }
  reply_whole(x, held, f);
}

static void reply_page(h1_exchange *x, held_file *held,
                       const h1_static_version *f, uint16_t status) {
  if (f->coding != H1_CODING_IDENTITY) {
    (void)h1_reply_field(x, h1_slice_of("Content-Encoding"),
                         h1_slice_of(h1_coding_name(f->coding)));
  }
  reply_bytes(x, held, status, f, 0, f->id.size);
}

/* `own_fd`: to be closed with the exchange; -1 when the entry keeps it. */
static void answer(h1_exchange *x, h1_static_worker *w, h1_static_entry *e,
                   const h1_static_version *f, int own_fd, uint16_t status) {
  held_file *held = h1_exchange_state(x);
  held->worker = w;
  held->entry = e;
  held->parts = NULL;
  held->fd = own_fd;
  held->drips = false;
  h1_exchange_on_end(x, let_go);
  if (f->varies) reply_vary(x);
  if (status != 200) {
    reply_page(x, held, f, status);
  } else if ((h1_exchange_request(x)->fields.seen & CONDITIONAL_FIELDS) == 0) {
    reply_whole(x, held, f);
  } else {
    reply_conditionally(x, held, f);
  }
}

void h1_static_respond_entry(h1_exchange *x, h1_static_worker *w,
                             h1_static_entry *e, uint16_t status) {
  h1_static_cache_hold(e);
  answer(x, w, e, &e->file, -1, status);
}

void h1_static_respond_file(h1_exchange *x, h1_static_worker *w,
                            const h1_static_version *file, uint16_t status) {
  answer(x, w, NULL, file, file->fd, status);
}
