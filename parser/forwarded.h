/* Who passed a request on: Forwarded (RFC 7239) and X-Forwarded-For.
 *
 * Each proxy adds an element at the right end, and what the client wrote itself
 * is at the left. So both are read from the right, an element at a time, for as
 * long as those are trusted that they name:
 *
 *   h1_slice rest = line;
 *   h1_forwarded element;
 *   while (h1_forwarded_last(&rest, &element)) {
 *     if (element.node.kind != H1_NODE_ADDRESS) break;
 *     ...
 *   }
 *
 * Several lines of one name are one list; the last line comes first here. What
 * is malformed is one element that names nobody, up to the comma before it: a
 * client that opens a quoted string and does not close it hides nothing of what
 * proxies added after it. */
#ifndef H1_PARSER_FORWARDED_H_
#define H1_PARSER_FORWARDED_H_

#include <stdbool.h>

#include "parser/address.h"
#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  H1_NODE_ADDRESS, /* an IP address, and perhaps a port */
  H1_NODE_UNKNOWN, /* the proxy does not know: "unknown" */
  H1_NODE_HIDDEN,  /* it does not say: "_name" (RFC 7239 6.3) */
  H1_NODE_ABSENT,  /* the element has no `for` */
  H1_NODE_INVALID  /* none of these */
} h1_node_kind;

typedef struct {
  h1_node_kind kind;
  bool has_port; /* of an address, and a number */
  uint16_t port;
  h1_address address;
} h1_node;

/* One element of Forwarded: `node` is what its `for` names. The values are as
 * they were sent, views of the line: a token, or a quoted string with its
 * quotes; ptr NULL when there is no such parameter. */
typedef struct {
  h1_node node;
  h1_slice client, by, host, proto; /* `for` is a word of C */
} h1_forwarded;

/* Takes the last element off the line; empty ones (RFC 9110 5.6.1.2) are
 * skipped. False: none is left. An element is
 *
 *   [ pair ] *( ";" [ pair ] )     pair = token "=" ( token / quoted-string )
 *
 * without blanks, with each of for, by, host and proto at most once; one that
 * is not has node INVALID and no values. */
H1_MUST_USE bool h1_forwarded_last(h1_slice *line, h1_forwarded *out);

/* The same for X-Forwarded-For, which has no grammar. Taken are an IPv4
 * address, an IPv6 address with or without brackets, the first and the last
 * with or without ":" and a port, and "unknown". */
H1_MUST_USE bool h1_x_forwarded_for_last(h1_slice *line, h1_node *out);

/* node (RFC 7239 6), without quotes: IPv4address, "[" IPv6address "]",
 * "unknown" or "_" 1*(ALPHA / DIGIT / "." / "_" / "-"), then perhaps ":" and a
 * port of at most 65535 or a name as before. */
void h1_node_decode(h1_slice s, h1_node *out);

#ifdef __FRAMAC__
#include "parser/proof/forwarded_api.h"
#endif

#ifdef __cplusplus
}
#endif
#endif
