/* Answers that come later: what would have to wait, for a disk, a network or a
 * hash, is done by a helper thread. */
#include <errno.h>
#include <string.h>

#include "handlers/static/io.h"
#include "handlers/static/serving.h"

/* How long to wait for a helper thread, and for what it waits for. */
#define HELPER_WAIT_MS ((uint64_t)1000)
#define STORAGE_WAIT_MS ((uint64_t)30000)
#define JOB_POLL_MS ((uint64_t)20)

/* In the exchange's state, while the answer is to come. */
typedef struct {
  h1_static_helpers *helpers;
  h1_static_job *job; /* NULL: all were in use */
  uint64_t since_ms;
  h1_static_choice chosen;
} waiting;

_Static_assert(sizeof(waiting) <= H1_STATE_BYTES, "fits the state");

static void on_end_of_wait(void *state) {
  waiting *w = state;
  if (w->job != NULL) h1_static_helpers_abandon(w->helpers, w->job);
  w->job = NULL;
}

static void nothing_to_end(void *state) { (void)state; }

/* The helper goes on where the worker stood: below the root that it had open.
 */
static void submit(h1_static_serving *v, waiting *w) {
  h1_static_job *job = w->job;
  const h1_static_load *mine = v->w->load;
  h1_static_load *l = &job->load;
  const h1_static_root *root = v->root;
  memcpy(l->path, mine->path, mine->path_len);
  l->path_len = mine->path_len;
  l->endings = mine->endings;
  l->index = mine->index;
  l->clean = mine->clean;
  l->is_known = mine->is_known;
  l->met_has_etag = mine->met_has_etag;
  l->met_id = mine->met_id;
  l->met_ms = mine->met_ms;
  l->wants_siblings = mine->wants_siblings;
  l->met_siblings = mine->met_siblings;
  l->now_s = mine->now_s;
  l->now_ms = mine->now_ms;
  l->fd = -1;
  job->root = *root;
  job->root.cached_only = false;
  job->root.fd = root->fd >= 0 ? h1_static_io_dup(root->fd) : -1;
  if (job->root.fd < 0) job->root.fd = -1;
  job->token = h1_exchange_token(v->x);
  h1_static_helpers_submit(w->helpers, job);
}

/* What a helper found out about the root is the worker's, too. */
static void adopt_root(h1_static_root *mine, h1_static_root *theirs) {
  mine->gone_ms = theirs->gone_ms;
  mine->missed_ms = theirs->missed_ms;
  mine->local_device = theirs->local_device;
  if (theirs->fd < 0 || theirs->opened_ms < mine->opened_ms) return;
  h1_static_root_close(mine);
  mine->fd = theirs->fd;
  mine->opened_ms = theirs->opened_ms;
  mine->local = theirs->local;
  memcpy(mine->absent, theirs->absent, sizeof mine->absent);
  theirs->fd = -1;
}

bool h1_static_is_between(const h1_static_serving *v, const h1_static_load *l) {
  return l->error == -ENOMEDIUM && v->root->cached_only &&
         h1_static_root_may_return(v->root, h1_exchange_now_ms(v->x));
}

/* False: the root is being replaced, and a job is to look once more. */
static bool finish_job(h1_static_serving *v, waiting *w) {
  h1_static_helpers *helpers = w->helpers;
  h1_static_job *job = w->job;
  const bool local = job->root.local;
  w->job = NULL;
  adopt_root(v->root, &job->root);
  const bool done = !h1_static_is_between(v, &job->load);
  if (done) {
    h1_exchange_on_end(v->x, nothing_to_end);
    h1_static_answer_loaded(v, &job->load, local);
  }
  h1_static_helpers_give(helpers, job);
  return done;
}

static void resume(h1_exchange *x);

static void wait_on(h1_static_serving *v, waiting *w) {
  const uint64_t now_ms = h1_exchange_now_ms(v->x);
  h1_static_job_state state = H1_STATIC_JOB_FREE;
  if (w->job == NULL && h1_static_prepare(v)) {
    w->job = h1_static_helpers_take(w->helpers);
    if (w->job != NULL) submit(v, w);
  }
  if (w->job != NULL) state = h1_static_helpers_state(w->helpers, w->job);
  if (state == H1_STATIC_JOB_DONE && finish_job(v, w)) return;
  const bool runs = state == H1_STATIC_JOB_RUNNING;
  const uint64_t until_ms =
      w->since_ms + (runs ? STORAGE_WAIT_MS : HELPER_WAIT_MS);
  if (now_ms >= until_ms) {
    on_end_of_wait(w);
    h1_exchange_on_end(v->x, nothing_to_end);
    h1_static_answer_busy(v);
    return;
  }
  const uint64_t poll_ms = w->job == NULL ? now_ms + JOB_POLL_MS : until_ms;
  h1_reply_later(v->x, resume, poll_ms < until_ms ? poll_ms : until_ms);
}

void h1_static_begin_wait(h1_static_serving *v) {
  waiting *w = h1_exchange_state(v->x);
  w->helpers = &v->files->helpers;
  w->job = NULL;
  w->since_ms = h1_exchange_now_ms(v->x);
  w->chosen = v->chosen;
  h1_exchange_on_end(v->x, on_end_of_wait);
  wait_on(v, w);
}

static void resume(h1_exchange *x) {
  h1_static_serving v;
  waiting *w = h1_exchange_state(x);
  if (!h1_static_begin(&v, x)) return;
  v.chosen = w->chosen;
  h1_static_aim(&v);
  h1_static_find_known(&v);
  wait_on(&v, w);
  h1_static_look(&v);
}
