// What the tests of `config` share: loading from lists of strings, and from
// the text of a file.
#ifndef H1_SERVER_CONFIG_TESTING_H_
#define H1_SERVER_CONFIG_TESTING_H_

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "server/config/config.h"

namespace h1_config_testing {

using Strings = std::vector<std::string>;

struct Loaded {
  std::unique_ptr<h1_config> config = std::make_unique<h1_config>();
  h1_config_result result = H1_CONFIG_BAD;
  std::string message;
  const h1_config* operator->() const { return config.get(); }
};

inline std::vector<char*> Pointers(Strings& strings) {
  std::vector<char*> out;
  for (std::string& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

inline Loaded Load(Strings options, Strings env = {},
                   const char* base = nullptr,
                   const char* root = "/srv/static") {
  Loaded l;
  options.insert(options.begin(), "httpd");
  std::vector<char*> argv = Pointers(options);
  std::vector<char*> envp = Pointers(env);
  char message[H1_CONFIG_MESSAGE_BYTES];
  l.result = h1_config_load(l.config.get(), static_cast<int>(argv.size()) - 1,
                            argv.data(), envp.data(), base, root, message);
  l.message = message;
  return l;
}

inline Loaded ReadText(const std::string& text) {
  Loaded l;
  char message[H1_CONFIG_MESSAGE_BYTES];
  // An exact-size block, so that reading past the end faults under ASan.
  std::unique_ptr<char[]> exact(new char[text.size()]);
  memcpy(exact.get(), text.data(), text.size());
  l.result = h1_config_read_text(l.config.get(), "f.conf", exact.get(),
                                 text.size(), message);
  l.message = message;
  return l;
}

class TempFile {
 public:
  explicit TempFile(const std::string& text) {
    const char* dir = getenv("TEST_TMPDIR");
    path_ = std::string(dir == nullptr ? "/tmp" : dir) + "/config.XXXXXX";
    int fd = mkstemp(path_.data());
    EXPECT_GE(fd, 0);
    EXPECT_EQ(write(fd, text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
    close(fd);
  }
  ~TempFile() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline void ExpectOneLine(const std::string& message) {
  EXPECT_FALSE(message.empty());
  EXPECT_LT(message.size(), H1_CONFIG_MESSAGE_BYTES - 1) << "cut: " << message;
  for (char c : message) {
    EXPECT_TRUE(c >= 0x20 && c < 0x7F) << message;
  }
}

}  // namespace h1_config_testing

#endif  // H1_SERVER_CONFIG_TESTING_H_
