#include "server/process/reload.h"

#include "server/base/say.h"

#define AGAIN_MS 50u

static void fail(h1_reload *r, const char *why) {
  h1_server_reload_failed(r->server);
  h1_say("HUP: the configuration is refused, the old one stays: %s", why);
}

static void warn(const h1_config *c) {
  const char *text;
  for (size_t n = 0; (text = h1_config_proxy_warning(c, n)) != NULL; n++) {
    h1_say("HUP: warning: %s", text);
  }
}

static void load(h1_reload *r, h1_config *c, h1_buffer room,
                 uint64_t generation) {
  char message[H1_CONFIG_MESSAGE_BYTES], why[H1_RELOAD_WHY_BYTES];
  if (h1_config_load_again(c, &r->launch, room, message) != H1_CONFIG_OK ||
      h1_config_keep_fixed(c, r->asked, h1_server_config(r->server), message) !=
          H1_CONFIG_OK) {
    fail(r, message);
  } else if (!r->handlers(r->data, c, generation, room, why)) {
    fail(r, why);
  } else if (!h1_server_offer(r->server, message)) {
    fail(r, message);
  } else {
    h1_say("HUP: %s is in force, generation %llu", c->config_file,
           (unsigned long long)generation);
    warn(c);
  }
}

void h1_reload_ask(h1_reload *r) {
  if (h1_server_config(r->server)->config_file[0] != '\0') r->wanted = true;
}

static uint64_t wait_more(h1_reload *r) {
  if (!r->said) {
    h1_say(
        "HUP: a request still uses the configuration before the last one; this "
        "one waits for it");
  }
  r->said = true;
  h1_server_reload_waits(r->server, true);
  return AGAIN_MS;
}

/* Whoever stops the server no longer wants another configuration of it. */
void h1_reload_give_up(h1_reload *r) {
  if (!r->wanted) return;
  r->wanted = false;
  r->said = false;
  h1_server_reload_waits(r->server, false);
  h1_say("HUP: the server stops; the configuration that waited is not read");
}

uint64_t h1_reload_step(h1_reload *r) {
  h1_buffer room;
  uint64_t generation = 0;
  if (!r->wanted) return UINT64_MAX;
  h1_config *c = h1_server_next_config(r->server, &room, &generation);
  if (c == NULL) return wait_more(r);
  r->wanted = false;
  r->said = false;
  h1_server_reload_waits(r->server, false);
  load(r, c, room, generation);
  return UINT64_MAX;
}
