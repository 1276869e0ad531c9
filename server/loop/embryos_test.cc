#include "server/loop/embryos.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace {

// A listener of our own on a free port of 127.0.0.1, and clients of it.
class Embryos : public testing::Test {
 protected:
  void SetUp() override {
    static h1_config config;
    char message[512] = "";
    memset(&config, 0, sizeof config);
    snprintf(config.listen[0], sizeof config.listen[0], "127.0.0.1:0");
    config.listen_count = 1;
    ASSERT_TRUE(h1_listen_all(&config, &listeners_, message)) << message;
    if (fd_ < 0) GTEST_SKIP() << "sock_diag is not to be had here";
  }
  ~Embryos() override {
    for (int i = 0; i < clients_; i++) close(client_[i]);
    if (fd_ >= 0) close(fd_);
    h1_listen_close(&listeners_);
  }
  int Connect() {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to = {};
    to.sin_family = AF_INET;
    to.sin_port = listeners_.items[0].port;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    client_[clients_++] = fd;
    return fd;
  }
  bool Accepts() {
    const int fd = accept(listeners_.items[0].fd, nullptr, nullptr);
    if (fd >= 0) close(fd);
    return fd >= 0;
  }

  h1_listeners listeners_ = {};
  int fd_ = h1_embryos_open();
  int client_[4] = {}, clients_ = 0;
};

TEST_F(Embryos, ASilentConnectionIsOneUntilItSends) {
  EXPECT_FALSE(h1_embryos_any(fd_, &listeners_));
  const int client = Connect();
  Connect();
  EXPECT_FALSE(Accepts()) << "it has sent nothing";
  EXPECT_TRUE(h1_embryos_any(fd_, &listeners_));
  ASSERT_EQ(send(client, "G", 1, 0), 1);
  EXPECT_TRUE(Accepts());
  EXPECT_TRUE(h1_embryos_any(fd_, &listeners_)) << "the other one";
}

TEST_F(Embryos, ThereAreNoneOnceNothingIsHeldBack) {
  h1_listen_undefer(&listeners_);
  Connect();
  EXPECT_FALSE(h1_embryos_any(fd_, &listeners_));
  EXPECT_TRUE(Accepts());
}

// Of others' sockets nothing is said.
TEST_F(Embryos, AnotherPortDoesNotCount) {
  Connect();
  ASSERT_TRUE(h1_embryos_any(fd_, &listeners_));
  listeners_.items[0].port = htons(1);
  EXPECT_FALSE(h1_embryos_any(fd_, &listeners_));
}

TEST_F(Embryos, WhereNobodyTellsThereMayBeOne) {
  EXPECT_TRUE(h1_embryos_any(-1, &listeners_));
  listeners_.items[0].deferred = false;
  EXPECT_FALSE(h1_embryos_any(-1, &listeners_));
}

}  // namespace
