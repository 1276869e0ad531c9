/* Version 2 has one tree, which may be mounted beside those of version 1, which
 * has one for each kind of limit. The path of a group in /proc/self/cgroup is
 * seen from the topmost group of its tree; in a container whose tree begins at
 * the container's own group that path may not be there, and the group is then
 * the topmost one of what is mounted. Walking up from the path and skipping
 * what is not there meets it in either case. */
#define _GNU_SOURCE
#include "server/config/container.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define TEXT_BYTES 16384

/* Reads a small file whole, as a string; false when it cannot be. */
static bool read_text(const char *path, char *text, size_t size) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  size_t have = 0;
  ssize_t got = 1;
  while (got > 0 && have < size - 1) {
    got = read(fd, text + have, size - 1 - have);
    if (got > 0) have += (size_t)got;
  }
  text[have] = '\0';
  close(fd);
  return got >= 0;
}

/* One group: its folder, of which names are read. */
typedef struct {
  char path[PATH_BYTES];
} group;

static bool read_name(const group *g, const char *name, char *text,
                      size_t size) {
  char path[PATH_BYTES + 64];
  const int n = snprintf(path, sizeof path, "%s/%s", g->path, name);
  return n > 0 && (size_t)n < sizeof path && read_text(path, text, size);
}

static void lower_cpus(h1_container *c, double quota, double period) {
  if (!(quota > 0) || !(period > 0)) return;
  const double share = quota / period;
  uint32_t cpus = share < 65536 ? (uint32_t)share : 65536;
  if ((double)cpus < share) cpus++;
  if (c->cpus == 0 || cpus < c->cpus) c->cpus = cpus;
}

/* "max", a negative number and what is more than any machine has are none. */
static void lower_memory(h1_container *c, const char *text) {
  char *end = NULL;
  if (text[0] < '0' || text[0] > '9') return;
  const unsigned long long bytes = strtoull(text, &end, 10);
  if (bytes == 0 || bytes >= 1ull << 60) return;
  if (c->memory == 0 || bytes < c->memory) c->memory = bytes;
}

static void ask_version_2(const group *g, h1_container *c) {
  char text[128];
  char *end = NULL;
  if (read_name(g, "cpu.max", text, sizeof text)) {
    const double quota = strtod(text, &end); /* 0 of "max" */
    lower_cpus(c, quota, strtod(end, NULL));
  }
  if (read_name(g, "memory.max", text, sizeof text)) lower_memory(c, text);
}

static void ask_cpu_1(const group *g, h1_container *c) {
  char quota[64], period[64];
  if (read_name(g, "cpu.cfs_quota_us", quota, sizeof quota) &&
      read_name(g, "cpu.cfs_period_us", period, sizeof period)) {
    lower_cpus(c, strtod(quota, NULL), strtod(period, NULL));
  }
}

static void ask_memory_1(const group *g, h1_container *c) {
  char text[64];
  if (read_name(g, "memory.limit_in_bytes", text, sizeof text)) {
    lower_memory(c, text);
  }
}

/* Asks the group at `path` of the tree mounted at `tree`, and all above it. */
static void ask_up(const char *top, const char *tree, const char *path,
                   void (*ask)(const group *, h1_container *),
                   h1_container *c) {
  group g;
  const int n = snprintf(g.path, sizeof g.path, "%s%s%s", top, tree, path);
  if (n < 0 || (size_t)n >= sizeof g.path) return;
  const size_t root = strlen(top) + strlen(tree);
  for (size_t len = (size_t)n; len >= root; len--) {
    if (len != root && g.path[len] != '/' && g.path[len] != '\0') continue;
    g.path[len] = '\0';
    ask(&g, c);
  }
}

static bool lists(const char *controllers, const char *name) {
  const size_t len = strlen(name);
  for (const char *at = controllers; at != NULL; at = strchr(at, ',')) {
    at += *at == ',' ? 1 : 0;
    if (strncmp(at, name, len) == 0 && (at[len] == ',' || at[len] == '\0')) {
      return true;
    }
  }
  return false;
}

/* A line of /proc/self/cgroup: "NUMBER:CONTROLLERS:PATH". */
static void ask_line(const char *top, char *line, h1_container *c) {
  char *controllers = strchr(line, ':');
  char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
  if (path == NULL) return;
  *path++ = '\0';
  controllers++;
  if (controllers[0] == '\0') {
    ask_up(top, "/sys/fs/cgroup", path, ask_version_2, c);
    ask_up(top, "/sys/fs/cgroup/unified", path, ask_version_2, c);
  }
  if (lists(controllers, "cpu")) {
    ask_up(top, "/sys/fs/cgroup/cpu", path, ask_cpu_1, c);
    ask_up(top, "/sys/fs/cgroup/cpu,cpuacct", path, ask_cpu_1, c);
  }
  if (lists(controllers, "memory")) {
    ask_up(top, "/sys/fs/cgroup/memory", path, ask_memory_1, c);
  }
}

h1_container h1_container_limits(const char *top) {
  h1_container c = {0, 0};
  char name[PATH_BYTES], text[TEXT_BYTES];
  const int n = snprintf(name, sizeof name, "%s/proc/self/cgroup", top);
  if (n < 0 || (size_t)n >= sizeof name) return c;
  if (!read_text(name, text, sizeof text)) return c;
  char *line = text;
  while (line != NULL) {
    char *lf = strchr(line, '\n');
    if (lf != NULL) *lf = '\0';
    ask_line(top, line, &c);
    line = lf == NULL ? NULL : lf + 1;
  }
  return c;
}
