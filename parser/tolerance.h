/* What a client or a proxy may have to put up with in responses.
 *
 * Requests have no tolerance: two servers that read one request differently are
 * an attack. A response comes from a server that was chosen, and refusing it
 * only leaves the user without the page. Each tolerance below is off unless it
 * is asked for, names the sentence of the RFC that it is about, and what is
 * risked:
 *
 *   h1_response_decoder_init(&d, &limits, level, storage, capacity);
 *   h1_response_tolerate(&d, H1_TOLERATE_USER_AGENT);
 *
 * The table of odd responses in README.md shows what other clients do. */
#ifndef H1_PARSER_TOLERANCE_H_
#define H1_PARSER_TOLERANCE_H_

/* A value that goes on in the next line (obs-fold). RFC 9112 5.2: a user agent
 * MUST replace it with spaces before it interprets the value, a proxy before it
 * forwards it. The value is handed out as it came; h1_value_unfold writes the
 * spaces. Risk: whoever reads the lines alone sees other fields. A fold inside
 * Content-Length, Transfer-Encoding or Connection is still no such value. */
#define H1_TOLERATE_FOLDS 0x1u
/* White space between a name and its colon. RFC 9112 5.1: a proxy MUST remove
 * it; the name is handed out without. Risk: others take the blank for a part of
 * the name, and so miss a Transfer-Encoding. */
#define H1_TOLERATE_SPACE_BEFORE_COLON 0x2u
/* "HTTP/1.1 200" and the line's end. RFC 9112 4: a server MUST send the space
 * even where there is no reason phrase. No known risk: every client takes it.
 */
#define H1_TOLERATE_NO_SPACE_AFTER_STATUS 0x4u
/* LF alone as the end of a line, in heads and trailer sections. RFC 9112 2.2: a
 * recipient MAY recognise it. Risk: two recipients see two responses in one. */
#define H1_TOLERATE_BARE_LF 0x8u
/* Controls in values, but never CR, LF or NUL. RFC 9110 5.5 calls such values
 * invalid, and a recipient MAY retain them within a safe context. Risk: logs
 * and terminals that show them. */
#define H1_TOLERATE_CONTROLS 0x10u
/* Content-Length repeated, or a list, of one and the same number. RFC 9110 8.6:
 * a recipient MAY replace it with that number. Risk: others take the first or
 * refuse. */
#define H1_TOLERATE_EQUAL_LENGTHS 0x20u
/* Transfer-Encoding in HTTP/1.0. RFC 9112 6.1: the framing is to be treated as
 * faulty and the connection closed after the message, so that it is read as
 * what it says and the connection does not persist. Risk: an intermediary of
 * version 1.0 saw another end. */
#define H1_TOLERATE_HTTP10_CHUNKED 0x40u
/* Blanks after a chunk size. RFC 9112 7.1 has no place for them: they come from
 * servers that wrote sizes into fields of a fixed width. Risk: none known. See
 * h1_chunked_decode_padded. */
#define H1_TOLERATE_PADDED_CHUNKS 0x80u
/* One empty line before a status line. RFC 9112 2.2 has only servers ignore it.
 * Risk: it is the rest of a body whose length was told wrongly. */
#define H1_TOLERATE_EMPTY_LINE 0x100u

#define H1_TOLERATE_NOTHING 0u
/* What browsers and their like have to take. */
#define H1_TOLERATE_USER_AGENT                              \
  (H1_TOLERATE_FOLDS | H1_TOLERATE_NO_SPACE_AFTER_STATUS |  \
   H1_TOLERATE_HTTP10_CHUNKED | H1_TOLERATE_PADDED_CHUNKS | \
   H1_TOLERATE_CONTROLS | H1_TOLERATE_EQUAL_LENGTHS)
/* What a proxy has to take, and mends on its way. */
#define H1_TOLERATE_PROXY                               \
  (H1_TOLERATE_SPACE_BEFORE_COLON | H1_TOLERATE_FOLDS | \
   H1_TOLERATE_NO_SPACE_AFTER_STATUS)

#endif
