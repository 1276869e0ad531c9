// Precompressed files beside their originals. What is in them does not matter
// here: nothing decodes it.
#include <map>
#include <string>
#include <vector>

#include "handlers/static/handler.h"
#include "handlers/static/world.h"

namespace {

// A frame with a window of 2 MB, and one block of these bytes.
std::string Zstd(const std::string& bytes, char window = '\x58') {
  std::string frame("\x28\xb5\x2f\xfd\x00", 5);
  frame += window;
  frame += static_cast<char>(bytes.size() << 3 | 1);
  return frame + std::string(1, static_cast<char>(bytes.size() >> 5)) +
         std::string(1, '\0') + bytes;
}

std::vector<std::string>& Said() {
  static std::vector<std::string> lines;
  return lines;
}
void Say(const char* line) { Said().push_back(line); }

class Siblings : public ::testing::Test, public StaticWorld {
 protected:
  Siblings() {
    Said().clear();
    options.say = Say;
    options.cache_control = "no-cache";
  }

  // The original and those of its siblings that `which` of "bzg" names.
  void WriteAll(const std::string& name, const std::string& which,
                const std::string& mark = "") const {
    Write(name, "original " + mark + std::string(200, '.'));
    for (const char c : which) WriteOne(name, c, mark);
  }
  void WriteOne(const std::string& name, char which,
                const std::string& mark = "") const {
    if (which == 'b') Write(name + ".br", "br " + mark);
    if (which == 'z') Write(name + ".zst", Zstd(mark));
    if (which == 'g') Write(name + ".gz", "gz " + mark);
  }

  std::unique_ptr<h1_exchange> Get(const std::string& target,
                                   const std::string& accept,
                                   FakeFields more = {},
                                   const std::string& method = "GET") {
    more.push_back({"Accept-Encoding", accept});
    return Ask("/static/" + target, more, method);
  }
  std::string Coding(const std::string& target, const std::string& accept) {
    return Get(target, accept)->Field("Content-Encoding");
  }
  h1_static_unused Unused() const { return h1_static_unused_siblings(files); }
};

TEST_F(Siblings, AreSentToWhoAcceptsThem) {
  WriteAll("a.js", "bzg");
  Start();
  for (int round = 0; round < 2; round++) {  // looked up, and from the cache
    const struct {
      std::string accept, coding, body;
    } cases[] = {
        {"gzip, deflate, br, zstd", "br", "br "},
        {"gzip, zstd", "zstd", Zstd("")},
        {"gzip", "gzip", "gz "},
        {"x-gzip", "gzip", "gz "},
        {"br;q=0.5, gzip;q=0.9, zstd;q=0.8", "gzip", "gz "},
        {"*", "br", "br "},
        {"*;q=0.5, identity", "", "original "},
        {"", "", "original "},
        {"deflate", "", "original "},
        {"gzip;q=0", "", "original "},
        {"identity;q=0", "", "original "},  // nothing would do
    };
    for (const auto& c : cases) {
      const auto x = Get("a.js", c.accept);
      EXPECT_EQ(x->status, 200) << c.accept;
      EXPECT_EQ(x->Field("Content-Encoding"), c.coding) << c.accept;
      EXPECT_EQ(x->body.rfind(c.body, 0), 0u) << c.accept << ": " << x->body;
      EXPECT_EQ(x->type, "text/javascript; charset=utf-8") << c.accept;
      EXPECT_EQ(x->Field("Vary"), "Accept-Encoding") << c.accept;
      EXPECT_EQ(x->Field("Cache-Control"), "no-cache") << c.accept;
      EXPECT_EQ(x->Field("Accept-Ranges"), "bytes") << c.accept;
    }
    EXPECT_EQ(Ask("/static/a.js")->Field("Content-Encoding"), "");
    EXPECT_EQ(Ask("/static/a.js")->Field("Vary"), "Accept-Encoding");
  }
}

TEST_F(Siblings, AreFilesOfTheirOwnAsWell) {
  WriteAll("a.js", "bzg");
  Start();
  const auto x = Get("a.js.gz", "gzip, br");
  EXPECT_EQ(x->body, "gz ");
  EXPECT_EQ(x->type, "application/gzip");
  EXPECT_EQ(x->Field("Content-Encoding"), "");
  EXPECT_EQ(x->Field("Vary"), "");
  // The same after it was sent for another, and the other way round.
  EXPECT_EQ(Get("a.js", "gzip")->type, "text/javascript; charset=utf-8");
  EXPECT_EQ(Get("a.js.gz", "gzip")->type, "application/gzip");
}

TEST_F(Siblings, OfAFolderAreThoseOfItsIndex) {
  Folder("d");
  WriteAll("d/index.html", "g");
  WriteAll("index.html", "b");
  Start();
  EXPECT_EQ(Coding("d/", "gzip, br"), "gzip");
  EXPECT_EQ(Coding("", "gzip, br"), "br");
  EXPECT_EQ(Coding("d", "gzip"), "") << "a redirect";
}

TEST_F(Siblings, WithoutOneThereIsNoVary) {
  WriteAll("a.js", "");
  WriteAll("b.js", "g");
  Start();
  EXPECT_EQ(Get("a.js", "gzip")->FieldCount("Vary"), 0u);
  EXPECT_EQ(Get("absent.js", "gzip")->FieldCount("Vary"), 0u);
  EXPECT_EQ(Get("b.js", "br")->Field("Vary"), "Accept-Encoding");
}

TEST_F(Siblings, CanBeTurnedOff) {
  WriteAll("a.js", "bzg");
  options.precompressed = false;
  Start();
  const auto x = Get("a.js", "gzip, br");
  EXPECT_EQ(x->Field("Content-Encoding"), "");
  EXPECT_EQ(x->FieldCount("Vary"), 0u);
}

TEST_F(Siblings, OfWhatIsCompressedAlreadyAreNotLookedFor) {
  WriteAll("a.svgz", "b");
  Start();
  const auto x = Get("a.svgz", "gzip, br");
  EXPECT_EQ(x->Field("Content-Encoding"), "gzip");
  EXPECT_EQ(x->FieldCount("Vary"), 0u);
}

// ---- validators and ranges ----

TEST_F(Siblings, HaveTagsOfTheirOwn) {
  WriteAll("a.js", "bg");
  Start();
  const std::string plain = Get("a.js", "")->Field("ETag");
  const std::string br = Get("a.js", "br")->Field("ETag");
  const std::string gzip = Get("a.js", "gzip")->Field("ETag");
  EXPECT_EQ(plain.size(), 34u);
  EXPECT_EQ(br.size(), 34u);
  EXPECT_NE(plain, br);
  EXPECT_NE(plain, gzip);
  EXPECT_NE(br, gzip);
  const auto same = Get("a.js", "gzip", {{"If-None-Match", gzip}});
  EXPECT_EQ(same->status, 304);
  EXPECT_EQ(same->Field("ETag"), gzip);
  EXPECT_EQ(same->Field("Vary"), "Accept-Encoding");
  EXPECT_EQ(same->Field("Cache-Control"), "no-cache");
  EXPECT_EQ(same->FieldCount("Content-Encoding"), 0u);
  EXPECT_EQ(Get("a.js", "gzip", {{"If-None-Match", plain}})->status, 200);
  EXPECT_EQ(Get("a.js", "", {{"If-None-Match", plain}})->status, 304);
  EXPECT_EQ(Get("a.js", "", {{"If-None-Match", gzip}})->status, 200);
  const auto refused = Get("a.js", "gzip", {{"If-Match", plain}});
  EXPECT_EQ(refused->status, 412);
  EXPECT_EQ(refused->Field("Vary"), "Accept-Encoding");
  EXPECT_EQ(Get("a.js", "gzip", {{"If-Match", gzip}})->status, 200);
}

TEST_F(Siblings, HaveRangesOfTheirOwnBytes) {
  Write("a.js", std::string(100, 'x'));
  Write("a.js.gz", "0123456789");
  Start();
  const auto part = Get("a.js", "gzip", {{"Range", "bytes=2-4"}});
  EXPECT_EQ(part->status, 206);
  EXPECT_EQ(part->body, "234");
  EXPECT_EQ(part->Field("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(part->Field("Content-Encoding"), "gzip");
  EXPECT_EQ(part->Field("Vary"), "Accept-Encoding");
  const auto beyond = Get("a.js", "gzip", {{"Range", "bytes=50-60"}});
  EXPECT_EQ(beyond->status, 416);
  EXPECT_EQ(beyond->Field("Content-Range"), "bytes */10");
  EXPECT_EQ(beyond->Field("Vary"), "Accept-Encoding");
  const auto plain = Get("a.js", "", {{"Range", "bytes=50-60"}});
  EXPECT_EQ(plain->Field("Content-Range"), "bytes 50-60/100");
  // If-Range names bytes of one coding, not of the other.
  const std::string gzip = Get("a.js", "gzip")->Field("ETag");
  const FakeFields ask = {{"Range", "bytes=2-4"}, {"If-Range", gzip}};
  EXPECT_EQ(Get("a.js", "gzip", ask)->status, 206);
  EXPECT_EQ(Get("a.js", "", ask)->status, 200);
}

TEST_F(Siblings, AnswerHeadAsGet) {
  WriteAll("a.js", "g");
  Start();
  const auto get = Get("a.js", "gzip");
  const auto head = Get("a.js", "gzip", {}, "HEAD");
  EXPECT_EQ(head->length, get->length);
  for (const char* name : {"Content-Encoding", "Vary", "ETag"}) {
    EXPECT_EQ(head->Field(name), get->Field(name)) << name;
  }
}

// ---- those that are not used ----

TEST_F(Siblings, OlderOnesAreNotUsed) {
  WriteAll("a.js", "bg");
  Stamp("a.js", now_s - 100);
  Stamp("a.js.br", now_s - 101);
  Stamp("a.js.gz", now_s - 100);
  Start();
  EXPECT_EQ(Coding("a.js", "br, gzip"), "gzip");
  const auto x = Get("a.js", "br");
  EXPECT_EQ(x->Field("Content-Encoding"), "");
  EXPECT_EQ(x->Field("Vary"), "Accept-Encoding");
  EXPECT_EQ(Unused().older, 1u);
  ASSERT_EQ(Said().size(), 1u);
  EXPECT_EQ(Said()[0],
            "static files: a.js.br is not used: it is older than the original");
}

TEST_F(Siblings, EmptyOnesAreNotUsed) {
  WriteAll("a.js", "g");
  Write("a.js.gz", "");
  Start();
  EXPECT_EQ(Coding("a.js", "gzip"), "");
  EXPECT_EQ(Unused().empty, 1u);
}

TEST_F(Siblings, ThoseThatAreNoSmallerAreNotUsed) {
  Write("same", "12345");
  Write("same.gz", "54321");
  Write("larger", "12345");
  Write("larger.gz", "654321");
  Write("smaller", "12345");
  Write("smaller.gz", "4321");
  Write("empty", "");
  Write("empty.gz", "1");
  Start();
  EXPECT_EQ(Coding("same", "gzip"), "");
  EXPECT_EQ(Coding("larger", "gzip"), "");
  EXPECT_EQ(Coding("empty", "gzip"), "");
  EXPECT_EQ(Coding("smaller", "gzip"), "gzip");
  EXPECT_EQ(Unused().no_smaller, 3u);
}

TEST_F(Siblings, ZstdWithALargeWindowIsNotUsed) {
  const std::string original(30000, '.');
  const std::string skip("\x50\x2a\x4d\x18\x03\x00\x00\x00...", 11);
  const std::string fits = Zstd("x", '\x68'), large = Zstd("x", '\x69');
  std::string many;
  for (int i = 0; i < 400; i++) many += fits + skip;
  const std::map<std::string, std::string> siblings = {
      {"a", large},        {"b", fits},
      {"c", "no frame"},   {"d", skip + skip + fits},
      {"e", skip + large}, {"f", fits + skip + large},
      {"g", skip},         {"h", many + large},
      {"i", many},         {"j", fits.substr(0, fits.size() - 1)},
  };
  for (const auto& [name, bytes] : siblings) {
    Write(name, original);
    Write(name + ".zst", bytes);
  }
  Start();
  for (int round = 0; round < 2; round++) {
    for (const auto& [name, bytes] : siblings) {
      const bool used = name == "b" || name == "d" || name == "i";
      EXPECT_EQ(Coding(name, "zstd"), used ? "zstd" : "") << name;
    }
    EXPECT_EQ(Unused().window, 7u);
    Wait();  // the files are looked at again, and what is known of them counts
  }
}

// More blocks than anyone looks at: what is not judged is not sent.
TEST_F(Siblings, ZstdOfTooManyPartsIsNotUsed) {
  std::string frame("\x28\xb5\x2f\xfd\x00\x58", 6);
  for (int i = 0; i < 8190; i++) frame += std::string(3, '\0');
  const std::string last("\x01\0\0", 3);
  const std::string original(30000, '.');
  Write("a", original);
  Write("a.zst", frame + last);
  Write("b", original);
  Write("b.zst", frame + std::string(3, '\0') + last);
  Start();
  EXPECT_EQ(Coding("a", "zstd"), "zstd");
  EXPECT_EQ(Coding("b", "zstd"), "");
}

// Judged when it was young, it is judged again: it may have become another one
// of the same looks.
TEST_F(Siblings, YoungZstdIsJudgedAgain) {
  const std::string original(300, '.');
  Write("a", original);
  Write("a.zst", Zstd("x"));
  Start();
  now_s -= 10;
  EXPECT_EQ(Coding("a", "zstd"), "zstd");
  Write("a.zst", Zstd("x", '\x69'));
  EXPECT_EQ(Coding("a", "zstd"), "");
  now_s += 10;
  EXPECT_EQ(Coding("a", "zstd"), "");
  EXPECT_EQ(Coding("a", "zstd"), "");
  Write("a.zst", Zstd("x"));
  Wait();
  EXPECT_EQ(Coding("a", "zstd"), "zstd");
}

// What a worker cannot judge at once a helper does.
TEST_F(Siblings, LargeZstdIsJudgedByHelpers) {
  const std::string block =
      std::string("\x00\x20\x00", 3) + std::string(1024, 'x');
  std::string frame("\x28\xb5\x2f\xfd\x00\x58", 6);
  for (int i = 0; i < 100; i++) frame += block;
  const std::string last("\x01\0\0", 3);
  Write("a", std::string(200000, '.'));
  Write("a.zst", frame + last);
  Write("b", std::string(200000, '.'));
  Write("b.zst", frame + last + Zstd("x", '\x69'));
  StartWithHelpers();
  for (int round = 0; round < 3; round++) {
    EXPECT_EQ(Coding("a", "zstd"), "zstd");
    EXPECT_EQ(Coding("b", "zstd"), "");
    Wait();
  }
  EXPECT_EQ(Unused().window, 1u);
}

TEST_F(Siblings, WhatIsNoFileIsNone) {
  WriteAll("a.js", "");
  Folder("a.js.gz");
  Link("nowhere", "a.js.br");
  Link("../outside", "a.js.zst");
  WriteAt(Beside("outside"), Zstd("x"));
  Start();
  const auto x = Get("a.js", "gzip, br, zstd");
  EXPECT_EQ(x->Field("Content-Encoding"), "");
  EXPECT_EQ(x->FieldCount("Vary"), 0u);
  EXPECT_EQ(Said().size(), 0u);
}

// A minute's worth of faults is one line; each is counted once, however often
// it is looked at.
TEST_F(Siblings, AreCountedWhenTheyChangeAndSaidOnceAMinute) {
  for (int i = 0; i < 5; i++) {
    WriteAll(std::to_string(i), "g");
    Write(std::to_string(i) + ".gz", "");
  }
  Start();
  for (int round = 0; round < 5; round++) {
    for (int i = 0; i < 5; i++) Coding(std::to_string(i), "gzip");
    Wait();
  }
  EXPECT_EQ(Unused().empty, 5u);
  EXPECT_EQ(Said().size(), 1u);
  now_ms += 60000;
  Write("0.gz", std::string(1000, 'x'));
  now_s += 10;
  Coding("0", "gzip");
  EXPECT_EQ(Unused().no_smaller, 1u);
  ASSERT_EQ(Said().size(), 2u);
}

TEST_F(Siblings, NamesAreEscapedWhenTheyAreSaid) {
  Write("a\n\x1b[31m", "original");
  Write("a\n\x1b[31m.gz", "");
  Start();
  Coding("a%0a%1b[31m", "gzip");
  EXPECT_EQ(Status("/static/a%0a"), 400) << "no line feed in a path";
  Write("a\x1b[31m", "original");
  Write("a\x1b[31m.gz", "");
  Coding("a%1b[31m", "gzip");
  ASSERT_EQ(Said().size(), 1u);
  EXPECT_EQ(Said()[0], "static files: a%1B%5B31m.gz is not used: it is empty");
}

// ---- what changes ----

TEST_F(Siblings, ComeAndGoWithinASecond) {
  WriteAll("a.js", "");
  Start();
  EXPECT_EQ(Coding("a.js", "gzip"), "");
  WriteOne("a.js", 'g');
  EXPECT_EQ(Coding("a.js", "gzip"), "") << "looked at less than a second ago";
  Wait();
  EXPECT_EQ(Coding("a.js", "gzip"), "gzip");
  WriteOne("a.js", 'b');
  Wait();
  EXPECT_EQ(Coding("a.js", "gzip, br"), "br");
  ASSERT_EQ(unlink(Path("a.js.br").c_str()), 0);
  EXPECT_EQ(Coding("a.js", "gzip, br"), "br");
  Wait();
  EXPECT_EQ(Coding("a.js", "gzip, br"), "gzip");
  ASSERT_EQ(unlink(Path("a.js.gz").c_str()), 0);
  Wait();
  const auto x = Get("a.js", "gzip, br");
  EXPECT_EQ(x->Field("Content-Encoding"), "");
  EXPECT_EQ(x->FieldCount("Vary"), 0u);
}

// An original that is newer than its sibling is never sent as that.
TEST_F(Siblings, OfAnotherOriginalAreNotUsed) {
  WriteAll("a.js", "g", "one");
  Stamp("a.js", now_s - 100);
  Stamp("a.js.gz", now_s - 100);
  Start();
  EXPECT_EQ(Get("a.js", "gzip")->body, "gz one");
  WriteAll("new", "g", "two");
  ASSERT_EQ(rename(Path("new").c_str(), Path("a.js").c_str()), 0);
  Wait();
  const auto x = Get("a.js", "gzip");
  EXPECT_EQ(x->body.rfind("original two", 0), 0u) << x->body;
  ASSERT_EQ(rename(Path("new.gz").c_str(), Path("a.js.gz").c_str()), 0);
  Wait();
  EXPECT_EQ(Get("a.js", "gzip")->body, "gz two");
}

// A deploy that keeps all times: only where the files were found tells which
// belong together.
TEST_F(Siblings, OfADeployComeWithTheirOriginals) {
  for (const char* which : {"one", "two", "three"}) {
    const std::string place = Beside(which);
    ASSERT_EQ(mkdir(place.c_str(), 0755), 0);
    for (const char* name : {"/a.js", "/a.js.gz"}) {
      WriteAt(place + name, std::string(name).substr(1) + " of " + which +
                                std::string(name[5] == '.' ? 0 : 50, '.'));
      timespec times[2] = {};
      times[0].tv_sec = times[1].tv_sec = static_cast<time_t>(now_s - 1000);
      ASSERT_EQ(utimensat(AT_FDCWD, (place + name).c_str(), times, 0), 0);
    }
  }
  const std::string link = Beside("current");
  ASSERT_EQ(symlink("one", link.c_str()), 0);
  folder.path = link.c_str();
  Start();
  std::string expected = "one";
  for (const char* next : {"two", "three"}) {
    // Both were looked at, half a second apart.
    EXPECT_EQ(Get("a.js", "")->body.find("a.js of " + expected), 0u);
    now_ms += 500;
    EXPECT_EQ(Get("a.js", "gzip")->body, "a.js.gz of " + expected);
    ASSERT_EQ(symlink(next, Beside("tmp").c_str()), 0);
    ASSERT_EQ(rename(Beside("tmp").c_str(), link.c_str()), 0);
    now_ms += 501;
    // The original is due; its sibling was looked at half a second ago.
    expected = next;
    EXPECT_EQ(Get("a.js", "gzip")->body, "a.js.gz of " + expected);
    EXPECT_EQ(Get("a.js", "")->body.find("a.js of " + expected), 0u);
  }
}

TEST_F(Siblings, ThatChangeAfterTheyWereFoundAreReplacedByTheOriginal) {
  WriteAll("a.js", "g", "one");
  Start();
  EXPECT_EQ(Coding("a.js", ""), "");  // both are looked at
  WriteOne("a.js", 'g', "another");
  const auto x = Get("a.js", "gzip");
  EXPECT_EQ(x->Field("Content-Encoding"), "");
  EXPECT_EQ(x->body.rfind("original one", 0), 0u);
  EXPECT_EQ(x->Field("Vary"), "Accept-Encoding");
  EXPECT_EQ(Get("a.js", "gzip")->body, "gz another") << "looked at again";
}

TEST_F(Siblings, YoungOnesAreLookedAtEachTimeAndPromiseNothing) {
  WriteAll("a.js", "g", "one");
  now_s -= 10;  // just written
  Start();
  const auto x = Get("a.js", "gzip");
  EXPECT_EQ(x->body, "gz one");
  EXPECT_EQ(x->FieldCount("ETag"), 0u);
  EXPECT_EQ(x->FieldCount("Last-Modified"), 0u);
  EXPECT_EQ(x->Field("Vary"), "Accept-Encoding");
  const auto original = Get("a.js", "");  // no otherwise than the original
  EXPECT_EQ(original->FieldCount("ETag"), 0u);
  EXPECT_EQ(original->FieldCount("Last-Modified"), 0u);
  WriteOne("a.js", 'g', "two");
  EXPECT_EQ(Get("a.js", "gzip")->body, "gz two");
  now_s += 10;
  EXPECT_EQ(Get("a.js", "gzip")->Field("ETag").size(), 34u);
}

// Too large to be kept in memory: served from descriptors.
TEST_F(Siblings, OfAnySizeAreServed) {
  const std::string large(300000, 'x'), middle(200000, 'y');
  Write("large", large);
  Write("large.gz", middle);
  Write("large.br", "small");
  Start();
  for (int round = 0; round < 3; round++) {
    EXPECT_EQ(Get("large", "gzip")->body, middle);
    EXPECT_EQ(Get("large", "br")->body, "small");
    EXPECT_EQ(Get("large", "")->body, large);
    if (round == 1) Wait();
  }
  // Written to in place: noticed before the next answer.
  Write("large.gz", std::string(200000, 'z'));
  EXPECT_EQ(Get("large", "gzip")->body, large);
  EXPECT_EQ(Get("large", "gzip")->body, std::string(200000, 'z'));
}

TEST_F(Siblings, WithoutRoomInTheCacheAreServedAllTheSame) {
  options.files_per_worker = 1;
  WriteAll("a.js", "bg");
  const std::string long_name(250, 'n');  // no key
  WriteAll(long_name, "g");
  Start();
  for (int round = 0; round < 3; round++) {
    EXPECT_EQ(Get("a.js", "gzip")->body, "gz ");
    EXPECT_EQ(Get("a.js", "br")->body, "br ");
    EXPECT_EQ(Get("a.js", "")->body.rfind("original", 0), 0u);
    EXPECT_EQ(Get(long_name, "gzip")->body, "gz ");
    EXPECT_EQ(Get(long_name, "")->body.rfind("original", 0), 0u);
  }
  // A name that is as long as names can be has no siblings.
  WriteAll(std::string(255, 'n'), "");
  EXPECT_EQ(Get(std::string(255, 'n'), "gzip")->status, 200);
}

TEST_F(Siblings, AreLetGoOf) {
  Write("large", std::string(300000, 'x'));
  Write("large.gz", std::string(200000, 'y'));
  Start();
  EXPECT_EQ(Coding("large", "gzip"), "gzip");
  for (int i = 0; i < 10 && Tick(); i++) continue;
  EXPECT_FALSE(Tick());
}

TEST_F(Siblings, AreLookedUpByHelpers) {
  WriteAll("a.js", "bzg");
  StartWithHelpers();
  for (int round = 0; round < 3; round++) {
    EXPECT_EQ(Coding("a.js", "gzip, br, zstd"), "br");
    EXPECT_EQ(Coding("a.js", "gzip, zstd"), "zstd");
    EXPECT_EQ(Coding("a.js", "gzip"), "gzip");
    EXPECT_EQ(Coding("a.js", ""), "");
    Wait();
  }
}

}  // namespace
