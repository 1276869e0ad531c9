// Bytes that end exactly at an unreadable page: one read past them faults. For
// the unit tests of the codecs, which show every input this way.
#ifndef H1_TESTS_SUPPORT_GUARDED_H_
#define H1_TESTS_SUPPORT_GUARDED_H_

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "parser/base.h"

namespace h1_test {

// Owns a mapping of whole pages followed by one PROT_NONE page; `slice()` is a
// copy of `bytes` that ends at the boundary.
class Guarded {
 public:
  explicit Guarded(const std::string& bytes)
      : Guarded(bytes.data(), bytes.size()) {}
  Guarded(const void* bytes, size_t len) : len_(len) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    data_pages_ = (len + page - 1) / page * page;
    void* map = mmap(nullptr, data_pages_ + page, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED) abort();
    map_ = static_cast<uint8_t*>(map);
    total_ = data_pages_ + page;
    if (mprotect(map_ + data_pages_, page, PROT_NONE) != 0) abort();
    if (len != 0) memcpy(map_ + data_pages_ - len, bytes, len);
  }
  ~Guarded() { munmap(map_, total_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  const uint8_t* data() const { return map_ + data_pages_ - len_; }
  uint8_t* writable() { return map_ + data_pages_ - len_; }
  size_t size() const { return len_; }
  h1_slice slice() const { return {data(), len_}; }
  h1_buffer room() { return {writable(), len_}; }

 private:
  uint8_t* map_ = nullptr;
  size_t len_ = 0, data_pages_ = 0, total_ = 0;
};

inline h1_slice SliceOf(const std::string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}
inline std::string StringOf(h1_slice s) {
  return std::string(reinterpret_cast<const char*>(s.ptr), s.len);
}

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_GUARDED_H_
