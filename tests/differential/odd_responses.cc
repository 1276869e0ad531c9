#include "tests/differential/odd_responses.h"

#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "parser/error.h"
#include "parser/message.h"
#include "parser/scan.h"
#include "parser/tolerance.h"

namespace differential {
namespace {

constexpr size_t kFields = 32;

std::string Unescaped(absl::string_view text) {
  std::string bytes, error;
  return absl::CUnescape(text, &bytes, &error) ? bytes : std::string();
}

// What one connection's bytes were read as.
struct Reading {
  h1_message_event last;
  unsigned status;
  std::string body;
  std::string reason;
};

Reading Read(const std::string& bytes, uint32_t tolerances) {
  h1_header storage[kFields];
  const h1_limits limits = h1_limits_default();
  h1_message m;
  h1_responses_init(&m, &limits, H1_SCAN_SCALAR, storage, kFields, tolerances);
  Reading reading = {H1_MESSAGE_NEED_INPUT, 0, "", ""};
  size_t at = 0;
  for (;;) {
    const h1_slice in = {reinterpret_cast<const uint8_t*>(bytes.data()) + at,
                         bytes.size() - at};
    size_t used = 0;
    reading.last = h1_message_next(&m, in, &used);
    at += used;
    if (reading.last == H1_MESSAGE_HEAD) {
      reading.status = m.response.status;
    } else if (reading.last == H1_MESSAGE_DATA) {
      reading.body.append(reinterpret_cast<const char*>(m.data.ptr),
                          m.data.len);
    } else {
      break;
    }
  }
  if (reading.last == H1_MESSAGE_FAILED) {
    reading.reason = h1_error_name(h1_message_error(&m));
  } else if (reading.last == H1_MESSAGE_NEED_INPUT &&
             !h1_message_is_whole(&m)) {
    reading.reason = "cut off";
  }
  return reading;
}

}  // namespace

std::vector<OddResponse> ParseOddResponses(std::string_view text) {
  std::vector<OddResponse> all;
  for (absl::string_view line :
       absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(" ; ", 3));
    if (parts.size() != 4) continue;
    all.push_back({std::string(parts[0]),
                   static_cast<unsigned>(std::strtoul(
                       std::string(parts[1]).c_str(), nullptr, 10)),
                   std::string(parts[2]), Unescaped(parts[3])});
  }
  return all;
}

std::string VerdictOf(const OddResponse& odd, uint32_t tolerances) {
  const Reading reading = Read(odd.bytes, tolerances);
  if (!reading.reason.empty()) return absl::StrCat("`", reading.reason, "`");
  const bool same = reading.status == odd.status && reading.body == odd.body;
  return same ? "taken" : "otherwise";
}

std::vector<std::string> VerdictsOf(const OddResponse& odd) {
  return {VerdictOf(odd, H1_TOLERATE_NOTHING),
          VerdictOf(odd, H1_TOLERATE_USER_AGENT),
          VerdictOf(odd, H1_TOLERATE_PROXY)};
}

}  // namespace differential
