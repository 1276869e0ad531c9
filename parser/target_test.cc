#include "parser/target.h"

#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::StringOf;

TEST(TargetSplit, TakesTheFourForms) {
  struct Row {
    const char* target;
    h1_target_form form;
    const char *scheme, *authority, *path;
    const char* query;  // nullptr: none
  };
  const Row rows[] = {
      {"/", H1_TARGET_ORIGIN, "", "", "/", nullptr},
      {"/a/b", H1_TARGET_ORIGIN, "", "", "/a/b", nullptr},
      {"/a?", H1_TARGET_ORIGIN, "", "", "/a", ""},
      {"/a?b", H1_TARGET_ORIGIN, "", "", "/a", "b"},
      {"/a?b?c/d", H1_TARGET_ORIGIN, "", "", "/a", "b?c/d"},
      {"/?", H1_TARGET_ORIGIN, "", "", "/", ""},
      {"/?x", H1_TARGET_ORIGIN, "", "", "/", "x"},
      {"//host/a", H1_TARGET_ORIGIN, "", "", "//host/a", nullptr},
      {"/http://a/", H1_TARGET_ORIGIN, "", "", "/http://a/", nullptr},
      {"/\\|{}%zz", H1_TARGET_ORIGIN, "", "", "/\\|{}%zz", nullptr},
      {"*", H1_TARGET_ASTERISK, "", "", "", nullptr},
      {"http://a", H1_TARGET_ABSOLUTE, "http", "a", "/", nullptr},
      {"http://a/", H1_TARGET_ABSOLUTE, "http", "a", "/", nullptr},
      {"http://a?", H1_TARGET_ABSOLUTE, "http", "a", "/", ""},
      {"http://a?b/c", H1_TARGET_ABSOLUTE, "http", "a", "/", "b/c"},
      {"http://a/b?c", H1_TARGET_ABSOLUTE, "http", "a", "/b", "c"},
      {"http://a//b", H1_TARGET_ABSOLUTE, "http", "a", "//b", nullptr},
      {"http://a:80/b", H1_TARGET_ABSOLUTE, "http", "a:80", "/b", nullptr},
      {"https://[::1]:8/", H1_TARGET_ABSOLUTE, "https", "[::1]:8", "/",
       nullptr},
      {"HTTP://A/", H1_TARGET_ABSOLUTE, "HTTP", "A", "/", nullptr},
      {"hTtPs://A/", H1_TARGET_ABSOLUTE, "hTtPs", "A", "/", nullptr},
      {"a:80", H1_TARGET_AUTHORITY_FORM, "", "a:80", "", nullptr},
      {"[::1]:80", H1_TARGET_AUTHORITY_FORM, "", "[::1]:80", "", nullptr},
      {"http:80", H1_TARGET_AUTHORITY_FORM, "", "http:80", "", nullptr},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.target);
    const Guarded input{std::string(row.target)};
    h1_target t;
    ASSERT_EQ(h1_target_split(input.slice(), &t), H1_OK);
    EXPECT_EQ(t.form, row.form);
    EXPECT_EQ(StringOf(t.scheme), row.scheme);
    EXPECT_EQ(StringOf(t.authority), row.authority);
    EXPECT_EQ(StringOf(t.path), row.path);
    EXPECT_EQ(t.has_query, row.query != nullptr);
    EXPECT_EQ(StringOf(t.query), row.query == nullptr ? "" : row.query);
  }
}

TEST(TargetSplit, RefusesOtherFormsAndAuthorities) {
  struct Row {
    const char* target;
    h1_error error;
  };
  const Row rows[] = {
      {"", H1_TARGET_FORM},
      {"a", H1_TARGET_FORM},
      {"a/b", H1_TARGET_FORM},
      {"?a", H1_TARGET_FORM},
      {"**", H1_TARGET_FORM},
      {"*/", H1_TARGET_FORM},
      {"*?a", H1_TARGET_FORM},
      {"a:", H1_TARGET_FORM},
      {"a:b", H1_TARGET_FORM},
      {":80", H1_TARGET_FORM},
      {"80", H1_TARGET_FORM},
      {"[::1]", H1_TARGET_FORM},
      {"u@a:80", H1_TARGET_FORM},
      {"a:65536", H1_TARGET_FORM},
      {"a:80/", H1_TARGET_FORM},
      {"ftp://a/", H1_TARGET_FORM},
      {"httpx://a/", H1_TARGET_FORM},
      {"httpss://a/", H1_TARGET_FORM},
      {"http:", H1_TARGET_FORM},
      {"http:/", H1_TARGET_FORM},
      {"http:/a", H1_TARGET_FORM},
      {"http/a", H1_TARGET_FORM},
      {"htt", H1_TARGET_FORM},
      {"https", H1_TARGET_FORM},
      {"https:/", H1_TARGET_FORM},
      {"http://", H1_TARGET_AUTHORITY},
      {"http:///", H1_TARGET_AUTHORITY},
      {"http:///a", H1_TARGET_AUTHORITY},
      {"http://?a", H1_TARGET_AUTHORITY},
      {"http://:80/", H1_TARGET_AUTHORITY},
      {"http://u@a/", H1_TARGET_AUTHORITY},
      {"http://u:p@a/", H1_TARGET_AUTHORITY},
      {"http://@a/", H1_TARGET_AUTHORITY},
      {"http://a,b/", H1_TARGET_AUTHORITY},
      {"http://a\\b/", H1_TARGET_AUTHORITY},
      {"http://[::1/", H1_TARGET_AUTHORITY},
      {"http://a:x/", H1_TARGET_AUTHORITY},
      {"http://a:99999/", H1_TARGET_AUTHORITY},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.target);
    const Guarded input{std::string(row.target)};
    h1_target t;
    memset(&t, 0xee, sizeof t);
    EXPECT_EQ(h1_target_split(input.slice(), &t), row.error);
    EXPECT_EQ(t.form, H1_TARGET_ORIGIN);
    EXPECT_EQ(t.scheme.len + t.authority.len + t.path.len + t.query.len, 0u);
    EXPECT_FALSE(t.has_query);
  }
}

}  // namespace
