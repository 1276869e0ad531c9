#include "server/base/origin.h"

#include <string.h>
#include <sys/socket.h>

#include "parser/slice.h"

/* A mapped address is shown, and counted, as the IPv4 address that it is. */
void h1_origin_set(h1_peer *to, const h1_address *address, uint16_t port) {
  h1_address a = *address;
  h1_address_unmap(&a);
  memset(to, 0, sizeof *to);
  memcpy(to->address, a.bytes, sizeof a.bytes);
  to->family = a.bits == 128 ? AF_INET6 : AF_INET;
  to->port = port;
}

const char *h1_origin_stopped_name(h1_node_kind stopped) {
  switch (stopped) {
    case H1_NODE_UNKNOWN:
      return "unknown";
    case H1_NODE_HIDDEN:
      return "hidden";
    case H1_NODE_ABSENT:
      return "absent";
    case H1_NODE_INVALID:
      return "invalid";
    case H1_NODE_ADDRESS:
      break;
  }
  return NULL;
}

static bool take_last(h1_client_source source, h1_slice *line, h1_node *node) {
  if (source == H1_CLIENT_X_FORWARDED_FOR) {
    return h1_x_forwarded_for_last(line, node);
  }
  h1_forwarded element;
  if (!h1_forwarded_last(line, &element)) return false;
  *node = element.node;
  return true;
}

/* One line, from its right end. False: who the client is was found. */
static bool walk_line(const h1_trusted *trusted, h1_client_source source,
                      h1_slice line, h1_origin_client *found) {
  h1_node node;
  while (take_last(source, &line, &node)) {
    if (node.kind != H1_NODE_ADDRESS) {
      found->stopped = node.kind;
      return false;
    }
    h1_origin_set(&found->end, &node.address, node.has_port ? node.port : 0);
    if (!h1_trusted_has_address(trusted, &node.address)) return false;
  }
  return true;
}

h1_origin_client h1_origin_find(const h1_trusted *trusted,
                                h1_client_source source, const h1_peer *peer,
                                const h1_fields *fields) {
  const h1_slice name = h1_slice_of(
      source == H1_CLIENT_FORWARDED ? "forwarded" : "x-forwarded-for");
  h1_origin_client found;
  memset(&found, 0, sizeof found);
  found.stopped = H1_NODE_ADDRESS;
  if (!h1_trusted_has(trusted, peer)) return found;
  for (size_t i = fields->count; i > 0; i--) {
    if (!h1_slice_equal_nocase(h1_fields_name(fields, i - 1), name)) continue;
    if (!walk_line(trusted, source, h1_fields_value(fields, i - 1), &found)) {
      break;
    }
  }
  return found;
}
