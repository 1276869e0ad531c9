/* One request while it is served, and what its stages share: handler.c looks at
 * the cache and the disk, wait.c waits for helper threads, and answer.c decides
 * what is sent, or which other file is to be looked at. */
#ifndef H1_HANDLERS_STATIC_SERVING_H_
#define H1_HANDLERS_STATIC_SERVING_H_

#include "handlers/static/state.h"

/* Which file the answer is to be made of. */
typedef struct {
  /* In the place of what was asked for, which would be answered with `status`
   * and `reason`; NULL: none, it is what was asked for. */
  const h1_static_substitute *page;
  uint16_t status;
  h1_error reason;
  h1_coding coding;          /* identity: the original */
  bool plain;                /* no sibling is to be sent */
  unsigned ending;           /* of a sibling: its original's */
  h1_static_identity wanted; /* what the sibling has to be */
} h1_static_choice;

/* Lives on the stack. */
typedef struct {
  h1_exchange *x;
  h1_static *files;
  h1_static_worker *w;
  const h1_static_mount *asked; /* the mount of the request */
  h1_static_choice chosen;
  bool again; /* not answered: another file was chosen */
  /* Of the chosen file, or its original: */
  const h1_static_mount *mount;
  h1_static_root *root;   /* the worker's, of the mount */
  h1_slice rest;          /* the path below the root; ptr is never NULL */
  bool is_folder;         /* `rest` is empty or ends in '/' */
  h1_static_entry *known; /* what the cache has of the chosen file, or NULL */
} h1_static_serving;

static inline bool h1_static_is_sibling(const h1_static_serving *v) {
  return v->chosen.coding != H1_CODING_IDENTITY;
}

/* Of a request, the first time and each time it goes on. False when it was
 * answered already. */
bool h1_static_begin(h1_static_serving *v, h1_exchange *x);
/* What the chosen file is kept under. */
h1_static_key h1_static_key_of(const h1_static_serving *v);
/* Fills in what is said of the chosen file's path. */
void h1_static_aim(h1_static_serving *v);
/* Fills in what is asked of the worker's load. False when no such path may be
 * looked up. */
bool h1_static_prepare(h1_static_serving *v);
/* Looks at chosen files, one after the other, until it was answered or waits.
 */
void h1_static_look(h1_static_serving *v);

/* Lets go of what is kept of the chosen file. */
void h1_static_forget(h1_static_serving *v);
/* Finds what is kept of the chosen file, and is of use. */
void h1_static_find_known(h1_static_serving *v);

/* ---- answer.c; each of them answers, or chooses another file ---- */

/* With what is kept. */
void h1_static_answer_entry(h1_static_serving *v, h1_static_entry *e);
/* With what was loaded; closes what nobody took. `local`: as the root it was
 * found below. */
void h1_static_answer_loaded(h1_static_serving *v, h1_static_load *l,
                             bool local);
/* When nothing could be looked at in time. */
void h1_static_answer_busy(h1_static_serving *v);
/* With an error, or a page in its place. */
void h1_static_refuse(h1_static_serving *v, uint16_t status, h1_error reason);

/* ---- wait.c ---- */

/* Whether nothing was found because the root is being replaced: where there are
 * helper threads that is worth a wait. */
bool h1_static_is_between(const h1_static_serving *v, const h1_static_load *l);
/* The worker's load would have to wait: a helper thread goes on with it. */
void h1_static_begin_wait(h1_static_serving *v);

#endif
