#include "parser/request_check.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "parser/testing/message.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Lines;
using h1_test::Message;
using h1_test::Show;
using h1_test::StringOf;

struct Checked {
  h1_error error;
  std::string authority;
};

Checked Check(const std::string& method, const std::string& target, int minor,
              const Lines& lines) {
  Message message(lines);
  const h1_request r = message.Request(method, target, minor);
  h1_slice authority = {reinterpret_cast<const uint8_t*>(1), 99};
  const h1_error error = h1_request_check(&r, &authority);
  EXPECT_EQ(h1_request_check(&r, nullptr), error);
  return {error, authority.len == 0 ? "" : StringOf(authority)};
}

TEST(RequestCheck, TakesTheTargetsAMethodMayHave) {
  struct Row {
    const char *method, *target;
    h1_error error;
    const char* authority;
  };
  const Row rows[] = {
      {"GET", "/", H1_OK, "h"},
      {"POST", "/a?b", H1_OK, "h"},
      {"OPTIONS", "/", H1_OK, "h"},
      {"OPTIONS", "*", H1_OK, "h"},
      {"GET", "http://other/", H1_OK, "other"},
      {"GET", "HTTPS://[::1]:80", H1_OK, "[::1]:80"},
      {"OPTIONS", "http://other", H1_OK, "other"},
      {"FOO", "/", H1_OK, "h"},
      {"CONNECT", "a:80", H1_OK, "h"},
      {"CONNECT", "[::1]:80", H1_OK, "h"},
      {"CONNECT", "/", H1_TARGET_FORM, ""},
      {"CONNECT", "/a:80", H1_TARGET_FORM, ""},
      {"CONNECT", "http://a:80/", H1_TARGET_FORM, ""},
      {"CONNECT", "https://a:80", H1_TARGET_FORM, ""},
      {"GET", "*", H1_TARGET_FORM, ""},
      {"HEAD", "*", H1_TARGET_FORM, ""},
      {"TRACE", "*", H1_TARGET_FORM, ""},
      {"options", "*", H1_TARGET_FORM, ""},
      {"FOO", "*", H1_TARGET_FORM, ""},
      {"CONNECT", "*", H1_TARGET_FORM, ""},
      {"GET", "a:80", H1_TARGET_FORM, ""},
      {"OPTIONS", "a:80", H1_TARGET_FORM, ""},
      {"FOO", "a:80", H1_TARGET_FORM, ""},
      {"connect", "a:80", H1_TARGET_FORM, ""},
      {"CONNECTS", "a:80", H1_TARGET_FORM, ""},
      {"CONNECT", "a:", H1_TARGET_FORM, ""},
      {"CONNECT", "a", H1_TARGET_FORM, ""},
      {"GET", "", H1_TARGET_FORM, ""},
      {"GET", "a", H1_TARGET_FORM, ""},
      {"GET", "ftp://other/", H1_TARGET_FORM, ""},
      {"GET", "http://", H1_TARGET_AUTHORITY, ""},
      {"GET", "http:///a", H1_TARGET_AUTHORITY, ""},
      {"GET", "http://u@other/", H1_TARGET_AUTHORITY, ""},
      {"GET", "http://a,b/", H1_TARGET_AUTHORITY, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.method) + " " + row.target);
    const Checked c = Check(row.method, row.target, 1, {{"Host", "h"}});
    EXPECT_EQ(c.error, row.error);
    EXPECT_EQ(c.authority, row.authority);
  }
}

TEST(RequestCheck, DemandsOneValidHost) {
  struct Row {
    int minor;
    Lines lines;
    h1_error error;
    const char* authority;
  };
  const Row rows[] = {
      {1, {{"Host", "a"}}, H1_OK, "a"},
      {1, {{"HOST", "a:80"}}, H1_OK, "a:80"},
      {1, {{"Accept", "x"}, {"Host", "[::1]:8080"}}, H1_OK, "[::1]:8080"},
      {1, {{"Host", "a:"}}, H1_OK, "a:"},
      {0, {{"Host", "a"}}, H1_OK, "a"},
      {0, {}, H1_OK, ""},
      {0, {{"Accept", "x"}}, H1_OK, ""},
      {1, {}, H1_HOST_MISSING, ""},
      {1, {{"Hosts", "a"}}, H1_HOST_MISSING, ""},
      {1, {{"X-Host", "a"}}, H1_HOST_MISSING, ""},
      {1, {{"Host", "a"}, {"Host", "a"}}, H1_HOST_REPEATED, ""},
      {1,
       {{"Host", "a"}, {"Accept", "x"}, {"host", "b"}},
       H1_HOST_REPEATED,
       ""},
      {0, {{"Host", "a"}, {"Host", "a"}}, H1_HOST_REPEATED, ""},
      {1, {{"Host", ""}}, H1_HOST_INVALID, ""},
      {0, {{"Host", ""}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a,b"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a, b"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a b"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "u@a"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a/"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "http://a"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a:b"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "a:65536"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", ":80"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "::1"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "[::1"}}, H1_HOST_INVALID, ""},
      {1, {{"Host", "\xe4"}}, H1_HOST_INVALID, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(Show(row.lines) + std::to_string(row.minor));
    const Checked c = Check("GET", "/", row.minor, row.lines);
    EXPECT_EQ(c.error, row.error);
    EXPECT_EQ(c.authority, row.authority);
  }
}

TEST(RequestCheck, WantsAValidHostBesideAnAbsoluteForm) {
  EXPECT_EQ(Check("GET", "http://a/", 1, {}).error, H1_HOST_MISSING);
  EXPECT_EQ(Check("GET", "http://a/", 1, {{"Host", ""}}).error,
            H1_HOST_INVALID);
  EXPECT_EQ(Check("GET", "http://a/", 1, {{"Host", "b"}}).authority, "a");
  EXPECT_EQ(Check("GET", "http://a/", 0, {}).authority, "a");
}

TEST(RequestCheck, ReportsTheTargetBeforeTheHost) {
  EXPECT_EQ(Check("GET", "*", 1, {}).error, H1_TARGET_FORM);
  EXPECT_EQ(Check("GET", "http:///", 1, {{"Host", ""}}).error,
            H1_TARGET_AUTHORITY);
}

}  // namespace
