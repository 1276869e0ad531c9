// Which folders a path asks for, whatever links it leads through.
#include "server/sandbox/places.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "server/config/config.h"
#include "server/sandbox/plan.h"
#include "tests/support/process.h"

namespace {

using h1_test::TempDir;

// The list as text, one place a line, paths seen from `dir`.
class Places {
 public:
  explicit Places(const TempDir& dir) : dir_(dir.path()) {}

  h1_places* get() { return places_.get(); }
  std::vector<std::string> All() {
    h1_places_reduce(get());
    std::vector<std::string> all;
    for (size_t i = 0; i < get()->count; i++) {
      const h1_place& place = get()->item[i];
      std::string text;
      if ((place.rights & H1_PLACE_READ) != 0) text += 'r';
      if ((place.rights & H1_PLACE_WRITE) != 0) text += 'w';
      if ((place.rights & H1_PLACE_REMOVE) != 0) text += 'd';
      if ((place.rights & H1_PLACE_FILE) != 0) text += 'f';
      all.push_back(text + " " + Seen(place.path));
    }
    return all;
  }

 private:
  std::string Seen(const std::string& path) const {
    if (path.compare(0, dir_.size(), dir_) != 0) return path;
    return path.size() == dir_.size() ? "." : path.substr(dir_.size() + 1);
  }

  std::string dir_;
  std::unique_ptr<h1_places> places_ = std::make_unique<h1_places>();
};

using List = std::vector<std::string>;

TEST(Root, WithoutLinksTheFolderThatHoldsIt) {
  TempDir dir;
  dir.MakeDir("srv/www");
  for (const char* path : {"srv/www", "srv/www/", "srv//./www", "srv/x/../www",
                           "srv/www/../www/."}) {
    Places places(dir);
    h1_places_add_root(places.get(), dir.File(path).c_str());
    EXPECT_EQ(places.All(), List{"r srv"}) << path;
    EXPECT_FALSE(places.get()->restart);
  }
}

TEST(Root, ALinkAndWhatItLeadsTo) {
  TempDir dir;
  dir.MakeDir("app/releases/42/public");
  dir.MakeDir("data/rel/1");
  dir.Symlink("app/current", "releases/42");
  dir.Symlink("app/absolute", dir.File("app/releases/42"));
  dir.Symlink("app/out", "../data/rel/1");
  dir.Symlink("app/chain", "out");
  dir.Symlink("top", "app");
  const struct {
    const char* path;
    List want;
  } cases[] = {
      // The folder of the link holds that of its target.
      {"app/current", {"r app"}},
      {"app/current/public", {"r app"}},
      {"app/absolute", {"r app"}},
      {"app/out", {"r app", "r data/rel"}},
      {"app/chain", {"r app", "r data/rel"}},
      {"top/current", {"r ."}},
      {"top/out", {"r ."}},
  };
  for (const auto& c : cases) {
    Places places(dir);
    h1_places_add_root(places.get(), dir.File(c.path).c_str());
    EXPECT_EQ(places.All(), c.want) << c.path;
    EXPECT_FALSE(places.get()->restart) << c.path;
  }
}

// Links below the root are no matter of its path.
TEST(Root, NothingButItsPathCounts) {
  TempDir dir;
  dir.MakeDir("srv/www");
  dir.Symlink("srv/www/link", "/etc");
  Places places(dir);
  h1_places_add_root(places.get(), dir.File("srv/www").c_str());
  EXPECT_EQ(places.All(), List{"r srv"});
}

// The whole system is never meant.
TEST(Root, InTheTopFolderItIsReadAlone) {
  TempDir dir;
  Places places(dir);
  h1_places_add_root(places.get(), "/usr");
  EXPECT_EQ(places.All(), List{"r /usr"});
  EXPECT_TRUE(places.get()->restart);
  EXPECT_STREQ(places.get()->restart_outside, "");
}

TEST(Root, ARelativePathStartsHere) {
  TempDir dir;
  dir.MakeDir("here/www");
  char before[4096];
  ASSERT_NE(getcwd(before, sizeof before), nullptr);
  ASSERT_EQ(chdir(dir.File("here").c_str()), 0);
  Places places(dir);
  h1_places_add_root(places.get(), "www");
  ASSERT_EQ(chdir(before), 0);
  EXPECT_EQ(places.All(), List{"r here"});
}

TEST(Root, LinksInACircleEnd) {
  TempDir dir;
  dir.Symlink("a", "b");
  dir.Symlink("b", "a");
  Places places(dir);
  h1_places_add_root(places.get(), dir.File("a").c_str());
  EXPECT_EQ(places.All(), List{"r ."});
}

TEST(Root, APathThatIsTooLongIsSaid) {
  TempDir dir;
  Places places(dir);
  h1_places_add_root(places.get(), ("/" + std::string(5000, 'x')).c_str());
  EXPECT_TRUE(places.get()->too_many);
}

TEST(File, ItsFolderBecauseItMayBeReplaced) {
  TempDir dir;
  dir.Write("etc/h1.conf", "");
  dir.Write("maps/..1/h1.conf", "");
  dir.Symlink("maps/..data", "..1");
  dir.Symlink("maps/h1.conf", "..data/h1.conf");
  const char* const cases[][2] = {{"etc/h1.conf", "r etc"},
                                  {"etc/none.conf", "r etc"},
                                  {"maps/h1.conf", "r maps"}};
  for (const auto& c : cases) {
    Places places(dir);
    h1_places_add_file(places.get(), dir.File(c[0]).c_str());
    EXPECT_EQ(places.All(), List{c[1]}) << c[0];
  }
  Places top(dir);
  h1_places_add_file(top.get(), "/none.conf");
  EXPECT_EQ(top.All(), List{"rf /none.conf"});
  EXPECT_FALSE(top.get()->restart) << "no deploy is meant";
  Places special(dir);
  h1_places_add_file(special.get(), "/dev/null");
  EXPECT_EQ(special.All(), List{});
}

TEST(Log, ItsFolderUnlessItIsADevice) {
  TempDir dir;
  dir.MakeDir("log");
  dir.MakeDir("disk");
  dir.Write("disk/real", "");
  dir.Symlink("log/link", "../disk/real");
  dir.Fifo("log/fifo");
  const struct {
    std::string path;
    List want;
  } cases[] = {
      {dir.File("log/new"), {"w log"}},
      {dir.File("log/link"), {"w disk"}},
      {dir.File("log/fifo"), {"wf log/fifo"}},
      {"/dev/null", {"wf /dev/null"}},
  };
  for (const auto& c : cases) {
    Places places(dir);
    h1_places_add_log(places.get(), c.path.c_str());
    EXPECT_EQ(places.All(), c.want) << c.path;
  }
}

// Nothing that is meant makes it right to write, or remove, every file.
TEST(Log, InTheTopFolderIsNoted) {
  TempDir dir;
  Places places(dir);
  h1_places_add_log(places.get(), dir.File("log").c_str());
  EXPECT_FALSE(places.get()->everywhere);
  h1_places_add_log(places.get(), "/log");
  EXPECT_TRUE(places.get()->everywhere);
  Places sockets(dir);
  h1_places_add_removed(sockets.get(), "/s.sock");
  h1_places_add_removed(sockets.get(), "/tmp/../s.sock");
  EXPECT_EQ(sockets.All(), List{});
  EXPECT_FALSE(sockets.get()->everywhere);
}

TEST(Reduce, WhatAnotherHoldsGoes) {
  TempDir dir;
  dir.MakeDir("a/b/c");
  Places places(dir);
  h1_places_add_root(places.get(), dir.File("a/b/c/d").c_str());
  h1_places_add_root(places.get(), dir.File("a/b").c_str());
  h1_places_add_log(places.get(), dir.File("a/b/c/log").c_str());
  h1_places_add_removed(places.get(), dir.File("a/b/c/s.sock").c_str());
  h1_places_add_removed(places.get(), dir.File("a/s.sock").c_str());
  const List want = {"rwd a/b/c", "rd a"};
  EXPECT_EQ(places.All(), want);
  h1_places_add_all(places.get());
  const List all = {"rwd a/b/c", "rd a", "r /"};
  EXPECT_EQ(places.All(), all) << "what may be done there is more than reading";
}

TEST(Places, TooManyAreSaid) {
  TempDir dir;
  Places places(dir);
  for (int i = 0; i <= H1_PLACES_MAX; i++) {
    EXPECT_FALSE(places.get()->too_many);
    h1_places_add_root(places.get(),
                       dir.File("f" + std::to_string(i) + "/root").c_str());
  }
  EXPECT_TRUE(places.get()->too_many);
}

/* ---- from options ---- */

// What the options in `text` come to, with one folder served.
List PlanOf(const TempDir& dir, const std::string& text) {
  static h1_config config;
  char message[H1_CONFIG_MESSAGE_BYTES];
  EXPECT_EQ(
      h1_config_read_text(&config, "test", text.data(), text.size(), message),
      H1_CONFIG_OK)
      << message;
  const std::string root = dir.File("srv/www");
  const char* const roots[] = {root.c_str()};
  Places places(dir);
  h1_sandbox_plan(&config, roots, 1, places.get());
  return places.All();
}

TEST(Plan, HoldsWhatEachOptionNames) {
  TempDir dir;
  const std::string at = dir.path();
  const struct {
    std::string text;
    List want;
  } cases[] = {
      {"", {"r srv"}},
      {"access-log = off", {"r srv"}},
      {"access-log = " + at + "/log/a", {"r srv", "w log"}},
      {"mime-types = " + at + "/etc/mime", {"r srv", "r etc"}},
      {"listen = unix:" + at + "/run/s\nlisten = :80", {"r srv", "d run"}},
      {"admin-listen = unix:" + at + "/run/a", {"r srv", "d run"}},
      {"proxy-listen = unix:" + at + "/run/p\ntrusted-proxy = unix",
       {"r srv", "d run"}},
      {"symlinks = all", {"r /"}},
  };
  for (const auto& c : cases) EXPECT_EQ(PlanOf(dir, c.text), c.want) << c.text;
}

}  // namespace
