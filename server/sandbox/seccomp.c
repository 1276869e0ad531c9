#define _GNU_SOURCE
#include "server/sandbox/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/sandbox/filter.h"

/* Older headers lack some. */
enum { SET_FILTER = 1, ACTION_AVAILABLE = 2 };
#define FOR_ALL_THREADS 1u
/* Without it, kernels before 5.16 turn off a speed-up of the processor for a
 * process with a filter. It protects programs that run other people's code in
 * their own process, which this one does not. */
#define LEAVE_SPECULATION 4u
#define ENDS_PROCESS 0x80000000u

#if defined(__x86_64__) && !defined(__ILP32__)
static const h1_call_arch arch = H1_ARCH_X86_64;
static const char *const arch_name = "x86-64";
#elif defined(__aarch64__) && !defined(__AARCH64EB__)
static const h1_call_arch arch = H1_ARCH_ARM64;
static const char *const arch_name = "arm64";
#else
static const h1_call_arch arch = H1_ARCH_COUNT;
static const char *const arch_name = NULL;
#endif

const char *h1_seccomp_arch(void) { return arch_name; }

static const char *install(struct sock_filter *code, size_t count,
                           unsigned flags) {
  struct sock_fprog program = {(unsigned short)count, code};
  if (count == 0) return "its program is too long";
  long got =
      syscall(SYS_seccomp, SET_FILTER, flags | LEAVE_SPECULATION, &program);
  if (got < 0 && errno == EINVAL) {
    got = syscall(SYS_seccomp, SET_FILTER, flags, &program);
  }
  if (got == 0) return NULL;
  return got < 0 ? strerror(errno) : "a thread has another filter";
}

/* A call in no row of the list: with the filter it is unknown, without it never
 * fails. */
static bool is_filtered(void) {
  return syscall(SYS_getppid) < 0 && errno == ENOSYS;
}

const char *h1_seccomp_start(void) {
  struct sock_filter code[H1_FILTER_MAX];
  const uint32_t ends = ENDS_PROCESS;
  if (arch_name == NULL) {
    return "there is no list of calls for this architecture";
  }
  if (syscall(SYS_seccomp, ACTION_AVAILABLE, 0, &ends) != 0) {
    return errno == EOPNOTSUPP || errno == EINVAL
               ? "this kernel cannot end a process by it (Linux 4.14 can)"
               : strerror(errno);
  }
  const size_t count =
      h1_filter_start(arch, (uint32_t)getpid(), code, H1_FILTER_MAX);
  const char *fault = install(code, count, 0);
  if (fault == NULL && !is_filtered()) return "it has no effect";
  return fault;
}

const char *h1_seccomp_seal(void) {
  struct sock_filter code[H1_FILTER_MAX];
  const size_t count = h1_filter_seal(arch, code, H1_FILTER_MAX);
  return install(code, count, FOR_ALL_THREADS);
}
