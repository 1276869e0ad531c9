#define _GNU_SOURCE 1 /* posix_spawnp, mkdtemp */
#include "bench/peers.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS 12
#define PATH_BYTES ((size_t)4096)

/* How one peer is had. In arguments, %s is the folder of `folder_variable`. */
typedef struct {
  const char *name;
  const char *package;         /* what to install, for the message */
  const char *needs;           /* a file that shows it is there */
  const char *folder_variable; /* environment: the folder of its source */
  const char *adapter;
  const char *arguments[ARGUMENTS];
} recipe;

/* What comes as source is compiled for this very processor, which is more than
 * a package may do: the best that each can give. */
static const recipe kRecipes[] = {
    {"llhttp",
     "node-llhttp",
     "/usr/share/llhttp/llhttp.c",
     NULL,
     "bench/peer_events.c",
     {"-DPEER_LLHTTP", "-march=native", "-I/usr/share/include/llhttp",
      "/usr/share/llhttp/llhttp.c", "/usr/share/llhttp/api.c",
      "/usr/share/llhttp/http.c"}},
    {"http-parser",
     "libhttp-parser-dev",
     "/usr/include/http_parser.h",
     NULL,
     "bench/peer_events.c",
     {"-DPEER_HTTP_PARSER", "-lhttp_parser"}},
    {"picohttp", "libh2o-dev", NULL, NULL, "bench/peer_pico.c", {"-lh2o"}},
    {"pico-native",
     NULL,
     "picohttpparser.c",
     "H1_BENCH_PICOHTTPPARSER",
     "bench/peer_pico.c",
     {"-march=native", "%s"}},
};
#define PEERS (sizeof(kRecipes) / sizeof(kRecipes[0]))

static bench_peer peers[PEERS];

/* The tree this runs in: `bazel run` starts programs elsewhere, and says so. */
static void enter_tree(void) {
  const char *root = getenv("BUILD_WORKSPACE_DIRECTORY");
  if (root != NULL && chdir(root) != 0) perror(root);
}

/* Runs the compiler quietly; whether it made `out`. */
static int compile(const recipe *r, const char *source, const char *out) {
  const char *argv[ARGUMENTS + 12] = {
      "clang", "-O3", "-w", "-fPIC", "-shared", "-I.", "-o", out, r->adapter};
  size_t n = 9;
  for (size_t i = 0; i < ARGUMENTS && r->arguments[i] != NULL; i++) {
    const int is_source = strcmp(r->arguments[i], "%s") == 0;
    argv[n++] = is_source ? source : r->arguments[i];
  }
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
  pid_t pid;
  int status = -1;
  if (posix_spawnp(&pid, argv[0], &quiet, NULL, (char *const *)argv, environ) ==
      0) {
    (void)waitpid(pid, &status, 0);
  }
  posix_spawn_file_actions_destroy(&quiet);
  return status == 0;
}

static bench_peer_run find(void *library, const char *symbol) {
  bench_peer_run run = NULL;
  void *address = dlsym(library, symbol);
  /* ISO C knows no cast from an object to a function. */
  memcpy(&run, &address, sizeof(run));
  return run;
}

static const char *load(const recipe *r, const char *source, const char *out,
                        bench_peer *peer) {
  if (!compile(r, source, out)) return "its adapter does not compile";
  void *library = dlopen(out, RTLD_NOW | RTLD_LOCAL);
  (void)unlink(out);
  if (library == NULL) return "its adapter cannot be loaded";
  peer->request = find(library, "peer_request");
  peer->response = find(library, "peer_response");
  peer->chunked = find(library, "peer_chunked");
  if (peer->request == NULL || peer->response == NULL ||
      peer->chunked == NULL) {
    return "its adapter is not whole";
  }
  return NULL;
}

static const char *make(const recipe *r, const char *folder, bench_peer *peer) {
  char source[PATH_BYTES] = "";
  char out[PATH_BYTES];
  if (r->folder_variable != NULL) {
    const char *root = getenv(r->folder_variable);
    if (root == NULL) return "no source given";
    (void)snprintf(source, sizeof(source), "%s/%s", root, r->needs);
    if (access(source, R_OK) != 0) return "no such source";
  } else if (r->needs != NULL && access(r->needs, R_OK) != 0) {
    return "not installed";
  }
  (void)snprintf(out, sizeof(out), "%s/%s.so", folder, r->name);
  return load(r, source, out, peer);
}

static void say_missing(const recipe *r, const char *why) {
  if (r->package != NULL) {
    (void)fprintf(stderr, "SKIPPED: peer %s: %s (Debian package %s)\n", r->name,
                  why, r->package);
  } else {
    (void)fprintf(stderr, "SKIPPED: peer %s: %s (set %s to its folder)\n",
                  r->name, why, r->folder_variable);
  }
}

const bench_peer *bench_peers(size_t *count) {
  char folder[] = "/tmp/h1-peers.XXXXXX";
  enter_tree();
  const char *made = mkdtemp(folder);
  for (size_t i = 0; i < PEERS; i++) {
    peers[i].name = kRecipes[i].name;
    peers[i].missing = made == NULL ? "no folder to build it in"
                                    : make(&kRecipes[i], folder, &peers[i]);
    if (peers[i].missing != NULL) say_missing(&kRecipes[i], peers[i].missing);
  }
  if (made != NULL) (void)rmdir(folder);
  *count = PEERS;
  return peers;
}
