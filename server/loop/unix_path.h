/* The name of a unix socket in the file system, which has one owner: who binds
 * it holds its lock from the look at what is there until it listens.
 *
 *   int lock = h1_path_lock(path);               -1: somebody else is at it
 *   h1_path_remove_stale(path) and bind, chmod, listen
 *   h1_path_unlock(path, lock);
 *
 * Why a lock, and why this one: a socket that is bound and does not listen yet
 * looks like one whose server has died, so of two that start together the
 * second would remove the first's. A lock on the folder can be taken by anyone
 * who may read it, who could then keep the server from starting; the file
 * PATH.lock belongs to the server's user and is gone when the start is over.
 * One that a killed start leaves is not locked, and does no harm. */
#ifndef H1_SERVER_LOOP_UNIX_PATH_H_
#define H1_SERVER_LOOP_UNIX_PATH_H_

#include <stdbool.h>
#include <sys/types.h>

/* The descriptor of the lock. -1 with errno: EBUSY when another start has kept
 * it for one and a half seconds, else why the file could not be made. */
int h1_path_lock(const char *path);
void h1_path_unlock(const char *path, int lock);

/* Removes the name unless it leads to something else by now. False with errno.
 */
bool h1_path_unlink_same(const char *path, dev_t device, ino_t inode);
/* Removes the socket of a server that is gone. False with errno, EADDRINUSE
 * when there is a live one. Never waits: a server whose backlog is full is
 * alive. */
bool h1_path_remove_stale(const char *path);

#endif
