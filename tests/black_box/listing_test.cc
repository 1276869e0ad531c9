// --listing: what is said of a folder without an index, over real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/json.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Listing, IsSaidOfFoldersWithoutAnIndex) {
  TempDir site;
  site.Write("app/index.html", "app");
  site.Write("files/b.txt", "12345");
  site.Write("files/a/c", "");
  site.Write("files/.hidden", "x");
  site.Write("fallback.html", "fallback");
  Server server(
      {"--root=none", "--listing", "--fallback=fallback.html", site.path()});
  Client client = server.Connect();
  EXPECT_EQ(client.Get("/app/").body, "app");
  EXPECT_EQ(client.Get("/files").Field("Location"), "files/");
  const Response page = client.Get("/files/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.Field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.Field("Vary"), "Accept");
  EXPECT_THAT(page.Field("Content-Security-Policy"), HasSubstr("'none'"));
  EXPECT_THAT(page.body, HasSubstr("href=\"./b.txt\""));
  EXPECT_THAT(page.body, HasSubstr("href=\"../\""));
  EXPECT_THAT(page.body, Not(HasSubstr("./.hidden")));
  EXPECT_EQ(client.Get("/").status, 200);
  EXPECT_THAT(client.Get("/").body, Not(HasSubstr("../")));
  const Json json = ParseJson(client.Get("/files/?format=json").body);
  EXPECT_EQ(json.At("path").text, "/files/");
  const Response accepted =
      client.Get("/files/", "Accept: application/json\r\n");
  EXPECT_EQ(accepted.Field("Content-Type"), "application/json");
  const std::string tag = page.Field("ETag");
  const Response kept = client.Get("/files/", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(kept.status, 304) << tag;
  EXPECT_EQ(kept.Field("ETag"), tag);
  EXPECT_EQ(kept.Field("Vary"), "Accept");
  EXPECT_EQ(client.Exchange("HEAD", "/files/").Field("ETag"), tag);
  EXPECT_NE(accepted.Field("ETag"), tag);
  site.Write("files/c.txt", "");
  EXPECT_EQ(client.Get("/files/", "If-None-Match: " + tag + "\r\n").status,
            200);
  EXPECT_EQ(client.Get("/files/?format=xml").status, 400);
  client = server.Connect();
  EXPECT_EQ(client.Exchange("HEAD", "/files/").body, "");
  EXPECT_EQ(client.Exchange("POST", "/files/").status, 405);
  // A folder that is not there is answered as without listings.
  EXPECT_EQ(client.Get("/nope/").status, 404);
  const Response page_for = client.Get("/nope/", "Accept: text/html\r\n");
  EXPECT_EQ(page_for.status, 200);
  EXPECT_EQ(page_for.body, "fallback");
}

TEST(Listing, IsOffUnlessAskedFor) {
  TempDir site;
  site.Write("files/a", "");
  Server server({"--root=none", site.path()});
  EXPECT_EQ(server.Connect().Get("/files/").status, 404);
}

// Every name that a file may have leads to that file.
TEST(Listing, EveryLinkLeadsToItsFile) {
  TempDir site;
  const std::vector<std::string> names = {
      "a b",  "100%",    "%41",          "x?y=z#w", "a:b", "\x01\x7F",
      "\xFF", "<b>&\"'", "\xC3\xA9",     "~",       "+",   ";,=@!$()*",
      "-rf",  "a\tb",    "\xE2\x80\xAE", "...x"};
  for (const auto& name : names) {
    site.Write("odd/" + name, absl::StrCat("this is ", name));
  }
  Server server({"--root=none", "--listing", "--hidden", site.path()});
  Client client = server.Connect();
  const std::string json = client.Get("/odd/?format=json").body;
  std::vector<std::string> bodies, expected;
  const std::string mark = "\"href\":\"./";
  for (size_t at = json.find(mark); at != std::string::npos;
       at = json.find(mark, at + 1)) {
    const size_t from = at + mark.size();
    const std::string link = json.substr(from, json.find('"', from) - from);
    bodies.push_back(client.Get("/odd/" + link).body);
  }
  for (const auto& name : names) {
    expected.push_back(absl::StrCat("this is ", name));
  }
  EXPECT_THAT(bodies, testing::UnorderedElementsAreArray(expected)) << json;
}

// Many clients want different folders at once: each gets its own, soon.
TEST(Listing, EachOfManyGetsItsOwn) {
  TempDir site;
  for (int i = 0; i < 4; i++) {
    site.Write(absl::StrCat("f", i, "/only-in-", i), "");
  }
  Server server({"--root=none", "--listing", site.path()});
  std::vector<std::string> faults(8);
  std::vector<std::thread> clients;
  for (size_t c = 0; c < faults.size(); c++) {
    clients.emplace_back([&, c] {
      Client client = server.Connect();
      for (size_t turn = 0; turn < 40; turn++) {
        const size_t i = (c + turn) % 4;
        const Response r = client.Get(absl::StrCat("/f", i, "/?format=json"));
        if (r.status != 200 ||
            !absl::StrContains(r.body, absl::StrCat("\"only-in-", i, "\""))) {
          faults[c] = absl::StrCat(r.status, " ", r.body);
          return;
        }
      }
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_THAT(faults, testing::Each(""));
}

TEST(Listing, ItsMemoryIsCounted) {
  for (const char* option : {"--listing", "--listing=off"}) {
    Command command;
    command.argv = {ServerBinary(), "--print-limits", option};
    const Finished limits = RunProgram(command);
    EXPECT_EQ(limits.exit, 0) << limits.err;
    EXPECT_THAT(limits.out, HasSubstr("listing of a folder"));
  }
}

}  // namespace
}  // namespace h1_test
