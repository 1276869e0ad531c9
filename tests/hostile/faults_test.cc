// Calls to the kernel fail, every third of a kind, while clients are served: of
// each answer every byte is what it would be, and nothing spins or ends.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/call_faults.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

struct Fault {
  h1_call_fault call;
  const char* name;
  std::vector<int> errors;
};

// Those that mean a shortage, a signal, or nothing at all. EAGAIN only where no
// event has to follow it.
const std::vector<Fault>& Faults() {
  static const std::vector<Fault> faults = {
      {H1_FAULT_ACCEPT4,
       "accept4",
       {EMFILE, ENFILE,       ENOMEM,     ENOBUFS,     EINTR,       EAGAIN,
        EPERM,  ECONNABORTED, EPROTO,     ENETDOWN,    ENOPROTOOPT, EHOSTDOWN,
        ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH, ETIMEDOUT,   ENOSR,
        EBADF,  EINVAL,       EFAULT,     ENOTSOCK}},
      {H1_FAULT_RECV, "recv", {EINTR, ENOMEM, ENOBUFS}},
      {H1_FAULT_SEND, "send", {EINTR, ENOMEM, ENOBUFS}},
      {H1_FAULT_SENDMSG, "sendmsg", {EINTR, ENOMEM, ENOBUFS}},
      {H1_FAULT_SENDFILE, "sendfile", {EINTR, ENOMEM, ENOBUFS}},
      {H1_FAULT_EPOLL_CTL, "epoll_ctl", {ENOMEM, ENOSPC}},
      {H1_FAULT_EPOLL_WAIT, "epoll_wait", {EINTR, ENOMEM}},
      {H1_FAULT_POLL, "poll", {EINTR, ENOMEM, EINVAL, EAGAIN}},
      {H1_FAULT_READ, "read", {EINTR}},
      {H1_FAULT_WRITE, "write", {EINTR}},
      {H1_FAULT_WRITEV,
       "writev",
       {EINTR, EAGAIN, ENOSPC, EDQUOT, EIO, EFBIG, ENOMEM, EPIPE}},
      {H1_FAULT_PREADV2, "preadv2", {EINTR, EAGAIN}},
      {H1_FAULT_CLOSE, "close", {EINTR, EIO, ENOSPC, EDQUOT}},
      {H1_FAULT_IOCTL, "ioctl", {EINVAL, ENOMEM, ENOTTY}},
      {H1_FAULT_SHUTDOWN, "shutdown", {ENOTCONN, ENOBUFS}},
      {H1_FAULT_SETSOCKOPT, "setsockopt", {ENOMEM, ENOBUFS, ENOPROTOOPT}},
  };
  return faults;
}

std::string Library() {
  const char* path = getenv("H1_CALL_FAULTS_LIBRARY");
  return path != nullptr ? path : DataFile("tests/support/call_faults.so");
}

// The page that both processes see.
class Page {
 public:
  Page() {
    dir_.Write("page", std::string(sizeof(h1_call_faults_page), 0));
    const int fd = open(path().c_str(), O_RDWR | O_CLOEXEC);
    void* at = mmap(nullptr, sizeof(h1_call_faults_page),
                    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    EXPECT_NE(at, MAP_FAILED);
    page_ = static_cast<h1_call_faults_page*>(at);
  }
  ~Page() { munmap(page_, sizeof *page_); }
  std::string path() const { return dir_.File("page"); }
  void Fail(h1_call_fault call, int error, int every) {
    Set(&page_->call, H1_FAULT_NONE);
    Set(&page_->calls, 0);
    Set(&page_->failed, 0);
    Set(&page_->error, error);
    Set(&page_->every, every);
    Set(&page_->call, call);
  }
  void Stop() { Set(&page_->call, H1_FAULT_NONE); }
  int failed() const {
    return __atomic_load_n(&page_->failed, __ATOMIC_SEQ_CST);
  }

 private:
  static void Set(int* to, int value) {
    __atomic_store_n(to, value, __ATOMIC_SEQ_CST);
  }
  TempDir dir_;
  h1_call_faults_page* page_ = nullptr;
};

class CallFaults : public testing::Test {
 protected:
  void SetUp() override {
    if (ServerIsSanitized()) GTEST_SKIP() << "a sanitizer has its own of these";
    ASSERT_EQ(access(Library().c_str(), R_OK), 0) << Library();
  }
};

// What clients ask for, on kept connections and on new ones.
class Visitors {
 public:
  explicit Visitors(Server& server)
      : server_(server), file_(Numbers(300000)), echo_(Numbers(40000)) {
    server.root().Write("file", file_);
    home_ = server.Connect().Get("/").body;
    EXPECT_FALSE(home_.empty());
  }
  // `keep`: kept connections too. Where descriptors are short those give way.
  void Visit(bool keep = true) {
    const std::string chunked = ChunkedPost("/submit", echo_, 1000);
    Client client;
    for (int i = 0; i < 3; i++) {
      Expect("/", Next(&client, keep).Get("/"), home_);
      Expect("file", Next(&client, keep).Get("/static/file"), file_);
      Expect("echo", Next(&client, keep).Exchange("POST", "/submit", "", echo_),
             echo_);
      ASSERT_TRUE(Next(&client, keep).Send(chunked));
      Expect("chunked", client.Read("POST"), echo_);
      ASSERT_TRUE(
          Next(&client, keep).Send(GetBytes("/") + GetBytes("/static/file")));
      Expect("pipelined", client.Read(), home_);
      Expect("pipelined file", client.Read(), file_);
      Expect("short",
             server_.Connect().Get("/static/file", "Connection: close\r\n"),
             file_);
    }
  }

 private:
  Client& Next(Client* client, bool keep) {
    if (!keep || !client->Connected()) *client = server_.Connect();
    return *client;
  }
  static void Expect(const char* what, const Response& r,
                     const std::string& body) {
    EXPECT_EQ(r.status, 200) << what << r;
    EXPECT_TRUE(r.body == body) << what << ": another body";
  }
  Server& server_;
  std::string file_, echo_, home_;
};

TEST_F(CallFaults, ChangeNoByteOfAnyAnswer) {
  Page page;
  TempDir logs;
  Server server(
      {"--access-log", logs.File("log")},
      {{"LD_PRELOAD", Library()}, {H1_CALL_FAULTS_FILE, page.path()}});
  Visitors visitors(server);
  visitors.Visit();
  int rows = 0, fired = 0;
  for (const Fault& fault : Faults()) {
    for (int error : fault.errors) {
      const std::string row = absl::StrCat(fault.name, ": ", strerror(error));
      SCOPED_TRACE(row);
      page.Fail(fault.call, error, 3);
      visitors.Visit(error != EMFILE && error != ENFILE);
      rows++;
      fired += page.failed() > 0;
      page.Stop();
      ASSERT_TRUE(server.process().Running()) << server.process().Err();
      if (HasFailure()) return;
    }
  }
  EXPECT_GE(rows, 65);
  // A visit may be too short for a thread that polls, or need no pread.
  EXPECT_GE(fired, rows * 2 / 3) << "few of them were of any use";
  const int64_t cpu = server.process().CpuMs();
  Sleep(500);
  EXPECT_LT(server.process().CpuMs() - cpu, 60) << "it spins";
  EXPECT_EQ(server.Metrics()["connections"]["internal_errors"].number, 0);
}

// All calls of a kind fail for a while, then they do what they should again.
TEST_F(CallFaults, AShortageThatIsTotalIsWaitedOut) {
  Page page;
  Server server(
      {}, {{"LD_PRELOAD", Library()}, {H1_CALL_FAULTS_FILE, page.path()}});
  Visitors visitors(server);
  for (const Fault& fault : Faults()) {
    const int error = fault.errors[0] == EINTR && fault.errors.size() > 1
                          ? fault.errors[1]
                          : fault.errors[0];
    if (error == EINTR) continue;  // It would be retried for ever.
    SCOPED_TRACE(fault.name);
    Client kept = server.Connect();
    ASSERT_EQ(kept.Get("/").status, 200);
    page.Fail(fault.call, error, 1);
    Client fresh = server.Connect();
    ASSERT_TRUE(kept.Send(GetBytes("/static/file")));
    ASSERT_TRUE(fresh.Send(GetBytes("/static/file")));
    Sleep(100);
    const int64_t cpu = server.process().CpuMs();
    Sleep(200);
    EXPECT_LT(server.process().CpuMs() - cpu, 60) << "it spins";
    page.Stop();
    EXPECT_EQ(kept.Read().status, 200);
    EXPECT_EQ(fresh.Read().status, 200);
    visitors.Visit();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace h1_test
