// Which files are read, and what is said of those that cannot be.
#include <gtest/gtest.h>

#include <string>

#include "server/config/config.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

TEST(ConfigFile, FaultsNameTheFileOrWhoNamedIt) {
  TempFile bad("\nworkers = x\n");
  Loaded l = Load({"--config=" + bad.path()});
  EXPECT_TRUE(Contains(l.message, ":2: workers: 'x' is not")) << l.message;
  Loaded gone = Load({"--config", "/nonexistent/h1"});
  EXPECT_EQ(gone.message,
            "--config: cannot read '/nonexistent/h1': No such file or "
            "directory");
  Loaded folder = Load({"--config=/"});
  EXPECT_EQ(folder.message, "--config: cannot read '/': Is a directory");
}

TEST(ConfigFile, OneMegabyteIsReadAndNoMore) {
  std::string line = std::string(1023, '#') + "\n";
  std::string text;
  for (int i = 0; i < 1024; i++) text += line;
  TempFile largest(text);
  EXPECT_EQ(Load({"--config=" + largest.path()}).result, H1_CONFIG_OK);
  TempFile larger(text + "\n");
  Loaded l = Load({"--config=" + larger.path()});
  EXPECT_EQ(l.result, H1_CONFIG_BAD);
  EXPECT_TRUE(Contains(l.message, "it is larger than 1M")) << l.message;
}

TEST(ConfigFile, RelativeNamesStartWhereTheUserStood) {
  TempFile file("workers = 5\nroot = www\n");
  size_t slash = file.path().rfind('/');
  std::string dir = file.path().substr(0, slash);
  Loaded l =
      Load({"--config=" + file.path().substr(slash + 1)}, {}, dir.c_str());
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_EQ(file.path(), l->config_file);
  EXPECT_EQ(l->root, dir + "/www");
}

}  // namespace
