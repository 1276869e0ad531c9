// What the options that are rules may say.
#include "server/policy/rule.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace {

// A view: of a string that outlives it, or of a literal.
h1_slice Slice(const std::string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}
h1_slice Slice(const char* s) {
  return {reinterpret_cast<const uint8_t*>(s), strlen(s)};
}

std::string Text(h1_slice s) {
  return std::string(reinterpret_cast<const char*>(s.ptr), s.len);
}

TEST(HeaderRule, ReadsPatternNameAndValue) {
  const std::string text = "/a/** \t X-A:  b, c: d \t";
  h1_header_rule rule;
  ASSERT_EQ(h1_header_rule_read(Slice(text), &rule), nullptr);
  EXPECT_EQ(Text(rule.pattern), "/a/**");
  EXPECT_EQ(Text(rule.name), "X-A");
  EXPECT_EQ(Text(rule.value), "b, c: d");
  EXPECT_FALSE(rule.removes);
}

TEST(HeaderRule, ADashOrNoValueTakesTheFieldOut) {
  for (const char* text : {"/** -X-A", "/** X-A:", "/** X-A: "}) {
    h1_header_rule rule;
    ASSERT_EQ(h1_header_rule_read(Slice(text), &rule), nullptr) << text;
    EXPECT_EQ(Text(rule.name), "X-A");
    EXPECT_TRUE(rule.removes);
  }
}

TEST(HeaderRule, RefusesWhatCannotBeSaid) {
  const char* const bad[] = {
      "",
      "/**",
      "/** ",
      "/** X-A",
      "/** : b",
      "/** X A: b",
      "/** X-A : b",
      "/** -",
      "/** -X A",
      "X-A: b",
      "/a/../b X-A: b",
      "/** X-A: b\x01",
      "/** X-A: b\r\nX-B: c",
      "/** X-A: \xc3\xa4",
      "/** content-length: 1",
      "/** Transfer-Encoding: chunked",
      "/** -Connection",
      "/** Keep-Alive: a",
      "/** -date",
      "/** Content-Type: text/css",
      "/** Content-Encoding: gzip",
      "/** Content-Range: bytes 0-1/2",
      "/** Allow: GET",
      "/** Location: /",
      "/** ETag: \"a\"",
      "/** Last-Modified: x",
      "/** -Vary",
      "/** Upgrade: h2c",
  };
  for (const char* text : bad) {
    h1_header_rule rule;
    EXPECT_NE(h1_header_rule_read(Slice(text), &rule), nullptr) << text;
  }
  const char* const good[] = {"/** -ETag",
                              "/** -Last-Modified",
                              "/** Vary: Origin",
                              "/** -Server",
                              "/** Server: x",
                              "/** -X-Content-Type-Options",
                              "/** Cache-Control: no-store"};
  for (const char* text : good) {
    EXPECT_EQ(h1_header_rule_fault(text, strlen(text)), nullptr) << text;
  }
}

TEST(CacheRule, ReadsPatternAndValue) {
  const std::string text = "/a/**= public, max-age=31536000, immutable";
  h1_cache_rule rule;
  ASSERT_EQ(h1_cache_rule_read(Slice(text), &rule), nullptr);
  EXPECT_EQ(Text(rule.pattern), "/a/**");
  EXPECT_EQ(Text(rule.value), "public, max-age=31536000, immutable");
  ASSERT_EQ(h1_cache_rule_read(Slice("/**="), &rule), nullptr);
  EXPECT_EQ(rule.value.len, 0u);
  for (const std::string& bad :
       {std::string(""), std::string("/**"), std::string("no-cache"),
        std::string("a=no-cache"), std::string("/**=a\nb"),
        "/**=" + std::string(129, 'a')}) {
    EXPECT_NE(h1_cache_rule_fault(bad.data(), bad.size()), nullptr) << bad;
  }
}

TEST(RedirectRule, ReadsFromToAndStatus) {
  h1_redirect_rule rule;
  const std::string plain = "/old=/new?a%3Db";
  ASSERT_EQ(h1_redirect_rule_read(Slice(plain), &rule), nullptr);
  EXPECT_EQ(Text(rule.from), "/old");
  EXPECT_EQ(Text(rule.to), "/new?a%3Db");
  EXPECT_EQ(rule.status, 302);
  for (int status : {301, 302, 303, 307, 308}) {
    const std::string text =
        "/o/**=https://a.example/{rest}=" + std::to_string(status);
    ASSERT_EQ(h1_redirect_rule_read(Slice(text), &rule), nullptr);
    EXPECT_EQ(Text(rule.to), "https://a.example/{rest}");
    EXPECT_EQ(rule.status, status);
  }
}

TEST(RedirectRule, RefusesWhatLeadsAstray) {
  const char* const bad[] = {
      "",
      "/a",
      "/a=",
      "/a=/b=",
      "/a=/b=200",
      "/a=/b=300",
      "/a=/b=304",
      "/a=/b=30",
      "/a=/b=3011",
      "/a=/b=c",
      "/a=/b?c=d=301",
      "a=/b",
      "/a/../b=/c",
      "/a=b",
      "/a=//evil.example/",
      "/a=/\\evil.example/",
      "/a=javascript:x",
      "/a=ftp://a/",
      "/a=http:///b",
      "/a=https://u@a/",
      "/a=https://a b/",
      "/a=https://a%3Db/",
      "/a=https://a%2Eb/",
      "/a=/b c",
      "/a=/b\r\nX: y",
      "/a=/\xc3\xa4",
      "/a=/%zz",
      "/a=/%4",
      "/a=/b{rest}",            // nothing is left over
      "/a/*/**=/b/{rest}",      // two wildcards
      "/a/**=/b/{rest}{rest}",  // twice
      "/**=https://a.example{rest}",
      "/**=https://{rest}",
      "/a=/b{x}",
      "/a=/a",
      "/_health=/a",
      "/_status=/a",
      "/a=/a?b",
      "/**=/new",
      "/a/**=/a/b/{rest}",
      "/%61=/a",
      "/a=/b/../a",
      "/a=/../b",
  };
  for (const char* text : bad) {
    EXPECT_NE(h1_redirect_rule_fault(text, strlen(text)), nullptr) << text;
  }
  const char* const good[] = {
      "/a=/",
      "/a=/b#c",
      "/a/**=/{rest}",
      "/a/*=/b?c%3D{rest}",
      "/a=http://[::1]:80/b",
      "/a=https://b.example",
  };
  for (const char* text : good) {
    EXPECT_EQ(h1_redirect_rule_fault(text, strlen(text)), nullptr) << text;
  }
}

}  // namespace
