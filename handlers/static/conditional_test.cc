// Validators, preconditions and ranges of static files.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "handlers/static/world.h"

namespace {

const int64_t kStamp = 784111777;
const char kDate[] = "Sun, 06 Nov 1994 08:49:37 GMT";
const char kBefore[] = "Sun, 06 Nov 1994 08:49:36 GMT";
const char kAfter[] = "Sun, 06 Nov 1994 08:49:38 GMT";

class StaticConditional : public ::testing::Test, public StaticWorld {
 protected:
  void SetUp() override {
    options.cache_control = "max-age=60";
    Start();
    Write("f.txt", "0123456789");
    Stamp("f.txt", kStamp);
    tag_ = Ask("/static/f.txt")->Field("ETag");
    ASSERT_EQ(tag_.size(), 34u);
  }
  std::string tag_;
};

// ---- validators ----

TEST_F(StaticConditional, YoungFileHasNoValidatorsAndIsNever304) {
  Write("young", "x");
  struct stat st;
  ASSERT_EQ(stat(Path("young").c_str(), &st), 0);
  for (const int64_t age_s : {0, 1, 2}) {
    // Two seconds by the clock's whole seconds may be less than two.
    if (age_s == 2 && st.st_ctim.tv_nsec == 0) continue;
    Wait();
    now_s = static_cast<int64_t>(st.st_ctim.tv_sec) + age_s;
    const auto x = Ask("/static/young");
    EXPECT_EQ(x->status, 200);
    EXPECT_EQ(x->Field("ETag"), "") << age_s;
    EXPECT_EQ(x->Field("Last-Modified"), "") << age_s;
    EXPECT_EQ(x->Field("Accept-Ranges"), "bytes");
    EXPECT_EQ(Status("/static/young", {{"If-None-Match", "*"}}), 200);
    EXPECT_EQ(Status("/static/young",
                     {{"If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"}}),
              200);
    EXPECT_EQ(Status("/static/young", {{"If-Match", "*"}}), 200);
    EXPECT_EQ(Status("/static/young", {{"If-Match", tag_}}), 412);
  }
  Wait();
  now_s = static_cast<int64_t>(st.st_ctim.tv_sec) + 3;
  EXPECT_NE(Ask("/static/young")->Field("ETag"), "");
}

TEST_F(StaticConditional, YoungFileIsReadAgainThoughItLooksTheSame) {
  now_s -= 10;
  Write("young", "one");
  struct stat st;
  ASSERT_EQ(stat(Path("young").c_str(), &st), 0);
  EXPECT_EQ(Body("/static/young"), "one");
  Write("young", "two");
  Wait();
  EXPECT_EQ(Body("/static/young"), "two");
}

TEST_F(StaticConditional, YoungFileIsReadForEachRequest) {
  now_s -= 10;
  for (const std::string& text :
       {std::string(), std::string("ha"), std::string("half"),
        std::string(70000, 'w')}) {
    Write("young", text);
    EXPECT_EQ(Body("/static/young"), text);
    EXPECT_EQ(Body("/static/young"), text);
  }
}

// The clock of the file server is ahead of ours: the change is as old as our
// first look at it, at least.
TEST_F(StaticConditional, ACtimeAheadOfTheClockIsYoungForTwoSeconds) {
  struct stat st;
  Write("f.txt", "9876543210");
  Stamp("f.txt", kStamp);
  ASSERT_EQ(stat(Path("f.txt").c_str(), &st), 0);
  now_s = static_cast<int64_t>(st.st_ctim.tv_sec) - 100;
  now_ms += 5000;
  for (const unsigned later_ms : {0u, 1000u, 999u}) {
    now_ms += later_ms;
    EXPECT_EQ(Ask("/static/f.txt")->Field("ETag"), "") << later_ms;
  }
  now_ms += 1;
  EXPECT_NE(Ask("/static/f.txt")->Field("ETag"), "");
  EXPECT_EQ(Ask("/static/f.txt")->Field("Last-Modified"), kDate);
  Write("f.txt", "0123456789");
  Stamp("f.txt", kStamp);
  Wait();
  EXPECT_EQ(Ask("/static/f.txt")->Field("ETag"), "") << "another version";
}

TEST_F(StaticConditional, LastModifiedIsTrueOrAbsent) {
  const int64_t year_1980 = 315532800;
  const int64_t year_10000 = 253402300800;
  struct {
    int64_t mtime_s;
    const char* want;
  } const cases[] = {
      {kStamp, kDate},
      {0, ""},
      {1, ""},
      {-1, ""},
      {-2000000000, ""},
      {86400, ""},
      {86401, "Fri, 02 Jan 1970 00:00:01 GMT"},
      {year_1980, ""},
      {year_1980 + 14 * 3600, ""},
      {year_1980 - 14 * 3600, ""},
      {year_1980 + 14 * 3600 + 1, "Tue, 01 Jan 1980 14:00:01 GMT"},
      {now_s + 3600, ""},
      {4102444800, ""},
      {year_10000 - 1, ""},
      {year_10000, ""},
  };
  for (const auto& c : cases) {
    Stamp("f.txt", c.mtime_s);
    struct stat st;
    ASSERT_EQ(stat(Path("f.txt").c_str(), &st), 0);
    if (st.st_mtim.tv_sec != c.mtime_s) continue;  // not on this file system
    Wait();
    const auto x = Ask("/static/f.txt");
    EXPECT_EQ(x->status, 200) << c.mtime_s;
    EXPECT_EQ(x->Field("Last-Modified"), c.want) << c.mtime_s;
    EXPECT_EQ(x->Field("ETag").size(), 34u) << c.mtime_s;
    if (*c.want == '\0') {
      EXPECT_EQ(Status("/static/f.txt", {{"If-Modified-Since",
                                          "Fri, 01 Jan 2100 00:00:00 GMT"}}),
                200)
          << c.mtime_s;
    }
  }
}

TEST_F(StaticConditional, LastModifiedIsNotLaterThanDateWhenTheClockGoesBack) {
  EXPECT_EQ(Ask("/static/f.txt")->Field("Last-Modified"), kDate);
  now_s = kStamp - 1;
  const auto x = Ask("/static/f.txt");
  EXPECT_EQ(x->status, 200);
  EXPECT_EQ(x->Field("Last-Modified"), "");
}

// The first 128 bits of SHA-256, and so the same for the same bytes.
TEST_F(StaticConditional, TheTagDependsOnTheBytesAlone) {
  EXPECT_EQ(tag_, "\"84d89877f0d4041efb6bf91a16f0248f\"");
  auto tag_now = [&] {
    Wait();
    return Ask("/static/f.txt")->Field("ETag");
  };
  Stamp("f.txt", kStamp + 1);
  EXPECT_EQ(tag_now(), tag_) << "another time";
  ASSERT_EQ(chmod(Path("f.txt").c_str(), 0600), 0);
  EXPECT_EQ(tag_now(), tag_) << "another mode";
  Write("copy", "0123456789");
  ASSERT_EQ(rename(Path("copy").c_str(), Path("f.txt").c_str()), 0);
  EXPECT_EQ(tag_now(), tag_) << "another file";
  Write("f.txt", "0123456780");
  Stamp("f.txt", kStamp);
  EXPECT_NE(tag_now(), tag_) << "other bytes";
  Write("f.txt", "0123456789");
  EXPECT_EQ(tag_now(), tag_) << "the same bytes again";
}

TEST_F(StaticConditional, TagsOfAllSizesAreThoseOfTheBytes) {
  for (const size_t size : {0u, 1u, 65536u, 65537u, 1u << 20, 16u << 20}) {
    const std::string text(size, 'x');
    Write("a", text);
    Write("b", text);
    const std::string tag = Ask("/static/a")->Field("ETag");
    EXPECT_EQ(tag.size(), 34u) << size;
    EXPECT_EQ(Ask("/static/b")->Field("ETag"), tag) << size;
    EXPECT_EQ(Ask("/static/b", {{"If-None-Match", tag}})->status, 304) << size;
    Wait();
  }
}

// In a world of its own: hashing the files above takes so long in slow builds
// that a file written after them is ahead of the clock.
TEST_F(StaticConditional, AFileTooLargeToWaitForHasItsDateAlone) {
  Write("a", std::string((16 << 20) + 1, 'x'));
  EXPECT_EQ(Ask("/static/a")->Field("ETag"), "") << "too large to wait for";
  EXPECT_NE(Ask("/static/a")->Field("Last-Modified"), "");
}

// Two servers, and one that was started anew.
TEST_F(StaticConditional, ReplicasAndRestartsAgree) {
  StaticWorld other;
  other.Start();
  other.Write("f.txt", "0123456789");
  EXPECT_EQ(other.Ask("/static/f.txt")->Field("ETag"), tag_);
  EXPECT_EQ(other.Status("/static/f.txt", {{"If-None-Match", tag_}}), 304);
  EXPECT_EQ(other.Status("/static/f.txt",
                         {{"Range", "bytes=5-"}, {"If-Range", tag_}}),
            206);
  h1_static_free(files);
  Start();
  EXPECT_EQ(Ask("/static/f.txt")->Field("ETag"), tag_);
}

TEST_F(StaticConditional, PackedFilesSayHowTheyArePacked) {
  Write("a.svgz", "0123456789");
  const auto x = Ask("/static/a.svgz");
  EXPECT_EQ(x->type, "image/svg+xml");
  EXPECT_EQ(x->Field("Content-Encoding"), "gzip");
  EXPECT_EQ(Ask("/static/a.svgz", {{"Range", "bytes=0-0"}})
                ->Field("Content-Encoding"),
            "gzip");
  EXPECT_EQ(Ask("/static/f.txt")->Field("Content-Encoding"), "");
}

// ---- preconditions ----

TEST_F(StaticConditional, PreconditionsAreJudgedInTheOrderOfTheRfc) {
  const std::string weak = "W/" + tag_, other = "\"other\"";
  struct {
    FakeFields fields;
    uint16_t want;
  } const cases[] = {
      {{{"If-Match", tag_}}, 200},
      {{{"If-Match", "*"}}, 200},
      {{{"If-Match", other}}, 412},
      {{{"If-Match", weak}}, 412},
      {{{"If-Match", other + ", " + tag_}}, 200},
      {{{"If-Match", other}, {"If-Match", tag_}}, 200},
      {{{"If-Unmodified-Since", kDate}}, 200},
      {{{"If-Unmodified-Since", kAfter}}, 200},
      {{{"If-Unmodified-Since", kBefore}}, 412},
      {{{"If-Unmodified-Since", "yesterday"}}, 200},
      {{{"If-Match", tag_}, {"If-Unmodified-Since", kBefore}}, 200},
      {{{"If-Match", other}, {"If-Unmodified-Since", kAfter}}, 412},
      {{{"If-None-Match", tag_}}, 304},
      {{{"If-None-Match", weak}}, 304},
      {{{"If-None-Match", "*"}}, 304},
      {{{"If-None-Match", other}}, 200},
      {{{"If-None-Match", other + "," + weak}}, 304},
      {{{"If-None-Match", other}, {"If-None-Match", tag_}}, 304},
      {{{"If-None-Match", tag_.substr(1, 32)}}, 200},
      {{{"If-Modified-Since", kDate}}, 304},
      {{{"If-Modified-Since", kAfter}}, 304},
      {{{"If-Modified-Since", kBefore}}, 200},
      {{{"If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT"}}, 304},
      {{{"If-Modified-Since", "Sun Nov  6 08:49:37 1994"}}, 304},
      {{{"If-Modified-Since", "0"}}, 200},
      {{{"If-Modified-Since", kDate}, {"If-Modified-Since", kDate}}, 200},
      {{{"If-Modified-Since", kDate}, {"if-modified-since", kAfter}}, 200},
      {{{"If-Modified-Since", kDate}, {"If-Modified-Since", ""}}, 200},
      {{{"If-Modified-Since", std::string(kDate) + ", " + kDate}}, 200},
      {{{"If-Unmodified-Since", kBefore}, {"If-Unmodified-Since", kBefore}},
       200},
      {{{"If-Unmodified-Since", kBefore}, {"If-Modified-Since", kAfter}}, 412},
      {{{"If-None-Match", tag_},
        {"If-Modified-Since", kBefore},
        {"If-Modified-Since", kBefore}},
       304},
      {{{"If-None-Match", other}, {"If-Modified-Since", kAfter}}, 200},
      {{{"If-None-Match", tag_}, {"If-Modified-Since", kBefore}}, 304},
      {{{"If-Match", other}, {"If-None-Match", tag_}}, 412},
      {{{"If-Match", tag_}, {"If-None-Match", tag_}}, 304},
      {{{"If-Unmodified-Since", kBefore}, {"If-None-Match", tag_}}, 412},
      {{{"If-None-Match", tag_}, {"Range", "bytes=0-0"}}, 304},
      {{{"If-Match", other}, {"Range", "bytes=0-0"}}, 412},
      {{{"If-Match", other}, {"Range", "bytes=99-"}}, 412},
      {{{"If-Match", tag_}, {"Range", "bytes=0-0"}}, 206},
  };
  for (const auto& c : cases) {
    std::string what;
    for (const auto& f : c.fields) what += f.first + ": " + f.second + "; ";
    const auto x = Ask("/static/f.txt", c.fields);
    EXPECT_EQ(x->status, c.want) << what;
    EXPECT_EQ(x->reason, c.want == 412 ? H1_PRECONDITION_FAILED : H1_OK);
    if (c.want != 304) continue;
    const FakeFields fields = {{"ETag", tag_}, {"Cache-Control", "max-age=60"}};
    EXPECT_EQ(x->reply_fields, fields) << what;
    EXPECT_EQ(x->type, "");
  }
}

TEST_F(StaticConditional, HeadIsJudgedAsGetIs) {
  EXPECT_EQ(Ask("/static/f.txt", {{"If-None-Match", tag_}}, "HEAD")->status,
            304);
  EXPECT_EQ(Ask("/static/f.txt", {{"Range", "bytes=0-1"}}, "HEAD")->status,
            200);
}

// ---- ranges ----

TEST_F(StaticConditional, OneRangeIs206) {
  struct {
    const char *range, *content_range, *body;
  } const cases[] = {
      {"bytes=0-0", "bytes 0-0/10", "0"},
      {"bytes=0-9", "bytes 0-9/10", "0123456789"},
      {"bytes=0-99", "bytes 0-9/10", "0123456789"},
      {"bytes=5-", "bytes 5-9/10", "56789"},
      {"bytes=-3", "bytes 7-9/10", "789"},
      {"bytes=-99", "bytes 0-9/10", "0123456789"},
      {"BYTES=2-3", "bytes 2-3/10", "23"},
      {"bytes=0-3,2-5", "bytes 0-5/10", "012345"},
      {"bytes=0-1,2-3", "bytes 0-3/10", "0123"},
      {"bytes=3-4,99-", "bytes 3-4/10", "34"},
  };
  for (const auto& c : cases) {
    const auto x = Ask("/static/f.txt", {{"Range", c.range}});
    EXPECT_EQ(x->status, 206) << c.range;
    EXPECT_EQ(x->Field("Content-Range"), c.content_range);
    EXPECT_EQ(x->body, c.body) << c.range;
    EXPECT_EQ(x->type, "text/plain; charset=utf-8");
    EXPECT_EQ(x->Field("ETag"), tag_);
    EXPECT_EQ(x->Field("Last-Modified"), kDate);
  }
}

TEST_F(StaticConditional, MalformedRangesAreIgnoredAndUnsatisfiableAre416) {
  std::string many = "bytes=0-0";
  for (int i = 0; i < 16; i++) many += ",0-0";
  for (const std::string& range : std::vector<std::string>{
           "bytes", "bytes=", "bytes=a-b", "bytes=3-1", "bytes= - ",
           "lines=0-1", "bytes=0-0-0", "bytes 0-1", many}) {
    const auto x = Ask("/static/f.txt", {{"Range", range}});
    EXPECT_EQ(x->status, 200) << range;
    EXPECT_EQ(x->body, "0123456789");
    EXPECT_EQ(x->Field("Content-Range"), "");
  }
  for (const char* range : {"bytes=10-", "bytes=10-20,99-", "bytes=-0"}) {
    const auto x = Ask("/static/f.txt", {{"Range", range}});
    EXPECT_EQ(x->status, 416) << range;
    EXPECT_EQ(x->reason, H1_RANGE_UNSATISFIABLE);
    EXPECT_EQ(x->Field("Content-Range"), "bytes */10");
    EXPECT_EQ(x->Field("ETag"), "");
  }
}

TEST_F(StaticConditional, RangesOfNothing) {
  Write("empty", "");
  const auto x = Ask("/static/empty", {{"Range", "bytes=0-"}});
  EXPECT_EQ(x->status, 416);
  EXPECT_EQ(x->Field("Content-Range"), "bytes */0");
  EXPECT_EQ(Status("/static/empty", {{"Range", "bytes=-5"}}), 200);
}

TEST_F(StaticConditional, IfRangeNeedsTheVeryVersion) {
  struct {
    std::string if_range;
    uint16_t want;
  } const cases[] = {
      {tag_, 206},       {"W/" + tag_, 200}, {"\"other\"", 200},
      {kDate, 206},      {kBefore, 200},     {kAfter, 200},
      {"nonsense", 200}, {"*", 200},         {tag_ + ", " + tag_, 200},
  };
  for (const auto& c : cases) {
    const auto x = Ask("/static/f.txt",
                       {{"Range", "bytes=0-1"}, {"If-Range", c.if_range}});
    EXPECT_EQ(x->status, c.want) << c.if_range;
    EXPECT_EQ(x->body, c.want == 206 ? "01" : "0123456789") << c.if_range;
    if (c.want != 206) continue;
    EXPECT_EQ(x->Field("ETag"), tag_);
    EXPECT_EQ(x->Field("Last-Modified"), "") << "the client has it";
  }
  EXPECT_EQ(Status("/static/f.txt", {{"If-Range", "\"other\""}}), 200);
}

TEST_F(StaticConditional, IfRangeOnAYoungFileSendsAll) {
  now_s -= 10;
  Write("young", "0123456789");
  EXPECT_EQ(Status("/static/young", {{"Range", "bytes=0-1"}}), 206);
  EXPECT_EQ(
      Status("/static/young", {{"Range", "bytes=0-1"}, {"If-Range", tag_}}),
      200);
}

std::string Multipart(const std::string& type, const std::string& file_type,
                      const std::string& text,
                      const std::vector<std::pair<size_t, size_t>>& ranges) {
  const std::string boundary = type.substr(type.find('=') + 1);
  std::string out;
  for (const auto& r : ranges) {
    out += (out.empty() ? "--" : "\r\n--") + boundary +
           "\r\nContent-Type: " + file_type + "\r\nContent-Range: bytes " +
           std::to_string(r.first) + "-" + std::to_string(r.second) + "/" +
           std::to_string(text.size()) + "\r\n\r\n" +
           text.substr(r.first, r.second - r.first + 1);
  }
  return out + "\r\n--" + boundary + "--\r\n";
}

TEST_F(StaticConditional, SeveralRangesAreMultipart) {
  std::string large;
  for (int i = 0; i < 200000; i++) {
    large += static_cast<char>('a' + (i * 7 + i / 251) % 26);
  }
  Write("large.css", large);
  Write("small.css", large.substr(0, 30000));
  for (const char* name : {"small.css", "large.css"}) {
    const std::string& text =
        std::string(name) == "small.css" ? large.substr(0, 30000) : large;
    const size_t n = text.size();
    struct {
      std::string range;
      std::vector<std::pair<size_t, size_t>> want;
    } const cases[] = {
        {"bytes=0-0,2-2", {{0, 0}, {2, 2}}},
        {"bytes=-1,0-9", {{n - 1, n - 1}, {0, 9}}},
        {"bytes=100-20099,25000-", {{100, 20099}, {25000, n - 1}}},
        {"bytes=1-2,2-5,9-9", {{1, 5}, {9, 9}}},
        // Leaves less room than the second part's head takes.
        {"bytes=0-3899,5000-5099", {{0, 3899}, {5000, 5099}}},
        {"bytes=0-4095,5000-9095,10000-14095",
         {{0, 4095}, {5000, 9095}, {10000, 14095}}},
        {"bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,"
         "24-24,26-26,28-28,30-30",
         {{0, 0},
          {2, 2},
          {4, 4},
          {6, 6},
          {8, 8},
          {10, 10},
          {12, 12},
          {14, 14},
          {16, 16},
          {18, 18},
          {20, 20},
          {22, 22},
          {24, 24},
          {26, 26},
          {28, 28},
          {30, 30}}},
    };
    for (const auto& c : cases) {
      for (const size_t room :
           std::vector<size_t>{1, 7, 100, 4096, 4097, 65536}) {
        // A byte at a time is enough once.
        if (room < 4096 && c.want[0].second > 100) continue;
        h1_exchange x("GET", std::string("/static/") + name,
                      {{"Range", c.range}});
        x.data = h1_static_mounted(files, 0);
        x.now_s = now_s;
        x.now_ms = now_ms;
        x.pull_room = room;
        x.Run("/static/", h1_static_serve);
        x.Drain();
        ASSERT_EQ(x.status, 206) << c.range;
        ASSERT_EQ(x.type.compare(0, 31, "multipart/byteranges; boundary="), 0);
        EXPECT_EQ(x.Field("Content-Range"), "");
        EXPECT_EQ(x.body,
                  Multipart(x.type, "text/css; charset=utf-8", text, c.want))
            << c.range;
      }
    }
  }
}

TEST_F(StaticConditional, BoundariesAreNeverTheSame) {
  const FakeFields two = {{"Range", "bytes=0-0,2-2"}};
  const auto a = Ask("/static/f.txt", two), b = Ask("/static/f.txt", two);
  EXPECT_NE(a->type, b->type);
}

TEST_F(StaticConditional, TooManyMultipartAnswersAtOnceAreWholeInstead) {
  const FakeFields two = {{"Range", "bytes=0-0,2-2"}};
  std::vector<std::unique_ptr<h1_exchange>> held;
  for (int i = 0; i < 32; i++) {
    held.push_back(Ask("/static/f.txt", two));
    EXPECT_EQ(held.back()->status, 206) << i;
  }
  const auto x = Ask("/static/f.txt", two);
  EXPECT_EQ(x->status, 200);
  EXPECT_EQ(x->body, "0123456789");
  held.pop_back();
  EXPECT_EQ(Status("/static/f.txt", two), 206);
}

TEST_F(StaticConditional, MultipartOfAFileThatShrinksIsCut) {
  Write("large", std::string(200000, 'x'));
  h1_exchange x("GET", "/static/large", {{"Range", "bytes=0-9,150000-"}});
  x.data = h1_static_mounted(files, 0);
  x.now_s = now_s;
  x.now_ms = now_ms;
  x.Run("/static/", h1_static_serve);
  EXPECT_EQ(x.status, 206);
  ASSERT_EQ(truncate(Path("large").c_str(), 160000), 0);
  x.Drain();
  EXPECT_TRUE(x.cut);
}

}  // namespace
