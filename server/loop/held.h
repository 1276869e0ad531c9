/* Listening sockets that somebody else made and keeps: systemd, or whoever
 * started the process. They outlive it, so that a restart refuses nobody: what
 * arrives meanwhile waits in the kernel for the successor.
 *
 *   h1_held held;
 *   h1_held_read(&held);                       once, before other threads
 *   for (size_t i = 0; i < held.count; i++)    those that were passed
 *     if (h1_held_matches(&held, i, "http")) use(H1_HELD_FIRST + i);
 *
 * The protocol is that of sd_listen_fds(3). */
#ifndef H1_SERVER_LOOP_HELD_H_
#define H1_SERVER_LOOP_HELD_H_

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The first descriptor that systemd passes. */
#define H1_HELD_FIRST 3
#define H1_HELD_MAX 64

typedef struct {
  size_t count;
  char names[H1_HELD_MAX][256];
  bool used[H1_HELD_MAX];
  char why[160]; /* there are none, and this is the reason */
} h1_held;

/* Reads LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES, and unsets them: what a
 * child process would find there is not meant for it. All that were passed are
 * close-on-exec from then on. Variables for another process, or that are
 * wrong, are as if there were none, and `why` says so. */
void h1_held_read(h1_held *h);

/* Whether the n-th goes by that name; "*" is every name. */
bool h1_held_matches(const h1_held *h, size_t n, const char *name);

/* Writes the names of all, separated by ", ". */
void h1_held_names(const h1_held *h, char *to, size_t size);

/* Makes what was passed ready to be listened on: it must be a listening stream
 * socket of TCP or a unix socket; it becomes non-blocking and close-on-exec.
 * NULL, or what is wrong with it. */
const char *h1_held_fault(int fd);

/* Whether somebody has ended a listening socket by shutdown(2): nobody can come
 * to it any more, and accept fails for ever. */
bool h1_held_is_ended(int fd);

#ifdef __cplusplus
}
#endif
#endif
