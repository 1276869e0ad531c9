// Everything that must not be done, tried from inside: each in a child of its
// own, which enters the sandbox as a server does.
#include "server/sandbox/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>

#include "server/sandbox/filter.h"
#include "server/sandbox/landlock.h"
#include "tests/support/process.h"

namespace {

using h1_test::TempDir;

#if defined(__x86_64__)
constexpr h1_call_arch kArch = H1_ARCH_X86_64;
#else
constexpr h1_call_arch kArch = H1_ARCH_ARM64;
#endif

// How a child ended: its exit status, or a signal.
constexpr int kSignal = 1000;
constexpr int kEnded = kSignal + SIGSYS;

int InChild(const std::function<int()>& run) {
  const pid_t pid = fork();
  if (pid == 0) {
    const rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    _exit(run());
  }
  int status = -1;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignal + WTERMSIG(status);
}

void* Sleep(void*) {
  for (;;) poll(nullptr, 0, 1000);
}

// A folder with a root that is served, and things beside it.
class Inside : public testing::Test {
 protected:
  Inside() {
    dir_.Write("srv/www/a.txt", "a");
    dir_.Write("secret/key", "secret");
    dir_.MakeDir("log");
    dir_.MakeDir("run");
  }

  void SetUp() override {
    char message[H1_SANDBOX_MESSAGE_BYTES] = "";
    const int can =
        InChild([&] { return Enter(H1_SANDBOX_REQUIRE, message) ? 0 : 77; });
    if (can != 0) {
      GTEST_SKIP() << "no whole sandbox here (" << can << "): the kernel lacks "
                   << "a layer, or this build has a sanitizer";
    }
  }

  bool Enter(h1_sandbox_mode mode, char* message) const {
    static h1_config config;
    static h1_sandbox box;
    char why[H1_CONFIG_MESSAGE_BYTES];
    const std::string text = "root = " + File("srv/www") +
                             "\naccess-log = " + File("log/access") +
                             "\nlisten = unix:" + File("run/s.sock") + "\n";
    if (h1_config_read_text(&config, "test", text.data(), text.size(), why) !=
        H1_CONFIG_OK) {
      return false;
    }
    config.sandbox = mode;
    if (!h1_sandbox_find_user(&config, &box, message)) return false;
    box.roots[box.root_count++] = config.root;
    if (h1_sandbox_enter(&config, &box, nullptr, message) != H1_SANDBOX_OK) {
      return false;
    }
    pthread_t thread;
    if (pthread_create(&thread, nullptr, Sleep, nullptr) != 0) return false;
    return h1_sandbox_seal(&box, message);
  }

  // What `attempt` comes to in there: 0 when it succeeded, an error, kEnded.
  int Try(const std::function<int()>& attempt) const {
    return InChild([&] {
      char message[H1_SANDBOX_MESSAGE_BYTES];
      if (!Enter(H1_SANDBOX_REQUIRE, message)) return 255;
      return attempt();
    });
  }

  std::string File(const std::string& name) const { return dir_.File(name); }

  TempDir dir_;
};

int ErrorOf(long result) { return result < 0 ? errno : 0; }

int Open(const std::string& path, int flags) {
  return ErrorOf(open(path.c_str(), flags | O_CLOEXEC, 0600));
}

TEST_F(Inside, WhatServingNeedsWorks) {
  EXPECT_EQ(Try([&] { return Open(File("srv/www/a.txt"), O_RDONLY); }), 0);
  EXPECT_EQ(Try([&] { return Open(File("srv/www"), O_RDONLY); }), 0);
  EXPECT_EQ(Try([&] {
              return Open(File("log/access"),
                          O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK);
            }),
            0);
  EXPECT_EQ(Try([&] {
              return ErrorOf(eventfd(0, EFD_CLOEXEC)) +
                     ErrorOf(epoll_create1(EPOLL_CLOEXEC)) +
                     ErrorOf(fcntl(0, F_GETFL)) +
                     ErrorOf(prctl(PR_SET_NAME, "x"));
            }),
            0);
  EXPECT_EQ(Try([] {
              void* p = mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return p == MAP_FAILED ? errno : 0;
            }),
            0);
  EXPECT_EQ(Try([] { return static_cast<int>(time(nullptr) == 0); }), 0);
}

// A deploy by rename, by somebody outside.
TEST_F(Inside, AnotherFolderInTheRootsPlaceIsRead) {
  dir_.Write("next/new.txt", "new");
  const pid_t deployer = fork();
  if (deployer == 0) {
    usleep(100000);
    const bool done =
        rename(File("srv/www").c_str(), File("old").c_str()) == 0 &&
        rename(File("next").c_str(), File("srv/www").c_str()) == 0;
    _exit(done ? 0 : 1);
  }
  EXPECT_EQ(Try([&] {
              for (int i = 0; i < 500; i++) {
                if (Open(File("srv/www/new.txt"), O_RDONLY) == 0) return 0;
                const timespec nap = {0, 10000000};
                nanosleep(&nap, nullptr);
              }
              return 1;
            }),
            0);
  waitpid(deployer, nullptr, 0);
}

TEST_F(Inside, NothingElseIsRead) {
  EXPECT_EQ(Try([&] { return Open(File("secret/key"), O_RDONLY); }), EACCES);
  EXPECT_EQ(Try([&] { return Open(File("secret"), O_RDONLY); }), EACCES);
  EXPECT_EQ(Try([&] { return Open(File("srv/www/../../secret/key"), 0); }),
            EACCES);
  EXPECT_EQ(Try([] { return Open("/etc/passwd", O_RDONLY); }), EACCES);
  EXPECT_EQ(Try([] { return Open("/proc/self/maps", O_RDONLY); }), EACCES);
  EXPECT_EQ(Try([] { return Open("/proc/self/mem", O_RDWR); }), EACCES);
  EXPECT_EQ(Try([] { return Open("/", O_RDONLY); }), EACCES);
  EXPECT_EQ(Try([&] { return Open(File("log/access"), O_RDONLY | O_CREAT); }),
            EACCES);
}

TEST_F(Inside, NothingElseIsWritten) {
  EXPECT_EQ(Try([&] { return Open(File("srv/www/a.txt"), O_WRONLY); }), EACCES);
  EXPECT_EQ(Try([&] { return Open(File("srv/www/n"), O_WRONLY | O_CREAT); }),
            EACCES);
  EXPECT_EQ(Try([&] { return Open(File("secret/key"), O_WRONLY | O_TRUNC); }),
            EACCES);
  EXPECT_EQ(Try([&] { return ErrorOf(unlink(File("srv/www/a.txt").c_str())); }),
            EACCES);
  EXPECT_EQ(Try([&] { return ErrorOf(mkdir(File("log/d").c_str(), 0700)); }),
            ENOSYS);
  EXPECT_EQ(Try([&] {
              return ErrorOf(rename(File("srv/www/a.txt").c_str(),
                                    File("srv/www/b.txt").c_str()));
            }),
            ENOSYS);
  EXPECT_EQ(Try([&] { return ErrorOf(chmod(File("srv/www").c_str(), 0777)); }),
            ENOSYS);
  EXPECT_EQ(Try([&] { return ErrorOf(symlink("/", File("log/l").c_str())); }),
            ENOSYS);
  EXPECT_EQ(
      Try([&] { return ErrorOf(truncate(File("srv/www/a.txt").c_str(), 0)); }),
      ENOSYS);
  EXPECT_EQ(h1_test::ReadFileText(File("srv/www/a.txt")), "a");
}

TEST_F(Inside, NoProgramIsRunAndNoProcessMade) {
  static char path[] = "/bin/true";
  static char* const argv[] = {path, nullptr};
  EXPECT_EQ(Try([] { return ErrorOf(execv(path, argv)); }), kEnded);
  EXPECT_EQ(Try([] { return ErrorOf(fork()); }), kEnded);
  EXPECT_EQ(Try([] {
              pid_t pid;
              return posix_spawn(&pid, path, nullptr, nullptr, argv, nullptr);
            }),
            kEnded);
  EXPECT_EQ(Try([] {
              pthread_t thread;
              return pthread_create(&thread, nullptr, Sleep, nullptr);
            }),
            kEnded);
}

TEST_F(Inside, OtherProcessesAreOutOfReach) {
  const pid_t parent = getpid();
  EXPECT_EQ(Try([] { return ErrorOf(ptrace(PTRACE_TRACEME, 0, 0, 0)); }),
            kEnded);
  EXPECT_EQ(Try([=] { return ErrorOf(kill(parent, 0)); }), kEnded);
  EXPECT_EQ(
      Try([=] { return ErrorOf(syscall(SYS_tgkill, parent, parent, 0)); }),
      ENOSYS);
}

TEST_F(Inside, NoOtherConnectionIsMade) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  socklen_t len = sizeof address;
  sockaddr* any = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(listener, any, len), 0);
  ASSERT_EQ(listen(listener, 1), 0);
  ASSERT_EQ(getsockname(listener, any, &len), 0);
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(Try([&] { return ErrorOf(connect(client, any, len)); }), kEnded);
  // A listener that was shut down would be a socket that can connect.
  for (int how : {SHUT_RD, SHUT_RDWR}) {
    EXPECT_EQ(Try([&] { return ErrorOf(shutdown(listener, how)); }), kEnded);
  }
  EXPECT_NE(Try([&] {
              shutdown(listener, SHUT_WR);
              return ErrorOf(sendto(listener, "x", 1,
                                    MSG_FASTOPEN | MSG_NOSIGNAL, any, len));
            }),
            0)
      << "a connection by the back door";
  EXPECT_EQ(Try([&] { return ErrorOf(bind(client, any, len)); }), kEnded);
  EXPECT_EQ(Try([&] { return ErrorOf(listen(client, 1)); }), kEnded);
  for (int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, AF_PACKET}) {
    EXPECT_EQ(Try([=] { return ErrorOf(socket(family, SOCK_STREAM, 0)); }),
              kEnded);
  }
  close(client);
  close(listener);
}

TEST_F(Inside, NoFurtherCodeIsRun) {
  EXPECT_EQ(Try([] {
              void* p = mmap(nullptr, 4096, PROT_READ | PROT_EXEC,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return p == MAP_FAILED ? errno : 0;
            }),
            kEnded);
  EXPECT_EQ(Try([] {
              void* p = mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return ErrorOf(mprotect(p, 4096, PROT_READ | PROT_EXEC));
            }),
            kEnded);
}

TEST_F(Inside, NoRightIsGotBack) {
  EXPECT_EQ(Try([] { return ErrorOf(setuid(0)); }), kEnded);
  EXPECT_EQ(Try([] { return ErrorOf(chroot("/")); }), kEnded);
  EXPECT_EQ(Try([] { return ErrorOf(mount("a", "/", "tmpfs", 0, "")); }),
            kEnded);
  EXPECT_EQ(Try([] { return prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0; }), 0);
}

// Whatever their arguments: the whole of the list.
TEST_F(Inside, EachForbiddenCallEndsTheProcess) {
  size_t tried = 0;
  for (size_t i = 0; i < h1_call_count; i++) {
    const h1_call& call = h1_calls[i];
    const int number = call.number[kArch];
    if (number == H1_NO_CALL || call.verdict == H1_CALL_ALLOW ||
        call.verdict == H1_CALL_CHECK) {
      continue;
    }
    tried++;
    EXPECT_EQ(Try([=] { return ErrorOf(syscall(number, 0, 0, 0, 0, 0, 0)); }),
              kEnded)
        << call.name;
  }
  EXPECT_GT(tried, 70u);
}

#if defined(__x86_64__)
TEST_F(Inside, CallsOfAnotherArchitectureEndTheProcess) {
  const int ended = Try([] {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(20 /* getpid of i386 */)
                     : "memory");
    return 0;
  });
  // A kernel that does not run such programs has no such way in.
  EXPECT_TRUE(ended == kEnded || ended == kSignal + SIGSEGV) << ended;
  EXPECT_EQ(Try([] { return ErrorOf(syscall(0x40000000 + SYS_getpid)); }),
            kEnded);
}
#endif

// A thread that was there before is held by it as well.
TEST_F(Inside, EveryThreadIsHeld) {
  EXPECT_EQ(InChild([&] {
              static int go;
              pthread_t thread;
              go = eventfd(0, EFD_CLOEXEC);
              // Started by Enter, before the seal; this one does the same.
              char message[H1_SANDBOX_MESSAGE_BYTES];
              static h1_config config;
              static h1_sandbox box;
              char why[H1_CONFIG_MESSAGE_BYTES];
              const std::string text = "root = " + File("srv/www") + "\n";
              h1_config_read_text(&config, "test", text.data(), text.size(),
                                  why);
              config.sandbox = H1_SANDBOX_REQUIRE;
              if (!h1_sandbox_find_user(&config, &box, message) ||
                  h1_sandbox_enter(&config, &box, nullptr, message) !=
                      H1_SANDBOX_OK) {
                return 1;
              }
              pthread_create(
                  &thread, nullptr,
                  [](void*) -> void* {
                    uint64_t n;
                    if (read(go, &n, sizeof n) < 0) _exit(2);
                    _exit(socket(AF_NETLINK, SOCK_DGRAM, 0) < 0 ? 3 : 4);
                  },
                  nullptr);
              if (!h1_sandbox_seal(&box, message)) return 5;
              const uint64_t one = 1;
              if (write(go, &one, sizeof one) < 0) return 6;
              pthread_join(thread, nullptr);
              return 7;
            }),
            kEnded);
}

// Landlock alone, as if the filter had let a call pass.
class ByLandlock : public Inside {
 protected:
  int Try(int abi, const std::function<int()>& attempt) const {
    return InChild([&] {
      static h1_places places;
      h1_places_add_root(&places, File("srv/www").c_str());
      h1_places_add_log(&places, File("log/access").c_str());
      h1_places_add_removed(&places, File("run/s.sock").c_str());
      if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
          !h1_landlock_restrict(abi, &places)) {
        return 255;
      }
      return attempt();
    });
  }
};

TEST_F(ByLandlock, EachVersionForbidsWhatItSays) {
  const std::string file = File("srv/www/a.txt"), log = File("log/access");
  const pid_t parent = getpid();
  dir_.Write("log/access", "");
  dir_.Write("run/s.sock", "");
  const struct {
    int abi;
    int error;
    std::function<int()> attempt;
  } cases[] = {
      {1, EACCES, [&] { return Open(File("secret/key"), O_RDONLY); }},
      {1, EACCES, [&] { return Open(file, O_WRONLY); }},
      {1, EACCES, [&] { return ErrorOf(mkdir(File("log/d").c_str(), 0700)); }},
      {1, EACCES, [&] { return ErrorOf(unlink(log.c_str())); }},
      {1, EACCES, [&] { return ErrorOf(symlink("/", File("log/l").c_str())); }},
      {1, EACCES, [&] { return ErrorOf(mkfifo(File("log/f").c_str(), 0600)); }},
      {1, 0, [&] { return Open(log, O_WRONLY | O_APPEND | O_CREAT); }},
      {1, 0, [&] { return Open(file, O_RDONLY); }},
      {1, 0, [&] { return ErrorOf(unlink(File("run/s.sock").c_str())); }},
      {3, EACCES, [&] { return ErrorOf(truncate(log.c_str(), 0)); }},
      {4, EACCES,
       [&] {
         sockaddr_in address = {};
         address.sin_family = AF_INET;
         const int fd = socket(AF_INET, SOCK_STREAM, 0);
         return ErrorOf(
             bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address));
       }},
      {4, EACCES,
       [&] {
         sockaddr_in address = {};
         address.sin_family = AF_INET;
         address.sin_port = htons(9);
         const int fd = socket(AF_INET, SOCK_STREAM, 0);
         return ErrorOf(connect(fd, reinterpret_cast<sockaddr*>(&address),
                                sizeof address));
       }},
      {6, EPERM, [=] { return ErrorOf(kill(parent, 0)); }},
  };
  for (const auto& c : cases) {
    if (c.abi > h1_landlock_version()) continue;
    EXPECT_EQ(Try(c.abi, c.attempt), c.error) << &c - cases;
    const int newest = std::min(h1_landlock_version(), H1_LANDLOCK_ABIS);
    dir_.Write("run/s.sock", "");
    EXPECT_EQ(Try(newest, c.attempt), c.error)
        << &c - cases << " by the newest";
  }
}

// What does not fit the kernel's table is no sandbox with holes.
TEST_F(ByLandlock, PlacesThatAreTooManyAreNoSandbox) {
  EXPECT_EQ(InChild([&] {
              static h1_places places;
              places.too_many = true;
              return h1_landlock_restrict(1, &places) ? 0 : errno;
            }),
            ENAMETOOLONG);
}

}  // namespace
