/* Every system call that the server makes once it is about to serve, and those
 * that it must never make: one list, for the filter that the kernel runs
 * before each call (server/sandbox). sys.h is the seam that most of them go
 * through; this is the same boundary as the kernel holds it.
 *
 * Numbers of both architectures stand here as plain numbers, so that the filter
 * of one can be built and tested on the other; a test compares them with the
 * kernel's headers. What is in no row is unknown to the server and gets ENOSYS,
 * as from a kernel that lacks it: libc then takes the older way. */
#ifndef H1_SERVER_CALLS_H_
#define H1_SERVER_CALLS_H_

#include <stdint.h>

typedef enum {
  H1_CALL_UNKNOWN, /* ENOSYS, as for what is in no row */
  H1_CALL_ALLOW,   /* always */
  H1_CALL_CHECK,   /* by an argument: see H1_CALL_RULES */
  H1_CALL_START,   /* until every thread is there, by an argument if it has a
                      rule; from then on it ends the process */
  H1_CALL_ASK,     /* ENOSYS while threads start, for libc asks and has another
                      way; from then on it ends the process */
  H1_CALL_END      /* ends the process */
} h1_call_verdict;

/* The architecture has no such call. */
#define H1_NO_CALL (-1)

/* X(name, number on x86-64, number on arm64, verdict). Those of a request come
 * first: an old kernel walks down the list for each call. */
#define H1_CALL_LIST(X)                          \
  /* connections */                              \
  X(recvfrom, 45, 207, H1_CALL_ALLOW)            \
  X(sendto, 44, 206, H1_CALL_ALLOW)              \
  X(epoll_wait, 232, H1_NO_CALL, H1_CALL_ALLOW)  \
  X(epoll_pwait, 281, 22, H1_CALL_ALLOW)         \
  X(sendmsg, 46, 211, H1_CALL_ALLOW)             \
  X(sendfile, 40, 71, H1_CALL_ALLOW)             \
  X(futex, 202, 98, H1_CALL_ALLOW)               \
  X(clock_gettime, 228, 113, H1_CALL_ALLOW)      \
  X(epoll_ctl, 233, 21, H1_CALL_ALLOW)           \
  X(accept4, 288, 242, H1_CALL_ALLOW)            \
  X(close, 3, 57, H1_CALL_ALLOW)                 \
  X(shutdown, 48, 210, H1_CALL_CHECK)            \
  X(setsockopt, 54, 208, H1_CALL_ALLOW)          \
  X(getsockopt, 55, 209, H1_CALL_ALLOW)          \
  X(getsockname, 51, 204, H1_CALL_ALLOW)         \
  X(getpeername, 52, 205, H1_CALL_ALLOW)         \
  X(recvmsg, 47, 212, H1_CALL_ALLOW)             \
  X(ioctl, 16, 29, H1_CALL_CHECK)                \
  /* files, wake-ups, the log */                 \
  X(read, 0, 63, H1_CALL_ALLOW)                  \
  X(write, 1, 64, H1_CALL_ALLOW)                 \
  X(readv, 19, 65, H1_CALL_ALLOW)                \
  X(writev, 20, 66, H1_CALL_ALLOW)               \
  X(pread64, 17, 67, H1_CALL_ALLOW)              \
  X(preadv, 295, 69, H1_CALL_ALLOW)              \
  X(preadv2, 327, 286, H1_CALL_ALLOW)            \
  X(poll, 7, H1_NO_CALL, H1_CALL_ALLOW)          \
  X(ppoll, 271, 73, H1_CALL_ALLOW)               \
  X(openat2, 437, 437, H1_CALL_ALLOW)            \
  X(openat, 257, 56, H1_CALL_ALLOW)              \
  X(open, 2, H1_NO_CALL, H1_CALL_ALLOW)          \
  X(fstat, 5, 80, H1_CALL_ALLOW)                 \
  X(newfstatat, 262, 79, H1_CALL_ALLOW)          \
  X(stat, 4, H1_NO_CALL, H1_CALL_ALLOW)          \
  X(lstat, 6, H1_NO_CALL, H1_CALL_ALLOW)         \
  X(statx, 332, 291, H1_CALL_ALLOW)              \
  X(fstatfs, 138, 44, H1_CALL_ALLOW)             \
  X(lseek, 8, 62, H1_CALL_ALLOW)                 \
  X(readlink, 89, H1_NO_CALL, H1_CALL_ALLOW)     \
  X(readlinkat, 267, 78, H1_CALL_ALLOW)          \
  X(access, 21, H1_NO_CALL, H1_CALL_ALLOW)       \
  X(faccessat, 269, 48, H1_CALL_ALLOW)           \
  X(faccessat2, 439, 439, H1_CALL_ALLOW)         \
  X(unlink, 87, H1_NO_CALL, H1_CALL_ALLOW)       \
  X(unlinkat, 263, 35, H1_CALL_ALLOW)            \
  X(fcntl, 72, 25, H1_CALL_CHECK)                \
  X(flock, 73, 32, H1_CALL_ALLOW)                \
  X(getdents64, 217, 61, H1_CALL_ALLOW)          \
  X(eventfd2, 290, 19, H1_CALL_ALLOW)            \
  X(epoll_create1, 291, 20, H1_CALL_ALLOW)       \
  X(signalfd4, 289, 74, H1_CALL_ALLOW)           \
  /* memory */                                   \
  X(mmap, 9, 222, H1_CALL_CHECK)                 \
  X(mprotect, 10, 226, H1_CALL_CHECK)            \
  X(munmap, 11, 215, H1_CALL_ALLOW)              \
  X(mremap, 25, 216, H1_CALL_ALLOW)              \
  X(madvise, 28, 233, H1_CALL_ALLOW)             \
  X(brk, 12, 214, H1_CALL_ALLOW)                 \
  /* threads, signals, time */                   \
  X(rt_sigaction, 13, 134, H1_CALL_ALLOW)        \
  X(rt_sigprocmask, 14, 135, H1_CALL_ALLOW)      \
  X(rt_sigreturn, 15, 139, H1_CALL_ALLOW)        \
  X(sigaltstack, 131, 132, H1_CALL_ALLOW)        \
  X(restart_syscall, 219, 128, H1_CALL_ALLOW)    \
  X(setitimer, 38, 103, H1_CALL_ALLOW)           \
  X(tgkill, 234, 131, H1_CALL_CHECK)             \
  X(exit, 60, 93, H1_CALL_ALLOW)                 \
  X(exit_group, 231, 94, H1_CALL_ALLOW)          \
  X(nanosleep, 35, 101, H1_CALL_ALLOW)           \
  X(clock_nanosleep, 230, 115, H1_CALL_ALLOW)    \
  X(gettimeofday, 96, 169, H1_CALL_ALLOW)        \
  X(time, 201, H1_NO_CALL, H1_CALL_ALLOW)        \
  X(set_robust_list, 273, 99, H1_CALL_ALLOW)     \
  X(set_tid_address, 218, 96, H1_CALL_ALLOW)     \
  X(rseq, 334, 293, H1_CALL_ALLOW)               \
  X(membarrier, 324, 283, H1_CALL_ALLOW)         \
  X(sched_yield, 24, 124, H1_CALL_ALLOW)         \
  X(sched_getaffinity, 204, 123, H1_CALL_ALLOW)  \
  X(sched_setscheduler, 144, 119, H1_CALL_CHECK) \
  X(prctl, 157, 167, H1_CALL_CHECK)              \
  X(getrandom, 318, 278, H1_CALL_ALLOW)          \
  X(getpid, 39, 172, H1_CALL_ALLOW)              \
  X(gettid, 186, 178, H1_CALL_ALLOW)             \
  X(getuid, 102, 174, H1_CALL_ALLOW)             \
  X(geteuid, 107, 175, H1_CALL_ALLOW)            \
  X(getgid, 104, 176, H1_CALL_ALLOW)             \
  X(getegid, 108, 177, H1_CALL_ALLOW)            \
  X(sysinfo, 99, 179, H1_CALL_ALLOW)             \
  X(uname, 63, 160, H1_CALL_ALLOW)               \
  /* for starting only */                        \
  X(clone, 56, 220, H1_CALL_START)               \
  X(clone3, 435, 435, H1_CALL_ASK)               \
  X(socket, 41, 198, H1_CALL_START)              \
  X(seccomp, 317, 277, H1_CALL_START)            \
  /* other programs, other processes */          \
  X(execve, 59, 221, H1_CALL_END)                \
  X(execveat, 322, 281, H1_CALL_END)             \
  X(fork, 57, H1_NO_CALL, H1_CALL_END)           \
  X(vfork, 58, H1_NO_CALL, H1_CALL_END)          \
  X(ptrace, 101, 117, H1_CALL_END)               \
  X(process_vm_readv, 310, 270, H1_CALL_END)     \
  X(process_vm_writev, 311, 271, H1_CALL_END)    \
  X(process_madvise, 440, 440, H1_CALL_END)      \
  X(kcmp, 312, 272, H1_CALL_END)                 \
  X(kill, 62, 129, H1_CALL_END)                  \
  X(tkill, 200, 130, H1_CALL_END)                \
  X(rt_sigqueueinfo, 129, 138, H1_CALL_END)      \
  X(rt_tgsigqueueinfo, 297, 240, H1_CALL_END)    \
  X(pidfd_open, 434, 434, H1_CALL_END)           \
  X(pidfd_getfd, 438, 438, H1_CALL_END)          \
  X(pidfd_send_signal, 424, 424, H1_CALL_END)    \
  /* other connections */                        \
  X(connect, 42, 203, H1_CALL_END)               \
  X(bind, 49, 200, H1_CALL_END)                  \
  X(listen, 50, 201, H1_CALL_END)                \
  X(socketpair, 53, 199, H1_CALL_END)            \
  /* other code */                               \
  X(pkey_mprotect, 329, 288, H1_CALL_END)        \
  X(memfd_create, 319, 279, H1_CALL_END)         \
  X(memfd_secret, 447, 447, H1_CALL_END)         \
  X(shmat, 30, 196, H1_CALL_END)                 \
  X(shmget, 29, 194, H1_CALL_END)                \
  X(personality, 135, 92, H1_CALL_END)           \
  X(modify_ldt, 154, H1_NO_CALL, H1_CALL_END)    \
  X(uselib, 134, H1_NO_CALL, H1_CALL_END)        \
  X(userfaultfd, 323, 282, H1_CALL_END)          \
  /* ways around this list */                    \
  X(io_uring_setup, 425, 425, H1_CALL_END)       \
  X(io_uring_enter, 426, 426, H1_CALL_END)       \
  X(io_uring_register, 427, 427, H1_CALL_END)    \
  X(bpf, 321, 280, H1_CALL_END)                  \
  X(perf_event_open, 298, 241, H1_CALL_END)      \
  X(name_to_handle_at, 303, 264, H1_CALL_END)    \
  X(open_by_handle_at, 304, 265, H1_CALL_END)    \
  /* other rights */                             \
  X(setuid, 105, 146, H1_CALL_END)               \
  X(setgid, 106, 144, H1_CALL_END)               \
  X(setreuid, 113, 145, H1_CALL_END)             \
  X(setregid, 114, 143, H1_CALL_END)             \
  X(setresuid, 117, 147, H1_CALL_END)            \
  X(setresgid, 119, 149, H1_CALL_END)            \
  X(setfsuid, 122, 151, H1_CALL_END)             \
  X(setfsgid, 123, 152, H1_CALL_END)             \
  X(setgroups, 116, 159, H1_CALL_END)            \
  X(capset, 126, 91, H1_CALL_END)                \
  X(add_key, 248, 217, H1_CALL_END)              \
  X(request_key, 249, 218, H1_CALL_END)          \
  X(keyctl, 250, 219, H1_CALL_END)               \
  /* another file system, another system */      \
  X(chroot, 161, 51, H1_CALL_END)                \
  X(pivot_root, 155, 41, H1_CALL_END)            \
  X(mount, 165, 40, H1_CALL_END)                 \
  X(umount2, 166, 39, H1_CALL_END)               \
  X(move_mount, 429, 429, H1_CALL_END)           \
  X(mount_setattr, 442, 442, H1_CALL_END)        \
  X(open_tree, 428, 428, H1_CALL_END)            \
  X(fsopen, 430, 430, H1_CALL_END)               \
  X(fsconfig, 431, 431, H1_CALL_END)             \
  X(fsmount, 432, 432, H1_CALL_END)              \
  X(fspick, 433, 433, H1_CALL_END)               \
  X(fanotify_init, 300, 262, H1_CALL_END)        \
  X(unshare, 272, 97, H1_CALL_END)               \
  X(setns, 308, 268, H1_CALL_END)                \
  X(swapon, 167, 224, H1_CALL_END)               \
  X(swapoff, 168, 225, H1_CALL_END)              \
  X(quotactl, 179, 60, H1_CALL_END)              \
  X(acct, 163, 89, H1_CALL_END)                  \
  X(syslog, 103, 116, H1_CALL_END)               \
  X(sethostname, 170, 161, H1_CALL_END)          \
  X(setdomainname, 171, 162, H1_CALL_END)        \
  X(settimeofday, 164, 170, H1_CALL_END)         \
  X(clock_settime, 227, 112, H1_CALL_END)        \
  X(adjtimex, 159, 171, H1_CALL_END)             \
  X(clock_adjtime, 305, 266, H1_CALL_END)        \
  X(iopl, 172, H1_NO_CALL, H1_CALL_END)          \
  X(ioperm, 173, H1_NO_CALL, H1_CALL_END)        \
  X(init_module, 175, 105, H1_CALL_END)          \
  X(finit_module, 313, 273, H1_CALL_END)         \
  X(delete_module, 176, 106, H1_CALL_END)        \
  X(kexec_load, 246, 104, H1_CALL_END)           \
  X(kexec_file_load, 320, 294, H1_CALL_END)      \
  X(reboot, 169, 142, H1_CALL_END)

/* What an argument must be. Only its lower 32 bits are looked at, which are all
 * that the kernel takes of each of these. */
typedef enum {
  H1_RULE_CLEAR,  /* none of the bits of `value` are set */
  H1_RULE_SET,    /* all of them are */
  H1_RULE_IS,     /* it is `value`; several rows of a call: one of them */
  H1_RULE_IS_SELF /* it is this process's number */
} h1_call_rule_kind;

/* X(name, argument, kind, value, verdict otherwise): the verdict of the last
 * row of a call counts. Rows of one call stand together. */
#define H1_CALL_RULES(X)                                                       \
  /* A listener that no longer receives is a socket that can connect, by a     \
   * flag of sendto: only sending is ever ended. */                            \
  X(shutdown, 1, H1_RULE_IS, 1u /* SHUT_WR */, H1_CALL_END)                    \
  /* Pages that can be run are those the program was loaded with. */           \
  X(mmap, 2, H1_RULE_CLEAR, 0x4u /* PROT_EXEC */, H1_CALL_END)                 \
  X(mprotect, 2, H1_RULE_CLEAR, 0x4u /* PROT_EXEC */, H1_CALL_END)             \
  X(ioctl, 1, H1_RULE_IS, 0x5411u /* SIOCOUTQ */, H1_CALL_UNKNOWN)             \
  X(ioctl, 1, H1_RULE_IS, 0x541Bu /* FIONREAD */, H1_CALL_UNKNOWN)             \
  X(fcntl, 1, H1_RULE_IS, 1030u /* F_DUPFD_CLOEXEC */, H1_CALL_UNKNOWN)        \
  X(fcntl, 1, H1_RULE_IS, 1u /* F_GETFD */, H1_CALL_UNKNOWN)                   \
  X(fcntl, 1, H1_RULE_IS, 2u /* F_SETFD */, H1_CALL_UNKNOWN)                   \
  X(fcntl, 1, H1_RULE_IS, 3u /* F_GETFL */, H1_CALL_UNKNOWN)                   \
  X(fcntl, 1, H1_RULE_IS, 4u /* F_SETFL */, H1_CALL_UNKNOWN)                   \
  X(prctl, 0, H1_RULE_IS, 15u /* PR_SET_NAME */, H1_CALL_UNKNOWN)              \
  X(tgkill, 0, H1_RULE_IS_SELF, 0u, H1_CALL_UNKNOWN)                           \
  X(sched_setscheduler, 0, H1_RULE_IS, 0u /* the caller */, H1_CALL_UNKNOWN)   \
  X(clone, 0, H1_RULE_SET, 0x10100u /* CLONE_THREAD, CLONE_VM */, H1_CALL_END) \
  X(socket, 0, H1_RULE_IS, 16u /* AF_NETLINK */, H1_CALL_END)

typedef enum { H1_ARCH_X86_64, H1_ARCH_ARM64, H1_ARCH_COUNT } h1_call_arch;

typedef struct {
  const char *name;
  int number[H1_ARCH_COUNT];
  h1_call_verdict verdict;
} h1_call;

typedef struct {
  const char *name;
  unsigned argument;
  h1_call_rule_kind kind;
  uint32_t value;
  h1_call_verdict otherwise; /* UNKNOWN or END */
} h1_call_rule;

#endif
