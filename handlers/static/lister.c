/* See lister.h. */
#define _GNU_SOURCE
#include "handlers/static/lister.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "handlers/static/guard.h"
#include "handlers/static/io.h"
#include "handlers/static/listing_answer.h"
#include "parser/slice.h"

/* How long a stop waits for a thread that waits for its storage. */
#define STOP_WAIT_MS 200
/* How long to wait for one's turn, and for a look that has begun. */
#define TURN_WAIT_MS ((uint64_t)1000)
#define LOOK_WAIT_MS ((uint64_t)30000)
#define POLL_MS ((uint64_t)20)

static void lock(h1_lister *l) {
  h1_static_guard(pthread_mutex_lock(&l->lock));
}

static void unlock(h1_lister *l) {
  h1_static_guard(pthread_mutex_unlock(&l->lock));
}

/* ---- the thread ---- */

static void wake_all_locked(h1_lister *l) {
  for (size_t i = 0; i < l->waiting; i++) h1_wake(l->waiters[i]);
  l->waiting = 0;
}

static bool is_held_locked(const h1_lister *l, uint64_t now_ms) {
  return l->readers > 0 && now_ms < l->held_until_ms;
}

/* Whoever still reads the edition before finds out that it is gone. */
static void read_anew_locked(h1_lister *l) {
  l->edition++;
  l->readers = 0;
  unlock(l);
  h1_listing_look_read(&l->look);
  lock(l);
}

static void look_locked(h1_lister *l) {
  l->state = H1_LISTER_RUNNING;
  unlock(l);
  const bool anew = h1_listing_look_begin(&l->look);
  lock(l);
  l->held_back = anew && is_held_locked(l, l->look.now_ms);
  if (anew && !l->held_back) read_anew_locked(l);
  unlock(l);
  h1_listing_look_end(&l->look);
  lock(l);
  l->state = H1_LISTER_IDLE;
  wake_all_locked(l);
}

static void *lister_run(void *lister) {
  h1_lister *l = lister;
  lock(l);
  while (!l->stopping) {
    if (l->state == H1_LISTER_WANTED) {
      look_locked(l);
    } else {
      h1_static_guard(pthread_cond_wait(&l->work, &l->lock));
    }
  }
  l->running = false;
  h1_static_guard(pthread_cond_broadcast(&l->end));
  unlock(l);
  return NULL;
}

/* ---- start and end ---- */

/* The entries come first: they need the alignment. */
size_t h1_lister_memory_bytes(void) {
  return sizeof(h1_lister) + H1_LISTING_BYTES;
}

h1_lister *h1_lister_init(void *memory, bool hidden) {
  h1_lister *l = memory;
  pthread_condattr_t attr;
  h1_static_guard(pthread_mutex_init(&l->lock, NULL));
  h1_static_guard(pthread_condattr_init(&attr));
  h1_static_guard(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
  h1_static_guard(pthread_cond_init(&l->work, &attr));
  h1_static_guard(pthread_cond_init(&l->end, &attr));
  pthread_condattr_destroy(&attr);
  l->look.hidden = hidden;
  l->look.dir = -1;
  l->look.root.fd = -1;
  h1_listing_init(&l->look.listing, l + 1);
  return l;
}

/* Signals are the main thread's alone. */
int h1_lister_start(h1_lister *l) {
  sigset_t all, before;
  pthread_attr_t attr;
  int error = pthread_attr_init(&attr);
  if (error != 0) return error;
  error = pthread_attr_setstacksize(&attr, H1_LISTER_STACK_BYTES);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  l->running = true;
  if (error == 0) error = pthread_create(&l->id, &attr, lister_run, l);
  l->has_thread = l->running = error == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attr);
  return error;
}

bool h1_lister_stop(h1_lister *l) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += STOP_WAIT_MS * 1000000L;
  until.tv_sec += until.tv_nsec / 1000000000L;
  until.tv_nsec %= 1000000000L;
  lock(l);
  l->stopping = true;
  h1_static_guard(pthread_cond_broadcast(&l->work));
  int timed_out = 0;
  while (l->running && timed_out == 0) {
    timed_out = pthread_cond_timedwait(&l->end, &l->lock, &until);
  }
  const bool ended = !l->running;
  unlock(l);
  if (!ended) return false;
  if (l->has_thread) pthread_join(l->id, NULL);
  pthread_cond_destroy(&l->work);
  pthread_cond_destroy(&l->end);
  pthread_mutex_destroy(&l->lock);
  return true;
}

/* ---- a request ---- */

/* In the exchange's state. */
typedef struct {
  h1_lister *l;
  const h1_static_root *root; /* the worker's, of the mount */
  size_t rest_len;            /* the folder: so much of the path's end */
  h1_listing_place place;     /* views of the request, which may move */
  h1_listing_cursor cursor;
  uint64_t since_ms;
  uint64_t came;    /* number of the last look asked for before it came */
  uint64_t due;     /* number of the look that is to answer it; 0: none yet */
  uint64_t edition; /* that it reads, when `reads` */
  bool reads;
  h1_lister_refusal refuse;
} asking;

_Static_assert(sizeof(asking) <= H1_STATE_BYTES, "fits the state");

static bool is_folder(const asking *a, const char *root, const char *path) {
  const h1_slice rest = a->place.rest;
  return root == a->root->path && h1_slice_equal(h1_slice_of(path), rest);
}

/* It waits no longer for the look that was to answer it. */
static void settle_locked(asking *a) {
  if (a->due != 0 && a->due == a->l->looks && a->l->due > 0) {
    a->l->due--;
    if (a->l->due == 0) wake_all_locked(a->l);
  }
  a->due = 0;
}

static void stop_reading_locked(asking *a) {
  if (!a->reads || a->l->edition != a->edition || a->l->readers == 0) return;
  a->l->readers--;
  if (a->l->readers == 0) wake_all_locked(a->l);
}

static void on_end(void *state) {
  asking *a = state;
  lock(a->l);
  settle_locked(a);
  stop_reading_locked(a);
  a->reads = false;
  unlock(a->l);
}

/* ---- the answer ---- */

static void nothing_to_end(void *state) { (void)state; }

static void refuse(h1_exchange *x, const asking *a, uint16_t status,
                   h1_error reason) {
  const h1_lister_refusal answer = a->refuse;
  on_end(h1_exchange_state(x));
  h1_exchange_on_end(x, nothing_to_end);
  answer(x, status, reason);
}

static void refuse_fault(h1_exchange *x, const asking *a, int e) {
  switch (h1_static_fault_of(e)) {
    case H1_STATIC_ABSENT:
      refuse(x, a, 404, H1_NOT_FOUND);
      return;
    case H1_STATIC_BUSY:
      refuse(x, a, 503, e == -ENOMEDIUM ? H1_STORAGE_BUSY : H1_NO_MEMORY);
      return;
    case H1_STATIC_BROKEN:
      refuse(x, a, 500, H1_HANDLER_FAILED);
      return;
  }
}

/* The request itself is gone by now: where the folder is, the lister knows. */
static h1_pulled pull(void *state, h1_buffer room, uint64_t now_ms) {
  asking *a = state;
  h1_lister *l = a->l;
  h1_pulled p = {H1_PULL_FAIL, 0, 0};
  (void)now_ms;
  lock(l);
  if (l->edition == a->edition) {
    const h1_listing_place place = {{l->prefix, l->prefix_len},
                                    h1_slice_of(l->look.seen_path)};
    p.size = h1_listing_render(&l->look.listing, &place, &a->cursor, room);
    p.step = a->cursor.done ? H1_PULL_END : H1_PULL_BYTES;
  }
  unlock(l);
  return p;
}

/* What was decided, and copied, while the listing could not change. */
typedef struct {
  h1_static_verdict verdict;
  uint8_t tag[H1_LISTING_TAG_BYTES];
  h1_slice text; /* empty: it is pulled */
} taken;

static void reply_without(h1_exchange *x, const asking *a, const taken *t) {
  if (t->verdict == H1_STATIC_NOT_MODIFIED) {
    h1_listing_reply_fields(x, t->tag);
    h1_reply_status(x, 304, H1_OK);
  } else {
    refuse(x, a, 412, H1_PRECONDITION_FAILED);
  }
}

static void reply_listing(h1_exchange *x, const asking *a, const taken *t) {
  if (t->verdict != H1_STATIC_SEND) {
    reply_without(x, a, t);
    return;
  }
  const bool html = a->cursor.format == H1_LISTING_HTML;
  const h1_slice type =
      h1_slice_of(html ? "text/html; charset=utf-8" : "application/json");
  h1_listing_reply_fields(x, t->tag);
  if (html) (void)h1_reply_prepared(x, h1_slice_of(h1_listing_lines));
  if (a->reads) {
    h1_reply_pull(x, 200, type, H1_LENGTH_UNKNOWN, pull);
  } else {
    h1_reply_copy(x, 200, type, t->text);
  }
}

/* What does not fit one reply is pulled, and the memory is held. */
static void take_locked(h1_exchange *x, asking *a, h1_buffer room, taken *t) {
  h1_lister *l = a->l;
  h1_listing_tag(&l->look.listing, &a->place, a->cursor.format, t->tag);
  t->verdict = h1_listing_verdict(x, t->tag);
  if (t->verdict != H1_STATIC_SEND) return;
  const h1_listing_cursor first = a->cursor;
  const size_t size =
      h1_listing_render(&l->look.listing, &a->place, &a->cursor, room);
  if (a->cursor.done) {
    t->text = (h1_slice){room.ptr, size};
    return;
  }
  a->cursor = first;
  a->reads = true;
  a->edition = l->edition;
  if (l->readers == 0) {
    l->held_until_ms = h1_exchange_now_ms(x) + H1_LISTER_HOLD_MS;
  }
  l->readers++;
  l->prefix_len = a->place.prefix.len;
  memcpy(l->prefix, a->place.prefix.ptr, a->place.prefix.len);
}

/* ---- its turn ---- */

/* Nobody is still to be answered by the last look, and nobody reads what would
 * be overwritten, or the look may well find that it need not. */
static bool may_ask_locked(const asking *a, uint64_t now_ms) {
  const h1_lister *l = a->l;
  const h1_listing_look *k = &l->look;
  if (l->state != H1_LISTER_IDLE || l->due > 0) return false;
  if (!is_held_locked(l, now_ms)) return true;
  return !l->held_back && k->seen && is_folder(a, k->seen_root, k->seen_path);
}

static void ask_locked(h1_exchange *x, const asking *a) {
  h1_lister *l = a->l;
  h1_listing_look *k = &l->look;
  k->root = *a->root;
  k->root.cached_only = false;
  /* It serves while the root is being replaced. */
  k->root.fd = a->root->fd >= 0 ? h1_static_io_dup(a->root->fd) : -1;
  if (k->root.fd < 0) k->root.fd = -1;
  if (a->place.rest.len > 0) {
    memcpy(k->path, a->place.rest.ptr, a->place.rest.len);
  }
  k->path[a->place.rest.len] = '\0';
  k->now_ms = h1_exchange_now_ms(x);
  k->now_s = h1_exchange_now_s(x);
  k->spare = is_held_locked(l, k->now_ms);
  l->looks++;
  l->state = H1_LISTER_WANTED;
  if (l->has_thread) {
    h1_static_guard(pthread_cond_signal(&l->work));
  } else {
    look_locked(l);
  }
}

/* Whether the last look, in progress or over, began after the request came and
 * is for it. */
static bool is_for_it_locked(const asking *a) {
  const h1_listing_look *k = &a->l->look;
  return a->l->looks > a->came && is_folder(a, k->root.path, k->path);
}

typedef enum { WAITS, HAS_LISTING, HAS_FAULT } outcome;

static outcome turn_locked(h1_exchange *x, asking *a) {
  h1_lister *l = a->l;
  const bool is_over = l->state == H1_LISTER_IDLE && !l->held_back;
  if (!(is_over && is_for_it_locked(a)) &&
      may_ask_locked(a, h1_exchange_now_ms(x))) {
    ask_locked(x, a);
  }
  if (!is_for_it_locked(a)) return WAITS;
  const bool is_idle = l->state == H1_LISTER_IDLE;
  if (!is_idle && a->due != l->looks) {
    a->due = l->looks;
    l->due++;
  }
  if (!is_idle) return WAITS;
  settle_locked(a);
  if (l->held_back) return WAITS;
  return l->look.error == 0 ? HAS_LISTING : HAS_FAULT;
}

static void go_on(h1_exchange *x);

/* Until when to wait unless woken; 0: it has waited long enough. Who finds no
 * place among those who are woken asks now and then. */
static uint64_t wait_locked(h1_exchange *x, asking *a) {
  h1_lister *l = a->l;
  const uint64_t now_ms = h1_exchange_now_ms(x);
  const uint64_t until_ms =
      a->since_ms + (a->due != 0 ? LOOK_WAIT_MS : TURN_WAIT_MS);
  if (now_ms >= until_ms) return 0;
  const bool is_woken = l->waiting < H1_LISTER_WAITING_MAX;
  if (is_woken) l->waiters[l->waiting++] = h1_exchange_token(x);
  const bool polls = !is_woken || l->readers > 0;
  return polls && now_ms + POLL_MS < until_ms ? now_ms + POLL_MS : until_ms;
}

static void find_place(const h1_exchange *x, asking *a) {
  const h1_slice path = h1_exchange_path(x);
  a->place.prefix.ptr = path.ptr;
  a->place.prefix.len = path.len - a->rest_len;
  a->place.rest.ptr = path.ptr + a->place.prefix.len;
  a->place.rest.len = a->rest_len;
}

static void go_on(h1_exchange *x) {
  asking *a = h1_exchange_state(x);
  h1_buffer room = h1_exchange_scratch(x);
  uint64_t until_ms = 0;
  taken t = {H1_STATIC_SEND, {0}, {NULL, 0}};
  find_place(x, a);
  if (room.len > H1_REPLY_COPY_MAX) room.len = H1_REPLY_COPY_MAX;
  lock(a->l);
  const outcome o = turn_locked(x, a);
  if (o == WAITS) until_ms = wait_locked(x, a);
  if (o == HAS_LISTING) take_locked(x, a, room, &t);
  const int error = o == HAS_FAULT ? a->l->look.error : 0;
  unlock(a->l);
  if (o == HAS_LISTING) {
    reply_listing(x, a, &t);
  } else if (o == HAS_FAULT) {
    refuse_fault(x, a, error);
  } else if (until_ms == 0) {
    refuse(x, a, 503, H1_STORAGE_BUSY);
  } else {
    h1_reply_later(x, go_on, until_ms);
  }
}

void h1_lister_serve(h1_exchange *x, h1_lister *l, const h1_static_root *root,
                     h1_slice rest, h1_lister_refusal refusal) {
  asking *a = h1_exchange_state(x);
  const h1_slice path = h1_exchange_path(x);
  h1_listing_format format = H1_LISTING_HTML;
  if (!h1_listing_format_of(x, &format)) {
    refusal(x, 400, H1_TARGET_INVALID);
    return;
  }
  if (path.len - rest.len > sizeof l->prefix) {
    refusal(x, 404, H1_NOT_FOUND);
    return;
  }
  memset(a, 0, sizeof *a);
  a->l = l;
  a->root = root;
  a->rest_len = rest.len;
  a->refuse = refusal;
  a->cursor.format = format;
  a->since_ms = h1_exchange_now_ms(x);
  lock(l);
  a->came = l->looks;
  unlock(l);
  h1_exchange_on_end(x, on_end);
  go_on(x);
}
