/* See drip.h. A job is held only while a piece is being read: what a client
 * does not take stays in the file. */
#include "handlers/static/drip.h"

#include <string.h>

#include "handlers/static/io.h"

enum { SAMPLES = 8 };
#define JOB_POLL_MS ((uint64_t)20)
#define LOOK_MS ((uint64_t)1000)
#define STORAGE_WAIT_MS ((uint64_t)30000)

static uint64_t lesser(uint64_t a, uint64_t b) { return a < b ? a : b; }

bool h1_static_in_memory(int fd, uint64_t offset, uint64_t length) {
  uint8_t byte;
  if (length == 0) return true;
  for (uint64_t i = 0; i < SAMPLES; i++) {
    const uint64_t at = offset + (length - 1) / (SAMPLES - 1) * i;
    if (h1_static_io_pread_cached(fd, &byte, 1, at) < 0) return false;
  }
  return h1_static_io_pread_cached(fd, &byte, 1, offset + length - 1) >= 0;
}

void h1_static_drip_begin(h1_static_drip *d, h1_exchange *x,
                          h1_static_helpers *helpers, int fd, uint64_t offset,
                          uint64_t length) {
  d->helpers = helpers;
  d->job = NULL;
  d->token = h1_exchange_token(x);
  d->at = offset;
  d->end = offset + length;
  d->since_ms = 0;
  d->fd = fd;
}

void h1_static_drip_end(h1_static_drip *d) {
  if (d->job != NULL) h1_static_helpers_abandon(d->helpers, d->job);
  d->job = NULL;
}

static h1_pulled wait_until(uint64_t ms) {
  const h1_pulled p = {.step = H1_PULL_WAIT, .size = 0, .wait_until_ms = ms};
  return p;
}

static h1_pulled fail(void) {
  const h1_pulled p = {.step = H1_PULL_FAIL, .size = 0, .wait_until_ms = 0};
  return p;
}

static h1_pulled advance(h1_static_drip *d, size_t size) {
  d->at += size;
  const h1_pulled p = {.step = d->at < d->end ? H1_PULL_BYTES : H1_PULL_END,
                       .size = size,
                       .wait_until_ms = 0};
  return p;
}

/* The job's descriptor is its own: it may outlive the exchange. */
static h1_pulled submit(h1_static_drip *d, uint64_t now_ms) {
  h1_static_job *job = h1_static_helpers_take(d->helpers);
  if (job == NULL) return wait_until(now_ms + JOB_POLL_MS);
  job->load.fd = h1_static_io_dup(d->fd);
  if (job->load.fd < 0) {
    job->load.fd = -1;
    h1_static_helpers_give(d->helpers, job);
    return fail();
  }
  job->reads = true;
  job->read_at = d->at;
  job->read_size = (size_t)lesser(d->end - d->at, sizeof job->load.bytes);
  job->token = d->token;
  d->job = job;
  d->since_ms = now_ms;
  h1_static_helpers_submit(d->helpers, job);
  return wait_until(now_ms + LOOK_MS);
}

static h1_pulled take_piece(h1_static_drip *d, h1_buffer room) {
  h1_static_job *job = d->job;
  const ssize_t got = job->read_got;
  const size_t size = got > 0 ? (size_t)lesser((uint64_t)got, room.len) : 0;
  if (size > 0) memcpy(room.ptr, job->load.bytes, size);
  d->job = NULL;
  h1_static_helpers_give(d->helpers, job);
  return size > 0 ? advance(d, size) : fail();
}

h1_pulled h1_static_drip_pull(h1_static_drip *d, h1_buffer room,
                              uint64_t now_ms) {
  if (d->job == NULL) {
    const size_t size = (size_t)lesser(d->end - d->at, room.len);
    const ssize_t got = h1_static_io_pread_nowait(d->fd, room.ptr, size, d->at);
    if (got == 0) return fail();
    return got > 0 ? advance(d, (size_t)got) : submit(d, now_ms);
  }
  if (h1_static_helpers_state(d->helpers, d->job) == H1_STATIC_JOB_DONE) {
    return take_piece(d, room);
  }
  if (now_ms - d->since_ms >= STORAGE_WAIT_MS) return fail();
  return wait_until(now_ms + LOOK_MS);
}
