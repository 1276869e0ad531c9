/* The buffers of an exchange. */
#include "server/conn/buffers.h"

size_t h1_exchange_buffer_bytes(size_t head_bytes) {
  return head_bytes + H1_SCRATCH_BYTES + H1_REPLY_PREPARED_BYTES +
         H1_REPLY_FIELDS_BYTES + H1_REPLY_COPY_MAX;
}

void h1_exchange_buffers(h1_exchange *x, uint8_t *memory) {
  x->scratch = memory;
  x->copy = x->scratch + H1_SCRATCH_BYTES;
  x->fields = x->copy + H1_REPLY_COPY_MAX + H1_REPLY_PREPARED_BYTES;
  x->path_room = x->fields + H1_REPLY_FIELDS_BYTES;
}
