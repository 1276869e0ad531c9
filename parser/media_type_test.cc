#include "parser/media_type.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::StringOf;

TEST(MediaType, SplitsTypeSubtypeAndParameters) {
  const struct {
    std::string text;
    bool good;
    std::string type, subtype, params;
  } cases[] = {
      {"text/html", true, "text", "html", ""},
      {"*/*", true, "*", "*", ""},
      {"application/vnd.x+json", true, "application", "vnd.x+json", ""},
      {"text/html;charset=utf-8", true, "text", "html", ";charset=utf-8"},
      {"text/html ; a=b", true, "text", "html", "; a=b"},
      {"text/html;a=\"x;y\"", true, "text", "html", ";a=\"x;y\""},
      {"text/html;", true, "text", "html", ";"},
      {"", false, "", "", ""},
      {"text", false, "", "", ""},
      {"text/", false, "", "", ""},
      {"/html", false, "", "", ""},
      {"text /html", false, "", "", ""},
      {"text/ html", false, "", "", ""},
      {"text/html ", false, "", "", ""},
      {" text/html", false, "", "", ""},
      {"text/html/x", false, "", "", ""},
      {"text/html,text/plain", false, "", "", ""},
      {"text/html;a", false, "", "", ""},
      {"text/html;a=b;c=\"", false, "", "", ""},
      {"text/html; a=b\r\nSet-Cookie: x", false, "", "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const Guarded in(c.text);
    h1_media_type m = {};
    ASSERT_EQ(h1_media_type_decode(in.slice(), &m), c.good);
    if (!c.good) continue;
    EXPECT_EQ(StringOf(m.type), c.type);
    EXPECT_EQ(StringOf(m.subtype), c.subtype);
    EXPECT_EQ(StringOf(m.params), c.params);
  }
}

}  // namespace
