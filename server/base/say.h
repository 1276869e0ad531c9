/* Lines on standard error while the server runs. */
#ifndef H1_SERVER_BASE_SAY_H_
#define H1_SERVER_BASE_SAY_H_

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define H1_SAY_BYTES 1024

/* Writes "httpd: ", the text and a line feed, cut to H1_SAY_BYTES. Whoever
 * reads standard error may have stopped: a line that a pipe or terminal has no
 * room for is dropped, and nobody waits. */
void h1_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for a whole line, at most H1_SAY_BYTES, as it is. A handler of a
 * signal may call it. */
void h1_say_line(const char *line);
/* Whether such a line would be written now. */
bool h1_say_has_room(void);

#ifdef __cplusplus
}
#endif
#endif
