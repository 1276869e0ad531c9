// Three sites, served as their authors would serve them: every link of a page
// leads somewhere, and what is not there is said as the site wants it.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/sites/sites.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

const char kNoRoot[] = "--root=none";
const char kBrowser[] =
    "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
    "Sec-Fetch-Dest: document\r\n";
const char kScript[] = "Accept: */*\r\nSec-Fetch-Dest: script\r\n";
const char kImage[] =
    "Accept: image/avif,image/webp,*/*;q=0.8\r\nSec-Fetch-Dest: image\r\n";

// What href and src name, as absolute paths.
std::vector<std::string> LinksOf(const std::string& page,
                                 const std::string& at) {
  std::vector<std::string> links;
  for (const char* attribute : {" href=\"", " src=\""}) {
    size_t from = page.find(attribute);
    while (from != std::string::npos) {
      from += std::string(attribute).size();
      std::string link = page.substr(from, page.find('"', from) - from);
      link = link.substr(0, link.find('#'));
      std::string base = at.substr(0, at.find('?'));
      base = base.substr(0, base.rfind('/') + 1);
      while (absl::StartsWith(link, "./")) link = link.substr(2);
      while (absl::StartsWith(link, "../")) {
        link = link.substr(3);
        base = base.substr(0, base.rfind('/', base.size() - 2) + 1);
      }
      links.push_back(link[0] == '/' ? link : base + link);
      from = page.find(attribute, from);
    }
  }
  return links;
}

// Every address that can be reached from the top answers at once.
std::set<std::string> Walk(const Server& server) {
  std::set<std::string> seen = {"/"};
  std::vector<std::string> open = {"/"};
  Client client = server.Connect();
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    const Response r = client.Get(at, kBrowser);
    EXPECT_EQ(r.status, 200) << at;
    if (!absl::StartsWith(r.Field("Content-Type"), "text/html")) continue;
    for (const std::string& link : LinksOf(r.body, at)) {
      if (seen.insert(link).second) open.push_back(link);
    }
  }
  return seen;
}

TEST(Sites, ASinglePageApplication) {
  TempDir site;
  CopySite("app", site.path());
  Server server(
      {kNoRoot, "--fallback=index.html",
       "--cache-control=/assets/**=public, max-age=31536000, immutable",
       site.path()});
  const std::set<std::string> found = Walk(server);
  EXPECT_EQ(found.count("/assets/index-C4x1bQ2k.js"), 1u);
  EXPECT_EQ(found.count("/site.webmanifest"), 1u);
  Client client = server.Connect();
  const std::string app = client.Get("/").body;
  ASSERT_TRUE(absl::StrContains(app, "<div id=\"app\">"));
  // Addresses that only the script knows, gone to by a browser.
  for (const char* path : {"/notes/2", "/about", "/notes/", "/a/b/c?d=e",
                           "/assets/gone-12345678.html"}) {
    const Response r = client.Get(path, kBrowser);
    EXPECT_EQ(r.status, 200) << path;
    EXPECT_EQ(r.body, app) << path;
    EXPECT_EQ(r.Field("Vary"), "Accept, Sec-Fetch-Dest") << path;
    EXPECT_EQ(r.Field("Cache-Control"), "no-cache")
        << path << ": that of the page, not of the address";
  }
  // What a page asks for and is missing is never that page.
  const std::pair<const char*, const char*> missing[] = {
      {"/assets/old-00000000.js", kScript},
      {"/assets/old-00000000.svg", kImage},
      {"/assets/old-00000000.js", "Accept: */*\r\n"},
      {"/api/notes", "Accept: application/json\r\n"},
      {"/notes/2", ""},
  };
  for (const auto& [path, fields] : missing) {
    const Response r = client.Get(path, fields);
    EXPECT_EQ(r.status, 404) << path;
    EXPECT_NE(r.body, app) << path;
    EXPECT_EQ(r.Field("Vary"), "Accept, Sec-Fetch-Dest") << path;
  }
  EXPECT_EQ(client.Get("/assets/index-C4x1bQ2k.js").Field("Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(client.Get("/").Field("Cache-Control"), "no-cache");
  EXPECT_EQ(client.Get("/_metrics", kBrowser).status, 404)
      << "the server's own name";
  const Response head = client.Exchange("HEAD", "/notes/1", kBrowser);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(client.Exchange("POST", "/notes/1", kBrowser).status, 405);
}

TEST(Sites, AManualWithCleanAddresses) {
  TempDir site;
  CopySite("docs", site.path());
  Server server(
      {kNoRoot, "--clean-urls", "--error-page=404=404.html", site.path()});
  const std::set<std::string> found = Walk(server);
  for (const char* path :
       {"/guide/", "/guide/install", "/guide/configure", "/api", "/api/options",
        "/api/options?sort=name", "/assets/style.3f9c1d.css"}) {
    EXPECT_EQ(found.count(path), 1u) << path;
  }
  Client client = server.Connect();
  const std::pair<const char*, const char*> sent[] = {
      {"/guide/install.html", "install"},
      {"/api.html?x", "api?x"},
      {"/api/", "../api"},
      {"/guide/index.html", "./"},
      {"/index.html", "./"},
      {"/guide", "guide/"},
      {"/api/options/", "../options"},
  };
  for (const auto& [path, location] : sent) {
    const Response r = client.Get(path);
    EXPECT_EQ(r.status, 301) << path;
    EXPECT_EQ(r.Field("Location"), location) << path;
  }
  const std::string lost = client.Get("/404").body;
  ASSERT_TRUE(absl::StrContains(lost, "There is no such page"));
  for (const char* path : {"/nowhere", "/guide/nowhere.html", "/api/nowhere/",
                           "/.nojekyll", "/guide/install.html/x"}) {
    const Response r = client.Get(path, kBrowser);
    EXPECT_EQ(r.status, 404) << path;
    EXPECT_EQ(r.body, lost) << path;
    EXPECT_EQ(r.Field("Vary"), "Accept") << path;
    EXPECT_FALSE(r.Has("ETag")) << path;
  }
  const Response program =
      client.Get("/nowhere", "Accept: application/problem+json\r\n");
  EXPECT_EQ(program.status, 404);
  EXPECT_EQ(program.Field("Content-Type"), "application/problem+json");
}

TEST(Sites, AFolderOfOddNames) {
  TempDir site;
  WriteOddFiles(site.path());
  Server server({kNoRoot, site.path()});
  Client client = server.Connect();
  for (const OddFile& file : OddFiles()) {
    const Response r = client.Get(file.url);
    EXPECT_EQ(r.status, absl::StartsWith(file.name, ".") ? 404 : 200)
        << file.url;
    if (r.status == 200) EXPECT_EQ(r.body, file.bytes) << file.url;
    EXPECT_EQ(client.Exchange("HEAD", file.url).status, r.status) << file.url;
  }
  EXPECT_EQ(client.Get("/upper.html").status, 404) << "letter case counts";
  EXPECT_EQ(client.Get("/folder%20with%20space").Field("Location"),
            "folder%20with%20space/");
  Server hidden({kNoRoot, "--hidden", site.path()});
  EXPECT_EQ(hidden.Connect().Get("/...three.txt.").status, 200);
}

}  // namespace
}  // namespace h1_test
