// Listings of real folders: what is in them, that they are never old, and whose
// turn it is when several are wanted.
#include "handlers/static/lister.h"

#include <sys/stat.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "handlers/static/world.h"
#include "handlers/testing/fake_exchange.h"

namespace {

struct Served {
  h1_lister* lister;
  h1_static_root root;
};

void Refuse(h1_exchange* x, uint16_t status, h1_error reason) {
  h1_reply_status(x, status, reason);
}

void Serve(h1_exchange* x) {
  auto* served = static_cast<Served*>(h1_exchange_data(x));
  h1_lister_serve(x, served->lister, &served->root, h1_exchange_rest(x),
                  Refuse);
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Lister : public testing::Test {
 protected:
  Lister() : memory_((h1_lister_memory_bytes() + 7) / 8) {
    served_.lister = h1_lister_init(memory_.data(), false);
    h1_static_root_init(&served_.root, world.root.c_str(),
                        h1_static_root_probe(world.root.c_str()) > 0,
                        H1_STATIC_LINKS_BENEATH);
  }
  ~Lister() override {
    EXPECT_TRUE(h1_lister_stop(served_.lister));
    h1_static_root_close(&served_.root);
  }
  void StartThread() { ASSERT_EQ(h1_lister_start(served_.lister), 0); }

  std::unique_ptr<h1_exchange> Begin(const std::string& target,
                                     const FakeFields& fields = {}) {
    auto x = std::make_unique<h1_exchange>("GET", target, fields);
    x->data = &served_;
    x->now_s = world.now_s;
    x->now_ms = world.now_ms;
    x->Run("/files/", Serve);
    return x;
  }
  std::unique_ptr<h1_exchange> Ask(const std::string& target,
                                   const FakeFields& fields = {}) {
    auto x = Begin(target, fields);
    x->Finish();
    x->Drain();
    return x;
  }
  std::string Json(const std::string& target) {
    return Ask(target + "?format=json")->body;
  }
  // A folder whose listing does not fit one reply.
  void Large(const std::string& name) {
    world.Folder(name);
    for (int i = 0; i < 300; i++) {
      world.Write(name + "/" + std::to_string(i) + std::string(200, 'x'), "");
    }
  }

  StaticWorld world;
  Served served_;

 private:
  std::vector<uint64_t> memory_;
};

TEST_F(Lister, ShowsWhatCouldBeFetchedAndNothingElse) {
  world.Write("a.txt", "12345");
  world.Folder("sub");
  world.Write(".hidden", "x");
  world.Write("a\\b", "x");
  world.Link("a.txt", "inside");
  world.Link(world.Path("sub"), "folder");
  world.Link(world.Beside("secret"), "outside");
  world.Link("nowhere", "broken");
  world.WriteAt(world.Beside("secret"), "x");
  ASSERT_EQ(mkfifo(world.Path("fifo").c_str(), 0644), 0);
  const std::string json = Json("/files/");
  EXPECT_TRUE(Holds(json,
                    "\"name\":\"a.txt\",\"href\":\"./a.txt\","
                    "\"type\":\"file\",\"size\":5"))
      << json;
  EXPECT_TRUE(Holds(json, "\"name\":\"sub\"")) << json;
  EXPECT_TRUE(Holds(json,
                    "\"name\":\"inside\",\"href\":\"./inside\","
                    "\"type\":\"file\",\"size\":5"))
      << json;
  EXPECT_TRUE(Holds(json, "\"name\":\"folder\",\"href\":\"./folder/\""))
      << json;
  for (const char* name : {"hidden", "outside", "broken", "fifo", "\"..\""}) {
    EXPECT_FALSE(Holds(json, name)) << name << json;
  }
  EXPECT_TRUE(Holds(json, "\"left_out\":1")) << json;
}

TEST_F(Lister, ShowsDotFilesWhenTold) {
  world.Write(".hidden", "x");
  served_.lister->look.hidden = true;
  EXPECT_TRUE(Holds(Json("/files/"), "\".hidden\""));
}

TEST_F(Lister, FollowsNoLinkThatIsNotFollowed) {
  world.Write("a.txt", "12345");
  world.Link("a.txt", "inside");
  served_.root.links = H1_STATIC_LINKS_NONE;
  const std::string json = Json("/files/");
  EXPECT_TRUE(Holds(json, "a.txt")) << json;
  EXPECT_FALSE(Holds(json, "inside")) << json;
}

TEST_F(Lister, FormatIsChosen) {
  const struct {
    std::string query, accept;  // empty: none
    uint16_t status;
    bool json;
  } cases[] = {
      {"", "", 200, false},
      {"", "*/*", 200, false},
      {"", "text/html,application/xhtml+xml,*/*;q=0.8", 200, false},
      {"", "application/json", 200, true},
      {"", "application/json, text/html", 200, false},
      {"", "application/json, text/html;q=0.5", 200, true},
      {"?format=json", "text/html", 200, true},
      {"?format=html", "application/json", 200, false},
      {"?other=1", "", 200, false},
      {"?format=xml", "", 400, false},
      {"?format=json&format=json", "", 400, false},
  };
  for (const auto& c : cases) {
    FakeFields fields;
    if (!c.accept.empty()) fields.push_back({"Accept", c.accept});
    const auto x = Ask("/files/" + c.query, fields);
    EXPECT_EQ(x->status, c.status) << c.query << c.accept;
    if (c.status != 200) continue;
    EXPECT_EQ(x->type, c.json ? "application/json" : "text/html; charset=utf-8")
        << c.query << c.accept;
    EXPECT_EQ(x->body[0] == '{', c.json);
    EXPECT_EQ(x->Field("Vary"), "Accept");
    EXPECT_EQ(x->Field("Cache-Control"), "no-cache");
    EXPECT_EQ(x->FieldCount("Content-Security-Policy"), c.json ? 0u : 1u);
  }
}

TEST_F(Lister, HasATagOfItsBytes) {
  world.Write("a", "1");
  world.Folder("sub");
  std::map<std::string, std::string> bodies;  // by tag
  const auto look = [&](const std::string& target, const std::string& accept) {
    world.Wait();
    const auto x = Ask(target, {{"Accept", accept}});
    const std::string tag = x->Field("ETag");
    EXPECT_EQ(x->status, 200);
    EXPECT_EQ(tag.size(), 34u) << tag;
    const auto known = bodies.emplace(tag, x->body);
    EXPECT_EQ(known.first->second, x->body) << target;
    const auto again = Ask(target, {{"Accept", accept}});
    EXPECT_EQ(again->Field("ETag"), tag);
    EXPECT_EQ(again->body, x->body);
    return tag;
  };
  // All of these are other bytes, so they have other tags.
  std::set<std::string> tags;
  const auto is_new = [&](const std::string& what) {
    EXPECT_TRUE(tags.insert(look("/files/", "text/html")).second) << what;
    EXPECT_TRUE(tags.insert(look("/files/", "application/json")).second)
        << what;
  };
  is_new("first");
  EXPECT_TRUE(tags.insert(look("/files/sub/", "text/html")).second);
  world.Write("b", "1");
  is_new("a name more");
  world.Write("a", "12");
  is_new("a size");
  world.Stamp("a", 1000000);
  is_new("a time");
  world.Write("c\\d", "");
  is_new("a name left out");
  ASSERT_EQ(unlink(world.Path("b").c_str()), 0);
  world.Folder("b");
  world.Stamp("b", 1000000);
  is_new("a folder");
  EXPECT_EQ(look("/files/?format=json", "text/html"),
            look("/files/", "application/json"));
}

TEST_F(Lister, WhoHasItIsNotSentItAgain) {
  world.Write("a", "1");
  Large("large");
  world.Folder("small");
  for (const char* target : {"/files/", "/files/large/"}) {
    const std::string tag = Ask(target)->Field("ETag");
    for (const std::string& given :
         {tag, "W/" + tag, std::string("*"), "\"x\", " + tag}) {
      const auto x = Begin(target, {{"If-None-Match", given}});
      EXPECT_EQ(x->status, 304) << given;
      EXPECT_EQ(x->kind, FakeKind::kStatus);
      EXPECT_EQ(x->Field("ETag"), tag);
      EXPECT_EQ(x->Field("Vary"), "Accept");
      EXPECT_EQ(x->Field("Cache-Control"), "no-cache");
      EXPECT_EQ(x->FieldCount("Content-Security-Policy"), 0u);
      // Nothing is held for it.
      EXPECT_EQ(Ask("/files/small/")->status, 200);
    }
    const auto other = Ask(target, {{"If-None-Match", "\"x\""}});
    EXPECT_EQ(other->status, 200);
    other->End();
    EXPECT_EQ(Ask(target, {{"If-Match", "\"x\""}})->status, 412);
    EXPECT_EQ(Ask(target, {{"If-Match", "W/" + tag}})->status, 412);
    EXPECT_EQ(Ask(target, {{"If-Match", tag}})->status, 200);
    // It has no date to compare, and no ranges.
    EXPECT_EQ(
        Ask(target, {{"If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"}})
            ->status,
        200);
    EXPECT_EQ(Ask(target, {{"Range", "bytes=0-0"}})->status, 200);
  }
  const std::string tag = Ask("/files/")->Field("ETag");
  world.Write("b", "");
  EXPECT_EQ(Ask("/files/", {{"If-None-Match", tag}})->status, 200);
  EXPECT_EQ(
      Ask("/files/", {{"If-None-Match", tag}, {"Accept", "application/json"}})
          ->status,
      200);
}

TEST_F(Lister, IsNeverOld) {
  world.Write("a", "1");
  EXPECT_FALSE(Holds(Json("/files/"), "\"b\""));
  world.Write("b", "1");
  EXPECT_TRUE(Holds(Json("/files/"), "\"b\""));
  ASSERT_EQ(unlink(world.Path("b").c_str()), 0);
  EXPECT_FALSE(Holds(Json("/files/"), "\"b\""));
  world.Write("a", "123");
  world.Wait();
  EXPECT_TRUE(Holds(Json("/files/"), "\"size\":3"));
  const std::string other = world.Beside("other");
  ASSERT_EQ(mkdir(other.c_str(), 0755), 0);
  world.WriteAt(other + "/fresh", "");
  ASSERT_EQ(rename(world.root.c_str(), world.Beside("old").c_str()), 0);
  ASSERT_EQ(rename(other.c_str(), world.root.c_str()), 0);
  EXPECT_TRUE(Holds(Json("/files/"), "\"fresh\""));
}

TEST_F(Lister, WhatIsNoFolderIsNotFound) {
  world.Write("file", "x");
  EXPECT_EQ(Ask("/files/nope/")->status, 404);
  EXPECT_EQ(Ask("/files/file/")->status, 404);
  world.Link("..", "up");
  EXPECT_EQ(Ask("/files/up/")->status, 404);
}

TEST_F(Lister, TheThreadDoesTheSame) {
  StartThread();
  world.Folder("sub");
  world.Write("sub/a", "1");
  for (int i = 0; i < 3; i++) {
    const auto x = Ask("/files/sub/?format=json");
    EXPECT_EQ(x->status, 200);
    EXPECT_TRUE(Holds(x->body, "\"path\":\"/files/sub/\"")) << x->body;
    EXPECT_TRUE(Holds(x->body, "\"name\":\"a\"")) << x->body;
  }
  EXPECT_EQ(Ask("/files/nope/")->status, 404);
}

// Several are wanted at once: each gets its own.
TEST_F(Lister, EachGetsItsOwn) {
  StartThread();
  for (const char* name : {"one", "two", "three"}) {
    world.Folder(name);
    world.Write(std::string(name) + "/in-" + name, "");
  }
  for (int turn = 0; turn < 20; turn++) {
    auto a = Begin("/files/one/"), b = Begin("/files/two/");
    auto c = Begin("/files/one/"), d = Begin("/files/three/");
    for (auto* x : {a.get(), d.get(), b.get(), c.get()}) {
      ASSERT_TRUE(x->Finish());
      x->Drain();
      EXPECT_EQ(x->status, 200);
    }
    EXPECT_TRUE(Holds(a->body, "in-one"));
    EXPECT_TRUE(Holds(b->body, "in-two"));
    EXPECT_TRUE(Holds(c->body, "in-one"));
    EXPECT_TRUE(Holds(d->body, "in-three"));
  }
}

// Who goes away while waiting keeps nobody else from his turn.
TEST_F(Lister, WhoLeavesIsNotWaitedFor) {
  StartThread();
  world.Folder("one");
  world.Folder("two");
  for (int turn = 0; turn < 20; turn++) {
    auto a = Begin("/files/one/");
    auto b = Begin("/files/two/");
    a->End();
    ASSERT_TRUE(b->Finish());
    EXPECT_EQ(b->status, 200);
  }
}

TEST_F(Lister, ALargeOneIsSentInPiecesAndHeld) {
  Large("large");
  world.Folder("small");
  auto reader = Begin("/files/large/");
  ASSERT_EQ(reader->kind, FakeKind::kPull);
  // Another folder waits, and then is refused.
  auto other = Begin("/files/small/");
  EXPECT_EQ(other->replies, 0);
  ASSERT_TRUE(other->Finish());
  EXPECT_EQ(other->status, 503);
  EXPECT_EQ(other->reason, H1_STORAGE_BUSY);
  // The same folder is read by others meanwhile.
  world.Wait();
  auto second = Ask("/files/large/");
  EXPECT_EQ(second->status, 200);
  reader->Drain();
  EXPECT_FALSE(reader->cut);
  EXPECT_EQ(reader->body, second->body);
  for (int i = 0; i < 300; i++) {
    EXPECT_TRUE(Holds(reader->body, "\"./" + std::to_string(i) + "xxx")) << i;
  }
  EXPECT_TRUE(Holds(reader->body, "</html>"));
  // With both gone it is free.
  reader->End();
  second->End();
  EXPECT_EQ(Ask("/files/small/")->status, 200);
}

TEST_F(Lister, WhoReadsSlowlyIsCutForAnother) {
  Large("large");
  world.Folder("small");
  auto reader = Begin("/files/large/");
  ASSERT_EQ(reader->kind, FakeKind::kPull);
  world.now_ms += H1_LISTER_HOLD_MS - 1;
  auto other = Begin("/files/small/");
  EXPECT_EQ(other->replies, 0);
  other->End();
  world.now_ms += 1;
  EXPECT_EQ(Ask("/files/small/")->status, 200);
  reader->Drain();
  EXPECT_TRUE(reader->cut);
}

// It changed while it is held: nobody is shown what it was.
TEST_F(Lister, AHeldOneThatChangedIsNotShown) {
  Large("large");
  auto reader = Begin("/files/large/");
  ASSERT_EQ(reader->kind, FakeKind::kPull);
  world.Write("large/new", "");
  auto second = Begin("/files/large/");
  ASSERT_TRUE(second->Finish());
  EXPECT_EQ(second->status, 503);
  reader->End();
  EXPECT_TRUE(Holds(Ask("/files/large/")->body, "\"./new\""));
}

}  // namespace
