/* The two programs that the kernel runs before every system call, made of
 * the list in server/calls.h. Pure: any architecture's can be built anywhere.
 *
 *   struct sock_filter code[H1_FILTER_MAX];
 *   size_t n = h1_filter_start(H1_ARCH_ARM64, pid, code, H1_FILTER_MAX);
 *
 * The first is installed before the first thread and lets threads be started;
 * the second, once all are there, takes that away. The kernel runs both, and
 * the stricter verdict counts. */
#ifndef H1_SERVER_SANDBOX_FILTER_H_
#define H1_SERVER_SANDBOX_FILTER_H_

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "server/calls.h"

#ifdef __cplusplus
extern "C" {
#endif

#define H1_FILTER_MAX ((size_t)1024)

/* The rows of the list, and the rules on arguments. */
extern const h1_call h1_calls[];
extern const size_t h1_call_count;
extern const h1_call_rule h1_call_rules[];
extern const size_t h1_call_rule_count;

/* Instructions written to `code`; 0 when `cap` is too small. `self`: the number
 * of the process that the program is for. */
size_t h1_filter_start(h1_call_arch arch, uint32_t self,
                       struct sock_filter *code, size_t cap);
size_t h1_filter_seal(h1_call_arch arch, struct sock_filter *code, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
