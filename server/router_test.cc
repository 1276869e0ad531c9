#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/guarded.h"

extern "C" {
#include "server/router.h"
}

namespace {

using h1_test::Guarded;
using h1_test::StringOf;

void Nothing(h1_exchange*) {}

constexpr unsigned kGet = H1_METHOD_BIT(H1_GET);
constexpr unsigned kPost = H1_METHOD_BIT(H1_POST);

h1_route Row(unsigned methods, const char* pattern, unsigned flags = 0) {
  return {methods, pattern, Nothing, nullptr, H1_BODY_IGNORE, 0, flags};
}

h1_route_match Match(const std::vector<h1_route>& rows, h1_method method,
                     const Guarded& path, bool admin = true,
                     bool ordinary = true) {
  const h1_router r = {rows.data(), rows.size()};
  h1_route_match m;
  h1_router_match(&r, method, path.slice(), admin, ordinary, &m);
  return m;
}

TEST(Router, AnExactPatternMatchesTheWholePathOnly) {
  const std::vector<h1_route> rows = {Row(kGet, "/stream")};
  EXPECT_NE(Match(rows, H1_GET, Guarded("/stream")).route, nullptr);
  for (const char* path : {"/", "/strea", "/stream/", "/streams", "//stream",
                           "/Stream", "stream", ""}) {
    EXPECT_EQ(Match(rows, H1_GET, Guarded(path)).route, nullptr) << path;
  }
}

TEST(Router, APrefixHandsOnTheRest) {
  const std::vector<h1_route> rows = {Row(kGet, "/static/*")};
  const Guarded path("/static/a/b.txt");
  const h1_route_match m = Match(rows, H1_GET, path);
  ASSERT_NE(m.route, nullptr);
  EXPECT_EQ(StringOf(m.rest), "a/b.txt");
  const Guarded bare("/static/");
  EXPECT_EQ(Match(rows, H1_GET, bare).rest.len, 0u);
  EXPECT_EQ(Match(rows, H1_GET, Guarded("/static")).route, nullptr);
}

TEST(Router, ANameIsOneWholeSegmentAndNeverEmpty) {
  const std::vector<h1_route> rows = {Row(kGet, "/u/{id}/p/{page}")};
  const Guarded path("/u/42/p/home");
  const h1_route_match m = Match(rows, H1_GET, path);
  ASSERT_NE(m.route, nullptr);
  EXPECT_EQ(StringOf(h1_route_param(&m, "id")), "42");
  EXPECT_EQ(StringOf(h1_route_param(&m, "page")), "home");
  EXPECT_EQ(h1_route_param(&m, "i").ptr, nullptr);
  EXPECT_EQ(Match(rows, H1_GET, Guarded("/u//p/home")).route, nullptr);
  EXPECT_EQ(Match(rows, H1_GET, Guarded("/u/4/2/p/home")).route, nullptr);
}

TEST(Router, HeadGoesWithGetAndOtherMethodsAre405WithAllOfThem) {
  const std::vector<h1_route> rows = {Row(kGet, "/x"), Row(kPost, "/x")};
  EXPECT_TRUE(Match(rows, H1_HEAD, Guarded("/x")).method_allowed);
  EXPECT_EQ(Match(rows, H1_POST, Guarded("/x")).route, &rows[1]);
  const h1_route_match m = Match(rows, H1_DELETE, Guarded("/x"));
  ASSERT_NE(m.route, nullptr);
  EXPECT_FALSE(m.method_allowed);
  char allow[H1_ALLOW_BYTES];
  const size_t len = h1_router_allow(m.allowed, allow);
  EXPECT_EQ(std::string(allow, len), "GET, HEAD, POST, OPTIONS");
}

TEST(Router, AdminRowsAreSeenOnlyWhereTheyTakePart) {
  const std::vector<h1_route> rows = {Row(kGet, "/_m", H1_ROUTE_ADMIN),
                                      Row(kGet, "/x")};
  EXPECT_EQ(Match(rows, H1_GET, Guarded("/_m"), false, true).route, nullptr);
  EXPECT_EQ(Match(rows, H1_GET, Guarded("/x"), true, false).route, nullptr);
  EXPECT_NE(Match(rows, H1_GET, Guarded("/_m"), true, false).route, nullptr);
}

TEST(Router, AllowFitsWithEveryMethod) {
  char allow[H1_ALLOW_BYTES];
  EXPECT_EQ(std::string(allow, h1_router_allow(~0u, allow)),
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE");
}

TEST(Router, TableFaultsAreNamed) {
  const struct {
    h1_route row;
    bool ok;
  } cases[] = {
      {Row(kGet, "/a/{b}/*"), true},
      {Row(kGet, "a"), false},
      {Row(kGet, "/a*"), false},
      {Row(kGet, "/*/a"), false},
      {Row(kGet, "/{a"), false},
      {Row(kGet, "/{}"), false},
      {Row(kGet, "/x{a}"), false},
      {Row(0, "/a"), false},
      {Row(kGet, "/{a}/{b}/{c}/{d}/{e}"), false},
  };
  for (const auto& c : cases) {
    const h1_router r = {&c.row, 1};
    const char* pattern = nullptr;
    EXPECT_EQ(h1_router_check(&r, &pattern) == nullptr, c.ok) << c.row.pattern;
  }
}

}  // namespace
