// For the unit tests of the scanners: the byte classes, written a second time
// from the RFCs.
#ifndef H1_PARSER_TESTING_BYTE_CLASSES_H_
#define H1_PARSER_TESTING_BYTE_CLASSES_H_

#include <cstring>

#include "parser/scan.h"

namespace h1_test {

inline bool IsOneOf(int b, const char* set) {
  return b != 0 && strchr(set, b) != nullptr;
}
inline bool IsDigit(int b) { return b >= '0' && b <= '9'; }
inline bool IsLetter(int b) {
  return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}
inline bool IsVisible(int b) { return b > 0x20 && b < 0x7f; }

inline bool InClass(unsigned class_bit, int b) {
  switch (class_bit) {
    case H1_CLASS_TOKEN:
      return IsLetter(b) || IsDigit(b) || IsOneOf(b, "!#$%&'*+-.^_`|~");
    case H1_CLASS_VALUE:
      return IsVisible(b) || b >= 0x80 || b == ' ' || b == '\t';
    case H1_CLASS_TARGET:
      return IsVisible(b) && b != '#';
    case H1_CLASS_DIGIT:
      return IsDigit(b);
    case H1_CLASS_HEX:
      return IsDigit(b) || IsOneOf(b, "abcdefABCDEF");
    case H1_CLASS_OWS:
      return b == ' ' || b == '\t';
    case H1_CLASS_PLAIN:
      return IsVisible(b) && !IsOneOf(b, "%\\#?./");
    case H1_CLASS_REGNAME:
      return IsLetter(b) || IsDigit(b) || IsOneOf(b, "-._~!$&'()*+,;=");
  }
  return false;
}

inline constexpr unsigned kClasses[] = {
    H1_CLASS_TOKEN, H1_CLASS_VALUE, H1_CLASS_TARGET, H1_CLASS_DIGIT,
    H1_CLASS_HEX,   H1_CLASS_OWS,   H1_CLASS_PLAIN,  H1_CLASS_REGNAME};

}  // namespace h1_test

#endif  // H1_PARSER_TESTING_BYTE_CLASSES_H_
