/* What holds for an option that nobody set: the default of its row, what the
 * machine and the container allow, and what follows from other options. */
#define _GNU_SOURCE /* sched_getaffinity, CPU_COUNT */
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "server/config/internal.h"

#define WORKERS_MAX 256

/* Of connections for one client, however few there are in all. */
#define LEAST_SHARE 32u

void h1_config_defaults(h1_config *c) {
  char message[H1_CONFIG_MESSAGE_BYTES];
  memset(c, 0, sizeof(*c));
  c->limits = h1_limits_default();
  for (size_t i = 0; i < h1_option_count; i++) {
    const char *initial = h1_options[i].initial;
    h1_config_source s = {.config = c,
                          .origin = H1_ORIGIN_DEFAULT,
                          .place = h1_options[i].name,
                          .message = message};
    if (initial != NULL) {
      /* The unit test holds every default against its own row. */
      (void)h1_config_set(&s, i, initial, strlen(initial));
    }
  }
}

static uint64_t add_saturating(uint64_t a, uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t lesser(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* In a container a quarter of its memory is enough, as long as each worker can
 * hold two bodies. */
static uint64_t memory_by_need(const h1_config *c) {
  const uint64_t most = (uint64_t)1 << 50; /* what --buffer-memory allows */
  const uint64_t quarter =
      c->container_memory != 0 ? c->container_memory / 4 : most;
  const uint64_t share = lesser((uint64_t)16 << 20, quarter / c->workers);
  const uint64_t worker = share + 2 * lesser(c->limits.body_bytes, most);
  const uint64_t need = worker > most / c->workers ? most : worker * c->workers;
  const uint64_t least = lesser((uint64_t)64 << 20, quarter);
  return need > least ? need : least;
}

static uint64_t sockets_by_need(const h1_config *c) {
  const uint64_t most = (uint64_t)256 << 20;
  const uint64_t least = (uint64_t)1 << 20; /* what --socket-memory allows */
  const uint64_t quarter = c->max_memory / 4;
  if (c->max_memory == 0) return most;
  return quarter > least ? lesser(most, quarter) : least;
}

void h1_config_complete(h1_config *c) {
  if (c->origin[h1_option_find("buffer-memory", 13)] == H1_ORIGIN_DEFAULT) {
    c->buffer_memory = memory_by_need(c);
  }
  if (c->origin[h1_option_find("socket-memory", 13)] == H1_ORIGIN_DEFAULT) {
    c->socket_memory = sockets_by_need(c);
  }
  if (c->origin[h1_option_find("admin", 5)] == H1_ORIGIN_DEFAULT) {
    const bool ours = c->admin_listen_count > 0 || h1_config_home(c) != NULL;
    c->admin = c->demo && !ours ? H1_ADMIN_PUBLIC : H1_ADMIN_LISTENER;
  }
  if (c->origin[h1_option_find("max-client-connections", 22)] ==
      H1_ORIGIN_DEFAULT) {
    const uint32_t share = c->max_connections / 4;
    c->max_client_connections = share > LEAST_SHARE ? share : LEAST_SHARE;
  }
  size_t index = h1_option_find("max-request-bytes", 17);
  if (c->origin[index] == H1_ORIGIN_DEFAULT) {
    uint64_t frame =
        add_saturating(c->limits.head_bytes, c->limits.trailer_bytes);
    c->max_request_bytes = add_saturating(frame, c->limits.body_bytes);
  }
}

/* A control group may allow less than there is: what goes beyond is not refused
 * but made to wait (time) or killed (memory). */
void h1_config_contain(h1_config *c, h1_container limits) {
  if (limits.cpus != 0 && limits.cpus < c->workers) c->workers = limits.cpus;
  c->container_memory = limits.memory;
  if (limits.memory != 0) {
    const uint64_t least = (uint64_t)1 << 20; /* what --max-memory allows */
    c->max_memory = limits.memory > least ? limits.memory : least;
  }
}

/* The CPUs this process may run on, not those the machine has: in a container
 * the difference is the point. */
static uint32_t usable_cpus(void) {
  cpu_set_t set;
  long count = sched_getaffinity(0, sizeof(set), &set) == 0
                   ? CPU_COUNT(&set)
                   : sysconf(_SC_NPROCESSORS_ONLN);
  if (count < 1) {
    return 1;
  }
  return count > WORKERS_MAX ? WORKERS_MAX : (uint32_t)count;
}

h1_config_result h1_config_machine_defaults(const h1_config_source *s,
                                            const char *default_root) {
  h1_config_source root = *s;
  root.origin = H1_ORIGIN_DEFAULT;
  root.place = "--root";
  root.base_dir = default_root == NULL ? s->base_dir : NULL;
  s->config->workers = usable_cpus();
  h1_config_contain(s->config, h1_container_limits(""));
  const char *path = default_root == NULL ? "static" : default_root;
  return h1_config_set(&root, h1_option_find("root", 4), path, strlen(path));
}
