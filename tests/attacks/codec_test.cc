// The attack table through the codecs, put together the way a server does:
// every row whole, byte by byte and cut at every place, at every vector level,
// each time before an unreadable page.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "parser/chunked.h"
#include "parser/error.h"
#include "parser/fields.h"
#include "parser/framing.h"
#include "parser/request.h"
#include "parser/response.h"
#include "parser/target.h"
#include "parser/testing/every_way.h"
#include "tests/attacks/table.h"
#include "tests/support/guarded.h"

namespace h1_test {
namespace {

using std::string;

constexpr char kNext[] = "GET /?next HTTP/1.1\r\nHost: next\r\n\r\n";

// Shows prefixes of an input, each ending at the unreadable page, so that the
// bytes move between two calls.
class Edge {
 public:
  explicit Edge(const string& input)
      : input_(input), room_(string(input.size(), '?')) {}
  h1_slice Show(size_t size) {
    uint8_t* at = room_.writable() + input_.size() - size;
    if (size != 0) memcpy(at, input_.data(), size);
    return {at, size};
  }

 private:
  const string input_;
  Guarded room_;
};

// What became of a message: "more", "REASON at OFFSET", or "BODY until END".
struct Verdict {
  bool decided = false;
  h1_error reason = H1_OK;
  size_t end = 0;  // of the message, or of what was read of it
  string body;

  string Text() const {
    if (!decided) return "more";
    if (reason != H1_OK) {
      return absl::StrCat(h1_error_name(reason), " at ", end);
    }
    return absl::StrCat("\"", absl::CHexEscape(body), "\" until ", end);
  }
};

// Reads one message out of a growing prefix.
class Reading {
 public:
  explicit Reading(h1_scan_level level)
      : level_(level), storage_(limits_.header_count) {}
  virtual ~Reading() = default;

  void Show(h1_slice bytes) {
    while (!verdict_.decided && Step(bytes)) {
    }
  }
  const Verdict& verdict() const { return verdict_; }

 protected:
  enum State { kHead, kLength, kChunked, kTrailers, kUntilClose };

  // Reads the head and begins its body; false when it needs more.
  virtual bool Head(h1_slice bytes) = 0;

  virtual void BeginTrailers(h1_fields_decoder* d) {
    h1_trailers_decoder_init(d, &limits_, level_, storage_.data(),
                             storage_.size());
  }
  virtual h1_step DecodeTrailers(h1_fields_decoder* d, h1_slice section,
                                 size_t* consumed) {
    h1_fields fields;
    return h1_trailers_decode(d, section, &fields, consumed);
  }

  bool Refuse(h1_error why, size_t at) {
    verdict_.decided = true;
    verdict_.reason = why;
    verdict_.end = at;
    return false;
  }
  bool Done(size_t end) { return Refuse(H1_OK, end); }

  bool Begin(const h1_framing& framing, size_t at) {
    at_ = at;
    left_ = framing.length;
    switch (framing.kind) {
      case H1_BODY_NONE:
      case H1_BODY_TUNNEL:
        return Done(at);
      case H1_BODY_LENGTH:
        if (framing.length > limits_.body_bytes) {
          return Refuse(H1_BODY_TOO_LARGE, at);
        }
        state_ = kLength;
        return true;
      case H1_BODY_CHUNKED:
        h1_chunked_decoder_init(&chunked_, &limits_);
        state_ = kChunked;
        return true;
      case H1_BODY_UNTIL_CLOSE:
        state_ = kUntilClose;
        return true;
    }
    return false;
  }

  const h1_limits limits_ = h1_limits_default();
  const h1_scan_level level_;
  std::vector<h1_header> storage_;

 private:
  bool Step(h1_slice bytes) {
    switch (state_) {
      case kHead:
        return Head(bytes);
      case kLength:
        return Length(bytes);
      case kChunked:
        return Chunks(bytes);
      case kTrailers:
        return Trailers(bytes);
      case kUntilClose:
        Take(bytes, bytes.len - at_);
        verdict_.end = at_;
        return false;
    }
    return false;
  }

  void Take(h1_slice bytes, size_t size) {
    verdict_.body += StringOf({bytes.ptr + at_, size});
    at_ += size;
  }

  bool Length(h1_slice bytes) {
    const size_t here = bytes.len - at_;
    const size_t size = here < left_ ? here : static_cast<size_t>(left_);
    Take(bytes, size);
    left_ -= size;
    return left_ == 0 ? Done(at_) : false;
  }

  bool Chunks(h1_slice bytes) {
    h1_slice in = {bytes.ptr + at_, bytes.len - at_};
    h1_slice data = {nullptr, 0};
    const h1_step step = h1_chunked_decode(&chunked_, &in, &data);
    at_ = bytes.len - in.len;
    if (step == H1_FAILED) return Refuse(h1_chunked_error(&chunked_), at_);
    if (step == H1_NEED_INPUT) return false;
    if (step == H1_DATA) {
      verdict_.body += StringOf(data);
      return true;
    }
    EXPECT_EQ(step, H1_DONE);
    BeginTrailers(&trailers_);
    state_ = kTrailers;
    return true;
  }

  bool Trailers(h1_slice bytes) {
    const h1_slice section = {bytes.ptr + at_, bytes.len - at_};
    size_t consumed = 0;
    const h1_step step = DecodeTrailers(&trailers_, section, &consumed);
    if (step == H1_FAILED) return Refuse(h1_trailers_error(&trailers_), at_);
    return step == H1_DONE ? Done(at_ + consumed) : false;
  }

  State state_ = kHead;
  size_t at_ = 0;
  uint64_t left_ = 0;
  h1_chunked_decoder chunked_;
  h1_fields_decoder trailers_;
  Verdict verdict_;
};

class RequestReading : public Reading {
 public:
  explicit RequestReading(h1_scan_level level) : Reading(level) {
    h1_request_decoder_init(&decoder_, &limits_, level, storage_.data(),
                            storage_.size());
  }

 private:
  bool Head(h1_slice bytes) override {
    h1_request r;
    size_t end = 0;
    const h1_step step = h1_request_decode(&decoder_, bytes, &r, &end);
    if (step == H1_NEED_INPUT) return false;
    if (step == H1_FAILED) {
      return Refuse(h1_request_error(&decoder_),
                    h1_request_error_offset(&decoder_));
    }
    h1_framing framing;
    const h1_error why = Judge(r, &framing);
    return why != H1_OK ? Refuse(why, end) : Begin(framing, end);
  }

  // What needs the whole head, in the order of its statuses: 400, 501, 417.
  h1_error Judge(const h1_request& r, h1_framing* framing) const {
    bool ignored = false;
    const h1_error framing_fault = h1_framing_of_request(&r, framing);
    const bool broken = h1_error_status(framing_fault) == 400;
    for (h1_error why :
         {h1_request_check(&r, nullptr), broken ? framing_fault : H1_OK,
          h1_persistence_of_request(&r, &ignored), PathFault(r), framing_fault,
          r.method == H1_METHOD_UNRECOGNISED ? H1_METHOD_UNKNOWN : H1_OK,
          h1_expectation_of_request(&r, &ignored)}) {
      if (why != H1_OK) return why;
    }
    return H1_OK;
  }

  h1_error PathFault(const h1_request& r) const {
    h1_target target;
    const h1_error why = h1_target_split(r.target, &target);
    if (why != H1_OK) return why;
    if (target.form == H1_TARGET_ASTERISK ||
        target.form == H1_TARGET_AUTHORITY_FORM) {
      return H1_OK;
    }
    string room(target.path.len, '\0');
    h1_slice path;
    return h1_path_decode(
        level_, target.path,
        {reinterpret_cast<uint8_t*>(room.data()), room.size()}, &path);
  }

  h1_request_decoder decoder_;
};

class ResponseReading : public Reading {
 public:
  ResponseReading(h1_scan_level level, const string& method)
      : Reading(level), method_(method) {
    h1_response_decoder_init(&decoder_, &limits_, level, storage_.data(),
                             storage_.size());
  }

 private:
  void BeginTrailers(h1_fields_decoder* d) override {
    h1_response_trailers_decoder_init(d, &limits_, level_, storage_.data(),
                                      storage_.size(), H1_TOLERATE_NOTHING);
  }
  h1_step DecodeTrailers(h1_fields_decoder* d, h1_slice section,
                         size_t* consumed) override {
    h1_fields fields, apart;
    return h1_response_trailers_decode(d, section, &fields, &apart, consumed);
  }

  bool Head(h1_slice bytes) override {
    h1_response r;
    size_t end = 0;
    const h1_step step = h1_response_decode(&decoder_, bytes, &r, &end);
    if (step == H1_NEED_INPUT) return false;
    if (step == H1_FAILED) {
      return Refuse(h1_response_error(&decoder_),
                    h1_response_error_offset(&decoder_));
    }
    h1_framing framing;
    const h1_error why = h1_framing_of_response(&r, SliceOf(method_), &framing);
    return why != H1_OK ? Refuse(why, end) : Begin(framing, end);
  }

  const string method_;
  h1_response_decoder decoder_;
};

// Where a long input is cut: about its ends, where most lines are, and at
// places in between that no block size divides.
std::vector<size_t> CutsOf(size_t size) {
  std::vector<size_t> cuts;
  const size_t step = size <= 400 ? 1 : size / 61 + 1;
  for (size_t at = 0; at < size; at += at < 64 || at + 64 > size ? 1 : step) {
    cuts.push_back(at);
  }
  return cuts;
}

// Reads `input` in all ways; demands that they agree and returns the verdict.
template <class Make>
Verdict ReadEveryWay(const string& input, const Make& make) {
  Edge edge(input);
  const auto read = [&](h1_scan_level level, const std::vector<size_t>& cuts) {
    auto reading = make(level);
    for (size_t cut : cuts) reading.Show(edge.Show(cut));
    reading.Show(edge.Show(input.size()));
    // Once decided, nothing changes it.
    reading.Show(edge.Show(input.size()));
    return reading.verdict();
  };
  const Verdict whole = read(H1_SCAN_SCALAR, {});
  const std::vector<size_t> cuts = CutsOf(input.size());
  for (h1_scan_level level : SupportedLevels()) {
    SCOPED_TRACE(h1_scan_level_name(level));
    EXPECT_EQ(read(level, {}).Text(), whole.Text()) << "whole";
    EXPECT_EQ(read(level, cuts).Text(), whole.Text()) << "byte by byte";
    for (size_t cut : cuts) {
      if (testing::Test::HasFailure()) break;
      EXPECT_EQ(read(level, {cut}).Text(), whole.Text()) << "cut at " << cut;
    }
  }
  return whole;
}

// Answers that a message may get although nothing is wrong with it: they are
// the server's, not the codecs'.
bool IsOfTheMessage(const Attack& row) {
  return row.reason != "" && row.reason != "not_found" &&
         row.reason != "method_not_allowed";
}

TEST(AttackTable, EveryRowHasANameOfItsOwnAndAReference) {
  const std::regex reference(
      "CVE-[0-9]{4}-[0-9]{4,}|RFC [0-9]{4}( [0-9.]+)|PROXY protocol [0-9.]+");
  std::set<string> names;
  std::map<string, int> references;
  for (const Attack& row : RequestAttacks()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(std::regex_match(row.reference, reference)) << row.reference;
    EXPECT_FALSE(row.bytes.empty()) << row.name;
    references[row.reference]++;
  }
  for (const ResponseAttack& row : ResponseAttacks()) {
    EXPECT_TRUE(names.insert("response: " + row.name).second) << row.name;
    EXPECT_TRUE(std::regex_match(row.reference, reference)) << row.reference;
    references[row.reference]++;
  }
  std::cout << names.size() << " attacks, " << references.size()
            << " references\n";
}

TEST(AttackTable, StatusesAreThoseOfTheReasons) {
  std::map<string, int> statuses;
  for (int e = 0; e < H1_ERROR_COUNT; e++) {
    statuses[h1_error_name(static_cast<h1_error>(e))] =
        h1_error_status(static_cast<h1_error>(e));
  }
  for (const Attack& row : RequestAttacks()) {
    if (row.reason.empty()) {
      EXPECT_TRUE(row.status == 200 || row.status == 204) << row.name;
    } else {
      ASSERT_EQ(statuses.count(row.reason), 1u) << row.reason;
      EXPECT_EQ(statuses[row.reason], row.status) << row.name;
    }
  }
}

void ExpectVerdict(const Attack& row) {
  SCOPED_TRACE(absl::StrCat(row.name, " (", row.reference,
                            "): ", absl::CHexEscape(row.bytes.substr(0, 300))));
  const Verdict v = ReadEveryWay(
      row.bytes + kNext, [](h1_scan_level l) { return RequestReading(l); });
  ASSERT_TRUE(v.decided);
  if (IsOfTheMessage(row)) {
    EXPECT_EQ(h1_error_name(v.reason), row.reason);
  } else if (row.persists || row.reason.empty()) {
    EXPECT_STREQ(h1_error_name(v.reason), "ok");
    EXPECT_EQ(absl::CHexEscape(v.body), absl::CHexEscape(row.body));
    EXPECT_EQ(v.end, row.bytes.size()) << "where the next request begins";
  }
}

TEST(AttackCodec, EveryRequestIsReadAsTheTableSays) {
  for (const Attack& row : RequestAttacks()) ExpectVerdict(row);
}

TEST(AttackCodec, EveryResponseIsReadAsTheTableSays) {
  for (const ResponseAttack& row : ResponseAttacks()) {
    SCOPED_TRACE(absl::StrCat(row.name, " (", row.reference, "): ",
                              absl::CHexEscape(row.bytes.substr(0, 300))));
    const Verdict v = ReadEveryWay(row.bytes, [&](h1_scan_level l) {
      return ResponseReading(l, row.method);
    });
    if (!row.reason.empty()) {
      EXPECT_TRUE(v.decided);
      EXPECT_EQ(h1_error_name(v.reason), row.reason);
    } else {
      EXPECT_STREQ(h1_error_name(v.reason), "ok");
      EXPECT_EQ(v.body, row.body);
      EXPECT_EQ(v.end, row.end) << "where the next response begins";
    }
  }
}

}  // namespace
}  // namespace h1_test
