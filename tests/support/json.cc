#include "tests/support/json.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace h1_test {
namespace {

const Json& Invalid() {
  static const Json* const invalid = new Json;
  return *invalid;
}

class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text) {}

  Json Whole() {
    Json value = Value(0);
    Blanks();
    return at_ == text_.size() ? value : Json();
  }

 private:
  static constexpr int kMaxDepth = 32;

  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }

  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Take(char c) {
    if (Peek() != c || at_ >= text_.size()) return false;
    at_++;
    return true;
  }
  bool Take(absl::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void Blanks() {
    while (Peek() == ' ' || Peek() == '\t' || Peek() == '\r' ||
           Peek() == '\n') {
      at_++;
    }
  }

  Json Value(int depth) {
    Blanks();
    Json value;
    if (depth > kMaxDepth) return value;
    if (Peek() == '{') return Object(depth);
    if (Peek() == '[') return Array(depth);
    if (Peek() == '"') {
      if (String(&value.text)) value.kind = Json::kString;
      return value;
    }
    if (Take("null")) {
      value.kind = Json::kNull;
    } else if (Take("true") || Take("false")) {
      value.kind = Json::kBool;
      value.boolean = text_[at_ - 2] == 'u';
    } else {
      return Number();
    }
    return value;
  }

  Json Number() {
    const size_t from = at_;
    Take('-');
    const size_t digits = at_;
    while (IsDigit(Peek())) at_++;
    const bool leading_zero = at_ - digits > 1 && text_[digits] == '0';
    if (at_ == digits || leading_zero) return Json();
    if (Take('.')) {
      const size_t fraction = at_;
      while (IsDigit(Peek())) at_++;
      if (at_ == fraction) return Json();
    }
    if (Take('e') || Take('E')) {
      if (!Take('-')) Take('+');
      while (IsDigit(Peek())) at_++;
    }
    Json value;
    if (absl::SimpleAtod(text_.substr(from, at_ - from), &value.number)) {
      value.kind = Json::kNumber;
    }
    return value;
  }

  bool String(std::string* out) {
    if (!Take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<uint8_t>(c) < 0x20) return false;
      if (c != '\\') {
        out->push_back(c);
      } else if (!Escape(out)) {
        return false;
      }
    }
    return false;
  }

  bool Escape(std::string* out) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    if (c == 'u') return Unicode(out);
    constexpr absl::string_view kFrom = "\"\\/bfnrt";
    constexpr absl::string_view kTo = "\"\\/\b\f\n\r\t";
    const size_t i = kFrom.find(c);
    if (i == absl::string_view::npos) return false;
    out->push_back(kTo[i]);
    return true;
  }

  // Our writer never needs surrogate pairs, so they are not joined here.
  bool Unicode(std::string* out) {
    uint32_t code = 0;
    const absl::string_view hex = text_.substr(at_, 4);
    if (hex.size() != 4 || !absl::SimpleHexAtoi(hex, &code)) return false;
    at_ += 4;
    if (code < 0x80) {
      out->push_back(static_cast<char>(code));
    } else if (code < 0x800) {
      out->push_back(static_cast<char>(0xC0 | (code >> 6)));
      out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
    } else {
      out->push_back(static_cast<char>(0xE0 | (code >> 12)));
      out->push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
      out->push_back(static_cast<char>(0x80 | (code & 0x3F)));
    }
    return true;
  }

  Json Array(int depth) {
    Json value;
    Take('[');
    Blanks();
    if (!Take(']')) {
      do {
        value.items.push_back(Value(depth + 1));
        if (value.items.back().kind == Json::kInvalid) return Json();
        Blanks();
      } while (Take(','));
      if (!Take(']')) return Json();
    }
    value.kind = Json::kArray;
    return value;
  }

  Json Object(int depth) {
    Json value;
    Take('{');
    Blanks();
    if (!Take('}')) {
      do {
        std::string key;
        Blanks();
        if (!String(&key)) return Json();
        Blanks();
        // A key given twice means different things to different readers.
        if (!Take(':') || value.Has(key)) return Json();
        value.members.emplace_back(key, Value(depth + 1));
        if (value.members.back().second.kind == Json::kInvalid) return Json();
        Blanks();
      } while (Take(','));
      if (!Take('}')) return Json();
    }
    value.kind = Json::kObject;
    return value;
  }

  absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool Json::Has(absl::string_view key) const {
  for (const auto& member : members) {
    if (member.first == key) return true;
  }
  return false;
}

const Json& Json::operator[](absl::string_view key) const {
  for (const auto& member : members) {
    if (member.first == key) return member.second;
  }
  return Invalid();
}

const Json& Json::At(absl::string_view path) const {
  const Json* at = this;
  for (absl::string_view key : absl::StrSplit(path, '.')) at = &(*at)[key];
  return *at;
}

Json ParseJson(absl::string_view text) { return Reader(text).Whole(); }

}  // namespace h1_test
