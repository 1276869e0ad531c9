// Files below /static/ asked for under conditions and in parts: validators,
// ranges and multipart answers.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/black_box/static_tree.h"

namespace h1_test {
namespace {

TEST_F(Static, ValidatorsAreSent) {
  const Response r = Get("/static/a.txt");
  const std::string tag = r.Field("ETag");
  EXPECT_GT(tag.size(), 3u);
  EXPECT_EQ(tag.front(), '"') << "strong";
  EXPECT_EQ(tag.back(), '"');
  EXPECT_EQ(r.Field("Last-Modified"), kModifiedText);
  EXPECT_EQ(r.Field("Accept-Ranges"), "bytes");
  EXPECT_EQ(Get("/static/large.bin").Field("Accept-Ranges"), "bytes");
  EXPECT_NE(Get("/static/large.bin").Field("ETag"), tag);
}

TEST_F(Static, AFreshFileHasNoEntityTagYet) {
  tree_->Write("root/fresh.txt", "new");
  const Response r = Get("/static/fresh.txt");
  EXPECT_EQ(r.status, 200);
  EXPECT_FALSE(r.Has("ETag")) << r;
  EXPECT_TRUE(WaitUntil([] { return Get("/static/fresh.txt").Has("ETag"); }));
}

TEST_F(Static, ConditionalRequests) {
  const std::string tag = Tag();
  const char* kBefore = "Mon, 13 Nov 2023 22:13:20 GMT";
  const char* kAfter = "Wed, 15 Nov 2023 22:13:20 GMT";
  struct {
    std::string fields;
    int status;
  } const kRows[] = {
      {absl::StrCat("If-None-Match: ", tag, "\r\n"), 304},
      {absl::StrCat("If-None-Match: W/", tag, "\r\n"), 304},
      {"If-None-Match: *\r\n", 304},
      {absl::StrCat("If-None-Match: \"x\", ", tag, "\r\n"), 304},
      {absl::StrCat("If-None-Match: \"x\"\r\nIf-None-Match: ", tag, "\r\n"),
       304},
      {"If-None-Match: \"x\"\r\n", 200},
      {absl::StrCat("If-None-Match: ", tag.substr(0, tag.size() - 1), "\r\n"),
       200},
      {absl::StrCat("If-Modified-Since: ", kModifiedText, "\r\n"), 304},
      {absl::StrCat("If-Modified-Since: ", kAfter, "\r\n"), 304},
      {absl::StrCat("If-Modified-Since: ", kBefore, "\r\n"), 200},
      {"If-Modified-Since: Tuesday, 14-Nov-23 22:13:20 GMT\r\n", 304},
      {"If-Modified-Since: Tue Nov 14 22:13:20 2023\r\n", 304},
      {"If-Modified-Since: nonsense\r\n", 200},
      {absl::StrCat("If-Modified-Since: ", kAfter,
                    "\r\nIf-Modified-Since: ", kAfter, "\r\n"),
       200},
      {absl::StrCat("If-Unmodified-Since: ", kBefore,
                    "\r\nIf-Unmodified-Since: ", kBefore, "\r\n"),
       200},
      {absl::StrCat("If-None-Match: \"x\"\r\nIf-Modified-Since: ", kAfter,
                    "\r\n"),
       200},
      {absl::StrCat("If-Match: ", tag, "\r\n"), 200},
      {"If-Match: *\r\n", 200},
      {absl::StrCat("If-Match: W/", tag, "\r\n"), 412},
      {"If-Match: \"x\"\r\n", 412},
      {absl::StrCat("If-Unmodified-Since: ", kModifiedText, "\r\n"), 200},
      {absl::StrCat("If-Unmodified-Since: ", kBefore, "\r\n"), 412},
      {absl::StrCat("If-Match: ", tag, "\r\nIf-Unmodified-Since: ", kBefore,
                    "\r\n"),
       200},
      {absl::StrCat("If-Match: ", tag, "\r\nIf-None-Match: ", tag, "\r\n"),
       304},
  };
  Client client = server_->Connect();
  for (const auto& row : kRows) {
    const Response r = client.Get("/static/a.txt", row.fields);
    EXPECT_EQ(r.status, row.status) << row.fields << r;
    if (row.status == 304) {
      EXPECT_EQ(r.Field("ETag"), tag);
      EXPECT_FALSE(r.Has("Content-Type")) << r;
    }
    EXPECT_FALSE(r.Closes()) << row.fields;
  }
}

TEST_F(Static, SingleRanges) {
  const std::string all = Numbers(1000);
  struct {
    const char* range;
    int status;
    size_t from, size;
  } const kRows[] = {
      {"bytes=0-0", 206, 0, 1},         {"bytes=0-99", 206, 0, 100},
      {"bytes=10-", 206, 10, 990},      {"bytes=-10", 206, 990, 10},
      {"bytes=999-999", 206, 999, 1},   {"bytes=0-", 206, 0, 1000},
      {"bytes=990-5000", 206, 990, 10}, {"bytes=-5000", 206, 0, 1000},
      {"BYTES=0-0", 206, 0, 1},         {"bytes=5-1", 200, 0, 1000},
      {"bytes=a-b", 200, 0, 1000},      {"bytes=", 200, 0, 1000},
      {"bytes=-", 200, 0, 1000},        {"lines=1-2", 200, 0, 1000},
      {"bytes=0-0,10-x", 200, 0, 1000},
  };
  for (const auto& row : kRows) {
    const Response r =
        Get("/static/a.txt", absl::StrCat("Range: ", row.range, "\r\n"));
    EXPECT_EQ(r.status, row.status) << row.range << r;
    EXPECT_EQ(r.body, all.substr(row.from, row.size)) << row.range;
    if (row.status == 206) {
      EXPECT_EQ(r.Field("Content-Range"),
                absl::StrCat("bytes ", row.from, "-", row.from + row.size - 1,
                             "/1000"));
    } else {
      EXPECT_FALSE(r.Has("Content-Range")) << row.range;
    }
  }
}

TEST_F(Static, UnsatisfiableRanges) {
  for (const char* range : {"bytes=1000-", "bytes=5000-6000", "bytes=-0",
                            "bytes=1000-1000,2000-"}) {
    const Response r =
        Get("/static/a.txt", absl::StrCat("Range: ", range, "\r\n"));
    EXPECT_EQ(r.status, 416) << range << r;
    EXPECT_EQ(r.Field("Content-Range"), "bytes */1000") << range;
    EXPECT_FALSE(r.Closes());
  }
}

TEST_F(Static, SeveralRangesAreMultipart) {
  const Response r = Get("/static/a.txt", "Range: bytes=0-9,100-109,-5\r\n");
  EXPECT_EQ(r.status, 206) << r;
  const std::string type = r.Field("Content-Type");
  const std::string kType = "multipart/byteranges; boundary=";
  ASSERT_TRUE(absl::StartsWith(type, kType)) << r;
  const std::string boundary = type.substr(kType.size());
  const std::string all = Numbers(1000);
  const std::vector<std::string> parts =
      absl::StrSplit(r.body, absl::StrCat("--", boundary));
  ASSERT_EQ(parts.size(), 5u) << r.body;
  EXPECT_TRUE(absl::StartsWith(parts[4], "--"));
  const struct { size_t from, size; } kParts[] = {{0, 10}, {100, 10}, {995, 5}};
  for (size_t i = 0; i < 3; i++) {
    EXPECT_TRUE(absl::StrContains(
        parts[i + 1],
        absl::StrCat("bytes ", kParts[i].from, "-",
                     kParts[i].from + kParts[i].size - 1, "/1000\r\n")))
        << parts[i + 1];
    EXPECT_TRUE(absl::EndsWith(
        parts[i + 1],
        absl::StrCat("\r\n\r\n", all.substr(kParts[i].from, kParts[i].size),
                     "\r\n")))
        << parts[i + 1];
  }
}

TEST_F(Static, RangeAbuseIsHarmless) {
  // Overlapping ranges are coalesced, too many of them are ignored.
  const Response merged =
      Get("/static/a.txt", "Range: bytes=0-99,50-149,150-199\r\n");
  EXPECT_EQ(merged.status, 206);
  EXPECT_EQ(merged.body, Numbers(1000).substr(0, 200)) << merged;
  std::string many = "Range: bytes=0-0";
  for (int i = 1; i < 17; i++) absl::StrAppend(&many, ",", i * 2, "-", i * 2);
  const Response all = Get("/static/a.txt", many + "\r\n");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.body.size(), 1000u);
}

TEST_F(Static, RangesAreForGetAndForTheSameFile) {
  Client client = server_->Connect();
  const Response head =
      client.Exchange("HEAD", "/static/a.txt", "Range: bytes=0-9\r\n");
  EXPECT_EQ(head.status, 200) << head;
  const std::string tag = Tag();
  struct {
    std::string if_range;
    int status;
  } const kRows[] = {
      {tag, 206},
      {"W/" + tag, 200},
      {"\"x\"", 200},
      {kModifiedText, 206},
      {"Wed, 15 Nov 2023 22:13:20 GMT", 200},
      {"nonsense", 200},
  };
  for (const auto& row : kRows) {
    const Response r = Get(
        "/static/a.txt",
        absl::StrCat("Range: bytes=0-9\r\nIf-Range: ", row.if_range, "\r\n"));
    EXPECT_EQ(r.status, row.status) << row.if_range << r;
  }
}

TEST_F(Static, FilesBeyond2GiBAreServedByRange) {
  const std::string path = tree_->File("root/huge");
  const int64_t size = (int64_t{3} << 30) + 5;
  FILE* file = fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(ftruncate(fileno(file), size), 0);
  ASSERT_EQ(fseeko(file, size - 5, SEEK_SET), 0);
  ASSERT_EQ(fwrite("enden", 1, 5, file), 5u);
  fclose(file);
  const Response r = Get("/static/huge", "Range: bytes=-8\r\n");
  EXPECT_EQ(r.status, 206) << r;
  EXPECT_EQ(r.body, std::string(3, '\0') + "enden");
  EXPECT_EQ(r.Field("Content-Range"),
            absl::StrCat("bytes ", size - 8, "-", size - 1, "/", size));
  Client client = server_->Connect();
  EXPECT_EQ(client.Exchange("HEAD", "/static/huge").Field("Content-Length"),
            absl::StrCat(size));
  EXPECT_EQ(unlink(path.c_str()), 0);
}

}  // namespace
}  // namespace h1_test
