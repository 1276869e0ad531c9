// The page of /_status: what it is sent with, that it needs nothing else, and
// that it explains every reason. What it does in a browser is
// tests/browser/run's subject.
#include "handlers/status/status.h"

#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "handlers/status/status_page.h"
#include "handlers/testing/fake_exchange.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/slice.h"

namespace {

std::string Page() {
  const h1_slice& page = h1_status_pieces[0];
  return std::string(reinterpret_cast<const char*>(page.ptr), page.len);
}

std::string Tag() {
  const std::string line = h1_status_tag_line;
  return line.substr(6, line.size() - 8);
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    count++;
  }
  return count;
}

TEST(Status, IsOnePageWithItsPolicy) {
  h1_exchange x("GET", "/_status");
  x.RunExact("/_status", h1_status_serve);
  x.Drain();
  EXPECT_EQ(x.status, 200);
  EXPECT_EQ(x.type, "text/html; charset=utf-8");
  EXPECT_EQ(x.body, Page());
  EXPECT_EQ(x.Field("ETag"), Tag());
  EXPECT_EQ(x.Field("Cache-Control"), "no-cache");
  const std::string policy = x.Field("Content-Security-Policy");
  EXPECT_TRUE(Holds(policy, "default-src 'none'")) << policy;
  EXPECT_TRUE(Holds(policy, "script-src 'sha256-")) << policy;
  EXPECT_TRUE(Holds(policy, "style-src 'sha256-")) << policy;
  EXPECT_TRUE(Holds(policy, "frame-ancestors 'none'")) << policy;
  EXPECT_FALSE(Holds(policy, "unsafe")) << policy;
}

TEST(Status, IsNoOtherPage) {
  const std::pair<std::string, uint16_t> cases[] = {
      {"\"x\"", 412}, {"W/" + Tag(), 412}, {Tag(), 200}, {"*", 200}};
  for (const auto& [tag, status] : cases) {
    h1_exchange x("GET", "/_status", {{"If-Match", tag}});
    x.RunExact("/_status", h1_status_serve);
    x.Drain();
    EXPECT_EQ(x.status, status) << tag;
  }
}

TEST(Status, LinesAreWhatTheEncoderWrites) {
  h1_exchange x("GET", "/_status");
  x.RunExact("/_status", h1_status_serve);
  std::string encoded;
  for (const auto& f : x.reply_fields) {
    uint8_t room[1024];
    size_t size = 0;
    ASSERT_EQ(h1_field_encode(h1_slice_of(f.first.c_str()),
                              h1_slice_of(f.second.c_str()),
                              {room, sizeof room}, &size),
              H1_DONE);
    encoded.append(reinterpret_cast<const char*>(room), size);
  }
  EXPECT_EQ(encoded, std::string(h1_status_tag_line) +
                         "Cache-Control: no-cache\r\n" + h1_status_lines);
}

TEST(Status, IsNotSentAgainToWhoHasIt) {
  const std::string tag = Tag();
  const struct {
    std::string field;
    uint16_t status;
  } cases[] = {{tag, 304},
               {"W/" + tag, 304},
               {"\"other\", " + tag, 304},
               {"*", 304},
               {"\"other\"", 200}};
  for (const auto& c : cases) {
    h1_exchange x("GET", "/_status", {{"If-None-Match", c.field}});
    x.RunExact("/_status", h1_status_serve);
    x.Drain();
    EXPECT_EQ(x.status, c.status) << c.field;
    EXPECT_EQ(x.Field("ETag"), tag) << c.field;
    EXPECT_EQ(x.Field("Cache-Control"), "no-cache") << c.field;
    EXPECT_EQ(x.body.empty(), c.status == 304) << c.field;
  }
}

TEST(Status, LoadsNothing) {
  const std::string page = Page();
  EXPECT_EQ(Count(page, "<script"), 1u);
  EXPECT_EQ(Count(page, "<style"), 1u);
  EXPECT_EQ(Count(page, "<link"), 1u);  // The icon, which is in it.
  EXPECT_EQ(Count(page, "href=\"data:"), 1u);
  for (const char* part : {" src=", "@import", "url(", "@style@", "@script@",
                           "@reasons@", " style=\"", "innerHTML"}) {
    EXPECT_FALSE(Holds(page, part)) << part;
  }
}

TEST(Status, ExplainsEveryReasonOnce) {
  const std::string page = Page();
  for (int e = H1_OK + 1; e < H1_ERROR_COUNT; e++) {
    const auto error = static_cast<h1_error>(e);
    const std::string name = h1_error_name(error);
    const std::string row = "<tr data-reason=\"" + name + "\" hidden>";
    EXPECT_EQ(Count(page, row), 1u) << name;
    const size_t at = page.find(row);
    if (at == std::string::npos) continue;
    const std::string text = page.substr(at, page.find('\n', at) - at);
    const uint16_t status = h1_error_status(error);
    EXPECT_TRUE(Holds(
        text, "<td>" +
                  (status != 0 ? std::to_string(status) : std::string("none")) +
                  "</td>"))
        << text;
    EXPECT_TRUE(Holds(text, ">" + std::string(h1_error_section(error)) + "<"))
        << text;
    EXPECT_EQ(Holds(text, "rfc-editor.org/rfc/rfc"),
              std::string(h1_error_section(error)).rfind("RFC ", 0) == 0)
        << text;
    EXPECT_FALSE(Holds(text, "`")) << text;
    EXPECT_FALSE(Holds(text, "<td></td>")) << text;
  }
  EXPECT_EQ(Count(page, "<tr data-reason="),
            static_cast<size_t>(H1_ERROR_COUNT - 1));
}

}  // namespace
