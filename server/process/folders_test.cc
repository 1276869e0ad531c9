#include "server/process/folders.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace {

// What a configuration file makes of the folders.
class Folders {
 public:
  explicit Folders(const std::string& text) {
    char said[H1_CONFIG_MESSAGE_BYTES];
    EXPECT_EQ(
        h1_config_read_text(config.get(), "f", text.data(), text.size(), said),
        H1_CONFIG_OK)
        << said;
    char why[256] = "";
    good = h1_folders_of(config.get(), folders.get(), why);
    message = why;
  }
  std::string Names() const {
    std::string all;
    for (size_t i = 0; i < folders->count; i++) {
      all += std::string(folders->patterns[i]) + " " +
             folders->folders[i].path + " " + folders->folders[i].option + "\n";
    }
    return all;
  }
  std::unique_ptr<h1_config> config = std::make_unique<h1_config>();
  std::unique_ptr<h1_folders> folders = std::make_unique<h1_folders>();
  bool good = false;
  std::string message;
};

TEST(Folders, WithoutMountsOnlyTheRootIsServed) {
  EXPECT_EQ(Folders("root = /srv").Names(), "/static/* /srv --root\n");
  EXPECT_EQ(Folders("").Names(), "/static/* static --root\n");
  EXPECT_EQ(Folders("root = none").Names(), "");
}

TEST(Folders, TheLongestPrefixComesFirst) {
  EXPECT_EQ(Folders("mount = /=/a\nmount = /docs/api=/b\nmount = /docs/=/c\n"
                    "mount = /x=/d\n")
                .Names(),
            "/docs/api/* /b --mount /docs/api/\n"
            "/docs/* /c --mount /docs/\n"
            "/x/* /d --mount /x/\n"
            "/* /a --mount /\n");
}

TEST(Folders, APrefixIsDecodedAndTheFirstEqualsSignEndsIt) {
  EXPECT_EQ(Folders("root = none\nmount = /a%3Db%20c=/d=e").Names(),
            "/a=b c/* /d=e --mount /a=b c/\n");
}

TEST(Folders, TheRootIsServedBesideMountsWhenItIsAskedForOrThere) {
  EXPECT_EQ(Folders("mount = /x=/d").Names(), "/x/* /d --mount /x/\n")
      << "there is no folder static where this test runs";
  EXPECT_EQ(Folders("mount = /=/d\nroot = /srv").Names(),
            "/static/* /srv --root\n/* /d --mount /\n");
  EXPECT_EQ(Folders("mount = /static=/d").Names(),
            "/static/* /d --mount /static/\n");
}

TEST(Folders, TwoAtOnePlaceAreRefused) {
  for (const char* text : {"mount = /x=/a\nmount = /x/=/b\n",
                           "mount = /x=/a\nmount = /%78=/b\n"}) {
    const Folders f(text);
    EXPECT_FALSE(f.good) << text;
    EXPECT_EQ(f.message,
              "--mount: two folders at /x/; allowed: one for each prefix");
  }
  EXPECT_FALSE(Folders("mount = /static=/a\nroot = /b").good);
  const Folders own("mount = /%5Fhealth/=/a");
  EXPECT_FALSE(own.good);
  EXPECT_EQ(own.message,
            "--mount: /_health is the server's own; allowed: another prefix");
  EXPECT_TRUE(Folders("mount = /_health/x=/a\nroot = none").good);
  std::string many;
  for (int i = 0; i < 65; i++)
    many += "mount = /" + std::to_string(i) + "=/d\n";
  const Folders f(many);
  EXPECT_FALSE(f.good);
  EXPECT_EQ(f.message, "--mount: one folder too many; allowed: 64");
}

TEST(Folders, PagesAreBelowTheOneAtTheTopOrTheOnlyOne) {
  const Folders top("mount = /x=/a\nmount = /=/b\nfallback = f\n");
  EXPECT_TRUE(top.good) << top.message;
  EXPECT_STREQ(top.folders->folders[top.folders->pages].path, "/b");
  const Folders only("root = /r\nerror-page = 404=e\n");
  EXPECT_TRUE(only.good) << only.message;
  EXPECT_STREQ(only.folders->folders[only.folders->pages].path, "/r");
  ASSERT_EQ(only.folders->error_page_count, 1u);
  EXPECT_EQ(only.folders->error_pages[0].status, 404);
  EXPECT_STREQ(only.folders->error_pages[0].path, "e");
  for (const char* text : {"fallback = f\n", "error-page = 404=f\n"}) {
    const Folders none("mount = /x=/a\nmount = /y=/b\n" + std::string(text));
    EXPECT_FALSE(none.good);
    EXPECT_NE(none.message.find(": there is no folder for it; allowed with"),
              std::string::npos)
        << none.message;
    EXPECT_FALSE(Folders("root = none\n" + std::string(text)).good);
  }
  const Folders twice("error-page = 404=a\nerror-page = 404=b\n");
  EXPECT_FALSE(twice.good);
  EXPECT_EQ(twice.message,
            "--error-page: '404=b' is a second page; allowed: one for each "
            "status");
}

TEST(Folders, IndexesAreHandedOnUpToTheirBound) {
  const Folders f("index = a,b\n");
  ASSERT_EQ(f.folders->index_count, 2u);
  EXPECT_STREQ(f.folders->indexes[1], "b");
  EXPECT_TRUE(Folders("index = 1,2,3,4,5,6,7,8\n").good);
  EXPECT_FALSE(Folders("index = 1,2,3,4,5,6,7,8,9\n").good);
}

TEST(Folders, EachHasARowForItsNameAndOneForWhatIsBelow) {
  const Folders f("mount = /=/a\nmount = /docs=/c\n");
  h1_route rows[H1_FOLDER_ROUTES * 2];
  char why[H1_STATIC_WHY_BYTES];
  h1_static_options o = h1_static_options_default();
  const h1_static_folder here[] = {{"a", ".", "/docs"}, {"b", ".", ""}};
  o.folders = here;
  o.folder_count = 2;
  h1_static* files = h1_static_new(&o, why);
  ASSERT_NE(files, nullptr) << why;
  ASSERT_EQ(h1_folders_route(f.folders.get(), files, rows), 3u);
  EXPECT_STREQ(rows[0].pattern, "/docs/*");
  EXPECT_STREQ(rows[1].pattern, "/docs");
  EXPECT_STREQ(rows[2].pattern, "/*");
  EXPECT_EQ(rows[1].data, h1_static_mounted(files, 0));
  EXPECT_EQ(rows[2].data, h1_static_mounted(files, 1));
  h1_static_free(files);
}

}  // namespace
