#define _GNU_SOURCE 1 /* posix_spawnp, mkdtemp */
#include "bench/peers.h"

#include <dlfcn.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_BYTES ((size_t)4096)

/* How one peer is had. */
typedef struct {
  const char *name;
  const char *known_as; /* to tests/peers/build */
  const char *tuned;    /* one more flag */
} recipe;

/* What comes as source is compiled for this very processor, which is more than
 * a package may do: the best that each can give. */
static const recipe kRecipes[] = {
    {"llhttp", "llhttp", "-march=native"},
    {"http-parser", "http-parser", NULL},
    {"picohttp", "picohttpparser", NULL},
    {"pico-native", "pico-native", "-march=native"},
};
#define PEERS (sizeof(kRecipes) / sizeof(kRecipes[0]))

static bench_peer peers[PEERS];

/* The tree this runs in: `bazel run` starts programs elsewhere, and says so. */
static void enter_tree(void) {
  const char *root = getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root != NULL && chdir(root) != 0) perror(root);
}

/* Whether `out` was made; if not, the script has said why. */
static int build(const recipe *r, const char *out) {
  const char *argv[] = {
      "tests/peers/build", r->known_as, out, "-O3", r->tuned, NULL};
  pid_t pid;
  int status = -1;
  if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)argv, environ) ==
      0) {
    (void)waitpid(pid, &status, 0);
  }
  return status == 0;
}

static bench_peer_run find(void *library, const char *symbol) {
  bench_peer_run run = NULL;
  void *address = dlsym(library, symbol);
  /* ISO C knows no cast from an object to a function. */
  memcpy(&run, &address, sizeof(run));
  return run;
}

static void load(const recipe *r, const char *folder, bench_peer *peer) {
  char out[PATH_BYTES];
  (void)snprintf(out, sizeof(out), "%s/%s.so", folder, r->name);
  if (!build(r, out)) return;
  void *library = dlopen(out, RTLD_NOW | RTLD_LOCAL);
  (void)unlink(out);
  if (library == NULL) {
    (void)fprintf(stderr, "SKIPPED: peer %s: %s\n", r->name, dlerror());
    return;
  }
  peer->request = find(library, "peer_request");
  peer->response = find(library, "peer_response");
  peer->chunked = find(library, "peer_chunked");
}

const bench_peer *bench_peers(size_t *count) {
  char folder[] = "/tmp/h1-peers.XXXXXX";
  enter_tree();
  if (mkdtemp(folder) == NULL) perror(folder);
  for (size_t i = 0; i < PEERS; i++) {
    peers[i].name = kRecipes[i].name;
    load(&kRecipes[i], folder, &peers[i]);
  }
  (void)rmdir(folder);
  *count = PEERS;
  return peers;
}
