/* Answering for a folder with what it holds.
 *
 * There is one listing at a time, in memory set aside at start, and one thread
 * that fills it:
 *
 *            ask               (the thread)           done
 *   IDLE ----------> WANTED -------------> RUNNING ---------> IDLE
 *
 * A request is answered with a look that began after it came, so it is never
 * shown an older state of the folder; all who wait for the same folder share
 * one look. Those who want another one wait their turn, and after a second get
 * 503. A listing that fits one reply is copied into it; of a larger one the
 * memory is held while it is sent, for H1_LISTER_HOLD_MS at most: after that
 * who wants it for another folder takes it, and the slow answer is cut. */
#ifndef H1_HANDLERS_STATIC_LISTER_H_
#define H1_HANDLERS_STATIC_LISTER_H_

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "handlers/static/listing_look.h"
#include "handlers/static/root.h"
#include "server/handler.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_LISTER_HOLD_MS ((uint64_t)10000)
#define H1_LISTER_WAITING_MAX 256

typedef enum {
  H1_LISTER_IDLE,
  H1_LISTER_WANTED,
  H1_LISTER_RUNNING
} h1_lister_state;

typedef struct h1_lister {
  pthread_mutex_t lock;
  pthread_cond_t work; /* wanted, or time to stop */
  pthread_cond_t end;  /* the thread has ended */
  pthread_t id;
  /* Guarded by lock, as all below. While RUNNING `look` is the thread's,
   * except what is asked in it, which does not change then. */
  bool has_thread, running, stopping;
  h1_lister_state state;
  uint64_t looks; /* how many were asked for: the number of the last */
  unsigned due;   /* requests that the last look answers, and has not yet */
  bool held_back; /* the last look found that it may not overwrite */
  /* Contents of the listing: how often it was written; who reads it, and until
   * when nobody else may write it. */
  uint64_t edition;
  unsigned readers;
  uint64_t held_until_ms;
  size_t waiting;
  h1_wake_token waiters[H1_LISTER_WAITING_MAX];
  size_t prefix_len;
  uint8_t prefix[H1_STATIC_PATH_BYTES]; /* of the folder that is read */
  h1_listing_look look;
} h1_lister;

/* Bytes of memory for h1_lister_init, and of the stack of its thread. */
size_t h1_lister_memory_bytes(void);
#define H1_LISTER_STACK_BYTES ((size_t)256 * 1024)

/* In zeroed memory that is the caller's. `hidden`: names that begin with a dot
 * are listed, too. */
h1_lister *h1_lister_init(void *memory, bool hidden);
/* 0, or an error number. Without it who asks does the looking. */
int h1_lister_start(h1_lister *l);
/* False when the thread still waits for its storage: nothing may be freed. */
bool h1_lister_stop(h1_lister *l);

/* Answers when there is nothing to list; the lister has then let go of the
 * exchange's state. */
typedef void (*h1_lister_refusal)(h1_exchange *x, uint16_t status,
                                  h1_error reason);

/* Answers with the folder `rest` below `root`, "" or what ends in '/'. `rest`
 * passed h1_static_path_allowed and is the end of h1_exchange_path. */
void h1_lister_serve(h1_exchange *x, h1_lister *l, const h1_static_root *root,
                     h1_slice rest, h1_lister_refusal refuse);

#ifdef __cplusplus
}
#endif
#endif
