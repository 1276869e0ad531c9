/* httpd: options, routes, signals. Reads like the manual: load the options, do
 * what they ask for instead of serving, else bind, start, wait, drain. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "handlers/admin.h"
#include "handlers/home.h"
#include "handlers/static_files.h"
#include "handlers/stream.h"
#include "handlers/submit.h"
#include "server/config.h"
#include "server/explain.h"
#include "server/listen.h"
#include "server/server.h"
#include "server/sys.h"

#define VERSION "0.1.0"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_BIND, EXIT_DRAIN = 5 };

/* Filled before any thread starts, read-only afterwards. */
static h1_config config;
static h1_listeners listeners;
static h1_server *server;

static int say(int code, const char *message) {
  fprintf(stderr, "httpd: %s\n", message);
  return code;
}

/* ---- routes ---- */

/* There is no server while only explaining, and nothing to count. */
static h1_step render_metrics(void *arg, bool prometheus, h1_room room,
                              size_t *size) {
  h1_server *const *s = arg;
  *size = 0;
  if (*s == NULL) return H1_DONE;
  return h1_server_metrics(*s, prometheus, room, size);
}

static bool is_draining(void *arg) {
  h1_server *const *s = arg;
  return *s != NULL && h1_server_draining(*s);
}

static h1_admin_source admin = {render_metrics, is_draining, &server};

#define GET H1_METHOD_BIT(H1_GET)
#define POST H1_METHOD_BIT(H1_POST)
#define ANY_BODY H1_BODY_LIMIT_SERVER

/* The first two get their data in run(). */
enum { STATIC_ROUTES = 2 };
static h1_route routes[] = {
    {GET, "/static/*", h1_static_serve, NULL, H1_BODY_IGNORE, ANY_BODY, 0},
    {GET, "/static", h1_static_serve, NULL, H1_BODY_IGNORE, ANY_BODY, 0},
    {GET, "/", h1_home_serve, NULL, H1_BODY_IGNORE, ANY_BODY, 0},
    {GET, "/stream", h1_stream_serve, NULL, H1_BODY_IGNORE, ANY_BODY, 0},
    {POST, "/submit", h1_submit_serve, NULL, H1_BODY_BUFFER, ANY_BODY, 0},
    {GET, "/_metrics", h1_metrics_serve, &admin, H1_BODY_IGNORE, ANY_BODY,
     H1_ROUTE_ADMIN},
    {GET, "/_health", h1_health_serve, &admin, H1_BODY_IGNORE, ANY_BODY,
     H1_ROUTE_ADMIN},
};

/* ---- what is asked for instead of serving ---- */

static int finish_output(bool written) {
  if (written && fflush(stdout) == 0) return EXIT_OK;
  return say(EXIT_FAILED, "cannot write to standard output");
}

static int print_version(void) {
  return finish_output(printf("httpd (h1) %s\n", VERSION) > 0);
}

static int print_limits(const h1_server_options *o) {
  char message[256];
  uint64_t total = 0;
  if (!h1_server_limits(o, stdout, &total, message)) {
    fflush(stdout);
    return say(EXIT_USAGE, message);
  }
  return finish_output(true);
}

static int explain(const h1_server_options *o) {
  char message[256];
  const h1_explain_result result =
      h1_explain(o->config, o->routes, o->route_count, stdin, stdout, message);
  if (result == H1_EXPLAIN_FAILED) return say(EXIT_FAILED, message);
  const int code = finish_output(ferror(stdout) == 0);
  return result == H1_EXPLAIN_ACCEPTED ? code : EXIT_FAILED;
}

/* ---- signals ---- */

/* Every signal the main thread waits for. */
static void block_signals(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGINT);
  sigaddset(set, SIGHUP);
  sigprocmask(SIG_BLOCK, set, NULL);
  signal(SIGPIPE, SIG_IGN);
}

static uint64_t now_ms(void) { return h1_sys_monotonic_ns() / 1000000u; }

/* Waits for a signal until `until_ms` (H1_NEVER: for ever); 0 when none came.
 */
static int wait_signal(const sigset_t *set, uint64_t until_ms) {
  for (;;) {
    const uint64_t now = now_ms();
    if (until_ms != UINT64_MAX && now >= until_ms) return 0;
    const uint64_t left = until_ms == UINT64_MAX ? 3600000u : until_ms - now;
    const struct timespec time = {(time_t)(left / 1000),
                                  (long)(left % 1000) * 1000000};
    const int got = sigtimedwait(set, NULL, &time);
    if (got == SIGHUP) {
      h1_server_reopen_log(server);
    } else if (got > 0) {
      return got;
    }
  }
}

/* A second signal ends the process at once, whatever main is waiting for. */
static void *watch_second_signal(void *set) {
  if (wait_signal(set, UINT64_MAX) != 0) {
    static const char text[] = "httpd: second signal: stopping at once\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(EXIT_DRAIN);
    h1_listen_unlink(&listeners);
    _exit(EXIT_DRAIN);
  }
  return NULL;
}

static int drain(sigset_t *set) {
  h1_server_drain(server);
  if (config.drain_delay_ms > 0 &&
      wait_signal(set, now_ms() + config.drain_delay_ms) != 0) {
    return say(EXIT_DRAIN, "second signal: stopping at once");
  }
  pthread_t watcher;
  const int error = pthread_create(&watcher, NULL, watch_second_signal, set);
  if (error != 0) return say(EXIT_FAILED, strerror(error));
  if (!h1_server_finish(server, now_ms() + config.drain_timeout_ms)) {
    return say(EXIT_DRAIN,
               "--drain-timeout passed with requests still in progress");
  }
  pthread_cancel(watcher);
  pthread_join(watcher, NULL);
  h1_server_free(server);
  return EXIT_OK;
}

/* ---- serving ---- */

static void print_start(const h1_static *files, uint64_t memory) {
  char names[4096], admin_names[2048];
  h1_listen_names(&listeners, false, names, sizeof names);
  h1_listen_names(&listeners, true, admin_names, sizeof admin_names);
  fprintf(
      stderr,
      "httpd: listening on %s;%s%s%s workers %u; root %s (%s); memory bound "
      "%llu MiB\n",
      names, admin_names[0] != '\0' ? " admin on " : "", admin_names,
      admin_names[0] != '\0' ? ";" : "", config.workers, config.root,
      h1_static_mode(files), (unsigned long long)((memory + 1048575) >> 20));
}

static int serve(const h1_server_options *o, h1_static *files,
                 uint64_t memory) {
  char message[512];
  static sigset_t set; /* outlives main: the watcher may still wait with it */
  block_signals(&set);
  if (!h1_listen_all(&config, &listeners, message)) {
    return say(EXIT_BIND, message);
  }
  const h1_start_result result =
      h1_server_start(o, &listeners, &server, message);
  if (result != H1_START_OK) {
    h1_listen_close(&listeners);
    return say(result == H1_START_BAD_OPTION ? EXIT_USAGE : EXIT_FAILED,
               message);
  }
  print_start(files, memory);
  wait_signal(&set, UINT64_MAX);
  const int code = drain(&set);
  if (code != EXIT_OK) h1_listen_unlink(&listeners);
  return code;
}

static int run(void) {
  h1_static_options files_options = h1_static_options_default();
  files_options.root = config.root;
  files_options.workers = config.workers + 1;
  const h1_extra_memory extra = {"static file cache",
                                 h1_static_memory_bytes(&files_options)};
  const h1_server_options options = {
      .config = &config,
      .routes = routes,
      .route_count = sizeof routes / sizeof routes[0],
      .extra = &extra,
      .extra_count = 1,
      .extra_descriptors = h1_static_descriptors(&files_options)};
  char message[256];
  uint64_t memory = 0;
  if (config.print_limits) return print_limits(&options);
  if (!h1_server_limits(&options, NULL, &memory, message)) {
    return say(EXIT_USAGE, message);
  }
  const char *why = NULL;
  h1_static *files = h1_static_new(&files_options, &why);
  if (files == NULL) {
    fprintf(stderr, "httpd: --root %s: %s\n", config.root, why);
    return EXIT_USAGE;
  }
  for (size_t i = 0; i < STATIC_ROUTES; i++) routes[i].data = files;
  int code = EXIT_OK;
  if (config.check) {
    code = finish_output(printf("configuration ok\n") > 0);
  } else if (config.explain) {
    code = explain(&options);
  } else {
    code = serve(&options, files, memory);
  }
  /* After a drain that failed, threads may still use the files. */
  if (code != EXIT_DRAIN) h1_static_free(files);
  return code;
}

/* Under `bazel run` the binary starts in its runfiles, whose static/ is made of
 * links that lead out of it: the repository's own folder is meant. */
static const char *default_root(char *room, size_t size) {
  const char *workspace = getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == NULL) return "static";
  snprintf(room, size, "%s/static", workspace);
  return room;
}

int main(int argc, char **argv) {
  char message[H1_CONFIG_MESSAGE_BYTES];
  char root[H1_PATH_OPTION_BYTES];
  if (h1_config_load(
          &config, argc, argv, environ, getenv("BUILD_WORKING_DIRECTORY"),
          default_root(root, sizeof root), message) != H1_CONFIG_OK) {
    return say(EXIT_USAGE, message);
  }
  if (config.help) return finish_output(h1_config_print_help(stdout));
  if (config.version) return print_version();
  if (config.print_config) {
    return finish_output(h1_config_print(&config, stdout));
  }
  return run();
}
