// What a listing says of names, sizes and dates, and that no name can act.
#include "handlers/static/listing.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/fields.h"
#include "parser/slice.h"

namespace {

h1_slice Slice(const std::string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}

// A listing with the memory that it needs.
class Folder {
 public:
  Folder() : memory_((H1_LISTING_BYTES + 7) / 8) {
    h1_listing_init(&l, memory_.data());
  }
  Folder& File(const std::string& name, uint64_t size = 0, int64_t time = 0) {
    const h1_listing_facts facts = {false, size, time};
    EXPECT_TRUE(h1_listing_add(&l, Slice(name), &facts));
    return *this;
  }
  Folder& Sub(const std::string& name) {
    const h1_listing_facts facts = {true, 0, 0};
    EXPECT_TRUE(h1_listing_add(&l, Slice(name), &facts));
    return *this;
  }
  std::vector<std::string> Sorted() {
    h1_listing_sort(&l);
    std::vector<std::string> names;
    for (size_t i = 0; i < l.count; i++) {
      const h1_slice name = h1_listing_name(&l, i);
      names.emplace_back(reinterpret_cast<const char*>(name.ptr), name.len);
    }
    return names;
  }
  std::string Render(h1_listing_format format, size_t room = 65536) {
    const h1_listing_place place = {Slice(prefix), Slice(rest)};
    h1_listing_cursor cursor = {format, 0, 0, false};
    std::string text;
    std::vector<uint8_t> bytes(room);
    for (int turns = 0; !cursor.done && turns < 100000; turns++) {
      const size_t size =
          h1_listing_render(&l, &place, &cursor, {bytes.data(), room});
      EXPECT_LE(size, room);
      EXPECT_TRUE(size > 0 || cursor.done) << "it goes on";
      text.append(reinterpret_cast<const char*>(bytes.data()), size);
    }
    EXPECT_TRUE(cursor.done);
    return text;
  }
  std::string Html() { return Render(H1_LISTING_HTML); }
  std::string Json() { return Render(H1_LISTING_JSON); }

  std::string prefix = "/", rest;
  h1_listing l;

 private:
  std::vector<uint64_t> memory_;
};

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Listing, SortsAsOneReads) {
  Folder f;
  f.File("b").File("A").File("a10").File("a9").File("a09").Sub("z").Sub("Y");
  f.File("\xC3\xA9").File("a").File("a1b").File("a1B");
  EXPECT_EQ(f.Sorted(),
            (std::vector<std::string>{"Y", "z", "A", "a", "a1B", "a1b", "a09",
                                      "a9", "a10", "b", "\xC3\xA9"}));
}

TEST(Listing, SortsManyInAnyOrder) {
  Folder up, down;
  std::vector<std::string> want;
  for (int i = 0; i < 3000; i++) {
    want.push_back("n" + std::to_string(i));
    up.File(want.back());
    down.File("n" + std::to_string(2999 - i));
  }
  EXPECT_EQ(up.Sorted(), want);
  EXPECT_EQ(down.Sorted(), want);
}

TEST(Listing, LeavesOutWhatNoAddressCanHold) {
  Folder f;
  f.File("a\\b")
      .File("c\nd")
      .File("e\rf")
      .File(std::string(256, 'x'))
      .File("g");
  EXPECT_EQ(f.Sorted(), std::vector<std::string>{"g"});
  EXPECT_TRUE(Holds(f.Html(), "4 names are left out")) << f.Html();
  EXPECT_TRUE(Holds(f.Json(), "\"left_out\":4}"));
  Folder one;
  one.File("\\");
  EXPECT_TRUE(Holds(one.Html(), "1 name is left out"));
  EXPECT_FALSE(Holds(one.Html(), "This folder is empty"));
}

TEST(Listing, SaysThatThereIsMore) {
  Folder f;
  for (size_t i = 0; i < H1_LISTING_ENTRIES_MAX; i++) {
    f.File(std::to_string(i) + std::string(200, 'x'));
  }
  EXPECT_FALSE(Holds(f.Html(), "has more"));
  const h1_listing_facts facts = {};
  EXPECT_FALSE(h1_listing_add(&f.l, Slice("one more"), &facts));
  EXPECT_EQ(f.l.count, H1_LISTING_ENTRIES_MAX);
  EXPECT_TRUE(Holds(f.Html(), "Only 10000 entries are shown"));
  EXPECT_TRUE(Holds(f.Json(), "\"truncated\":true"));
}

TEST(Listing, NoNameActs) {
  Folder f;
  f.rest = "<b>/x'y/";
  f.File("<script>alert(1)</script>")
      .File("a\"onclick=\"b")
      .File("javascript:x");
  f.File("&amp;").File("tab\there").File("\x7F");
  f.File("\xE2\x80\xAEgnp.exe");  // Would read "exe.png".
  const std::string html = f.Html();
  EXPECT_FALSE(Holds(html, "<script>alert")) << html;
  EXPECT_TRUE(Holds(html, "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"));
  EXPECT_TRUE(
      Holds(html, "href=\"./%3Cscript%3Ealert%281%29%3C%2Fscript%3E\""));
  EXPECT_TRUE(Holds(html, "<bdi>a&quot;onclick=&quot;b</bdi>"));
  EXPECT_TRUE(Holds(html, "href=\"./a%22onclick%3D%22b\""));
  EXPECT_TRUE(Holds(html, "href=\"./javascript%3Ax\""));
  EXPECT_TRUE(Holds(html, "<bdi>&amp;amp;</bdi>"));
  EXPECT_TRUE(Holds(html, "<bdi>tab\xE2\x90\x89here</bdi>"));
  EXPECT_TRUE(Holds(html, "<bdi>\xE2\x90\xA1</bdi>"));
  EXPECT_TRUE(Holds(html, "<bdi>\xEF\xBF\xBDgnp.exe</bdi>"));
  EXPECT_FALSE(Holds(html, "<b>"));
  EXPECT_TRUE(Holds(html, "/&lt;b&gt;/x&#39;y/"));
}

TEST(Listing, WhatIsNoUtf8IsReplacedButLinked) {
  const struct {
    std::string name, shown, link;
  } cases[] = {
      {"\xFF", "\xEF\xBF\xBD", "%FF"},
      {"a\xC3", "a\xEF\xBF\xBD", "a%C3"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", "%C0%AF"},
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", "%ED%A0%80"},
      {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
       "%F4%90%80%80"},
      {"\xE2\x82\xAC", "\xE2\x82\xAC", "%E2%82%AC"},
      {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", "%F0%9F%98%80"},
      {"\xC2\x85", "\xEF\xBF\xBD", "%C2%85"},
      {"50% off?#1", "50% off?#1", "50%25%20off%3F%231"},
  };
  for (const auto& c : cases) {
    Folder f;
    f.File(c.name);
    EXPECT_TRUE(
        Holds(f.Html(), "href=\"./" + c.link + "\"><bdi>" + c.shown + "</bdi>"))
        << c.link;
    EXPECT_TRUE(Holds(f.Json(), "\"href\":\"./" + c.link + "\"")) << c.link;
  }
}

TEST(Listing, JsonIsWholeAndEscaped) {
  Folder f;
  f.prefix = "/static/";
  f.rest = "a\"b/";
  f.Sub("sub").File("q\"\t\x01", 12, 1700000000).File("\xFFz", 0, INT64_MAX);
  h1_listing_sort(&f.l);
  EXPECT_EQ(f.Json(),
            "{\"path\":\"/static/a\\\"b/\",\"entries\":[\n"
            "{\"name\":\"sub\",\"href\":\"./sub/\",\"type\":\"folder\","
            "\"modified\":\"1970-01-01T00:00:00Z\"},\n"
            "{\"name\":\"q\\\"\\u0009\\u0001\",\"href\":\"./q%22%09%01\","
            "\"type\":\"file\",\"size\":12,"
            "\"modified\":\"2023-11-14T22:13:20Z\"},\n"
            "{\"name\":\"\xEF\xBF\xBDz\",\"href\":\"./%FFz\","
            "\"type\":\"file\",\"size\":0,\"modified\":null}\n"
            "],\"truncated\":false,\"left_out\":0}\n");
  EXPECT_EQ(Folder().Json(),
            "{\"path\":\"/\",\"entries\":[\n],\"truncated\":false,"
            "\"left_out\":0}\n");
}

TEST(Listing, IsSummedUp) {
  Folder f;
  f.Sub("a").File("b", 1000).File("c", 48);
  EXPECT_TRUE(Holds(f.Html(), "1 folder, 2 files, 1.02 KiB</p>")) << f.Html();
  EXPECT_TRUE(Holds(Folder().Sub("a").Sub("b").Html(), ">\n2 folders</p>"));
  EXPECT_TRUE(Holds(Folder().File("a", 5).Html(), ">\n1 file, 5 B</p>"));
}

TEST(Listing, LinksLeadUpButNotOut) {
  Folder top;
  EXPECT_FALSE(Holds(top.Html(), "../"));
  EXPECT_TRUE(Holds(top.Html(), "<li aria-current=\"page\"><bdi>/</bdi></li>"));
  Folder deep;
  deep.prefix = "/static/";
  deep.rest = "a b/c/";
  const std::string html = deep.Html();
  EXPECT_TRUE(Holds(html, "<a class=\"up\" href=\"../\">"));
  EXPECT_TRUE(
      Holds(html, "<li><a href=\"../../\"><bdi>/static/</bdi></a></li>"));
  EXPECT_TRUE(Holds(html, "<li><a href=\"../\"><bdi>a b</bdi></a></li>"));
  EXPECT_TRUE(Holds(html, "<li aria-current=\"page\"><bdi>c</bdi></li>"));
  EXPECT_TRUE(Holds(html, "<title>\n/static/a b/c/</title>")) << html;
  EXPECT_FALSE(Holds(html, "../../../"));
}

// Sizes and dates as the table shows them.
TEST(Listing, SaysSizesAndDates) {
  const struct {
    uint64_t size;
    const char* text;
  } sizes[] = {
      {0, "0 B"},
      {999, "999 B"},
      {1000, "0.97 KiB"},
      {1024, "1.00 KiB"},
      {1536, "1.50 KiB"},
      {10239, "9.99 KiB"},
      {10240, "10.0 KiB"},
      {1048576, "1.00 MiB"},
      {123456789, "117 MiB"},
      {UINT64_MAX, "15.9 EiB"},
  };
  for (const auto& c : sizes) {
    Folder f;
    f.File("a", c.size);
    EXPECT_TRUE(Holds(f.Html(), "\">" + std::string(c.text) + "</td>"))
        << c.text;
  }
  const struct {
    int64_t time;
    const char* text;  // empty: none
  } times[] = {
      {0, "1970-01-01 00:00"},
      {-1, "1969-12-31 23:59"},
      {951782400, "2000-02-29 00:00"},
      {4107542399, "2100-02-28 23:59"},
      {4107542400, "2100-03-01 00:00"},
      {253402300799, "9999-12-31 23:59"},
      {253402300800, ""},
      {-62162035200, "0000-03-01 00:00"},
      {-62162035201, ""},
      {INT64_MIN, ""},
  };
  for (const auto& c : times) {
    Folder f;
    f.File("a", 0, c.time);
    EXPECT_TRUE(Holds(f.Html(), "\">" + std::string(c.text) + "</time>"))
        << c.text << f.Html();
  }
}

// The same bytes however little room there is, up to the largest of names.
TEST(Listing, IsTheSameInPieces) {
  Folder f;
  f.prefix = "/static/";
  for (int i = 0; i < 300; i++) f.rest += "ab/";
  f.File(std::string(255, '"')).File(std::string(255, '\x01'));
  f.File(std::string(255, '\xFF')).Sub(std::string(255, '&'));
  for (unsigned i = 0; i < 200; i++) {
    f.File("file " + std::to_string(i), 1000u * i);
  }
  h1_listing_sort(&f.l);
  for (const auto format : {H1_LISTING_HTML, H1_LISTING_JSON}) {
    const std::string whole = f.Render(format, 1 << 20);
    EXPECT_EQ(f.Render(format, H1_LISTING_ROOM), whole);
    EXPECT_EQ(f.Render(format, H1_LISTING_ROOM + 77), whole);
    EXPECT_GT(whole.size(), 20000u);
  }
}

TEST(Listing, PageLoadsNothing) {
  Folder f;
  f.Sub("a").File("b");
  const std::string html = f.Html();
  for (const char* part : {" src=", "@import", "url(\"http", "@style@",
                           "@script@", " style=\"", "innerHTML"}) {
    EXPECT_FALSE(Holds(html, part)) << part;
  }
  const std::string lines = h1_listing_lines;
  EXPECT_TRUE(Holds(lines, "default-src 'none'")) << lines;
  EXPECT_FALSE(Holds(lines, "unsafe")) << lines;
}

}  // namespace
