#include "tests/differential/corpus.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace differential {
namespace {

namespace fs = std::filesystem;

// The one target whose body httpd reads before it answers.
constexpr char kPostHead[] =
    "POST /submit HTTP/1.1\r\nHost: a\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";
constexpr char kOkHead[] =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string FileBytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> FilesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().filename().native()[0] != '.') {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// How many bytes of a target's input are options; see the fuzz targets.
void AddSeed(const std::string& target, const std::string& name,
             const std::string& bytes, std::vector<Input>* out) {
  const auto without = [&](size_t options) {
    return bytes.substr(std::min(options, bytes.size()));
  };
  if (target == "request") {
    out->push_back({name, PEER_REQUEST, without(5)});
  } else if (target == "response") {
    out->push_back({name, PEER_RESPONSE, without(5)});
  } else if (target == "framing") {
    const bool response = !bytes.empty() && (bytes[0] & 1) != 0;
    out->push_back({name, response ? PEER_RESPONSE : PEER_REQUEST, without(1)});
  } else {
    out->push_back({name, PEER_REQUEST, kPostHead + without(8)});
    out->push_back({name, PEER_RESPONSE, kOkHead + without(8)});
  }
}

[[noreturn]] void Die(const std::string& path, size_t line, const char* what) {
  std::fprintf(stderr, "%s:%zu: %s\n", path.c_str(), line, what);
  std::exit(1);
}

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// One escape, `*at` at the byte after the backslash; moves past it.
bool UnescapeOne(std::string_view text, size_t* at, std::string* bytes) {
  if (*at >= text.size()) return false;
  const char c = text[*at];
  const std::string_view letters = "rnt\"\\", meaning = "\r\n\t\"\\";
  const size_t letter = letters.find(c);
  if (letter != letters.npos) {
    *bytes += meaning[letter];
    (*at)++;
    return true;
  }
  if (text.size() - *at < 3) return false;
  int value = 0;
  for (size_t i = 0; i < 3; i++) {
    if (!IsOctal(text[*at + i])) return false;
    value = value * 8 + (text[*at + i] - '0');
  }
  *bytes += static_cast<char>(value & 0xff);
  *at += 3;
  return value <= 0xff;
}

}  // namespace

bool Unescape(std::string_view text, std::string* bytes) {
  bytes->clear();
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') return false;
    if (text[at] != '\\') {
      *bytes += text[at++];
      continue;
    }
    at++;
    if (!UnescapeOne(text, &at, bytes)) return false;
  }
  return true;
}

std::vector<Input> FuzzSeeds(const std::string& root) {
  std::vector<Input> inputs;
  for (const char* target : {"request", "response", "framing", "chunked"}) {
    for (const char* kind : {"corpus", "regression"}) {
      const fs::path folder = fs::path(root) / "fuzz" / kind / target;
      for (const fs::path& file : FilesIn(folder)) {
        const std::string name =
            std::string(target) + "/" + file.filename().string();
        AddSeed(target, name, FileBytes(file), &inputs);
      }
    }
  }
  return inputs;
}

std::vector<Input> NamedCases(const std::string& path) {
  std::vector<Input> inputs;
  std::ifstream in(path);
  if (!in) Die(path, 0, "cannot be read");
  std::string line;
  for (size_t number = 1; std::getline(in, line); number++) {
    if (line.empty() || line[0] == '#') continue;
    const size_t first = line.find(' '), quote = line.find('"');
    if (first == line.npos || quote == line.npos || line.back() != '"' ||
        quote + 1 >= line.size()) {
      Die(path, number, "not: NAME request|response \"BYTES\"");
    }
    const std::string kind = line.substr(first + 1, quote - first - 2);
    Input input{line.substr(0, first), PEER_REQUEST, ""};
    if (kind == "response") {
      input.kind = PEER_RESPONSE;
    } else if (kind != "request") {
      Die(path, number, "neither a request nor a response");
    }
    if (!Unescape(
            std::string_view(line).substr(quote + 1, line.size() - quote - 2),
            &input.bytes)) {
      Die(path, number, "no quoted C string");
    }
    inputs.push_back(input);
  }
  return inputs;
}

}  // namespace differential
