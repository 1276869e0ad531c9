// The body of an error: the form that Accept asks for, and what it says.
#include <string>

#include "server/sim/world.h"

namespace h1_test {
namespace {

const char kText[] = "text/plain; charset=utf-8";
const char kPage[] = "text/html; charset=utf-8";
const char kProblem[] = "application/problem+json";

std::string Ask(World& w, const std::string& bytes) {
  const int c = w.Connect();
  w.Send(c, bytes);
  return w.Output(c);
}

bool Has(const std::string& output, const std::string& part) {
  return output.find(part) != std::string::npos;
}

void ExpectType(const std::string& output, const std::string& type) {
  EXPECT_TRUE(Has(output, "Content-Type: " + type + "\r\n")) << output;
}

TEST(ErrorBody, TakesTheFormThatAcceptPrefers) {
  const struct {
    const char* accept;
    const char* type;
  } rows[] = {
      {"", kText},
      {"*/*", kText},
      {"text/*", kText},
      {"text/plain", kText},
      {"image/png", kText},
      {"text/html", kPage},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
       kPage},
      {"text/html;q=0.5, text/plain;q=0.6", kText},
      {"text/html, text/plain", kText},
      {"text/html;q=0", kText},
      {"application/problem+json", kProblem},
      {"application/json", kProblem},
      {"application/json, */*;q=0.5", kProblem},
      {"application/*", kProblem},
      {"application/problem+json;q=0.9, text/html", kPage},
      {"nonsense", kText},
  };
  World w;
  for (const auto& row : rows) {
    const std::string accept =
        *row.accept == '\0' ? ""
                            : std::string("Accept: ") + row.accept + "\r\n";
    const std::string out = Ask(w, Get("/none", accept));
    EXPECT_EQ(out.substr(0, 22), "HTTP/1.1 404 Not Found") << row.accept;
    ExpectType(out, row.type);
    EXPECT_TRUE(Has(out, "Vary: Accept\r\n")) << out;
  }
}

TEST(ErrorBody, SaysStatusReasonAndSection) {
  World w;
  EXPECT_TRUE(Has(Ask(w, Get("/none")), "\r\n\r\n404 Not Found: not_found\n"));
  EXPECT_TRUE(Has(
      Ask(w, Get("/none", "Accept: application/problem+json\r\n")),
      "\r\n\r\n{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":"
      "404,\"reason\":\"not_found\",\"section\":\"RFC 9110 15.5.5\"}\n"));
  const std::string page = Ask(w, Get("/none", "Accept: text/html\r\n"));
  EXPECT_TRUE(Has(page, "\r\n\r\n<!doctype html>\n")) << page;
  EXPECT_TRUE(Has(page, "<title>404 Not Found</title>")) << page;
  EXPECT_TRUE(
      Has(page,
          "<p><code>not_found</code> (<a href=\"https://www.rfc-editor.org/rfc/"
          "rfc9110#section-15.5.5\">RFC 9110 15.5.5</a>)</p>\n"))
      << page;
}

TEST(ErrorBody, TheLengthIsThatOfTheFormForHeadToo) {
  World w;
  for (const char* accept : {"text/html", "application/json", "text/plain"}) {
    const std::string more = std::string("Accept: ") + accept + "\r\n";
    const std::string get = Ask(w, Get("/none", more));
    std::string head = Get("/none", more);
    head.replace(0, 3, "HEAD");
    EXPECT_EQ(Ask(w, head), get.substr(0, get.find("\r\n\r\n") + 4)) << accept;
  }
}

// Every error is one of these, the server's own and a handler's.
TEST(ErrorBody, AfterAWholeHeadAnyRefusalHasIt) {
  World w;
  const std::string accept = "Accept: application/json\r\n";
  for (const std::string& request :
       {"PUT /small HTTP/1.1\r\nHost: a\r\n" + accept + "\r\n",
        "GET /never HTTP/1.1\r\nHost: a\r\n" + accept + "\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n" + accept + "\r\n",
        "FOO / HTTP/1.1\r\nHost: a\r\n" + accept + "\r\n"}) {
    const std::string out = Ask(w, request);
    ExpectType(out, kProblem);
    EXPECT_TRUE(Has(out, "Vary: Accept\r\n")) << out;
  }
}

TEST(ErrorBody, WithoutAWholeHeadItIsText) {
  World w;
  for (const char* request :
       {"GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nA b\r\n\r\n",
        "GET / HTTP/2.7\r\nHost: a\r\nAccept: text/html\r\n\r\n"}) {
    const std::string out = Ask(w, request);
    ExpectType(out, kText);
    EXPECT_FALSE(Has(out, "Vary:")) << out;
  }
}

TEST(ErrorBody, WhatIsNoErrorHasNoChoice) {
  World w;
  const std::string out = Ask(w, Get("/small", "Accept: text/html\r\n"));
  EXPECT_FALSE(Has(out, "Vary:")) << out;
}

}  // namespace
}  // namespace h1_test
