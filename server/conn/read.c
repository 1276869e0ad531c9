/* Reading more of a request. */
#include "server/conn/read.h"

#include "server/conn/account.h"
#include "server/conn/context.h"
#include "server/conn/kept.h"
#include "server/conn/window.h"

h1_progress h1_read(h1_conn *c, size_t limit) {
  const h1_progress p = h1_window_may_receive(c);
  if (p != H1_GO_ON) return p;
  if (c->in != H1_IN_HEAD) h1_head_keep(c);
  if (c->context->record_count > 0) h1_settle(c);
  if (c->socket.dead) return H1_GO_ON;
  return h1_window_receive(c, limit);
}
