/* A sorted table and a binary search: about seven short comparisons, and only
 * when a file is opened, not when a cached one is served. */
#include "handlers/mime.h"

#include <stdbool.h>
#include <string.h>

#define EXTENSION_MAX ((size_t)15)

typedef struct {
  const char extension[EXTENSION_MAX + 1];
  const char *type;
} mime_row;

/* In the order of strcmp. Source text is shown, not offered to be run:
 * text/plain. */
static const mime_row ROWS[] = {
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"apng", "image/apng"},
    {"atom", "application/atom+xml"},
    {"avi", "video/x-msvideo"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"bz2", "application/x-bzip2"},
    {"c", "text/plain; charset=utf-8"},
    {"cc", "text/plain; charset=utf-8"},
    {"conf", "text/plain; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"doc", "application/msword"},
    {"docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eot", "application/vnd.ms-fontobject"},
    {"epub", "application/epub+zip"},
    {"flac", "audio/flac"},
    {"gif", "image/gif"},
    {"go", "text/plain; charset=utf-8"},
    {"gz", "application/gzip"},
    {"h", "text/plain; charset=utf-8"},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/vnd.microsoft.icon"},
    {"ics", "text/calendar; charset=utf-8"},
    {"jar", "application/java-archive"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"jsonld", "application/ld+json"},
    {"jxl", "image/jxl"},
    {"log", "text/plain; charset=utf-8"},
    {"m4a", "audio/mp4"},
    {"m4v", "video/mp4"},
    {"map", "application/json"},
    {"md", "text/markdown; charset=utf-8"},
    {"mid", "audio/midi"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mkv", "video/matroska"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"oga", "audio/ogg"},
    {"ogg", "audio/ogg"},
    {"ogv", "video/ogg"},
    {"opus", "audio/ogg"},
    {"otf", "font/otf"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx",
     "application/"
     "vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"ps", "application/postscript"},
    {"py", "text/plain; charset=utf-8"},
    {"rs", "text/plain; charset=utf-8"},
    {"rss", "application/rss+xml"},
    {"rtf", "application/rtf"},
    {"sh", "text/plain; charset=utf-8"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"toml", "application/toml"},
    {"ts", "text/plain; charset=utf-8"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=utf-8"},
    {"vtt", "text/vtt; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"weba", "audio/webm"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml"},
    {"xz", "application/x-xz"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"zip", "application/zip"},
    {"zst", "application/zstd"},
};
#define ROW_COUNT (sizeof ROWS / sizeof ROWS[0])

static h1_slice slice_of(const char *text) {
  h1_slice s = {(const uint8_t *)text, strlen(text)};
  return s;
}

/* Copies what follows the last '.' of the last segment, in lower case. False
 * when there is none, or it is longer than any in the table. */
static bool extension_of(h1_slice path, char out[EXTENSION_MAX + 1]) {
  size_t at = path.len;
  while (at > 0 && path.ptr[at - 1] != '.' && path.ptr[at - 1] != '/') at--;
  if (at == 0 || path.ptr[at - 1] != '.') return false;
  const size_t len = path.len - at;
  if (len == 0 || len > EXTENSION_MAX) return false;
  for (size_t i = 0; i < len; i++) {
    const uint8_t c = path.ptr[at + i];
    out[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  out[len] = '\0';
  return true;
}

h1_slice h1_mime_type(h1_slice path) {
  char extension[EXTENSION_MAX + 1];
  const h1_slice unknown = slice_of("application/octet-stream");
  if (!extension_of(path, extension)) return unknown;
  size_t low = 0, high = ROW_COUNT;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const int order = strcmp(extension, ROWS[middle].extension);
    if (order == 0) return slice_of(ROWS[middle].type);
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return unknown;
}

const char *h1_mime_extension(size_t row) {
  return row < ROW_COUNT ? ROWS[row].extension : NULL;
}
