/* The access log: one line a request.
 *
 * A worker formats its line into its own single-producer ring; the log thread
 * polls the rings and writes. A full ring drops the line and says so (the
 * caller counts it); nothing ever waits for the disk. Everything from the
 * client is escaped: no byte of a request can end a line or forge a field. */
#ifndef H1_SERVER_LOG_LOG_H_
#define H1_SERVER_LOG_LOG_H_

#include <stdbool.h>
#include <stdint.h>

#include "parser/base.h"
#include "parser/error.h"
#include "server/config/config.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  int64_t time_s; /* when the answer was ready, seconds since 1970 */
  uint32_t time_us;
  h1_slice client;      /* address text: "127.0.0.1", "::1", "unix" */
  uint32_t client_port; /* 0: none */
  h1_slice peer;        /* the other end of the connection, as text */
  uint32_t peer_port;
  const char *client_stopped; /* at what the search for the client ended; NULL:
                                 at the client */
  bool unlogged;              /* it is counted, and has no line */
  h1_slice method;            /* as sent; empty when none was decoded */
  h1_slice target;            /* as sent; empty when none was decoded */
  uint8_t minor_version;
  bool head_decoded;     /* false: combined shows "-", there is no sound line */
  bool has_request_line; /* false: nothing of it could be decoded */
  uint16_t status;       /* 0: closed without an answer */
  uint64_t bytes;        /* body bytes handed to the kernel */
  uint64_t unsent;       /* bytes of the answer that were not yet */
  uint64_t latency_us;   /* first byte of the request to the last byte handed to
                            the kernel */
  bool reused;           /* not the first request on its connection */
  h1_error reason;       /* H1_OK: nothing was refused */
  h1_slice host;         /* JSON only */
  h1_slice referer, user_agent;
  h1_log_format format; /* for who calls h1_log_write_as */
} h1_log_entry;

/* Formats one line with its '\n'. Returns its length; at most `room.len`. A
 * target or field that would not fit is cut and marked with "...". JSON keys:
 * time (RFC 3339 with microseconds, Z), client, client_port (left out when 0),
 * peer, peer_port (the same), client_stopped (left out when NULL), method,
 * path, version, host (null when not decoded), status, bytes, unsent (left out
 * when 0), latency_us, reused, reason, referer, user_agent (null without one);
 * the line is ASCII. Combined: the NCSA format of Apache and nginx, exactly; as
 * Apache does, "-" for 0 bytes and for status 0. H1_LOG_LINE_MAX always
 * suffices; in less than 1 KiB nothing is written and 0 returned. */
#define H1_LOG_LINE_MAX ((size_t)4096)
size_t h1_log_format_line(h1_log_format format, const h1_log_entry *e,
                          h1_buffer room);

typedef struct h1_log h1_log;

/* Bytes that h1_log_start will allocate for `workers` rings. */
uint64_t h1_log_memory(unsigned workers);
/* Opens the target ("-", "off" or a path), allocates the rings and starts the
 * thread (all signals blocked in it). NULL with `*message` and errno on
 * failure; EAGAIN: there are too many threads. With
 * "off" a log that drops nothing and writes nothing: h1_log_enabled is false.
 */
/* Whether `target` could be opened; a file that this made is removed again.
 * Else a one-line message, as of h1_log_start. */
bool h1_log_check(const char *target, char message[256]);
h1_log *h1_log_start(const char *target, h1_log_format format, unsigned workers,
                     char message[256]);
bool h1_log_enabled(const h1_log *log);
/* By worker `worker` alone. False: the ring was full and the line is lost. */
bool h1_log_write(h1_log *log, unsigned worker, const h1_log_entry *e);
/* The same in another format than the log was started with. */
bool h1_log_write_as(h1_log *log, unsigned worker, h1_log_format format,
                     const h1_log_entry *e);
/* Reopens a file target by path; for SIGHUP. Any thread, until h1_log_stop. On
 * failure keeps the old file and reports on standard error. */
void h1_log_reopen(h1_log *log);
/* Writes what the rings hold and stops the thread; frees nothing. No worker may
 * write any more. A pipe or terminal whose reader takes nothing is given up
 * after 2 s. Write errors (ENOSPC, EPIPE) lose lines, never stop the server;
 * they are reported on standard error at most once a minute, and the lines
 * counted by h1_log_lost. */
void h1_log_finish(h1_log *log);
/* Finishes it unless that was done, and frees it: no other thread may know it
 * any more. */
void h1_log_stop(h1_log *log);
/* Lines that h1_log_write took and that could not be written. */
uint64_t h1_log_lost(const h1_log *log);

#ifdef __cplusplus
}
#endif
#endif
