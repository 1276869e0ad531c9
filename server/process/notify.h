/* What a service manager wants to know: sd_notify(3) without its library.
 *
 *   h1_notify_open();                    once, before other threads
 *   h1_notify_ready("Serving");          once clients are served
 *   h1_notify_reloading();               and h1_notify_ready when that is over
 *   h1_notify_stopping("Draining");
 *   h1_notify_alive();                   more often than h1_notify_watchdog_ms
 *
 * Where nobody wants to know, all of them do nothing. For the main thread
 * alone. */
#ifndef H1_SERVER_NOTIFY_H_
#define H1_SERVER_NOTIFY_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads NOTIFY_SOCKET (a path, or "@" and a name of the abstract namespace),
 * WATCHDOG_USEC and WATCHDOG_PID, and unsets them. The socket is made and
 * connected here: later there may be a sandbox that allows neither. What cannot
 * be used is said on standard error. */
void h1_notify_open(void);
void h1_notify_close(void);

/* READY=1 and what `systemctl status` shows. Waits for up to a second if the
 * manager's queue is full, as do the other changes of state. */
void h1_notify_ready(const char *status);
/* RELOADING=1, and when that began: ready is said again at its end, whether or
 * not the reload was good. */
void h1_notify_reloading(void);
void h1_notify_stopping(const char *status);

/* The manager ends a process from which it heard nothing for so long; 0: it
 * does not. */
uint64_t h1_notify_watchdog_ms(void);
/* WATCHDOG=1. Never waits. */
void h1_notify_alive(void);

#ifdef __cplusplus
}
#endif
#endif
