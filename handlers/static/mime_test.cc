#include "handlers/static/mime.h"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "parser/media_type.h"
#include "parser/slice.h"

namespace {

class Types {
 public:
  explicit Types(const char* charset = "utf-8", const std::string& file = "")
      : memory_(h1_mime_memory_bytes(true)) {
    const size_t bytes = h1_mime_memory_bytes(!file.empty());
    const char* fault = h1_mime_init(&types_, charset, memory_.data(), bytes);
    EXPECT_EQ(fault, nullptr) << fault;
    const h1_slice text = {reinterpret_cast<const uint8_t*>(file.data()),
                           file.size()};
    fault = h1_mime_add(&types_, text, &line);
    if (fault != nullptr) why = fault;
    h1_mime_sort(&types_);
  }
  std::string Of(const std::string& path) const {
    const h1_slice s = h1_mime_type(
        &types_, {reinterpret_cast<const uint8_t*>(path.data()), path.size()});
    return std::string(reinterpret_cast<const char*>(s.ptr), s.len);
  }
  std::string why;
  size_t line = 0;

 private:
  std::vector<uint8_t> memory_;
  h1_mime types_;
};

const char kUnknown[] = "application/octet-stream";

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

TEST(Mime, GoesByTheEndOfTheName) {
  const Types types;
  struct {
    const char* path;
    std::string want;
  } const cases[] = {
      {"index.html", "text/html; charset=utf-8"},
      {"a/b/STYLE.CSS", "text/css; charset=utf-8"},
      {"a.tar.gz", "application/gzip"},
      {"README", kUnknown},
      {"a.", kUnknown},
      {"", kUnknown},
      {"dir.html/file", kUnknown},
      {"a.html~", kUnknown},
      {"a.nosuchtype", kUnknown},
      {"a.averyveryveryveryveryverylongextension", kUnknown},
      {"/.html", "text/html; charset=utf-8"},
  };
  for (const auto& c : cases) EXPECT_EQ(types.Of(c.path), c.want) << c.path;
}

// One name for each kind of program that meets it.
TEST(Mime, KnowsWhatBrowsersAndPlayersMeet) {
  const Types types;
  struct {
    const char* ends;
    std::string want;
  } const cases[] = {
      {"js mjs cjs", "text/javascript; charset=utf-8"},
      {"wasm", "application/wasm"},
      {"json map", "application/json"},
      {"ndjson jsonl", "application/x-ndjson"},
      {"geojson", "application/geo+json"},
      {"webmanifest", "application/manifest+json"},
      {"appcache", "text/cache-manifest; charset=utf-8"},
      {"xsl xslt", "application/xslt+xml"},
      {"xml xsd", "application/xml"},
      {"rss", "application/rss+xml"},
      {"atom", "application/atom+xml"},
      {"svg svgz", "image/svg+xml"},
      {"ico cur", "image/vnd.microsoft.icon"},
      {"jpg jpeg jpe jfif", "image/jpeg"},
      {"avif", "image/avif"},
      {"heic", "image/heic"},
      {"heif", "image/heif"},
      {"jxl", "image/jxl"},
      {"m3u8", "application/vnd.apple.mpegurl"},
      {"mpd", "application/dash+xml"},
      {"ts m2ts", "video/mp2t"},
      {"m4s", "video/iso.segment"},
      {"mp4 m4v", "video/mp4"},
      {"webm", "video/webm"},
      {"ogv", "video/ogg"},
      {"m4a", "audio/mp4"},
      {"mp3", "audio/mpeg"},
      {"opus oga", "audio/ogg"},
      {"weba", "audio/webm"},
      {"vtt", "text/vtt; charset=utf-8"},
      {"srt", "text/plain; charset=utf-8"},
      {"ttml", "application/ttml+xml"},
      {"woff2", "font/woff2"},
      {"ttc", "font/collection"},
      {"glb", "model/gltf-binary"},
      {"gltf", "model/gltf+json"},
      {"stl", "model/stl"},
      {"usdz", "model/vnd.usdz+zip"},
      {"kml", "application/vnd.google-earth.kml+xml"},
      {"kmz", "application/vnd.google-earth.kmz"},
      {"gpx", "application/gpx+xml"},
      {"ics", "text/calendar; charset=utf-8"},
      {"vcf", "text/vcard; charset=utf-8"},
      {"epub", "application/epub+zip"},
      {"pdf", "application/pdf"},
      {"apk", "application/vnd.android.package-archive"},
      {"deb", "application/vnd.debian.binary-package"},
      {"torrent", "application/x-bittorrent"},
      {"pac", "application/x-ns-proxy-autoconfig"},
      {"7z", "application/x-7z-compressed"},
      {"zst", "application/zstd"},
      {"eml", "message/rfc822"},
      {"tsx rs go", "text/plain; charset=utf-8"},
      {"bin exe img", kUnknown},
  };
  for (const auto& c : cases) {
    for (const std::string& end : Words(c.ends)) {
      EXPECT_EQ(types.Of("a." + end), c.want) << end;
    }
  }
}

TEST(Mime, EveryBuiltInLineIsFoundAndIsAMediaType) {
  const Types types;
  size_t rows = 0;
  for (size_t i = 0; h1_mime_lines[i] != nullptr; i++) {
    const std::vector<std::string> words = Words(h1_mime_lines[i]);
    const std::string type = words[0];
    h1_media_type parsed;
    EXPECT_TRUE(h1_media_type_decode(h1_slice_of(type.c_str()), &parsed));
    for (size_t w = 1; w < words.size(); w++) {
      const std::string& end = words[w];
      rows++;
      const std::string got = types.Of("file." + end);
      const bool text = type.compare(0, 5, "text/") == 0;
      EXPECT_EQ(got, text ? type + "; charset=utf-8" : type) << end;
      EXPECT_LE(got.size(), H1_MIME_TYPE_MAX) << end;
    }
  }
  EXPECT_GE(rows, 350u);
}

TEST(Mime, CharsetIsWhatWasAskedFor) {
  EXPECT_EQ(Types("").Of("a.html"), "text/html");
  EXPECT_EQ(Types("iso-8859-1").Of("a.txt"), "text/plain; charset=iso-8859-1");
  EXPECT_EQ(Types("iso-8859-1").Of("a.png"), "image/png");
  h1_mime m;
  std::vector<uint8_t> memory(h1_mime_memory_bytes(false));
  for (const std::string& bad :
       {std::string("a b"), std::string("\"utf-8\""), std::string("utf-8;x=y"),
        std::string("utf-8\r\nX: y"), std::string(33, 'u')}) {
    EXPECT_NE(h1_mime_init(&m, bad.c_str(), memory.data(), memory.size()),
              nullptr)
        << bad;
  }
}

TEST(Mime, AFileOutranksTheTableAndLaterLinesEarlierOnes) {
  const Types types("utf-8",
                    "# a comment\n\n"
                    "application/x-sea   SEA\tship # not this\r\n"
                    "text/x-log log\n"
                    "application/example-without-a-name\n"
                    "text/x-first twice\n"
                    "text/x-second twice\n"
                    "types {\n"
                    "    image/x-nginx   nx ny;\n"
                    "}\n"
                    "text/x-last last");
  EXPECT_EQ(types.why, "");
  EXPECT_EQ(types.Of("a.sea"), "application/x-sea");
  EXPECT_EQ(types.Of("a.Ship"), "application/x-sea");
  EXPECT_EQ(types.Of("a.not"), kUnknown);
  EXPECT_EQ(types.Of("a.log"), "text/x-log; charset=utf-8");
  EXPECT_EQ(types.Of("a.twice"), "text/x-second; charset=utf-8");
  EXPECT_EQ(types.Of("a.nx"), "image/x-nginx");
  EXPECT_EQ(types.Of("a.ny"), "image/x-nginx");
  EXPECT_EQ(types.Of("a.last"), "text/x-last; charset=utf-8");
  EXPECT_EQ(types.Of("a.css"), "text/css; charset=utf-8") << "still there";
}

TEST(Mime, WhatIsWrongInAFileIsNamedWithItsLine) {
  struct {
    std::string text, why;
    size_t line;
  } const cases[] = {
      {"text/html html\nnonsense x\n", "not a media type", 2},
      {"text/ x\n", "not a media type", 1},
      {"\n\ntext/a\x01 x\n", "not a media type", 3},
      {"text/a " + std::string(32, 'x'), "the end of a name is too long", 1},
      {"text/" + std::string(80, 'a') + " x", "too long a type, or too many",
       1},
  };
  for (const auto& c : cases) {
    const Types types("utf-8", c.text);
    EXPECT_EQ(types.why, c.why) << c.text;
    EXPECT_EQ(types.line, c.line) << c.text;
  }
  std::string many;
  for (int i = 0; i < 20000; i++) {
    many += "a/b x" + std::to_string(i) + "\n";
  }
  EXPECT_EQ(Types("utf-8", many).why, "too many types");
  many.clear();
  for (int i = 0; i < 9000; i++) many += "a/" + std::string(70, 'b') + " x\n";
  EXPECT_EQ(Types("utf-8", many).why, "too long a type, or too many");
}

TEST(Mime, OnlySvgzIsPacked) {
  for (const auto& [path, want] :
       std::vector<std::pair<std::string, bool>>{{"a.svgz", true},
                                                 {"d/A.SVGZ", true},
                                                 {"a.svg", false},
                                                 {"a.gz", false},
                                                 {"svgz", false}}) {
    EXPECT_EQ(h1_mime_is_gzip(h1_slice_of(path.c_str())), want) << path;
  }
}

}  // namespace
