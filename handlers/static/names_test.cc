// Which file a name stands for: indexes, clean addresses, hidden files, and
// what answers in the place of what is not there.
#include <string>

#include "gtest/gtest.h"
#include "handlers/static/handler.h"
#include "handlers/static/world.h"

namespace {

enum Mode { kOpenat2, kOpenat, kHelpers };

class Names : public ::testing::TestWithParam<Mode>, public StaticWorld {
 protected:
  // Options are set before, files are there.
  void Begin() {
    options.without_openat2 = GetParam() == kOpenat;
    if (GetParam() == kHelpers) {
      StartWithHelpers();
    } else {
      Start();
    }
  }
  // Where a request is sent with 301; else its status.
  std::string Sent(const std::string& target) {
    const auto x = Ask(target);
    return x->status == 301 ? x->Field("Location") : std::to_string(x->status);
  }
};

std::string ModeName(const ::testing::TestParamInfo<Mode>& p) {
  if (p.param == kHelpers) return "helpers";
  return p.param == kOpenat ? "openat" : "openat2";
}

INSTANTIATE_TEST_SUITE_P(Modes, Names,
                         ::testing::Values(kOpenat2, kOpenat, kHelpers),
                         ModeName);

// ---- indexes ----

TEST_P(Names, TheFirstIndexThatIsThereStandsForItsFolder) {
  const char* indexes[] = {"index.htm", "index.html", "default.txt"};
  options.indexes = indexes;
  options.index_count = 3;
  for (const char* name : {"a", "b", "c", "d", "d/index.htm"}) Folder(name);
  Write("a/index.html", "html");
  Write("a/default.txt", "text");
  Write("b/default.txt", "text");
  Write("d/index.html", "beside a folder of the first name");
  Begin();
  EXPECT_EQ(Body("/static/a/"), "html");
  EXPECT_EQ(Ask("/static/b/")->type, "text/plain; charset=utf-8");
  EXPECT_EQ(Status("/static/c/"), 404);
  EXPECT_EQ(Body("/static/d/"), "beside a folder of the first name");
  Write("a/index.htm", "earlier");
  Stamp("a/index.htm", 784111777);
  Wait();
  EXPECT_EQ(Body("/static/a/"), "earlier");
  ASSERT_EQ(unlink(Path("a/index.htm").c_str()), 0);
  Wait();
  EXPECT_EQ(Body("/static/a/"), "html");
  EXPECT_EQ(Sent("/static/a"), "a/");
}

TEST_P(Names, AFolderMayHaveNoIndex) {
  options.index_count = 0;
  Write("index.html", "x");
  Folder("sub");
  Begin();
  EXPECT_EQ(Status("/static/"), 404);
  EXPECT_EQ(Status("/static/sub/"), 404);
  EXPECT_EQ(Sent("/static/sub"), "sub/");
  EXPECT_EQ(Body("/static/index.html"), "x");
}

const FakeFields kBrowser = {
    {"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"},
    {"Sec-Fetch-Dest", "document"}};

// ---- clean addresses ----

TEST_P(Names, CleanAddressesHaveNoEnding) {
  options.clean_urls = true;
  Write("index.html", "home");
  Write("about.html", "about us");
  Folder("docs");
  Write("docs/index.html", "docs");
  Write("docs/setup.html", "setup");
  Begin();
  for (int round = 0; round < 2; round++) {
    const auto about = Ask("/static/about");
    EXPECT_EQ(about->body, "about us");
    EXPECT_EQ(about->type, "text/html; charset=utf-8");
    EXPECT_EQ(
        Status("/static/about", {{"If-None-Match", about->Field("ETag")}}),
        304);
    EXPECT_EQ(Body("/static/docs/setup"), "setup");
    EXPECT_EQ(Body("/static/"), "home");
    EXPECT_EQ(Body("/static/docs/"), "docs");
    EXPECT_EQ(Status("/static/absent"), 404);
    EXPECT_EQ(Status("/static/about.htm"), 404);
    Wait();
  }
  EXPECT_EQ(Sent("/static/about.html"), "about");
  EXPECT_EQ(Sent("/static/about.html?a=b"), "about?a=b");
  EXPECT_EQ(Sent("/static/about/"), "../about");
  EXPECT_EQ(Sent("/static/about/?q"), "../about?q");
  EXPECT_EQ(Sent("/static/docs/setup/"), "../setup");
  EXPECT_EQ(Sent("/static/index.html"), "./");
  EXPECT_EQ(Sent("/static/docs/index.html"), "./");
  EXPECT_EQ(Sent("/static/docs/%69ndex.html?x"), "./?x");
  EXPECT_EQ(Sent("/static/index"), "./");
  EXPECT_EQ(Sent("/static/docs/index?x"), "./?x");
  EXPECT_EQ(Sent("/static/docs"), "docs/");
  EXPECT_EQ(Sent("/static/absent.html"), "404");
  EXPECT_EQ(Sent("/static/absent/"), "404");
  EXPECT_EQ(Sent("/static/about/x/.."), "404") << "../about leads elsewhere";
  EXPECT_EQ(Sent("/static/about/x/../"), "../about");
}

TEST_P(Names, AnyIndexHasTheAddressOfItsFolder) {
  const char* const indexes[] = {"default.htm", "index.html"};
  options.indexes = indexes;
  options.index_count = 2;
  options.clean_urls = true;
  for (const char* name : {"one", "other", "both"}) Folder(name);
  Write("one/default.htm", "x");
  Write("other/index.html", "x");
  Write("both/default.htm", "first");
  Write("both/index.html", "second");
  Begin();
  for (int round = 0; round < 2; round++) {
    EXPECT_EQ(Sent("/static/one/default.htm"), "./");
    EXPECT_EQ(Sent("/static/other/index.html"), "./");
    EXPECT_EQ(Sent("/static/other/index"), "./");
    EXPECT_EQ(Sent("/static/both/default.htm"), "./");
    EXPECT_EQ(Sent("/static/both/index.html"), "index");
    EXPECT_EQ(Body("/static/both/index"), "second");
    EXPECT_EQ(Body("/static/both/"), "first");
  }
}

TEST_P(Names, WithoutCleanAddressesEachHasItsOwn) {
  Write("about.html", "x");
  Begin();
  EXPECT_EQ(Status("/static/about"), 404);
  EXPECT_EQ(Status("/static/about.html"), 200);
  EXPECT_EQ(Status("/static/about/"), 404);
}

// Nothing is sent to an address that stands for something else.
TEST_P(Names, AFileOfTheCleanNameKeepsIt) {
  options.clean_urls = true;
  Write("both", "without");
  Write("both.html", "with");
  Folder("dir");
  Write("dir/index.html", "folder");
  Write("dir.html", "page");
  Folder("bare");
  Write("bare.html", "page");
  Folder("link.html");
  Write(".html", "no name");
  Write("a.html.html", "twice");
  Begin();
  EXPECT_EQ(Body("/static/both"), "without");
  EXPECT_EQ(Body("/static/both.html"), "with");
  EXPECT_EQ(Body("/static/dir"), "page") << "a file before a folder";
  EXPECT_EQ(Sent("/static/dir.html"), "dir");
  EXPECT_EQ(Body("/static/dir/"), "folder");
  EXPECT_EQ(Body("/static/bare"), "page");
  EXPECT_EQ(Sent("/static/bare/"), "../bare");
  EXPECT_EQ(Sent("/static/link.html"), "link.html/");
  EXPECT_EQ(Sent("/static/link"), "404");
  EXPECT_EQ(Sent("/static/.html"), "404");
  EXPECT_EQ(Body("/static/a.html"), "twice");
  EXPECT_EQ(Sent("/static/a.html.html"), "a.html");
}

TEST_P(Names, CleanAddressesFollowADeploy) {
  options.clean_urls = true;
  Write("page.html", "old");
  Begin();
  EXPECT_EQ(Body("/static/page"), "old");
  Write("page.html", "newer");
  Wait();
  EXPECT_EQ(Body("/static/page"), "newer");
  ASSERT_EQ(rename(Path("page.html").c_str(), Path("page").c_str()), 0);
  Wait();
  const auto x = Ask("/static/page");
  EXPECT_EQ(x->body, "newer");
  EXPECT_EQ(x->type, "application/octet-stream") << "the name decides";
  ASSERT_EQ(unlink(Path("page").c_str()), 0);
  Wait();
  EXPECT_EQ(Status("/static/page"), 404);
}

TEST_P(Names, LocationsAreReferencesWhateverTheNameHolds) {
  options.clean_urls = true;
  Write("a:b.html", "x");
  Write("q?#%.html", "x");
  Write("\xc3\xbc.html", "x");
  Begin();
  EXPECT_EQ(Sent("/static/a:b.html"), "a%3Ab");
  EXPECT_EQ(Sent("/static/q%3F%23%25.html"), "q%3F%23%25");
  EXPECT_EQ(Sent("/static/%C3%BC%2Ehtml"), "%C3%BC");
  EXPECT_EQ(Sent("/static/a:b/"), "../a%3Ab");
}

// Between two looks at one name the tree is replaced: both are for that name.
TEST_P(Names, CleanAddressesAreFoundInADeploy) {
  options.clean_urls = true;
  options.fallback = "app.html";
  const char* const targets[] = {"/static/docs/", "/static/docs/x",
                                 "/static/docs/x.html", "/static/docs/x/"};
  const auto write = [](const std::string& top) {
    for (const char* below : {"", "/docs"}) {
      ASSERT_EQ(mkdir((top + below).c_str(), 0755), 0);
    }
    for (const char* name : {"/app.html", "/docs/index.html", "/docs/x.html"}) {
      WriteAt(top + name, name);
    }
  };
  ASSERT_EQ(rmdir(root.c_str()), 0);
  write(root);
  Begin();
  for (const char* target : targets) {
    EXPECT_EQ(Ask("/static/nope", kBrowser)->body, "/app.html");
    const std::string next = Beside("next"), last = Beside("last");
    write(next);
    ASSERT_EQ(rename(root.c_str(), last.c_str()), 0);
    ASSERT_EQ(rename(next.c_str(), root.c_str()), 0);
    ASSERT_EQ(system(("rm -rf '" + last + "'").c_str()), 0);
    const auto x = Ask(target, kBrowser);
    EXPECT_NE(x->status, 404) << target;
    EXPECT_NE(x->body, "/app.html") << target;
    Wait();
  }
}

// ---- hidden files ----

TEST_P(Names, HiddenFilesAreServedOnlyWhenAskedFor) {
  Folder(".git");
  Write(".git/config", "secret");
  Write(".env", "secret");
  Folder(".well-known");
  Write(".well-known/security.txt", "known");
  Write(".well-known/.x", "secret");
  Begin();
  for (const char* target : {"/static/.env", "/static/.git/config",
                             "/static/.git/", "/static/.well-known/.x"}) {
    EXPECT_EQ(Status(target), 404) << target;
  }
  EXPECT_EQ(Body("/static/.well-known/security.txt"), "known");
  h1_static_free(files);
  options.hidden = true;
  Begin();
  EXPECT_EQ(Body("/static/.env"), "secret");
  EXPECT_EQ(Body("/static/.git/config"), "secret");
  EXPECT_EQ(Sent("/static/.git"), ".git/");
  EXPECT_EQ(Status("/static/../root/.env"), 404);
}

TEST(Path, DotSegmentsAreNeverLookedUp) {
  auto allowed = [](const char* path, bool hidden) {
    return h1_static_path_allowed(
        {reinterpret_cast<const uint8_t*>(path), strlen(path)}, hidden);
  };
  for (const char* path : {".", "..", "a/..", "../a", "a/./b", "a//b", "/a"}) {
    EXPECT_FALSE(allowed(path, false)) << path;
    EXPECT_FALSE(allowed(path, true)) << path;
  }
  for (const char* path : {".a", "..a", "...", "a/.b/c", ".a/"}) {
    EXPECT_FALSE(allowed(path, false)) << path;
    EXPECT_TRUE(allowed(path, true)) << path;
  }
}

// ---- the fallback ----

TEST_P(Names, TheFallbackAnswersWhoGoesToAPage) {
  options.fallback = "index.html";
  Write("index.html", "app");
  Write("app.js", "script");
  Folder("empty");
  Begin();
  for (int round = 0; round < 2; round++) {
    for (const char* target :
         {"/static/users/42", "/static/users/", "/static/x.y", "/static/empty/",
          "/static/group%2Fname", "/static//", "/static/.env"}) {
      const auto x = Ask(target, kBrowser);
      EXPECT_EQ(x->status, 200) << target;
      EXPECT_EQ(x->body, "app") << target;
      EXPECT_EQ(x->type, "text/html; charset=utf-8");
      EXPECT_EQ(x->Field("Vary"), "Accept, Sec-Fetch-Dest");
      EXPECT_EQ(Status(target), 404) << target;
      EXPECT_EQ(Ask(target)->Field("Vary"), "Accept, Sec-Fetch-Dest");
    }
    const auto index = Ask("/static/index.html", kBrowser);
    EXPECT_EQ(index->Field("Vary"), "") << "that is always this file";
    FakeFields again = kBrowser;
    again.emplace_back("If-None-Match", index->Field("ETag"));
    const auto same = Ask("/static/users/42", again);
    EXPECT_EQ(same->status, 304);
    EXPECT_EQ(same->Field("Vary"), "Accept, Sec-Fetch-Dest");
    EXPECT_EQ(Ask("/static/app.js", kBrowser)->body, "script");
    EXPECT_EQ(Ask("/static/app.js", kBrowser)->Field("Vary"), "");
    EXPECT_EQ(Ask("/static/empty", kBrowser)->status, 301);
    Wait();
  }
}

// What is kept of a page does not answer who asks for the file of its name.
TEST_P(Names, APageIsNoOtherAddressOfItsFile) {
  options.fallback = "app.html";
  const h1_static_error_page pages[] = {{404, ".404.html"}};
  options.error_pages = pages;
  options.error_page_count = 1;
  options.clean_urls = true;
  Write("app.html", "app");
  Write(".404.html", "gone");
  Begin();
  for (int round = 0; round < 3; round++) {
    EXPECT_EQ(Sent("/static/app.html"), "app");
    EXPECT_EQ(Ask("/static/nope", kBrowser)->body, "app");
    EXPECT_EQ(Ask("/static/app", kBrowser)->body, "app");
    const auto gone = Ask("/static/nope");
    EXPECT_EQ(gone->status, 404);
    EXPECT_EQ(gone->body, "gone");
    EXPECT_EQ(Ask("/static/.404.html")->status, 404);
    EXPECT_EQ(Ask("/static/.404.html", kBrowser)->body, "app");
    if (round == 1) Wait();
  }
}

TEST_P(Names, TheFallbackIsNeverAScriptOrAnImage) {
  options.fallback = "/index.html";
  Write("index.html", "app");
  Begin();
  const struct {
    const char *accept, *dest;
    int status;
  } cases[] = {
      {"text/html", "", 200},
      {"text/html", "document", 200},
      {"text/html", "iframe", 200},
      {"text/html", "script", 404},
      {"text/html", "image", 404},
      {"text/html", "empty", 404},
      {"text/html", "Document", 404},
      {"text/html", "document, iframe", 404},
      {"text/html;q=0.1", "", 200},
      {"TEXT/HTML;level=1", "", 200},
      {"text/html;q=0", "", 404},
      {"text/html;q=0, */*", "document", 404},
      {"*/*", "", 404},
      {"*/*", "document", 404},
      {"text/*", "document", 404},
      {"application/xhtml+xml", "document", 404},
      {"image/avif,image/webp,*/*;q=0.8", "image", 404},
      {"application/json, text/html", "", 200},
      {"x-text/html, atext/html", "", 404},
      {"", "document", 404},
  };
  for (const auto& c : cases) {
    FakeFields fields = {{"Accept", c.accept}};
    if (c.dest[0] != '\0') fields.emplace_back("Sec-Fetch-Dest", c.dest);
    EXPECT_EQ(Status("/static/missing", fields), c.status)
        << c.accept << " " << c.dest;
  }
  EXPECT_EQ(Status("/static/missing", {{"Sec-Fetch-Dest", "document"}}), 404);
  EXPECT_EQ(Status("/static/missing",
                   {{"Accept", "image/png"}, {"Accept", "text/html"}}),
            200)
      << "a list on several lines";
  EXPECT_EQ(Status("/static/missing", {{"Accept", "text/html"},
                                       {"Sec-Fetch-Dest", "document"},
                                       {"Sec-Fetch-Dest", "script"}}),
            404);
}

TEST_P(Names, AFallbackThatIsGoneIsTheError) {
  options.fallback = "app.html";
  const h1_static_error_page pages[] = {{404, "404.html"}};
  options.error_pages = pages;
  options.error_page_count = 1;
  Write("app.html", "app");
  Write("404.html", "lost");
  Begin();
  EXPECT_EQ(Ask("/static/x", kBrowser)->body, "app");
  ASSERT_EQ(unlink(Path("app.html").c_str()), 0);
  Wait();
  const auto lost = Ask("/static/x", kBrowser);
  EXPECT_EQ(lost->status, 404);
  EXPECT_EQ(lost->body, "lost");
  EXPECT_EQ(lost->Field("Vary"), "Accept, Sec-Fetch-Dest");
  ASSERT_EQ(unlink(Path("404.html").c_str()), 0);
  Wait();
  const auto plain = Ask("/static/x", kBrowser);
  EXPECT_EQ(plain->status, 404);
  EXPECT_EQ(plain->kind, FakeKind::kStatus);
  EXPECT_EQ(plain->reason, H1_NOT_FOUND);
}

// An entry that a request for something else brought into the cache is no
// different for it.
TEST_P(Names, TheFallbackHasTheCacheControlOfItsOwnAddress) {
  options.fallback = "app/index.html";
  Folder("app");
  Write("app/index.html", "app");
  Begin();
  EXPECT_EQ(Ask("/static/assets/gone", kBrowser)->cache_control_path,
            "/static/app/index.html");
}

// ---- pages of errors ----

TEST_P(Names, AnErrorHasItsPage) {
  const h1_static_error_page pages[] = {{404, "errors/404.html"},
                                        {503, "/503.html"}};
  options.error_pages = pages;
  options.error_page_count = 2;
  Folder("errors");
  Write("errors/404.html", "lost");
  Write("503.html", "busy");
  Begin();
  for (int round = 0; round < 2; round++) {
    for (const char* target : {"/static/x", "/static/errors/", "/static/.env",
                               "/static/a%2Fb", "/static/x/y.png"}) {
      const auto x = Ask(target);
      EXPECT_EQ(x->status, 404) << target;
      EXPECT_EQ(x->body, "lost") << target;
      EXPECT_EQ(x->type, "text/html; charset=utf-8");
      EXPECT_EQ(x->reason, H1_NOT_FOUND);
      EXPECT_EQ(x->Field("Vary"), "Accept");
      for (const char* name : {"ETag", "Last-Modified", "Accept-Ranges"}) {
        EXPECT_EQ(x->Field(name), "") << name;
      }
    }
    Wait();
  }
  EXPECT_EQ(
      Status("/static/x", {{"If-None-Match", "*"}, {"Range", "bytes=1-2"}}),
      404);
  EXPECT_EQ(Ask("/static/x", {{"Range", "bytes=1-2"}})->body, "lost");
  const auto direct = Ask("/static/errors/404.html");
  EXPECT_EQ(direct->status, 200);
  EXPECT_NE(direct->Field("Accept-Ranges"), "");
  const auto json = Ask("/static/x", {{"Accept", "application/json"}});
  EXPECT_EQ(json->kind, FakeKind::kStatus) << "no page for who takes none";
  EXPECT_EQ(json->Field("Vary"), "Accept");
}

TEST_P(Names, PagesAreThoseOfTheirFolderForEveryMount) {
  const std::string other = Beside("other");
  ASSERT_EQ(mkdir(other.c_str(), 0755), 0);
  const h1_static_folder folders[] = {{"--mount", other.c_str(), "/other"},
                                      {"--root", root.c_str(), "/static"}};
  options.folders = folders;
  options.folder_count = 2;
  options.pages = 1;
  options.fallback = "app.html";
  const h1_static_error_page pages[] = {{404, "404.html"}};
  options.error_pages = pages;
  options.error_page_count = 1;
  Write("app.html", "app");
  Write("404.html", "lost");
  WriteAt(other + "/404.html", "never");
  Begin();
  mount = 1;
  EXPECT_EQ(Ask("/static/x", kBrowser)->body, "app");
  EXPECT_EQ(Body("/static/x"), "lost");
  mount = 0;
  const auto x = Ask("/static/x", kBrowser);
  EXPECT_EQ(x->status, 404) << "the application is not there";
  EXPECT_EQ(x->body, "lost");
  EXPECT_EQ(x->Field("Vary"), "Accept");
}

// A large page is sent from its descriptor, an unstable one as it is.
TEST_P(Names, APageMayBeLargeOrYoung) {
  const h1_static_error_page pages[] = {{404, "404.html"}};
  options.error_pages = pages;
  options.error_page_count = 1;
  const std::string large(200000, 'x');
  Write("404.html", large);
  Begin();
  EXPECT_EQ(Ask("/static/x")->body, large);
  now_s -= 10;
  Write("404.html", "young");
  Wait();
  EXPECT_EQ(Ask("/static/x")->body, "young");
  EXPECT_EQ(Status("/static/x"), 404);
}

// ---- options ----

TEST(NamesOptions, WhatIsMissingOrNoNameIsRefusedByName) {
  StaticWorld w;
  w.Write("here.html", "x");
  w.Folder("dir");
  auto refusal = [&](const h1_static_options& o) {
    char why[H1_STATIC_WHY_BYTES] = "";
    h1_static* s = h1_static_new(&o, why);
    h1_static_free(s);
    return std::string(s == nullptr ? why : "");
  };
  h1_static_options o = w.options;
  for (const char* path : {"gone.html", "dir", "dir/", "../root/here.html", "",
                           "a//b", "here.html/"}) {
    o.fallback = path;
    EXPECT_EQ(refusal(o).find("--fallback: '" + std::string(path) + "' is "),
              0u)
        << refusal(o);
  }
  for (const char* path : {"here.html", "/here.html"}) {
    o.fallback = path;
    EXPECT_EQ(refusal(o), "");
  }
  const h1_static_error_page page = {404, "gone.html"};
  o.error_pages = &page;
  o.error_page_count = 1;
  EXPECT_EQ(refusal(o).find("--error-page: 404='gone.html' is not a file"), 0u)
      << refusal(o);
  o = w.options;
  for (const char* name : {"", ".index", "a/b", ".."}) {
    o.indexes = &name;
    EXPECT_EQ(refusal(o).find("--index: '"), 0u) << name;
  }
  const char* hidden = ".index";
  o.indexes = &hidden;
  o.hidden = true;
  EXPECT_EQ(refusal(o), "");
  const std::string name(64, 'x');
  const char* too_long = name.c_str();
  o.indexes = &too_long;
  EXPECT_NE(refusal(o), "");
}

}  // namespace
