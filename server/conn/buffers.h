/* The buffers of an exchange: a decoded path, scratch memory, the fields and
 * the copied bytes of a reply. A worker has one set, each job another. */
#ifndef H1_SERVER_CONN_BUFFERS_H_
#define H1_SERVER_CONN_BUFFERS_H_

#include "server/conn/internal.h"

/* Bytes of the four buffers, and laying them out in `memory` of that size. */
H1_MUST_USE size_t h1_exchange_buffer_bytes(size_t head_bytes);
void h1_exchange_buffers(h1_exchange *x, uint8_t *memory);

#endif
