/* What the control groups of this process allow: the limits of a container. */
#ifndef H1_SERVER_CONFIG_CONTAINER_H_
#define H1_SERVER_CONFIG_CONTAINER_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  uint32_t cpus;   /* whole CPUs' worth of time, rounded up; 0: no limit */
  uint64_t memory; /* bytes; 0: no limit */
} h1_container;

/* Reads both versions of the interface below `top` ("" for the real one): the
 * least of what the groups from this process's own up to the topmost one say.
 * What cannot be read is no limit. */
h1_container h1_container_limits(const char *top);

#ifdef __cplusplus
}
#endif
#endif
