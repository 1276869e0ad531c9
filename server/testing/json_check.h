// A strict reader of JSON (RFC 8259) for tests: flattens a text into a map from
// path ("queue.depth", "buckets.3.le") to value. Strings are unescaped and
// stand in single quotes, so that 'null' and null differ.
#ifndef H1_SERVER_TESTING_JSON_CHECK_H_
#define H1_SERVER_TESTING_JSON_CHECK_H_

#include <cctype>
#include <cstdlib>
#include <map>
#include <string>

namespace h1 {

class JsonCheck {
 public:
  using Values = std::map<std::string, std::string>;

  // False when `text` is anything but one value with blanks around it, or when
  // an object has a key twice.
  static bool Read(const std::string& text, Values* out) {
    JsonCheck check(text, out);
    if (!check.Value("")) return false;
    check.Blanks();
    return check.at_ == text.size();
  }

 private:
  JsonCheck(const std::string& text, Values* out) : text_(text), out_(out) {}

  char Next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void Blanks() {
    while (at_ < text_.size() &&
           std::string(" \t\r\n").find(text_[at_]) != std::string::npos) {
      at_++;
    }
  }
  bool Take(char c) {
    if (Next() != c) return false;
    at_++;
    return true;
  }
  bool Put(const std::string& path, const std::string& value) {
    return out_->emplace(path, value).second;
  }
  static std::string Join(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
  }

  bool Value(const std::string& path) {
    Blanks();
    std::string s;
    switch (Next()) {
      case '{':
        return Object(path);
      case '[':
        return Array(path);
      case '"':
        return String(&s) && Put(path, "'" + s + "'");
      default:
        return Word(path);
    }
  }

  bool Object(const std::string& path) {
    at_++;
    Blanks();
    if (Take('}')) return true;
    do {
      std::string key;
      Blanks();
      if (!String(&key)) return false;
      Blanks();
      if (!Take(':') || !Value(Join(path, key))) return false;
      Blanks();
    } while (Take(','));
    return Take('}');
  }

  bool Array(const std::string& path) {
    at_++;
    Blanks();
    if (Take(']')) return true;
    int index = 0;
    do {
      if (!Value(Join(path, std::to_string(index++)))) return false;
      Blanks();
    } while (Take(','));
    return Take(']');
  }

  bool String(std::string* out) {
    if (!Take('"')) return false;
    while (at_ < text_.size() && text_[at_] != '"') {
      unsigned char c = static_cast<unsigned char>(text_[at_++]);
      if (c < 0x20 || c > 0x7E) return false;  // ours are ASCII
      if (c != '\\') {
        *out += static_cast<char>(c);
      } else if (!Escape(out)) {
        return false;
      }
    }
    return Take('"');
  }

  bool Escape(std::string* out) {
    char c = Next();
    at_++;
    static const std::string kNames = "\"\\/bfnrt", kBytes = "\"\\/\b\f\n\r\t";
    size_t known = kNames.find(c);
    if (c != '\0' && known != std::string::npos) {
      *out += kBytes[known];
      return true;
    }
    if (c != 'u' || at_ + 4 > text_.size()) return false;
    std::string hex = text_.substr(at_, 4);
    for (char h : hex) {
      if (!isxdigit(static_cast<unsigned char>(h))) return false;
    }
    at_ += 4;
    unsigned long code = strtoul(hex.c_str(), nullptr, 16);
    if (code > 0xFF) return false;  // ours stand for bytes
    *out += static_cast<char>(code);
    return true;
  }

  bool Word(const std::string& path) {
    size_t from = at_;
    while (isalnum(static_cast<unsigned char>(Next()))) at_++;
    std::string word = text_.substr(from, at_ - from);
    if (word == "true" || word == "false" || word == "null") {
      return Put(path, word);
    }
    bool digits = !word.empty() && (word == "0" || word[0] != '0');
    for (char c : word) digits = digits && c >= '0' && c <= '9';
    return digits && Put(path, word);
  }

  const std::string& text_;
  Values* out_;
  size_t at_ = 0;
};

}  // namespace h1

#endif  // H1_SERVER_TESTING_JSON_CHECK_H_
