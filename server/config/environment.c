/* The environment: --max-body-bytes is H1_HTTPD_MAX_BODY_BYTES there. Options
 * are looked for by name, so that what else has the prefix is ignored. */
#include <string.h>

#include "server/config/internal.h"

#define ENV_PREFIX "H1_HTTPD_"

static void add_env_name(h1_text *t, const char *option) {
  h1_text_add(t, ENV_PREFIX);
  for (; *option != '\0'; option++) {
    char c = *option;
    if (c >= 'a' && c <= 'z') {
      c = (char)(c - 'a' + 'A');
    }
    c = c == '-' ? '_' : c;
    h1_text_add_bytes(t, &c, 1);
  }
}

/* NULL when it is not set. */
static const char *find_env(char *const *env, const char *name) {
  size_t len = strlen(name);
  for (size_t i = 0; env != NULL && env[i] != NULL; i++) {
    if (strncmp(env[i], name, len) == 0 && env[i][len] == '=') {
      return env[i] + len + 1;
    }
  }
  return NULL;
}

h1_config_result h1_config_read_variable(h1_config_source *s, char *const *env,
                                         size_t index) {
  char name[64];
  h1_text t = h1_text_begin(name, sizeof(name));
  add_env_name(&t, h1_options[index].name);
  const char *value = find_env(env, name);
  if (value == NULL || (h1_options[index].flags & H1_OPTION_NOT_ENV) != 0) {
    return H1_CONFIG_OK;
  }
  s->origin = H1_ORIGIN_ENVIRONMENT;
  s->place = name;
  h1_config_result result = h1_config_set(s, index, value, strlen(value));
  s->place = "";
  return result;
}

h1_config_result h1_config_read_environment(h1_config_source *s,
                                            char *const *env) {
  h1_config_result result = H1_CONFIG_OK;
  for (size_t i = 0; result == H1_CONFIG_OK && i < h1_option_count; i++) {
    result = h1_config_read_variable(s, env, i);
  }
  return result;
}
