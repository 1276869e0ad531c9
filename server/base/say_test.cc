#include "server/base/say.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace {

// Standard error is a pipe for as long as one of these lives.
class Captured {
 public:
  Captured() : saved_(dup(STDERR_FILENO)) {
    EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0);
    EXPECT_EQ(dup2(ends_[1], STDERR_FILENO), STDERR_FILENO);
  }
  ~Captured() {
    dup2(saved_, STDERR_FILENO);
    for (int fd : {saved_, ends_[0], ends_[1]}) close(fd);
  }
  // As much as fits, so that not one byte more does.
  void Fill() {
    const std::string page(4096, '.');
    fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    while (write(ends_[1], page.data(), page.size()) > 0) {
    }
    fcntl(ends_[1], F_SETFL, 0);
  }
  std::string Take() {
    std::string bytes(8192, 0);
    const ssize_t n = read(ends_[0], &bytes[0], bytes.size());
    return bytes.substr(0, n < 0 ? 0 : static_cast<size_t>(n));
  }

 private:
  int saved_, ends_[2] = {-1, -1};
};

TEST(Say, WritesOneLine) {
  Captured captured;
  h1_say("%s: %d", "a thing", 7);
  EXPECT_EQ(captured.Take(), "httpd: a thing: 7\n");
}

TEST(Say, CutsWhatIsTooLong) {
  Captured captured;
  h1_say("%s", std::string(5000, 'x').c_str());
  const std::string line = captured.Take();
  EXPECT_EQ(line.size(), static_cast<size_t>(H1_SAY_BYTES));
  EXPECT_EQ(line.substr(0, 9), "httpd: xx");
  EXPECT_EQ(line.back(), '\n');
}

// Would wait for ever if it did write.
TEST(Say, DropsALineThatNobodyReads) {
  Captured captured;
  captured.Fill();
  h1_say("lost");
  EXPECT_EQ(captured.Take().find("lost"), std::string::npos);
}

}  // namespace
