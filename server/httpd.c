/* httpd: options, routes, signals. Reads like the manual: load the options, do
 * what they ask for instead of serving, else bind, start, wait, drain. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "handlers/admin.h"
#include "handlers/home.h"
#include "handlers/static/handler.h"
#include "handlers/status/status.h"
#include "handlers/stream.h"
#include "handlers/submit.h"
#include "server/base/say.h"
#include "server/base/thread.h"
#include "server/config/config.h"
#include "server/explain/explain.h"
#include "server/loop/listen.h"
#include "server/metrics/resident.h"
#include "server/process/folders.h"
#include "server/process/healthcheck.h"
#include "server/process/life.h"
#include "server/process/notify.h"
#include "server/process/reload.h"
#include "server/process/signals.h"
#include "server/process/start_line.h"
#include "server/sandbox/print.h"
#include "server/sandbox/sandbox.h"
#include "server/server.h"
#include "server/sys.h"

#define VERSION "0.1.0"

enum {
  EXIT_OK,
  EXIT_FAILED,
  EXIT_USAGE,
  EXIT_BIND,
  EXIT_DRAIN = H1_LIFE_EXIT_DRAIN
};

/* Filled before any thread starts, read-only afterwards. */
static h1_config config;
static h1_listeners listeners;
static h1_server *server;
/* For HUP: what the options asked for, before the machine had its say. */
static h1_config asked;
static h1_reload reload;
static h1_folders folders;
static h1_sandbox box;

static int say(int code, const char *message) {
  fprintf(stderr, "httpd: %s\n", message);
  return code;
}

/* ---- routes ---- */

/* There is no server while only explaining, and nothing to count. */
static h1_step render_metrics(void *arg, bool prometheus, h1_buffer room,
                              size_t *size) {
  h1_server *const *s = arg;
  *size = 0;
  if (*s == NULL) return H1_DONE;
  return h1_server_metrics(*s, prometheus, room, size);
}

static void count_unused(void *files, h1_unused_counts *out) {
  const h1_static_unused unused = h1_static_unused_siblings(files);
  out->older = unused.older;
  out->empty = unused.empty;
  out->no_smaller = unused.no_smaller;
  out->window = unused.window;
}

static void say_while_serving(const char *line) { h1_say("%s", line); }

static bool is_draining(void *arg) {
  h1_server *const *s = arg;
  return *s != NULL && h1_server_draining(*s);
}

static h1_admin_source admin = {render_metrics, is_draining, &server};

#define GET H1_METHOD_BIT(H1_GET)
#define POST H1_METHOD_BIT(H1_POST)
#define ANY_BODY H1_BODY_LIMIT_SERVER

/* The first rows are those that --demo=off leaves out. */
enum { DEMO_ROUTES = 3 };
static const h1_route own_routes[] = {
    {GET, "/", h1_home_serve, NULL, H1_BODY_IGNORE, ANY_BODY, 0},
    {GET, "/stream", h1_stream_serve, NULL, H1_BODY_IGNORE, ANY_BODY, 0},
    {POST, "/submit", h1_submit_serve, NULL, H1_BODY_BUFFER, ANY_BODY, 0},
    {GET, "/_metrics", h1_metrics_serve, &admin, H1_BODY_IGNORE, ANY_BODY,
     H1_ROUTE_ADMIN | H1_ROUTE_PRIVATE},
    {GET, "/_status", h1_status_serve, NULL, H1_BODY_IGNORE, ANY_BODY,
     H1_ROUTE_ADMIN | H1_ROUTE_PRIVATE},
    {GET, "/_health", h1_health_serve, &admin, H1_BODY_IGNORE, ANY_BODY,
     H1_ROUTE_ADMIN},
};

/* Those of folders come last: theirs are all names that are not the server's
 * own. */
enum {
  OWN_ROUTES = sizeof own_routes / sizeof own_routes[0],
  FOLDER_ROUTES = H1_FOLDER_ROUTES * H1_STATIC_MOUNTS_MAX
};
static h1_route routes[OWN_ROUTES + FOLDER_ROUTES];

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

static void end_healthcheck(void) {
  h1_say_line("httpd: --healthcheck: no answer within 2 s\n");
  _exit(EXIT_FAILED);
}

/* Who asks knows two answers, and what is no answer is the second. */
static int healthcheck(void) {
  char message[H1_HEALTHCHECK_MESSAGE_BYTES];
  h1_signals_deadline(H1_HEALTHCHECK_MS, end_healthcheck);
  if (!h1_healthcheck(&config, message)) return say(EXIT_FAILED, message);
  return finish_output(printf("%s\n", message) > 0);
}

static bool asks_for_health(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--healthcheck") == 0) return true;
  }
  return false;
}

/* ---- signals ---- */

/* There is nothing to finish yet. */
static void end_start(void) {
  h1_listen_unlink(&listeners);
  _exit(EXIT_OK);
}

/* ---- rights ---- */

/* From here on the process can do less. EXIT_OK, or what was said. */
static int confine(FILE *list) {
  char message[H1_SANDBOX_MESSAGE_BYTES];
  for (size_t i = 0; i < folders.count; i++) {
    box.roots[box.root_count++] = folders.folders[i].path;
  }
  h1_resident_open();
  switch (h1_sandbox_enter(&config, &box, list, message)) {
    case H1_SANDBOX_BAD_OPTION:
      return say(EXIT_USAGE, message);
    case H1_SANDBOX_FAILED:
      return say(EXIT_FAILED, message);
    case H1_SANDBOX_OK:
      break;
  }
  return EXIT_OK;
}

static int print_sandbox(void) {
  const int code = confine(stdout);
  return code == EXIT_OK ? finish_output(true) : code;
}

static bool seal(void *arg, char message[256]) {
  char why[H1_SANDBOX_MESSAGE_BYTES];
  if (h1_sandbox_seal(arg, why)) return true;
  snprintf(message, 256, "%.255s", why);
  return false;
}

/* The files of unix sockets go to whom they are for. */
static bool give_sockets(char message[512]) {
  return !box.has_user ||
         h1_listen_give(&listeners, box.user.uid, box.user.gid, message);
}

static h1_metrics_sandbox sandbox_metrics(void) {
  const h1_metrics_sandbox m = {.root = box.uid == 0,
                                .capabilities_dropped = box.capabilities,
                                .no_new_privs = box.no_new_privs,
                                .seccomp = box.seccomp,
                                .landlock = (unsigned)box.landlock};
  return m;
}

/* ---- serving ---- */

/* Whether nothing is asked for instead. */
static bool serves(void) {
  return !config.help && !config.version && !config.print_config &&
         !config.print_limits && !config.print_sandbox && !config.check &&
         !config.healthcheck && !config.explain;
}

static char lowered[256]; /* what had to be, or empty */

static void warn_of_descriptors(void) {
  if (lowered[0] != '\0') fprintf(stderr, "httpd: %s\n", lowered);
}

static void warn_of_proxies(void) {
  const char *text;
  for (size_t n = 0; (text = h1_config_proxy_warning(&config, n)) != NULL; n++)
    fprintf(stderr, "httpd: warning: %s\n", text);
}

/* From here on nobody else would hear a signal: it must not wait for a reader.
 * Where it listens comes first: that is what most readers wait for. */
static void print_start(const h1_static *files, uint64_t memory) {
  static char line[H1_START_LINE_BYTES];
  char rights[H1_SANDBOX_SUMMARY_BYTES];
  if (!h1_say_has_room()) return;
  h1_sandbox_summary(&box, rights);
  h1_start_line(&config, &listeners, &folders, h1_static_mode(files), memory,
                rights, line);
  fprintf(stderr, "%s\n", line);
  warn_of_descriptors();
  h1_folders_warn(&folders);
  warn_of_proxies();
  h1_sandbox_warning(&box, rights);
  if (rights[0] != '\0') fprintf(stderr, "httpd: %s\n", rights);
}

/* Does what the start does before its first thread, and takes it back. */
static int check(const h1_server_options *o) {
  char message[512];
  if (!h1_listen_all(&config, &listeners, message)) {
    return say(EXIT_BIND, message);
  }
  h1_listen_close(&listeners);
  const int code = confine(NULL);
  if (code != EXIT_OK) return code;
  if (!h1_server_check(o, message)) return say(EXIT_USAGE, message);
  warn_of_proxies();
  return finish_output(printf("configuration ok\n") > 0);
}

/* Ends the start: nothing stays bound. */
static int give_up_start(int code, const char *message) {
  h1_listen_close(&listeners);
  return message == NULL ? code : say(code, message);
}

static h1_metrics_sandbox held_rights; /* written before any thread starts */

static int serve(h1_server_options *o, h1_static *files, uint64_t memory) {
  char message[512];
  h1_notify_open();
  if (!h1_listen_all(&config, &listeners, message)) {
    return say(EXIT_BIND, message);
  }
  if (!give_sockets(message)) return give_up_start(EXIT_BIND, message);
  /* Before the log is opened: a HUP from then on means its successor. */
  const int signal_fd = h1_signals_open();
  if (signal_fd < 0) {
    snprintf(message, sizeof message, "signalfd: %s", strerror(errno));
    return give_up_start(EXIT_FAILED, message);
  }
  const int confined = confine(NULL);
  if (confined != EXIT_OK) return give_up_start(confined, NULL);
  held_rights = sandbox_metrics();
  o->sandbox = &held_rights;
  o->seal = seal;
  o->seal_data = &box;
  if (!h1_static_start(files)) {
    snprintf(message, sizeof message, "cannot start helper threads: %s",
             strerror(errno));
    return give_up_start(EXIT_FAILED, message);
  }
  const h1_start_result result =
      h1_server_start(o, &listeners, &server, message);
  if (result != H1_START_OK) {
    return give_up_start(
        result == H1_START_BAD_OPTION ? EXIT_USAGE : EXIT_FAILED, message);
  }
  reload.server = server;
  print_start(files, memory);
  const h1_life life = {server, &listeners, &reload, signal_fd};
  return h1_life_lead(&life) ? EXIT_OK : EXIT_DRAIN;
}

static h1_static_links links_of(h1_symlinks links) {
  switch (links) {
    case H1_SYMLINKS_NONE:
      return H1_STATIC_LINKS_NONE;
    case H1_SYMLINKS_ALL:
      return H1_STATIC_LINKS_ALL;
    case H1_SYMLINKS_BENEATH:
      break;
  }
  return H1_STATIC_LINKS_BENEATH;
}

/* What of it may change while the server runs. */
static void set_types(h1_static_options *o, const h1_config *c) {
  o->mime_types = c->mime_types[0] != '\0' ? c->mime_types : NULL;
  o->charset = c->charset;
}

static bool reload_files(void *files, const h1_config *c, uint64_t generation,
                         h1_buffer room, char why[H1_RELOAD_WHY_BYTES]) {
  static h1_folders named;
  h1_static_options o = h1_static_options_default();
  char message[256];
  if (!h1_folders_of(c, &named, message)) {
    snprintf(why, H1_RELOAD_WHY_BYTES, "%s", message);
    return false;
  }
  h1_folders_serve(c, &named, &o);
  set_types(&o, c);
  return h1_static_reload(files, &o, generation, room, why);
}

static h1_static_options options_of_files(void) {
  h1_static_options o = h1_static_options_default();
  h1_folders_serve(&config, &folders, &o);
  o.links = links_of(config.symlinks);
  set_types(&o, &config);
  o.reloads = config.config_file[0] != '\0';
  o.precompressed = config.precompressed;
  o.say = say_while_serving;
  o.workers = config.workers + 1;
  return o;
}

static void prepare_reload(h1_static *files) {
  reload.asked = &asked;
  reload.handlers = reload_files;
  reload.data = files;
}

static int act(h1_server_options *o, h1_static *files, uint64_t memory) {
  if (config.check) return check(o);
  if (config.explain) return explain(o);
  return serve(o, files, memory);
}

static int run(void) {
  char nobody[H1_SANDBOX_MESSAGE_BYTES];
  if (!h1_sandbox_find_user(&config, &box, nobody)) {
    return say(EXIT_USAGE, nobody);
  }
  char message[256];
  if (!h1_folders_of(&config, &folders, message)) {
    return say(EXIT_USAGE, message);
  }
  if (config.print_sandbox) return print_sandbox();
  const h1_static_options files_options = options_of_files();
  const h1_extra_memory extra[] = {
      {"static file cache", h1_static_memory_bytes(&files_options)},
      {"hashes of static files", h1_static_tag_memory_bytes()},
      {"listing of a folder", h1_static_listing_memory_bytes(&files_options)}};
  const size_t left_out = config.demo ? 0 : DEMO_ROUTES;
  memcpy(routes, own_routes, sizeof own_routes);
  h1_server_options options = {
      .config = &config,
      .routes = routes + left_out,
      .route_count = OWN_ROUTES - left_out,
      .extra = extra,
      .extra_count = sizeof extra / sizeof extra[0],
      .extra_descriptors = h1_static_descriptors(&files_options),
      .tick = h1_static_tick,
      .count_unused = count_unused};
  uint64_t memory = 0;
  if (!config.explain &&
      !h1_server_fit_descriptors(&options, &config, lowered)) {
    return say(EXIT_FAILED, lowered);
  }
  if (!serves()) warn_of_descriptors();
  if (config.print_limits) return print_limits(&options);
  if (!h1_server_limits(&options, NULL, &memory, message)) {
    return say(EXIT_USAGE, message);
  }
  char why[H1_STATIC_WHY_BYTES];
  h1_static *files = h1_static_new(&files_options, why);
  if (files == NULL) return say(EXIT_USAGE, why);
  options.tick_data = files;
  prepare_reload(files);
  options.route_count += h1_folders_route(&folders, files, routes + OWN_ROUTES);
  const int code = act(&options, files, memory);
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

/* A standard stream that was closed before the start must not become a socket,
 * into which a message is written. In its place comes a descriptor that can be
 * neither read nor written. */
static bool hold_standard_streams(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
    if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH) != fd) return false;
  }
  return true;
}

/* Less than this has been seen to be too little for reading the options. */
#define LEAST_STACK_BYTES ((rlim_t)128 * 1024)

static bool stack_suffices(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_STACK, &limit) != 0 ||
         limit.rlim_cur >= LEAST_STACK_BYTES;
}

int main(int argc, char **argv) {
  h1_signals_begin(h1_life_end_impatient);
  if (!hold_standard_streams()) return EXIT_FAILED;
  if (!stack_suffices()) {
    h1_say_line("httpd: the limit of the stack is below 128 KiB\n");
    return EXIT_FAILED;
  }
  char message[H1_CONFIG_MESSAGE_BYTES];
  char root[H1_PATH_OPTION_BYTES];
  const h1_config_launch launch = {argc, argv, environ,
                                   getenv("BUILD_WORKING_DIRECTORY"),
                                   default_root(root, sizeof root)};
  if (h1_config_load(&config, argc, argv, environ, launch.base_dir,
                     launch.default_root, message) != H1_CONFIG_OK) {
    h1_signals_give_back();
    return say(asks_for_health(argc, argv) ? EXIT_FAILED : EXIT_USAGE, message);
  }
  asked = config;
  reload.launch = launch;
  if (serves()) {
    h1_signals_starting(end_start);
  } else {
    h1_signals_give_back();
  }
  if (config.help) return finish_output(h1_config_print_help(stdout));
  if (config.version) return print_version();
  if (config.healthcheck) return healthcheck();
  if (config.print_config) {
    return finish_output(h1_config_print(&config, stdout));
  }
  return run();
}
