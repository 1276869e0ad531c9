/* Where values come from, and which of them wins.
 *
 * The command line is read twice. The first time finds its own errors, --help
 * and the name of the file; then defaults, file, environment and command line
 * are laid over each other from the lowest to the highest. */
#include "server/config/config.h"

#include <string.h>

#include "server/config/internal.h"

/* After the first reading of the command line: all levels, lowest first. */
static h1_config_result read_levels(h1_config_source *s, int argc,
                                    char *const *argv, char *const *env,
                                    const char *default_root) {
  h1_config *c = s->config;
  size_t config = h1_option_find("config", 6);
  h1_config_result result = c->origin[config] == H1_ORIGIN_OPTION
                                ? H1_CONFIG_OK
                                : h1_config_read_variable(s, env, config);
  char path[H1_PATH_OPTION_BYTES];
  memcpy(path, c->config_file, sizeof(path));
  const char *place = c->origin[config] == H1_ORIGIN_ENVIRONMENT
                          ? "H1_HTTPD_CONFIG"
                          : "--config";
  h1_config_defaults(c);
  if (result == H1_CONFIG_OK) {
    result = h1_config_machine_defaults(s, default_root);
  }
  if (result == H1_CONFIG_OK && path[0] != '\0') {
    result = h1_config_read_file(s, path, place);
  }
  if (result == H1_CONFIG_OK) {
    result = h1_config_read_environment(s, env);
  }
  if (result == H1_CONFIG_OK) {
    result = h1_config_read_arguments(s, argc, argv);
  }
  return result;
}

static h1_config_result load(h1_config_source *s, int argc, char *const *argv,
                             char *const *env, const char *default_root) {
  h1_config *c = s->config;
  s->message[0] = '\0';
  h1_config_defaults(c);
  h1_config_result result = h1_config_read_arguments(s, argc, argv);
  if (result == H1_CONFIG_OK && !c->help && !c->version) {
    result = read_levels(s, argc, argv, env, default_root);
    if (result == H1_CONFIG_OK) result = h1_config_settle_folders(s);
    if (result == H1_CONFIG_OK) result = h1_config_settle_proxies(s);
  }
  h1_config_complete(c);
  return result;
}

h1_config_result h1_config_load(h1_config *c, int argc, char *const *argv,
                                char *const *env, const char *base_dir,
                                const char *default_root,
                                char message[H1_CONFIG_MESSAGE_BYTES]) {
  h1_config_source s = {
      .config = c, .base_dir = base_dir, .place = "", .message = message};
  return load(&s, argc, argv, env, default_root);
}

h1_config_result h1_config_load_again(h1_config *c,
                                      const h1_config_launch *launch,
                                      h1_buffer room,
                                      char message[H1_CONFIG_MESSAGE_BYTES]) {
  h1_config_source s = {.config = c,
                        .base_dir = launch->base_dir,
                        .place = "",
                        .room = room,
                        .message = message};
  return load(&s, launch->argc, launch->argv, launch->env,
              launch->default_root);
}
