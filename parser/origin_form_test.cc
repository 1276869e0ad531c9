#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "parser/error.h"
#include "parser/target.h"
#include "tests/support/guarded.h"

namespace {

using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;

h1_target Split(const Guarded& text) {
  h1_target t;
  EXPECT_EQ(h1_target_split(text.slice(), &t), H1_OK);
  return t;
}

// In a room of each smaller size nothing is written.
std::string OriginForm(const std::string& target, bool is_options) {
  const Guarded text(target);
  const h1_target t = Split(text);
  size_t size = 0;
  const h1_buffer none = {nullptr, 0};
  EXPECT_EQ(h1_target_origin_form(&t, is_options, none, &size), H1_NEED_ROOM);
  const size_t needed = size;
  for (size_t len = 0; len < needed; len++) {
    Guarded room(std::string(len, '#'));
    EXPECT_EQ(h1_target_origin_form(&t, is_options, room.room(), &size),
              H1_NEED_ROOM);
    EXPECT_EQ(size, needed);
    EXPECT_EQ(StringOf(room.slice()), std::string(len, '#'));
  }
  Guarded room(std::string(needed, '#'));
  EXPECT_EQ(h1_target_origin_form(&t, is_options, room.room(), &size), H1_DONE);
  EXPECT_EQ(size, needed);
  return StringOf(room.slice());
}

TEST(OriginForm, IsPathAndQueryOfAnAbsoluteTarget) {
  EXPECT_EQ(OriginForm("http://a/b/c?d=e", false), "/b/c?d=e");
  EXPECT_EQ(OriginForm("HTTP://a:80/", false), "/");
  EXPECT_EQ(OriginForm("http://a", false), "/");
  EXPECT_EQ(OriginForm("http://a?", false), "/?");
  EXPECT_EQ(OriginForm("http://a?b", false), "/?b");
  EXPECT_EQ(OriginForm("http://a/%2e%2e/b", false), "/%2e%2e/b");
}

// RFC 9112 3.2.4: without path and query OPTIONS asks about the server.
TEST(OriginForm, OfOptionsOnAWholeServerIsAnAsterisk) {
  EXPECT_EQ(OriginForm("http://a", true), "*");
  EXPECT_EQ(OriginForm("http://a:8001", true), "*");
  EXPECT_EQ(OriginForm("http://a/", true), "/");
  EXPECT_EQ(OriginForm("http://a?b", true), "/?b");
  EXPECT_EQ(OriginForm("*", true), "*");
}

TEST(OriginForm, LeavesAnOriginFormAsItIs) {
  EXPECT_EQ(OriginForm("/a?b?c", false), "/a?b?c");
  EXPECT_EQ(OriginForm("/a?", true), "/a?");
  EXPECT_EQ(OriginForm("//a", false), "//a");
}

TEST(OriginForm, IsNotThereForATunnel) {
  const Guarded text("a:443");
  const h1_target t = Split(text);
  Guarded room(std::string(8, '#'));
  size_t size = 1;
  EXPECT_EQ(h1_target_origin_form(&t, false, room.room(), &size), H1_FAILED);
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(StringOf(room.slice()), "########");
}

}  // namespace
