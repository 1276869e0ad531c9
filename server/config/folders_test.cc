// The folders that are served, and the files in them that answer for others.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "server/config/config.h"
#include "server/config/testing.h"

namespace {

using namespace h1_config_testing;

TEST(ConfigFolder, IsAMountAtTheTopWithoutTheDemonstration) {
  Loaded l = Load({"site"}, {}, "/base");
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  ASSERT_EQ(l->mounts.count, 1u);
  EXPECT_STREQ(h1_texts_at(&l->mounts, 0), "/=/base/site");
  EXPECT_FALSE(l->demo);
  EXPECT_STREQ(l->root, "none");
  EXPECT_EQ(l->admin, H1_ADMIN_LISTENER);
  Loaded demo = Load({"site", "--demo", "--mount=/docs=/d"});
  EXPECT_TRUE(demo->demo);
  EXPECT_EQ(demo->admin, H1_ADMIN_LISTENER);
  ASSERT_EQ(demo->mounts.count, 2u);
  EXPECT_EQ(Load({"site", "--admin=public"})->admin, H1_ADMIN_PUBLIC);
}

TEST(ConfigFolder, ContradictionsAreRefused) {
  for (const Strings& options :
       {Strings{"site", "--root=/r"}, Strings{"--root", "/r", "site"},
        Strings{"site", "--mount=/=/m"}}) {
    Loaded l = Load(options);
    EXPECT_EQ(l.result, H1_CONFIG_BAD);
    EXPECT_EQ(l.message.find("DIR: 'site' together with "), 0u) << l.message;
    ExpectOneLine(l.message);
  }
  EXPECT_EQ(Load({"site"}, {"H1_HTTPD_ROOT=/r"}).result, H1_CONFIG_BAD);
  EXPECT_EQ(Load({"site", "--root=none"}).result, H1_CONFIG_OK);
}

TEST(ConfigFolder, AMountAtTheTopMeansTheSame) {
  Loaded l = Load({"--mount=/=site"}, {}, "/base");
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_STREQ(h1_texts_at(&l->mounts, 0), "/=/base/site");
  EXPECT_FALSE(l->demo);
  EXPECT_STREQ(l->root, "none");
  Loaded other = Load({"--mount=/docs=site"});
  EXPECT_TRUE(other->demo);
  EXPECT_STREQ(other->root, "/srv/static");
  EXPECT_EQ(other->admin, H1_ADMIN_PUBLIC);
}

TEST(ConfigMount, FaultsNameTheFormThatIsAllowed) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "is empty"},
      {"/docs", "has no '=' between prefix and folder"},
      {"docs=/d", "has a prefix that does not begin with '/'"},
      {"=/d", "has a prefix that does not begin with '/'"},
      {"/docs=", "has no folder"},
      {"//=/d", "has a prefix with an empty segment, '.' or '..'"},
      {"/a//b=/d", "has a prefix with an empty segment, '.' or '..'"},
      {"/a/../b=/d", "has a prefix with an empty segment, '.' or '..'"},
      {"/./b=/d", "has a prefix with an empty segment, '.' or '..'"},
      {"/a*=/d", "has a prefix that no request could name"},
      {"/{a}=/d", "has a prefix that no request could name"},
      {"/a?b=/d", "has a prefix that no request could name"},
      {"/a%2Fb=/d", "has a prefix that no request could name"},
      {"/a%00=/d", "has a prefix that no request could name"},
      {"/a%2e%2e=/d", "has a prefix that no request could name"},
      {"/a%4=/d", "has a prefix that no request could name"},
      {"/a%zz=/d", "has a prefix that no request could name"},
      {"/a b=/d", "has a prefix that no request could name"},
  };
  for (const auto& [value, fault] : cases) {
    Loaded l = Load({"--mount", value});
    EXPECT_EQ(l.result, H1_CONFIG_BAD) << value;
    EXPECT_EQ(l.message, "--mount: '" + std::string(value) + "' " + fault +
                             "; allowed: /PREFIX=DIR");
  }
  EXPECT_EQ(Load({"--mount=/" + std::string(255, 'a') + "=/d"}).result,
            H1_CONFIG_BAD);
  EXPECT_EQ(Load({"--mount=/" + std::string(254, 'a') + "=/d"}).result,
            H1_CONFIG_OK);
}

TEST(ConfigMount, ListsGrowAndAreOneALineInTheEnvironment) {
  Loaded l = Load({"--mount=/a=/x", "--mount", "/b=y,z"}, {}, "/base");
  ASSERT_EQ(l->mounts.count, 2u);
  EXPECT_STREQ(h1_texts_at(&l->mounts, 1), "/b=/base/y,z");
  Loaded env = Load({}, {"H1_HTTPD_MOUNT=/a=x,y\n\n/b=/z=1\n"}, "/base");
  ASSERT_EQ(env.result, H1_CONFIG_OK) << env.message;
  ASSERT_EQ(env->mounts.count, 2u);
  EXPECT_STREQ(h1_texts_at(&env->mounts, 0), "/a=/base/x,y");
  EXPECT_STREQ(h1_texts_at(&env->mounts, 1), "/b=/z=1");
  Loaded both = Load({"--mount=/c=/d"}, {"H1_HTTPD_MOUNT=/a=/x"});
  ASSERT_EQ(both->mounts.count, 1u) << "a higher level replaces the list";
  EXPECT_STREQ(h1_texts_at(&both->mounts, 0), "/c=/d");
}

TEST(ConfigFiles, IndexesAreAListThatReplacesTheDefault) {
  Loaded l = Load({});
  ASSERT_EQ(l->indexes.count, 1u);
  EXPECT_STREQ(h1_texts_at(&l->indexes, 0), "index.html");
  Loaded two = Load({"--index=a,b.htm", "--index", "c"});
  ASSERT_EQ(two->indexes.count, 3u);
  EXPECT_STREQ(h1_texts_at(&two->indexes, 1), "b.htm");
  EXPECT_STREQ(h1_texts_at(&two->indexes, 2), "c");
  EXPECT_EQ(Load({"--index=none"})->indexes.count, 0u);
  EXPECT_EQ(Load({}, {"H1_HTTPD_INDEX=x,y"})->indexes.count, 2u);
  const std::string longest(63, 'x'), longer(64, 'x');
  EXPECT_EQ(Load({"--index=" + longest}).result, H1_CONFIG_OK);
  for (const std::string& value :
       {std::string(""), std::string("a,"), std::string("a/b"),
        std::string(".."), std::string("."), longer}) {
    Loaded bad = Load({"--index", value});
    EXPECT_EQ(bad.result, H1_CONFIG_BAD) << value;
    EXPECT_TRUE(Contains(bad.message, "; allowed: file names")) << bad.message;
  }
}

TEST(ConfigFiles, PagesAreBelowTheirFolderAndStayAsTheyAre) {
  Loaded l =
      Load({"--fallback=app/index.html", "--error-page=404=a=b.html",
            "--error-page", "503=/busy.html", "--clean-urls", "--hidden=on"},
           {}, "/base");
  ASSERT_EQ(l.result, H1_CONFIG_OK) << l.message;
  EXPECT_STREQ(l->fallback, "app/index.html");
  ASSERT_EQ(l->error_pages.count, 2u);
  EXPECT_STREQ(h1_texts_at(&l->error_pages, 0), "404=a=b.html");
  EXPECT_TRUE(l->clean_urls && l->hidden);
  Loaded none = Load({});
  EXPECT_STREQ(none->fallback, "");
  EXPECT_FALSE(none->clean_urls || none->hidden);
  const std::pair<const char*, const char*> cases[] = {
      {"404.html", "is not STATUS=FILE"},
      {"404=", "is not STATUS=FILE"},
      {"", "is empty"},
      {"40=x.html", "is not STATUS=FILE"},
      {"405=x.html", "has a status whose page is built in"},
      {"416=x.html", "has a status whose page is built in"},
      {"4xx=x.html", "is not STATUS=FILE"},
      {"200=x.html", "is not STATUS=FILE"},
  };
  for (const auto& [value, fault] : cases) {
    Loaded bad = Load({"--error-page", value});
    EXPECT_EQ(bad.result, H1_CONFIG_BAD) << value;
    EXPECT_EQ(bad.message, "--error-page: '" + std::string(value) + "' " +
                               fault +
                               "; allowed: 404=FILE, 500=FILE or 503=FILE");
  }
}

TEST(ConfigMount, HasABoundForAllTogether) {
  Strings options;
  for (int i = 0; i < 5; i++) {
    options.push_back("--mount=/" + std::to_string(i) + "=/" +
                      std::string(4000, 'x'));
  }
  Loaded l = Load(options);
  EXPECT_EQ(l.result, H1_CONFIG_BAD);
  EXPECT_TRUE(Contains(l.message, "is too much: all values together have 16K"));
  options.pop_back();
  EXPECT_EQ(Load(options).result, H1_CONFIG_OK);
  EXPECT_EQ(Load({"--mount=/a=/" + std::string(4092, 'x')}).result,
            H1_CONFIG_BAD);
}

}  // namespace
