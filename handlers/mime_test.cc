#include "handlers/mime.h"

#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "parser/values.h"

namespace {

std::string TypeOf(const std::string& path) {
  const h1_slice s = h1_mime_type(
      {reinterpret_cast<const uint8_t*>(path.data()), path.size()});
  return std::string(reinterpret_cast<const char*>(s.ptr), s.len);
}

TEST(Mime, GoesByTheEndOfTheName) {
  const std::string unknown = "application/octet-stream";
  struct {
    const char* path;
    std::string want;
  } const cases[] = {
      {"index.html", "text/html; charset=utf-8"},
      {"a/b/STYLE.CSS", "text/css; charset=utf-8"},
      {"app.js", "text/javascript; charset=utf-8"},
      {"logo.svg", "image/svg+xml"},
      {"data.json", "application/json"},
      {"font.woff2", "font/woff2"},
      {"a.tar.gz", "application/gzip"},
      {"first.7z", "application/x-7z-compressed"},
      {"last.zst", "application/zstd"},
      {"README", unknown},
      {"a.", unknown},
      {"", unknown},
      {"dir.html/file", unknown},
      {"a.html~", unknown},
      {"a.nosuchtype", unknown},
      {"a.averyveryverylongextension", unknown},
      {"/.html", "text/html; charset=utf-8"},
  };
  for (const auto& c : cases) EXPECT_EQ(TypeOf(c.path), c.want) << c.path;
}

TEST(Mime, EveryRowIsFoundAndIsAMediaType) {
  size_t rows = 0;
  for (; h1_mime_extension(rows) != nullptr; rows++) {
    const char* extension = h1_mime_extension(rows);
    if (rows > 0) {
      EXPECT_LT(strcmp(h1_mime_extension(rows - 1), extension), 0) << extension;
    }
    const std::string type = TypeOf(std::string("file.") + extension);
    EXPECT_NE(type, "application/octet-stream") << extension;
    h1_media_type parsed;
    EXPECT_TRUE(h1_media_type_decode(h1_slice_of(type.c_str()), &parsed))
        << type;
    EXPECT_EQ(type.compare(0, 5, "text/") == 0,
              type.find("; charset=utf-8") != std::string::npos)
        << type;
    EXPECT_LE(type.size(), 80u) << "static_parts reckons with 80";
  }
  EXPECT_GE(rows, 70u);
}

}  // namespace
