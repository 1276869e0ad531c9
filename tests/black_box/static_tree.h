// A server over a folder with every kind of file, for the tests of /static/.
#ifndef H1_TESTS_BLACK_BOX_STATIC_TREE_H_
#define H1_TESTS_BLACK_BOX_STATIC_TREE_H_

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {

inline constexpr char kSecret[] = "a secret outside of the root";
inline constexpr int64_t kModified =
    1700000000;  // Tue, 14 Nov 2023 22:13:20 GMT
inline constexpr char kModifiedText[] = "Tue, 14 Nov 2023 22:13:20 GMT";

class Static : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    tree_ = new TempDir;
    tree_->Write("secret.txt", kSecret);
    tree_->Write("root/secrets", "a file whose name begins like another's");
    Fill();
    server_ = new Server({"--root", tree_->File("root")});
    WaitForValidators();
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
    delete tree_;
    tree_ = nullptr;
  }

  static void Fill() {
    tree_->Write("root/a.txt", Numbers(1000));
    tree_->Write("root/large.bin", Numbers(5 << 20));
    tree_->Write("root/empty", "");
    tree_->Write("root/with space.txt", "spaces");
    tree_->Write("root/100%.txt", "percent");
    tree_->Write("root/caf\xC3\xA9.txt", "utf-8");
    tree_->Write("root/.hidden", kSecret);
    tree_->Write("root/.git/config", kSecret);
    tree_->Write("root/.well-known/security.txt", "contact");
    tree_->Write("root/folder/index.html", "<p>the index");
    tree_->Write("root/bare/file.txt", "in a folder without index");
    tree_->Symlink("root/out", "../secret.txt");
    tree_->Symlink("root/out-absolute", tree_->File("secret.txt"));
    tree_->Symlink("root/up", "..");
    tree_->Symlink("root/etc", "/etc");
    tree_->Symlink("root/inside", "a.txt");
    tree_->Symlink("root/loop", "loop");
    tree_->Symlink("root/proc", "/proc/self/root");
    tree_->Fifo("root/fifo");
    for (const char* name : {"a.txt", "large.bin", "folder/index.html"}) {
      tree_->SetModified(absl::StrCat("root/", name), kModified);
    }
  }

  // A file that has just changed has no validators yet, and each worker may
  // know it as it was a second ago.
  static void WaitForValidators() {
    EXPECT_TRUE(WaitUntil(
        [] { return server_->Connect().Get("/static/a.txt").Has("ETag"); }));
    Sleep(1200);
  }

  static Response Get(absl::string_view path, absl::string_view fields = "") {
    Client client = server_->Connect();
    return client.Get(path, fields);
  }
  static std::string Tag() { return Get("/static/a.txt").Field("ETag"); }

  inline static TempDir* tree_ = nullptr;
  inline static Server* server_ = nullptr;
};

}  // namespace h1_test

#endif  // H1_TESTS_BLACK_BOX_STATIC_TREE_H_
