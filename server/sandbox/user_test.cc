// --user: what it may name, and that what it says is done for good.
#include "server/sandbox/user.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace {

using h1_test::TempDir;

class Users {
 public:
  Users() {
    dir_.Write("passwd",
               "root:x:0:0:root:/root:/bin/sh\n"
               "# a comment, and lines of other kinds\n"
               "+@netgroup\n"
               "broken\n"
               "www:x:33:34:www:/var/www:/bin/false\n"
               "1001:x:77:78::/:/bin/false\n"
               "last:x:40:41::/:");
    dir_.Write("group",
               "root:x:0:\n"
               "www:x:34:\n"
               "keys:x:50:adm,www,other\n"
               "wwwx:x:51:wwwx\n"
               "logs:x:52:www\n"
               "own:x:33:");
  }
  bool Find(const std::string& text) {
    return h1_user_find(text.c_str(), dir_.File("passwd").c_str(),
                        dir_.File("group").c_str(), &user, message);
  }
  std::string Text() const {
    std::string text =
        std::to_string(user.uid) + ":" + std::to_string(user.gid);
    for (size_t i = 0; i < user.group_count; i++) {
      text += " " + std::to_string(user.groups[i]);
    }
    return text;
  }
  h1_user user;
  char message[H1_USER_MESSAGE_BYTES];

 private:
  TempDir dir_;
};

TEST(Find, NamesAndNumbers) {
  const char* const cases[][2] = {
      {"www", "33:34 50 52"},
      {"33", "33:34 50 52"},
      {"www:logs", "33:52 50 52"},
      {"www:7", "33:7 50 52"},
      {"root", "0:0"},
      {"last", "40:41"},
      {"last:own", "40:33"},
      {"1001", "77:78"},  // a name first
      {"65534", "65534:65534"},
      {"65534:100", "65534:100"},
      {"4294967294", "4294967294:4294967294"},
  };
  for (const auto& c : cases) {
    Users users;
    ASSERT_TRUE(users.Find(c[0])) << users.message;
    EXPECT_EQ(users.Text(), c[1]) << c[0];
  }
}

TEST(Find, WithoutTheFilesNumbersAreEnough) {
  h1_user user;
  char message[H1_USER_MESSAGE_BYTES];
  ASSERT_TRUE(h1_user_find("1000:1001", "/none", "/none", &user, message));
  EXPECT_EQ(user.uid, 1000u);
  EXPECT_EQ(user.gid, 1001u);
  EXPECT_EQ(user.group_count, 0u);
  EXPECT_FALSE(h1_user_find("www", "/none", "/none", &user, message));
}

TEST(Find, WhatIsNobodyIsRefusedByName) {
  for (const char* text :
       {"nobody-here", "www:no-group", "", ":", "www:", ":www", "www:logs:x",
        "4294967295", "99999999999999999999", "-1", "+@netgroup", "broken",
        "# a comment", "www ", "0x10"}) {
    Users users;
    EXPECT_FALSE(users.Find(text)) << text << " is " << users.Text();
    EXPECT_EQ(std::string(users.message).find("--user: "), 0u);
    EXPECT_NE(std::string(users.message).find("allowed: NAME[:GROUP]"),
              std::string::npos)
        << users.message;
  }
}

TEST(Find, MoreGroupsThanThereIsSpaceForAreRefused) {
  TempDir dir;
  dir.Write("passwd", "a:x:5:5::/:");
  std::string groups;
  for (int i = 0; i <= H1_USER_GROUPS_MAX; i++) {
    groups += "g" + std::to_string(i) + ":x:" + std::to_string(i) + ":a\n";
  }
  dir.Write("group", groups);
  h1_user user;
  char message[H1_USER_MESSAGE_BYTES];
  EXPECT_FALSE(h1_user_find("a", dir.File("passwd").c_str(),
                            dir.File("group").c_str(), &user, message));
}

// Runs it in a process of its own.
int InChild(const std::function<int()>& run) {
  const pid_t pid = fork();
  if (pid == 0) _exit(run());
  int status = -1;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

h1_user Plain(uid_t uid, gid_t gid) {
  h1_user user = {};
  user.uid = uid;
  user.gid = gid;
  return user;
}

TEST(Become, RootBecomesIt) {
  if (geteuid() != 0) GTEST_SKIP() << "takes root";
  EXPECT_EQ(InChild([] {
              char message[H1_USER_MESSAGE_BYTES];
              h1_user user = Plain(65534, 65533);
              user.groups[user.group_count++] = 60000;
              if (!h1_user_become(&user, message)) return 1;
              if (!h1_user_verify(&user, message)) return 2;
              gid_t groups[4];
              if (getgroups(4, groups) != 1 || groups[0] != 60000) return 3;
              return getuid() == 65534 && getgid() == 65533 ? 0 : 4;
            }),
            0);
}

TEST(Become, WhoCannotIsTold) {
  EXPECT_EQ(InChild([] {
              char message[H1_USER_MESSAGE_BYTES];
              const h1_user me = Plain(65534, 65534);
              if (geteuid() == 0 && !h1_user_become(&me, message)) return 1;
              const h1_user other = Plain(4711, 4711);
              if (h1_user_become(&other, message)) return 2;
              return strstr(message, "--user: ") == message &&
                             strstr(message, "only root") != nullptr
                         ? 0
                         : 3;
            }),
            0);
}

// In no further group, the process is that user already.
TEST(Become, ItselfTakesNoRight) {
  EXPECT_EQ(InChild([] {
              char message[H1_USER_MESSAGE_BYTES];
              h1_user me = Plain(65534, 65534);
              if (geteuid() == 0 && !h1_user_become(&me, message)) return 1;
              me = Plain(geteuid(), getegid());
              const int count = getgroups(H1_USER_GROUPS_MAX, me.groups);
              if (count < 0) return 2;
              me.group_count = static_cast<size_t>(count);
              if (!h1_user_become(&me, message)) return 3;
              return h1_user_verify(&me, message) ? 0 : 4;
            }),
            0);
}

TEST(Become, AGroupThatCannotBeLeftIsSaid) {
  if (geteuid() != 0) GTEST_SKIP() << "takes root";
  EXPECT_EQ(InChild([] {
              char message[H1_USER_MESSAGE_BYTES];
              h1_user user = Plain(65534, 65534);
              user.groups[user.group_count++] = 27;
              if (!h1_user_become(&user, message)) return 1;
              const h1_user without = Plain(65534, 65534);
              return h1_user_become(&without, message) ? 2 : 0;
            }),
            0);
}

// A process that kept its right to do so can go back.
TEST(Verify, WhatCanBeGotBackIsFound) {
  if (geteuid() != 0) GTEST_SKIP() << "takes root";
  EXPECT_EQ(InChild([] {
              char message[H1_USER_MESSAGE_BYTES];
              const h1_user user = Plain(65534, 65534);
              if (setresgid(65534, 65534, 65534) != 0) return 1;
              if (setresuid(65534, 65534, 0) != 0) return 2;
              return h1_user_verify(&user, message) ? 3 : 0;
            }),
            0);
}

}  // namespace
