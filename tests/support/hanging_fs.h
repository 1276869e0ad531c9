// A file system in this process that answers at once, or not until it is told
// to, by the names that are asked for: what a network's does when its server is
// gone. Spoken to the kernel directly, without libfuse.
//
//   fast.txt        "hello", always at once
//   big.bin         300,000 bytes
//   lookup-*        looking the name up hangs
//   open-*          opening hangs
//   read-*          reading hangs
#ifndef H1_TESTS_SUPPORT_HANGING_FS_H_
#define H1_TESTS_SUPPORT_HANGING_FS_H_

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/process.h"

namespace h1_test {

class HangingFs {
 public:
  static constexpr size_t kBigBytes = 300000;

  HangingFs();
  ~HangingFs();
  HangingFs(const HangingFs&) = delete;
  HangingFs& operator=(const HangingFs&) = delete;

  // False where nobody may mount: a test skips then.
  bool mounted() const { return mounted_; }
  std::string path() const { return dir_.File("mnt"); }
  // How many calls hang.
  size_t Hanging();
  // Answers all that hang, and from now on at once.
  void Release();

 private:
  using Bytes = std::vector<uint8_t>;

  void Serve();
  void Handle(const Bytes& request);
  void Answer(const Bytes& request);
  void Reply(uint64_t unique, int error, const void* data, size_t size);
  void Interrupt(uint64_t unique);
  bool Hangs(const Bytes& request);
  std::string NameOf(uint64_t node);

  TempDir dir_;
  int fd_ = -1;
  bool mounted_ = false;
  std::thread thread_;
  std::mutex lock_;
  bool released_ = false;  // guarded by lock_, as both below
  std::vector<Bytes> hanging_;
  std::vector<std::string> names_;  // of nodes, from the second on
};

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_HANGING_FS_H_
