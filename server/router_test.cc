#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/guarded.h"

extern "C" {
#include "server/router.h"
}

namespace {

using h1_test::Guarded;
using h1_test::StringOf;

void Nothing(h1_exchange*) {}

constexpr unsigned kGet = H1_METHOD_BIT(H1_GET);
constexpr unsigned kPost = H1_METHOD_BIT(H1_POST);

constexpr unsigned kAnyScope =
    H1_SCOPE_ORDINARY | H1_SCOPE_ADMIN | H1_SCOPE_PRIVATE;

h1_route Row(unsigned methods, const char* pattern, unsigned flags = 0) {
  return {methods, pattern, Nothing, nullptr, H1_BODY_IGNORE, 0, flags};
}

h1_route_match Match(const std::vector<h1_route>& rows, h1_method method,
                     const Guarded& path, unsigned scope = kAnyScope) {
  const h1_router r = {rows.data(), rows.size()};
  h1_route_match m;
  h1_router_match(&r, method, path.slice(), scope, &m);
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
  const std::vector<h1_route> rows = {
      Row(kGet, "/_m", H1_ROUTE_ADMIN | H1_ROUTE_PRIVATE),
      Row(kGet, "/_h", H1_ROUTE_ADMIN), Row(kGet, "/x")};
  const struct {
    const char* path;
    unsigned scope;
  } cases[] = {{"/_m", H1_SCOPE_PRIVATE},
               {"/_h", H1_SCOPE_ADMIN},
               {"/x", H1_SCOPE_ORDINARY}};
  for (const auto& c : cases) {
    EXPECT_NE(Match(rows, H1_GET, Guarded(c.path), c.scope).route, nullptr)
        << c.path;
    EXPECT_EQ(Match(rows, H1_GET, Guarded(c.path), kAnyScope & ~c.scope).route,
              nullptr)
        << c.path;
  }
}

// A folder that is served at / may not answer for the operator.
TEST(Router, APathOfTheOperatorIsNeverALaterRowsWhereItIsOutOfScope) {
  const std::vector<h1_route> rows = {
      Row(kGet, "/_m", H1_ROUTE_ADMIN | H1_ROUTE_PRIVATE), Row(kGet, "/*")};
  EXPECT_EQ(Match(rows, H1_GET, Guarded("/_m"), H1_SCOPE_ORDINARY).route,
            nullptr);
  EXPECT_STREQ(Match(rows, H1_GET, Guarded("/_m"), kAnyScope).route->pattern,
               "/_m");
  for (const char* path : {"/_m/", "/_mm", "/"}) {
    const h1_route_match m =
        Match(rows, H1_GET, Guarded(path), H1_SCOPE_ORDINARY);
    ASSERT_NE(m.route, nullptr) << path;
    EXPECT_STREQ(m.route->pattern, "/*");
  }
}

TEST(Router, AnAsteriskIsAboutAllThatTheListenerOffers) {
  const std::vector<h1_route> rows = {
      Row(kGet, "/_m", H1_ROUTE_ADMIN | H1_ROUTE_PRIVATE), Row(kPost, "/x"),
      Row(H1_METHOD_BIT(H1_PUT), "/y")};
  const struct {
    unsigned scope;
    const char* allow;
  } cases[] = {
      {H1_SCOPE_ORDINARY, "POST, PUT, OPTIONS"},
      {H1_SCOPE_PRIVATE | H1_SCOPE_ADMIN, "GET, HEAD, OPTIONS"},
      {kAnyScope, "GET, HEAD, POST, PUT, OPTIONS"},
      {H1_SCOPE_ADMIN, "OPTIONS"},
  };
  for (const auto& c : cases) {
    const h1_route_match m = Match(rows, H1_OPTIONS, Guarded("*"), c.scope);
    unsigned allowed = 0;
    EXPECT_TRUE(
        h1_router_answers(&m, H1_OPTIONS, Guarded("*").slice(), &allowed));
    char allow[H1_ALLOW_BYTES];
    EXPECT_EQ(std::string(allow, h1_router_allow(allowed, allow)), c.allow);
  }
}

TEST(Router, AllowFitsWithEveryMethod) {
  char allow[H1_ALLOW_BYTES];
  EXPECT_EQ(std::string(allow, h1_router_allow(~0u, allow)),
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, QUERY");
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
