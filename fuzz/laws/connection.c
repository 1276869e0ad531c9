#include "fuzz/laws/connection.h"

#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/reference/proxy.h"
#include "server/sim/response.h"

/* Law 4. */
static void check_headless(const connection_world *w,
                           const connection_client *c, size_t finals,
                           int status) {
  ref_proxy ref;
  if (!w->proxied) return;
  ref_proxy_read(c->queue, c->delivered, &ref);
  if (!ref.more && ref.error == H1_OK) return;
  FUZZ_CHECK(finals == 0 && status >= 400);
}

static size_t whole_requests(const connection_client *c) {
  size_t n = 0;
  while (n < c->count && c->ends[n] <= c->delivered) n++;
  return n;
}

static void check_status(const connection_world *w, const connection_client *c,
                         size_t i, int status) {
  if (c->raw || w->trouble || w->lane || c->disturbed) return;
  if (i >= whole_requests(c)) return;
  if (w->short_of_memory && status == 503) return;
  FUZZ_CHECK(status == c->asked[i]->status);
}

static bool answers_head(const connection_client *c, size_t i) {
  return !c->raw && i < whole_requests(c) && c->asked[i]->head;
}

/* Law 1; returns how many final answers there are. */
static size_t check_answers(h1_sim *sim, const connection_world *w,
                            const connection_client *c, bool *closes) {
  size_t len = 0, at = 0, finals = 0;
  const uint8_t *out = h1_sim_output(sim, c->id, &len);
  const bool ended = h1_sim_client_state(sim, c->id) >= H1_SIM_HALF;
  *closes = false;
  while (at < len) {
    h1_sim_answer a;
    const char *problem = NULL;
    FUZZ_CHECK(!*closes);
    const size_t n =
        h1_sim_read_answer(out + at, len - at, answers_head(c, finals), ended,
                           NULL, 0, &a, &problem);
    if (n == 0) {
      if (problem == NULL) break;
      const bool only_cut = strcmp(problem, "cut") == 0;
      fuzz_say("%s at %zu: %.*s\n", problem, at, (int)(len - at), out + at);
      FUZZ_CHECK(only_cut);
      break;
    }
    at += n;
    if (a.status >= 200) {
      check_status(w, c, finals, a.status);
      check_headless(w, c, finals, a.status);
      finals++;
    }
    *closes = a.closes;
  }
  return finals;
}

/* Whose answers have a body is not known where one may be to a request that
 * came in part, or never came. */
static bool may_ask_head(const connection_client *c) {
  for (size_t i = 0; i + 4 <= c->queued; i++) {
    if (memcmp(c->queue + i, "HEAD", 4) == 0) return true;
  }
  return false;
}

/* Whose answer is cut for another's sake is not known here. */
static bool somebody_gave_way(h1_sim *sim) {
  return h1_sim_refusals(sim, H1_GAVE_WAY) != 0 ||
         h1_sim_refusals(sim, H1_NO_MEMORY) != 0;
}

void connection_check(h1_sim *sim, const connection_world *w,
                      const connection_client *c, bool at_end) {
  const bool known = !c->raw && !w->trouble && !w->lane;
  if (c->id < 0 || (!known && may_ask_head(c))) return;
  bool closes = false;
  const size_t finals = check_answers(sim, w, c, &closes);
  if (c->raw) return;
  /* A request that came in part may be told that it was late, as may a PROXY
   * header that did not come; a silent client that there is no place for it. */
  const size_t whole = whole_requests(c);
  const bool part = c->delivered > (whole == 0 ? 0 : c->ends[whole - 1]) ||
                    (w->proxied && whole == 0);
  const bool calm = !w->trouble && !w->lane && !c->disturbed &&
                    !somebody_gave_way(sim) &&
                    h1_sim_client_state(sim, c->id) != H1_SIM_QUEUED;
  FUZZ_CHECK(finals <= whole + (part || w->lane ? 1 : 0));
  if (!at_end || !calm || closes || finals >= whole) return;
  fuzz_say("%zu answers for %zu requests; state %d; %s\n", finals, whole,
           (int)h1_sim_client_state(sim, c->id), h1_sim_fault(sim));
  FUZZ_CHECK(c->asked[finals]->status == 0);
}
