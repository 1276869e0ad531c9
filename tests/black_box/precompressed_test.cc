// Precompressed files through the whole server: what real clients decode, pairs
// while they are deployed, and other servers beside ours.
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/client.h"
#include "tests/support/process.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

constexpr int64_t kModified = 1700000000;

// A thousand times the letter a, in each coding.
std::string Original() { return std::string(1000, 'a'); }
const std::string kBr("\x1b\xe7\x03\xf8\x25\xc2\xa2\xb1\x40\x20\x34", 11);
const std::string kZstd(
    "\x28\xb5\x2f\xfd\x00\x68\x45\x00\x00\x08\x61\x01\x00\xe4\x2b\x20\x04", 17);
const std::string kGzip(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\x4c\x1c\x05\xa3\x60\x14\x0c"
    "\x77\x00\x00\x03\xda\x38\x9a\xe8\x03\x00\x00",
    29);

void WriteDated(const TempDir& site, const std::string& name,
                const std::string& bytes, int64_t modified = kModified) {
  site.Write(name, bytes);
  site.SetModified(name, modified);
}

void FillSite(const TempDir& site) {
  for (const char* name :
       {"all.js", "gz.js", "stale.js", "empty.js", "larger.js", "none.js"}) {
    WriteDated(site, name, Original());
  }
  WriteDated(site, "all.js.br", kBr);
  WriteDated(site, "all.js.zst", kZstd);
  WriteDated(site, "all.js.gz", kGzip);
  WriteDated(site, "gz.js.gz", kGzip);
  WriteDated(site, "stale.js.gz", kGzip, kModified - 1);
  WriteDated(site, "empty.js.gz", "");
  WriteDated(site, "larger.js.gz", Original() + "a");
}

// ---- clients ----

TEST(Precompressed, CurlDecodesEachCoding) {
  const std::string curl = FindProgram("curl");
  if (curl.empty()) GTEST_SKIP() << "no curl: apt-get install curl";
  TempDir site;
  FillSite(site);
  Server server({"--root=none", site.path()});
  const std::string url =
      absl::StrCat("http://127.0.0.1:", server.port(), "/all.js");
  for (const char* coding : {"br", "zstd", "gzip", "identity"}) {
    Command command;
    command.argv = {curl,
                    "-sS",
                    "--compressed",
                    "-H",
                    absl::StrCat("Accept-Encoding: ", coding),
                    url};
    const Finished f = RunProgram(command);
    if (f.exit == 61) {
      std::cout << "this curl cannot decode " << coding << "\n";
      continue;
    }
    EXPECT_EQ(f.exit, 0) << coding << f.err;
    EXPECT_EQ(f.out, Original()) << coding;
  }
}

TEST(Precompressed, WhatIsNotUsedIsCountedAndSaid) {
  TempDir site;
  FillSite(site);
  Server server({"--root=none", "--admin=public", site.path()});
  Client client = server.Connect();
  for (const char* path : {"/stale.js", "/empty.js", "/larger.js"}) {
    const Response r = client.Get(path, "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(r.body, Original()) << path;
    EXPECT_EQ(r.Field("Vary"), "Accept-Encoding") << path;
    EXPECT_FALSE(r.Has("Content-Encoding")) << path;
  }
  const Response metrics = client.Get("/_metrics");
  EXPECT_TRUE(absl::StrContains(
      metrics.body,
      "\"precompressed_unused\":{\"older\":1,\"empty\":1,\"no_smaller\":1,"
      "\"window\":0}"))
      << metrics.body;
  EXPECT_TRUE(absl::StrContains(
      server.process().Err(),
      "static files: stale.js.gz is not used: it is older than the original\n"))
      << server.process().Err();
}

TEST(Precompressed, WhatElseAnAnswerVariesByIsInTheSameLine) {
  TempDir site;
  FillSite(site);
  Server server({"--root=none", site.path()});
  const Response r = server.Connect().Get(
      "/gz.js", "Accept-Encoding: gzip\r\nRange: bytes=5000-\r\n");
  EXPECT_EQ(r.status, 416);
  EXPECT_EQ(r.Count("Vary"), 1u);
  EXPECT_EQ(r.Field("Vary"), "Accept-Encoding, Accept");
}

TEST(Precompressed, AreLeftAloneWhenTurnedOff) {
  TempDir site;
  FillSite(site);
  Server server({"--root=none", "--precompressed=off", site.path()});
  const Response r =
      server.Connect().Get("/all.js", "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(r.body, Original());
  EXPECT_FALSE(r.Has("Vary"));
}

// ---- deploys: all times are equal, so that only the folder tells ----

void WriteVersion(const TempDir& tree, const std::string& folder, int n) {
  const char digit = static_cast<char>('0' + n);
  WriteDated(tree, folder + "/a.js", std::string(1000, digit));
  WriteDated(tree, folder + "/a.js.br", std::string(10, digit));
  WriteDated(tree, folder + "/a.js.gz", std::string(20, digit));
}

// On each connection versions never go back, whatever is asked for: who has a
// new original is never sent an old sibling.
void AskInTurns(const Server& server, const std::atomic<bool>& stop,
                std::atomic<int>* answers, std::atomic<int>* bad) {
  Client client = server.Connect();
  char newest = '0';
  while (!stop) {
    for (const char* accept : {"identity", "gzip", "br", "gzip;q=0.5, br"}) {
      const Response r = client.Get(
          "/a.js", absl::StrCat("Accept-Encoding: ", accept, "\r\n"));
      (*answers)++;
      const char version = r.body.empty() ? '?' : r.body[0];
      const bool whole = r.body.find_first_not_of(version) == std::string::npos;
      const size_t sizes[] = {1000, 20, 10, 10};
      const bool right =
          r.status == 200 && whole && version >= newest &&
          (r.body.size() == sizes[0] || r.body.size() == sizes[1] ||
           r.body.size() == sizes[2]);
      if (!right && (*bad)++ == 0) ADD_FAILURE() << accept << " " << r;
      newest = version;
    }
  }
}

void DeployUnderLoad(const std::string& root,
                     const std::function<void(int)>& deploy) {
  Server server({"--root=none", "--keepalive-requests", "4000000000", root});
  std::atomic<bool> stop{false};
  std::atomic<int> answers{0}, bad{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; i++) {
    clients.emplace_back([&] { AskInTurns(server, stop, &answers, &bad); });
  }
  for (int n = 1; n <= 3; n++) {
    Sleep(200);
    deploy(n);
  }
  EXPECT_TRUE(WaitUntil([&] {
    const Response r = server.Connect().Get("/a.js", "Accept-Encoding: br\r\n");
    return r.body == std::string(10, '3');
  }));
  stop = true;
  for (std::thread& t : clients) t.join();
  EXPECT_GT(answers, 50);
  EXPECT_EQ(bad, 0) << "of " << answers;
}

TEST(PrecompressedDeploy, ByLink) {
  TempDir tree;
  for (int n = 0; n <= 3; n++) WriteVersion(tree, absl::StrCat("v", n), n);
  tree.Symlink("current", "v0");
  DeployUnderLoad(tree.File("current"), [&](int n) {
    tree.Symlink("next", absl::StrCat("v", n));
    ASSERT_EQ(rename(tree.File("next").c_str(), tree.File("current").c_str()),
              0);
  });
}

TEST(PrecompressedDeploy, ByRename) {
  TempDir tree;
  for (int n = 0; n <= 3; n++) WriteVersion(tree, absl::StrCat("v", n), n);
  ASSERT_EQ(rename(tree.File("v0").c_str(), tree.File("site").c_str()), 0);
  DeployUnderLoad(tree.File("site"), [&](int n) {
    const std::string site = tree.File("site");
    ASSERT_EQ(rename(site.c_str(), tree.File(absl::StrCat("o", n)).c_str()), 0);
    ASSERT_EQ(rename(tree.File(absl::StrCat("v", n)).c_str(), site.c_str()), 0);
  });
}

// ---- other servers ----

// What is sent: a coding, or "plain"; an asterisk when Vary says that there is
// a choice, and what is odd about it.
std::string Shape(const Response& r) {
  if (r.status != 200 && r.status != 206) return absl::StrCat(r.status);
  std::string shape = r.Field("Content-Encoding");
  if (shape.empty()) shape = "plain";
  if (absl::StrContains(r.Field("Vary"), "Accept-Encoding")) shape += "*";
  if (shape != "plain" && r.body.empty()) shape += " empty";
  return shape;
}

struct Row {
  const char* path;
  const char* accept;  // nullptr: no such field
  const char* ours;
  const char* nginx;  // 1.22 with gzip_static and gzip_vary: gzip alone
  const char* caddy;  // 2.6 with precompressed br zstd gzip
};

const Row kRows[] = {
    // All of them send the right bytes; Caddy does not say that there is a
    // choice.
    {"/gz.js", "gzip", "gzip*", "gzip*", "gzip*"},
    {"/gz.js", "deflate, gzip;q=1.0, *;q=0.5", "gzip*", "gzip*", "gzip*"},
    {"/gz.js", nullptr, "plain*", "plain*", "plain"},
    {"/gz.js", "gzip;q=0", "plain*", "plain*", "plain"},
    {"/none.js", "gzip", "plain", "plain", "plain"},
    // RFC 9110 12.5.3, as far as others go.
    {"/gz.js", "*", "gzip*", "plain*", "plain"},
    {"/gz.js", "x-gzip", "gzip*", "plain*", "plain"},
    {"/gz.js", "gzip;q=0.5, identity;q=1", "plain*", "gzip*", "gzip*"},
    {"/gz.js", "gzip;q=2", "plain*", "plain*", "gzip*"},
    {"/all.js", "gzip, zstd, br", "br*", "gzip*", "br*"},
    {"/all.js", "br;q=0.1, zstd;q=0.2, gzip;q=0.3", "gzip*", "gzip*", "gzip*"},
    // Siblings that must not be sent.
    {"/stale.js", "gzip", "plain*", "gzip*", "gzip*"},
    {"/empty.js", "gzip", "plain*", "gzip* empty", "gzip* empty"},
    {"/larger.js", "gzip", "plain*", "gzip*", "gzip*"},
};

std::string Ask(Client client, const Row& row) {
  const std::string fields = row.accept == nullptr
                                 ? ""
                                 : absl::StrCat("Accept-Encoding: ", row.accept,
                                                "\r\nConnection: close\r\n");
  return Shape(client.Get(row.path, fields));
}

// What a peer does is recorded, not required: another release of it may do
// better. But it has to be there, or one would compare with nothing.
void Compare(const std::string& name, const std::string& socket,
             const char* Row::*recorded) {
  int same = 0, differ = 0;
  for (const Row& row : kRows) {
    const std::string found = Ask(Client::Unix(socket), row);
    same += found == row.ours ? 1 : 0;
    if (found == row.*recorded) continue;
    differ++;
    std::cout << name << " changed: " << row.path << " "
              << (row.accept == nullptr ? "(none)" : row.accept) << ": "
              << found << ", recorded " << row.*recorded << "\n";
  }
  std::cout << name << ": " << same << " of " << std::size(kRows)
            << " rows as ours, " << differ << " not as recorded\n";
  EXPECT_EQ(Ask(Client::Unix(socket), kRows[0]), "gzip*")
      << name << " does not send the sibling that everyone sends";
}

TEST(PrecompressedPeers, OursIsAsRecorded) {
  TempDir site;
  FillSite(site);
  Server server({"--root=none", site.path()});
  for (const Row& row : kRows) {
    EXPECT_EQ(Ask(server.Connect(), row), row.ours)
        << row.path << " " << (row.accept == nullptr ? "(none)" : row.accept);
  }
}

void RunPeer(const TempDir& dir, const std::string& name, const Args& argv,
             const char* Row::*recorded) {
  Command command;
  command.argv = argv;
  command.env = {{"HOME", dir.path()},
                 {"XDG_CONFIG_HOME", dir.path()},
                 {"XDG_DATA_HOME", dir.path()}};
  Process process(command);
  const std::string socket = dir.File("socket");
  ASSERT_TRUE(WaitUntil([&] {
    return !process.Running() || Client::Unix(socket).Connected();
  })) << name;
  ASSERT_TRUE(process.Running()) << name << process.Err() << process.Out();
  Compare(name, socket, recorded);
  process.Signal(15);
  EXPECT_TRUE(process.Wait().has_value()) << name;
}

TEST(PrecompressedPeers, Nginx) {
  const std::string nginx = FindProgram("nginx");
  if (nginx.empty()) GTEST_SKIP() << "no nginx: apt-get install nginx-light";
  TempDir site, dir;
  FillSite(site);
  std::string config = absl::StrCat("daemon off; master_process off; pid ",
                                    dir.File("pid"), "; events {} http {\n");
  for (const char* kind :
       {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    absl::StrAppend(&config, kind, "_temp_path ", dir.File(kind), ";\n");
  }
  absl::StrAppend(&config,
                  "access_log off; types {} default_type text/plain;\n",
                  "gzip_static on; gzip_vary on;\nserver { listen unix:",
                  dir.File("socket"), "; root ", site.path(), "; } }\n");
  dir.Write("nginx.conf", config);
  RunPeer(dir, "nginx",
          {nginx, "-e", dir.File("err"), "-c", dir.File("nginx.conf")},
          &Row::nginx);
}

TEST(PrecompressedPeers, Caddy) {
  const std::string caddy = FindProgram("caddy");
  if (caddy.empty()) GTEST_SKIP() << "no caddy: apt-get install caddy";
  TempDir site, dir;
  FillSite(site);
  dir.Write("Caddyfile",
            absl::StrCat("{\n admin off\n auto_https off\n"
                         "}\nhttp:// {\n bind unix/",
                         dir.File("socket"), "\n root * ", site.path(),
                         "\n file_server {\n  precompressed br zstd gzip\n }\n"
                         "}\n"));
  RunPeer(dir, "caddy",
          {caddy, "run", "--adapter", "caddyfile", "--config",
           dir.File("Caddyfile")},
          &Row::caddy);
}

}  // namespace
}  // namespace h1_test
