#define _GNU_SOURCE /* PIPE_BUF */
#include "server/base/say.h"

#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A pipe that poll calls writable takes PIPE_BUF bytes without waiting. */
_Static_assert(H1_SAY_BYTES <= PIPE_BUF, "a line is one piece of a pipe");

static size_t clip(int wanted, size_t room) {
  if (wanted < 0) return 0;
  return (size_t)wanted < room ? (size_t)wanted : room - 1;
}

bool h1_say_has_room(void) {
  struct pollfd error = {.fd = STDERR_FILENO, .events = POLLOUT};
  return poll(&error, 1, 0) == 1 && (error.revents & POLLOUT) != 0;
}

static void write_line(const char *line, size_t len) {
  if (!h1_say_has_room()) return;
  if (write(STDERR_FILENO, line, len) < 0) return; /* nobody to tell */
}

void h1_say(const char *format, ...) {
  static const char prefix[] = "httpd: ";
  char line[H1_SAY_BYTES];
  size_t len = sizeof prefix - 1;
  memcpy(line, prefix, len);
  va_list args;
  va_start(args, format);
  len += clip(vsnprintf(line + len, sizeof line - len, format, args),
              sizeof line - len);
  va_end(args);
  line[len++] = '\n';
  write_line(line, len);
}

void h1_say_line(const char *line) { write_line(line, strlen(line)); }
