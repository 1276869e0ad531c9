#include "fuzz/reference/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/reference/chunked.h"
#include "fuzz/reference/framing.h"
#include "fuzz/reference/head.h"

/* No request is shorter: "A / HTTP/1.0" and two line ends. */
enum { REQUEST_LEAST = 16 };

pipeline_outcome pipeline_new(size_t n) {
  pipeline_outcome o;
  memset(&o, 0, sizeof o);
  o.requests = fuzz_alloc((n / REQUEST_LEAST + 1) * sizeof *o.requests);
  o.bodies = fuzz_alloc(n);
  return o;
}

void pipeline_free(pipeline_outcome *o) {
  free(o->requests);
  free(o->bodies);
}

void pipeline_add_body(pipeline_outcome *o, const uint8_t *bytes, size_t len) {
  if (len > 0) memcpy(o->bodies + o->bodies_len, bytes, len);
  o->bodies_len += len;
}

/* Every member of every Expect line is 100-continue, or empty (RFC 9110 10.1.1,
 * 5.6.1.2); to HTTP/1.0 the field means nothing. */
static bool expects_what_is_known(const uint8_t *p, const ref_head *h) {
  for (size_t i = 0; i < h->count && h->minor >= 1; i++) {
    const ref_field *f = &h->fields[i];
    size_t a = f->value_at;
    const size_t end = f->value_at + f->value_len;
    if (!ref_is_word(p + f->name_at, f->name_len, "expect")) continue;
    for (size_t k = a; k <= end; k++) {
      if (k < end && p[k] != ',') continue;
      size_t b = k;
      while (a < b && (p[a] == ' ' || p[a] == '\t')) a++;
      while (b > a && (p[b - 1] == ' ' || p[b - 1] == '\t')) b--;
      if (b > a && !ref_is_word(p + a, b - a, "100-continue")) return false;
      a = k + 1;
    }
  }
  return true;
}

/* The verdict on the body at `*at`, which is moved past it. */
static ref_verdict read_body(h1_slice in, size_t *at, const ref_framing *f,
                             pipeline_outcome *o, pipeline_request *q,
                             size_t *bad_at) {
  const uint8_t *p = in.ptr + *at;
  const size_t n = in.len - *at;
  if (f->body == REF_LENGTH) {
    if (f->length > n) return REF_OPEN;
    pipeline_add_body(o, p, (size_t)f->length);
    *at += (size_t)f->length;
    return REF_DONE;
  }
  const ref_chunk_limits none = {SIZE_MAX, SIZE_MAX, 0, UINT64_MAX, false};
  ref_chunked chunked;
  chunked.body = o->bodies + o->bodies_len;
  ref_chunked_judge(p, n, &none, &chunked);
  *bad_at = *at + chunked.at;
  if (chunked.verdict != REF_DONE) return chunked.verdict;
  o->bodies_len += chunked.body_len;
  *at += chunked.at;
  ref_head *section = fuzz_alloc(sizeof *section);
  const ref_verdict v =
      ref_head_judge(REF_TRAILERS, in.ptr + *at, in.len - *at, section, bad_at);
  *bad_at += *at;
  if (v == REF_DONE) {
    q->trailers = section->count;
    *at += section->size;
  }
  free(section);
  return v;
}

/* Reads one request at `*at`. DONE: it is the outcome's last. */
static ref_verdict read_request(h1_slice in, size_t *at, ref_head *h,
                                pipeline_outcome *o, bool *persists,
                                size_t *bad_at) {
  const uint8_t *p = in.ptr + *at;
  pipeline_request q = {.from = *at, .body_at = o->bodies_len};
  ref_framing f;
  ref_verdict v = ref_head_judge(REF_REQUEST, p, in.len - *at, h, bad_at);
  *bad_at += *at;
  if (v != REF_DONE) return v;
  ref_request_framing(p, h, &f);
  *bad_at = *at;
  if (!ref_request_is_good(p, h) || f.refused != 0 ||
      !ref_persists(p, h, persists) || !expects_what_is_known(p, h)) {
    return REF_BAD;
  }
  q.method_at = *at + h->first_at;
  q.method_len = h->first_len;
  q.target_at = *at + h->target_at;
  q.target_len = h->target_len;
  q.minor = h->minor;
  q.fields = h->count;
  q.kind = (h1_body_kind)f.body;
  *at += h->size;
  if (f.body != REF_NO_BODY) v = read_body(in, at, &f, o, &q, bad_at);
  q.to = *at;
  q.body_len = o->bodies_len - q.body_at;
  if (v == REF_DONE) o->requests[o->count++] = q;
  return v;
}

pipeline_outcome ref_pipeline(h1_slice input, size_t *bad_at) {
  pipeline_outcome o = pipeline_new(input.len);
  ref_head *h = fuzz_alloc(sizeof *h);
  size_t at = 0;
  bool persists = true;
  ref_verdict v = REF_DONE;
  *bad_at = 0;
  while (v == REF_DONE && persists) {
    v = read_request(input, &at, h, &o, &persists, bad_at);
  }
  o.end = v == REF_DONE   ? PIPELINE_CLOSED
          : v == REF_OPEN ? PIPELINE_OPEN
                          : PIPELINE_REFUSED;
  free(h);
  return o;
}
