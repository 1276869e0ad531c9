/* The head of the request being served, in the window or in a block. */
#include "server/conn/kept.h"

#include <string.h>

#include "server/conn/context.h"
#include "server/conn/states.h"

/* What lies before a kept head's bytes; its headers follow. */
typedef struct {
  h1_request request;
  h1_header headers[];
} kept_state;

static kept_state *state_of(const h1_block *b) {
  return (kept_state *)(uintptr_t)(const void *)b->bytes;
}

const h1_request *h1_conn_request(const h1_conn *c) {
  if (c->flight == NULL || c->flight->kept == NULL) {
    return &c->context->request;
  }
  return &state_of(c->flight->kept)->request;
}

static h1_block *take_block(h1_context *cx, size_t bytes) {
  h1_block *b =
      bytes <= cx->plan.small_payload ? h1_pool_take(&cx->small) : NULL;
  return b != NULL ? b : h1_pool_take(&cx->large);
}

static void copy_head(kept_state *kept, const h1_request *r, size_t head) {
  const size_t headers = r->fields.count * sizeof(h1_header);
  uint8_t *bytes = (uint8_t *)kept->headers + headers;
  if (headers != 0) memcpy(kept->headers, r->fields.headers, headers);
  if (head != 0) memcpy(bytes, r->fields.base.ptr, head);
  kept->request = *r;
  kept->request.fields.headers = kept->headers;
  h1_request_rebase(&kept->request, bytes);
}

void h1_head_keep(h1_conn *c) {
  h1_context *cx = c->context;
  if (c->flight->kept != NULL) return;
  const h1_request *r = &cx->request;
  const size_t head = (size_t)c->flight->head_bytes;
  const size_t headers = r->fields.count * sizeof(h1_header);
  h1_block *b = take_block(cx, sizeof(kept_state) + headers + head);
  if (b == NULL) {
    h1_conn_fault(c, "a turn was begun without a block for its head");
    return;
  }
  copy_head(state_of(b), r, head);
  c->flight->kept = b;
  if (cx->x.conn != c) return;
  cx->x.request = &state_of(b)->request;
  cx->x.conn = NULL;
}
