#include "tests/support/hanging_fs.h"

#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace h1_test {
namespace {

constexpr uint64_t kRootNode = 1;
constexpr uint64_t kTime = 1700000000;
constexpr size_t kBufferBytes = 1 << 17;

fuse_in_header HeadOf(const std::vector<uint8_t>& request) {
  fuse_in_header head;
  memcpy(&head, request.data(), sizeof head);
  return head;
}

template <typename T>
T BodyOf(const std::vector<uint8_t>& request) {
  T body = {};
  const size_t size =
      std::min(sizeof body, request.size() - sizeof(fuse_in_header));
  memcpy(&body, request.data() + sizeof(fuse_in_header), size);
  return body;
}

std::string NameIn(const std::vector<uint8_t>& request) {
  return std::string(reinterpret_cast<const char*>(request.data()) +
                     sizeof(fuse_in_header));
}

std::string Contents(const std::string& name) {
  return name == "fast.txt" ? "hello" : std::string(HangingFs::kBigBytes, 'x');
}

bool Exists(const std::string& name) {
  for (const char* start : {"fast.txt", "big", "lookup-", "open-", "read-"}) {
    if (absl::StartsWith(name, start)) return true;
  }
  return false;
}

fuse_attr AttrOf(uint64_t node, const std::string& name) {
  fuse_attr a = {};
  a.ino = node;
  a.nlink = 1;
  a.mode = node == kRootNode ? S_IFDIR | 0755 : S_IFREG | 0644;
  a.size = node == kRootNode ? 0 : Contents(name).size();
  a.mtime = a.ctime = a.atime = kTime;
  a.blksize = 4096;
  return a;
}

}  // namespace

HangingFs::HangingFs() {
  dir_.MakeDir("mnt");
  fd_ = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (fd_ < 0) return;
  const std::string options =
      absl::StrCat("fd=", fd_, ",rootmode=40000,user_id=", getuid(),
                   ",group_id=", getgid(), ",allow_other");
  mounted_ = mount("h1-test", path().c_str(), "fuse", MS_NOSUID | MS_NODEV,
                   options.c_str()) == 0;
  if (mounted_) thread_ = std::thread([this] { Serve(); });
}

HangingFs::~HangingFs() {
  if (mounted_) {
    Release();
    umount2(path().c_str(), MNT_DETACH | MNT_FORCE);
    thread_.join();
  }
  if (fd_ >= 0) close(fd_);
}

size_t HangingFs::Hanging() {
  const std::lock_guard<std::mutex> hold(lock_);
  return hanging_.size();
}

void HangingFs::Release() {
  std::vector<Bytes> held;
  {
    const std::lock_guard<std::mutex> hold(lock_);
    released_ = true;
    held.swap(hanging_);
  }
  for (const Bytes& request : held) Answer(request);
}

// Until the file system is unmounted.
void HangingFs::Serve() {
  Bytes buffer(kBufferBytes);
  for (;;) {
    const ssize_t n = read(fd_, buffer.data(), buffer.size());
    if (n < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN)) {
      continue;
    }
    if (n < static_cast<ssize_t>(sizeof(fuse_in_header))) return;
    Handle(Bytes(buffer.begin(), buffer.begin() + n));
  }
}

void HangingFs::Handle(const Bytes& request) {
  {
    const std::lock_guard<std::mutex> hold(lock_);
    if (!released_ && Hangs(request)) {
      hanging_.push_back(request);
      return;
    }
  }
  Answer(request);
}

bool HangingFs::Hangs(const Bytes& request) {
  const fuse_in_header head = HeadOf(request);
  switch (head.opcode) {
    case FUSE_LOOKUP:
      return absl::StartsWith(NameIn(request), "lookup-");
    case FUSE_OPEN:
      return absl::StartsWith(names_[head.nodeid - 2], "open-");
    case FUSE_READ:
      return absl::StartsWith(names_[head.nodeid - 2], "read-");
    default:
      return false;
  }
}

std::string HangingFs::NameOf(uint64_t node) {
  const std::lock_guard<std::mutex> hold(lock_);
  return node == kRootNode ? "" : names_[node - 2];
}

void HangingFs::Reply(uint64_t unique, int error, const void* data,
                      size_t size) {
  fuse_out_header head = {};
  head.len = static_cast<uint32_t>(sizeof head + size);
  head.error = error;
  head.unique = unique;
  Bytes all(head.len);
  memcpy(all.data(), &head, sizeof head);
  if (size > 0) memcpy(all.data() + sizeof head, data, size);
  // It fails when the caller was interrupted: nobody wants the answer then.
  const ssize_t ignored = write(fd_, all.data(), all.size());
  static_cast<void>(ignored);
}

// Its caller was killed: the kernel lets it go when this is answered.
void HangingFs::Interrupt(uint64_t unique) {
  {
    const std::lock_guard<std::mutex> hold(lock_);
    const auto at = std::find_if(
        hanging_.begin(), hanging_.end(),
        [&](const Bytes& r) { return HeadOf(r).unique == unique; });
    if (at == hanging_.end()) return;
    hanging_.erase(at);
  }
  Reply(unique, -EINTR, nullptr, 0);
}

void HangingFs::Answer(const Bytes& request) {
  const fuse_in_header head = HeadOf(request);
  switch (head.opcode) {
    case FUSE_INIT: {
      const auto in = BodyOf<fuse_init_in>(request);
      fuse_init_out out = {};
      out.major = FUSE_KERNEL_VERSION;
      out.minor = std::min<uint32_t>(in.minor, FUSE_KERNEL_MINOR_VERSION);
      out.max_readahead = in.max_readahead;
      out.max_background = 16;
      out.congestion_threshold = 12;
      out.max_write = 65536;
      out.time_gran = 1;
      Reply(head.unique, 0, &out, sizeof out);
      return;
    }
    case FUSE_LOOKUP: {
      const std::string name = NameIn(request);
      fuse_entry_out out = {};
      if (!Exists(name)) {
        Reply(head.unique, -ENOENT, nullptr, 0);
        return;
      }
      {
        const std::lock_guard<std::mutex> hold(lock_);
        const auto at = std::find(names_.begin(), names_.end(), name);
        out.nodeid = static_cast<uint64_t>(at - names_.begin()) + 2;
        if (at == names_.end()) names_.push_back(name);
      }
      out.attr = AttrOf(out.nodeid, name);
      Reply(head.unique, 0, &out, sizeof out);
      return;
    }
    case FUSE_GETATTR: {
      fuse_attr_out out = {};
      out.attr = AttrOf(head.nodeid, NameOf(head.nodeid));
      Reply(head.unique, 0, &out, sizeof out);
      return;
    }
    case FUSE_OPEN:
    case FUSE_OPENDIR: {
      const fuse_open_out out = {};
      Reply(head.unique, 0, &out, sizeof out);
      return;
    }
    case FUSE_READ: {
      const auto in = BodyOf<fuse_read_in>(request);
      const std::string text = Contents(NameOf(head.nodeid));
      const size_t at = std::min<size_t>(in.offset, text.size());
      Reply(head.unique, 0, text.data() + at,
            std::min<size_t>(in.size, text.size() - at));
      return;
    }
    case FUSE_STATFS: {
      fuse_statfs_out out = {};
      out.st.bsize = out.st.frsize = 4096;
      out.st.namelen = 255;
      Reply(head.unique, 0, &out, sizeof out);
      return;
    }
    case FUSE_RELEASE:
    case FUSE_RELEASEDIR:
      Reply(head.unique, 0, nullptr, 0);
      return;
    case FUSE_INTERRUPT:
      Interrupt(BodyOf<fuse_interrupt_in>(request).unique);
      return;
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
      return;  // these have no answer
    default:
      Reply(head.unique, -ENOSYS, nullptr, 0);
  }
}

}  // namespace h1_test
