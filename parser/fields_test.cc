#include "parser/fields.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "parser/internal/section.h"
#include "parser/testing/every_way.h"

namespace {

using h1_test::EveryWay;
using h1_test::Guarded;
using h1_test::SliceOf;
using h1_test::StringOf;
using h1_test::SupportedLevels;
using h1_test::TextOf;
using h1_test::Visible;

// ---- leaves that the proofs trust ----

TEST(Leaves, CompareEveryByteOfAPair) {
  for (unsigned i = 0; i < 65536; i++) {
    const uint8_t p[3] = {'x', static_cast<uint8_t>(i & 0xff),
                          static_cast<uint8_t>(i >> 8)};
    EXPECT_EQ(h1_is_pair(p, 1, '\r', '\n'), p[1] == '\r' && p[2] == '\n') << i;
    EXPECT_EQ(h1_is_pair(p, 1, ':', ' '), p[1] == ':' && p[2] == ' ') << i;
  }
}

TEST(Leaves, CompareEveryByteOfAQuad) {
  for (size_t at = 0; at < 4; at++) {
    for (unsigned c = 0; c < 256; c++) {
      uint8_t p[5] = {'x', 'G', 'E', 'T', ' '};
      const bool same = p[1 + at] == c;
      p[1 + at] = static_cast<uint8_t>(c);
      EXPECT_EQ(h1_is_quad(p, 1, 'G', 'E', 'T', ' '), same) << at << " " << c;
    }
  }
}

TEST(Leaves, CompareTheLowestBytes) {
  for (size_t len = 1; len <= 7; len++) {
    for (unsigned bit = 0; bit < 64; bit++) {
      const uint64_t a = 0x0123456789abcdef, b = a ^ (uint64_t{1} << bit);
      EXPECT_EQ(h1_low_bytes_equal(a, b, len), bit >= 8 * len) << bit;
      EXPECT_TRUE(h1_low_bytes_equal(a, a, len));
    }
  }
}

TEST(Leaves, KnowTheVersionsOfMajorOneWithMinorZeroAndOne) {
  for (size_t at = 0; at < 8; at++) {
    for (unsigned c = 0; c < 256; c++) {
      uint8_t p[9] = {'x', 'H', 'T', 'T', 'P', '/', '1', '.', '1'};
      const bool same = p[1 + at] == c || (at == 7 && c == '0');
      p[1 + at] = static_cast<uint8_t>(c);
      EXPECT_EQ(h1_version_1(p, 1), same) << at << " " << c;
    }
  }
}

TEST(Leaves, AddOneFieldToASet) {
  ASSERT_EQ(h1_no_field(), 0u);
  for (uint32_t id = 0; id < H1_FIELD_COUNT; id++) {
    for (uint32_t other = 0; other < H1_FIELD_COUNT; other++) {
      const uint64_t set = h1_with_field(h1_no_field(), other);
      const uint64_t both = h1_with_field(set, id);
      for (uint32_t k = 0; k < 64; k++) {
        EXPECT_EQ((set >> k & 1) != 0, k == other) << other << " " << k;
        EXPECT_EQ((both >> k & 1) != 0, k == other || k == id)
            << id << " " << k;
      }
    }
  }
}

TEST(Leaves, LoadWithWhatStandsInFront) {
  const uint8_t p[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  for (size_t len = 1; len <= 7; len++) {
    for (size_t at = 0; at + len <= sizeof p; at++) {
      uint64_t expected = 0;
      for (size_t i = 0; i < len; i++)
        expected |= uint64_t{p[at + i]} << (8 * i);
      EXPECT_EQ(h1_load_short(p, at, len), expected) << at << " " << len;
    }
  }
}

// ---- names ----

std::string Upper(std::string s) {
  for (char& c : s)
    c = static_cast<char>(toupper(static_cast<unsigned char>(c)));
  return s;
}

// The slow, obvious look-up.
h1_field_id SlowLookup(const std::string& name) {
  for (int i = 1; i < H1_FIELD_COUNT; i++) {
    const auto id = static_cast<h1_field_id>(i);
    if (Upper(h1_field_name(id)) == Upper(name)) return id;
  }
  return H1_FIELD_OTHER;
}

h1_field_id Lookup(const std::string& name) {
  const Guarded bytes(name);
  return h1_field_lookup(bytes.slice());
}

TEST(FieldLookup, KnowsEveryNameInAnyCaseAndWhole) {
  for (int i = 1; i < H1_FIELD_COUNT; i++) {
    const auto id = static_cast<h1_field_id>(i);
    const std::string name = h1_field_name(id);
    EXPECT_EQ(Lookup(name), id) << name;
    EXPECT_EQ(Lookup(Upper(name)), id) << name;
    EXPECT_EQ(Lookup(name + "x"), H1_FIELD_OTHER) << name;
    EXPECT_EQ(Lookup("x" + name), H1_FIELD_OTHER) << name;
    EXPECT_EQ(Lookup(name.substr(1)), SlowLookup(name.substr(1))) << name;
    EXPECT_EQ(Lookup(name.substr(0, name.size() - 1)),
              SlowLookup(name.substr(0, name.size() - 1)))
        << name;
  }
  EXPECT_EQ(Lookup(""), H1_FIELD_OTHER);
}

TEST(FieldLookup, EveryOtherByteAnywhereMakesAnotherName) {
  for (int i = 1; i < H1_FIELD_COUNT; i++) {
    const std::string name = h1_field_name(static_cast<h1_field_id>(i));
    for (size_t place = 0; place < name.size(); place++) {
      for (int b = 0; b < 256; b++) {
        std::string other = name;
        other[place] = static_cast<char>(b);
        ASSERT_EQ(h1_field_lookup(SliceOf(other)), SlowLookup(other))
            << Visible(other);
      }
    }
  }
}

TEST(FieldLookup, FlagsAndNamesOutsideTheListAreEmpty) {
  EXPECT_EQ(h1_field_flags(H1_FIELD_COUNT), 0u);
  EXPECT_STREQ(h1_field_name(H1_FIELD_COUNT), "");
  EXPECT_STREQ(h1_field_name(H1_FIELD_OTHER), "");
  EXPECT_EQ(h1_field_flags(H1_FIELD_HOST),
            unsigned{H1_FIELD_SINGLE} | unsigned{H1_FIELD_NOT_TRAILER});
  EXPECT_EQ(h1_field_flags(H1_FIELD_KEEP_ALIVE),
            unsigned{H1_FIELD_FRAMING} | unsigned{H1_FIELD_HOP});
}

// SINGLE: RFC 9110 5.3, the fields that are no list; NOT_TRAILER: 6.5.1;
// FRAMING: what an encoder writes itself; HOP: what RFC 9110 7.6.1 has an
// intermediary remove, listed in Connection or not.
TEST(FieldLookup, FlagsAreThoseOfEachField) {
  constexpr unsigned S = H1_FIELD_SINGLE, N = H1_FIELD_NOT_TRAILER,
                     F = H1_FIELD_FRAMING, P = H1_FIELD_HOP;
  const std::vector<std::pair<unsigned, std::vector<h1_field_id>>> rows = {
      {0u,
       {H1_FIELD_OTHER, H1_FIELD_ACCEPT, H1_FIELD_ACCEPT_ENCODING,
        H1_FIELD_IF_MATCH, H1_FIELD_IF_NONE_MATCH, H1_FIELD_IF_MODIFIED_SINCE,
        H1_FIELD_IF_UNMODIFIED_SINCE}},
      {S | N,
       {H1_FIELD_HOST, H1_FIELD_CONTENT_TYPE, H1_FIELD_CONTENT_RANGE,
        H1_FIELD_AUTHORIZATION, H1_FIELD_PROXY_AUTHORIZATION}},
      {S | N | F, {H1_FIELD_CONTENT_LENGTH}},
      {N | F | P, {H1_FIELD_TRANSFER_ENCODING, H1_FIELD_CONNECTION}},
      {N, {H1_FIELD_EXPECT, H1_FIELD_CONTENT_ENCODING, H1_FIELD_TRAILER}},
      {N | P, {H1_FIELD_TE, H1_FIELD_UPGRADE}},
      {S,
       {H1_FIELD_CONTENT_LOCATION, H1_FIELD_DATE, H1_FIELD_FROM,
        H1_FIELD_IF_RANGE, H1_FIELD_MAX_FORWARDS, H1_FIELD_RANGE,
        H1_FIELD_REFERER, H1_FIELD_USER_AGENT}},
      {F | P, {H1_FIELD_KEEP_ALIVE}},
      {P, {H1_FIELD_PROXY_CONNECTION}},
  };
  size_t count = 0;
  for (const auto& [flags, fields] : rows) {
    for (const h1_field_id id : fields) {
      EXPECT_EQ(h1_field_flags(id), flags) << h1_field_name(id);
      count++;
    }
  }
  EXPECT_EQ(count, static_cast<size_t>(H1_FIELD_COUNT));
}

// ---- trailers ----

class TrailersSubject : public h1_test::Subject {
 public:
  TrailersSubject(size_t bytes, size_t count)
      : TrailersSubject(bytes, count, count) {}
  TrailersSubject(size_t bytes, size_t count, size_t capacity)
      : storage_(capacity) {
    limits_ = h1_limits_default();
    limits_.trailer_bytes = bytes;
    limits_.trailer_count = count;
    limits_.head_bytes = limits_.header_count = 0;  // Not these.
  }
  void Init(h1_scan_level level) override {
    h1_trailers_decoder_init(&decoder_, &limits_, level, storage_.data(),
                             storage_.size());
  }
  h1_step Step(h1_slice section) override {
    memset(&out_, 0xa5, sizeof out_);
    step_ = h1_trailers_decode(&decoder_, section, &out_, &consumed_);
    return step_;
  }
  std::string Text() const override {
    if (step_ == H1_NEED_INPUT) return "more";
    if (step_ == H1_FAILED) return h1_error_name(h1_trailers_error(&decoder_));
    EXPECT_EQ(h1_trailers_error(&decoder_), H1_OK);
    return TextOf(out_) + "|" + std::to_string(consumed_);
  }
  size_t Decided() const override {
    if (step_ != H1_FAILED) return consumed_;
    return h1_trailers_error_offset(&decoder_) == limits_.trailer_bytes
               ? h1_trailers_error_offset(&decoder_)
               : h1_trailers_error_offset(&decoder_) + 1;
  }
  const h1_fields& out() const { return out_; }

 private:
  h1_limits limits_;
  std::vector<h1_header> storage_;
  h1_fields_decoder decoder_;
  h1_fields out_;
  size_t consumed_ = 0;
  h1_step step_ = H1_NEED_INPUT;
};

void ExpectTrailers(const std::string& input, const std::string& expected,
                    size_t bytes = 4096, size_t count = 100) {
  SCOPED_TRACE(Visible(input));
  TrailersSubject subject(bytes, count);
  EveryWay(input).Expect(subject, expected);
}

TEST(TrailersDecode, ReadsASectionUpToItsEmptyLine) {
  ExpectTrailers("", "more");
  ExpectTrailers("\r", "more");
  ExpectTrailers("\r\n", "|2");
  ExpectTrailers("\r\nnext", "|2");
  ExpectTrailers("a: b\r\n\r\n\r\n", "{a=b}|8");
  ExpectTrailers("date: d\r\nX: y\r\nx: z\r\n\r\n", "{date=d}{X=y}{x=z}|23");
  ExpectTrailers("Date:d\r\nif-range:\t\r\n\r\n", "{Date=d}{if-range=}|22");
}

TEST(TrailersDecode, IsAsStrictAsAHead) {
  ExpectTrailers("\n", "bare_lf");
  ExpectTrailers("\rx", "bare_cr");
  ExpectTrailers("a: b\n\r\n", "bare_lf");
  ExpectTrailers("a: b\rc", "bare_cr");
  ExpectTrailers(" a: b\r\n\r\n", "field_first_space");
  ExpectTrailers("a: b\r\n c\r\n\r\n", "field_folded");
  ExpectTrailers(": b\r\n\r\n", "field_name_empty");
  ExpectTrailers("a\r\n\r\n", "field_colon_missing");
  ExpectTrailers("a : b\r\n\r\n", "field_name_space");
  ExpectTrailers("a@: b\r\n\r\n", "field_name_invalid");
  ExpectTrailers("a: \x7f\r\n\r\n", "field_value_invalid");
  ExpectTrailers("Date: a\r\ndate: b\r\n\r\n", "field_repeated");
}

TEST(TrailersDecode, RefusesTheFieldsThatMayNotBeTrailers) {
  for (int i = 1; i < H1_FIELD_COUNT; i++) {
    const auto id = static_cast<h1_field_id>(i);
    const std::string line = std::string(h1_field_name(id)) + ": 1\r\n\r\n";
    ExpectTrailers(line, h1_field_flags(id) & H1_FIELD_NOT_TRAILER
                             ? "trailer_forbidden"
                             : "{" + std::string(h1_field_name(id)) + "=1}|" +
                                   std::to_string(line.size()));
  }
  for (const char* name :
       {"Content-Length", "Transfer-Encoding", "Host", "Connection", "Expect",
        "Authorization", "Content-Type", "Content-Encoding", "Content-Range",
        "Trailer", "TE", "Upgrade"}) {
    ExpectTrailers(std::string(name) + ": 1\r\n\r\n", "trailer_forbidden");
  }
}

TEST(TrailersDecode, LimitsBytesAndCount) {
  ExpectTrailers("a: b\r\n\r\n", "{a=b}|8", 9, 2);
  ExpectTrailers("a: b\r\n\r\n", "{a=b}|8", 8, 1);
  for (size_t limit = 0; limit < 8; limit++) {
    ExpectTrailers("a: b\r\n\r\n", "trailer_too_large", limit, 1);
  }
  ExpectTrailers("a: b\r\n\r\n", "trailer_count", 100, 0);
  ExpectTrailers("a: b\r\na: b\r\n\r\n", "{a=b}{a=b}|14", 100, 2);
  ExpectTrailers("a: b\r\na: b\r\n\r\n", "trailer_count", 100, 1);
  ExpectTrailers("\r\n", "|2", 100, 0);
}

// Its storage holds 32 fields, whatever the limits allow: more are refused, and
// not written after its end.
TEST(TrailersDecode, KeepsToTheCapacityOfItsStorage) {
  std::string section, text;
  for (int i = 0; i < 32; i++) section += "a: b\r\n", text += "{a=b}";
  TrailersSubject subject(4096, 100, 32);
  EveryWay(section + "\r\n")
      .Expect(subject, text + "|" + std::to_string(section.size() + 2));
  for (int more = 0; more < 68; more++) section += "a: b\r\n";
  EveryWay(section + "\r\n").Expect(subject, "trailer_count");
}

// What was decoded of a section of three fields by a decoder that was shown its
// first `shown` bytes, then moved to storage of `capacity` headers, and whether
// it could be moved; "full" if not.
std::string TextAfterMove(size_t shown, size_t capacity) {
  const std::string section = "a: b\r\nc: d\r\ne: f\r\n\r\n";
  const h1_limits limits = h1_limits_default();
  std::vector<h1_header> storage(5), other(capacity);
  h1_fields_decoder d;
  h1_fields out;
  size_t consumed = 0;
  h1_trailers_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage.data(),
                           storage.size());
  h1_slice bytes = SliceOf(section);
  bytes.len = shown;
  EXPECT_EQ(h1_trailers_decode(&d, bytes, &out, &consumed), H1_NEED_INPUT);
  if (!h1_fields_decoder_move(&d, other.data(), other.size())) return "full";
  if (h1_trailers_decode(&d, SliceOf(section), &out, &consumed) == H1_DONE) {
    return TextOf(out);
  }
  return h1_error_name(h1_trailers_error(&d));
}

TEST(TrailersDecode, MovesToStorageThatHoldsWhatIsInUse) {
  for (size_t shown = 0; shown <= 18; shown++) {
    // The name of a line is noted with its colon.
    const size_t used = (shown + 4) / 6;
    for (size_t capacity = 0; capacity < 8; capacity++) {
      SCOPED_TRACE(std::to_string(shown) + " bytes, " +
                   std::to_string(capacity) + " headers");
      EXPECT_EQ(TextAfterMove(shown, capacity), capacity < used ? "full"
                                                : capacity < 3
                                                    ? "trailer_count"
                                                    : "{a=b}{c=d}{e=f}");
    }
  }
}

// What was refused stays so: its limit is no higher in larger storage.
TEST(TrailersDecode, IsNoWiderInLargerStorage) {
  const std::string section = "a: b\r\nc: d\r\n\r\n";
  const h1_limits limits = h1_limits_default();
  std::vector<h1_header> storage(1), other(2);
  h1_fields_decoder d;
  h1_fields out;
  size_t consumed = 0;
  h1_trailers_decoder_init(&d, &limits, H1_SCAN_SCALAR, storage.data(), 1);
  ASSERT_TRUE(h1_fields_decoder_move(&d, other.data(), 2));
  EXPECT_EQ(h1_trailers_decode(&d, SliceOf(section), &out, &consumed),
            H1_FAILED);
  EXPECT_EQ(h1_trailers_error(&d), H1_TRAILER_COUNT);
}

TEST(Fields, AreFoundByIdAndByName) {
  const std::string section =
      "x-a: 0\r\nif-match: 1\r\nX-A: 2\r\nIF-MATCH: 3\r\naccept: 4\r\n\r\n";
  TrailersSubject subject(4096, 8);
  subject.Init(h1_scan_best());
  ASSERT_EQ(subject.Step(SliceOf(section)), H1_DONE);
  const h1_fields& f = subject.out();
  EXPECT_EQ(h1_fields_find(&f, H1_FIELD_IF_MATCH, 0), 1u);
  EXPECT_EQ(h1_fields_find(&f, H1_FIELD_IF_MATCH, 2), 3u);
  EXPECT_EQ(h1_fields_find(&f, H1_FIELD_IF_MATCH, 4), f.count);
  EXPECT_EQ(h1_fields_find(&f, H1_FIELD_IF_MATCH, 99), f.count);
  EXPECT_EQ(h1_fields_find(&f, H1_FIELD_DATE, 0), f.count);
  // What has no id of its own is found by its name alone.
  EXPECT_EQ(h1_fields_find(&f, H1_FIELD_OTHER, 0), f.count);
  EXPECT_EQ(h1_fields_get(&f, H1_FIELD_OTHER).ptr, nullptr);
  EXPECT_FALSE(h1_fields_has(&f, H1_FIELD_OTHER));
  EXPECT_EQ(h1_fields_find_name(&f, SliceOf("X-a"), 0), 0u);
  EXPECT_EQ(h1_fields_find_name(&f, SliceOf("x-a"), 1), 2u);
  EXPECT_EQ(h1_fields_find_name(&f, SliceOf("x_a"), 0), f.count);
  EXPECT_EQ(h1_fields_find_name(&f, SliceOf("x-a"), 99), f.count);
  EXPECT_EQ(StringOf(h1_fields_get(&f, H1_FIELD_IF_MATCH)), "1");
  EXPECT_EQ(StringOf(h1_fields_get(&f, H1_FIELD_ACCEPT)), "4");
  EXPECT_EQ(h1_fields_get(&f, H1_FIELD_DATE).ptr, nullptr);
  EXPECT_TRUE(h1_fields_has(&f, H1_FIELD_ACCEPT));
  EXPECT_FALSE(h1_fields_has(&f, H1_FIELD_DATE));
}

// ---- encoding ----

TEST(FieldEncode, WritesOneLineWhole) {
  struct Row {
    std::string name, value, line;
  };
  const Row rows[] = {
      {"A", "b", "A: b\r\n"},
      {"A", "", "A: \r\n"},
      {"x-Y", "a \t b", "x-Y: a \t b\r\n"},
      {"!#$%&'*+-.^_`|~", "\x80\xff", "!#$%&'*+-.^_`|~: \x80\xff\r\n"},
  };
  for (const auto& [name, value, line] : rows) {
    for (size_t n = 0; n <= line.size() + 1; n++) {
      Guarded room(std::string(n, 'x'));
      size_t size = 0;
      const h1_step step =
          h1_field_encode(SliceOf(name), SliceOf(value), room.room(), &size);
      EXPECT_EQ(size, line.size());
      EXPECT_EQ(step, n < line.size() ? H1_NEED_ROOM : H1_DONE);
      EXPECT_EQ(StringOf(room.slice()),
                n < line.size() ? std::string(n, 'x')
                                : line + std::string(n - line.size(), 'x'));
    }
  }
}

bool Encodes(const std::string& name, const std::string& value) {
  uint8_t room[300];
  size_t size = 0;
  return h1_field_encode(SliceOf(name), SliceOf(value), {room, sizeof room},
                         &size) == H1_DONE;
}

TEST(FieldEncode, RefusesWhatCouldSplitAMessage) {
  EXPECT_FALSE(Encodes("", "a"));
  EXPECT_FALSE(Encodes("A", " b"));
  EXPECT_FALSE(Encodes("A", "b\t"));
  EXPECT_FALSE(Encodes("A", " "));
  for (int b = 0; b < 256; b++) {
    const std::string text = std::string("a") + static_cast<char>(b) + "b";
    const unsigned classes = h1_byte_classes[b];
    EXPECT_EQ(Encodes(text, "v"), (classes & H1_CLASS_TOKEN) != 0) << b;
    EXPECT_EQ(Encodes("N", text), (classes & H1_CLASS_VALUE) != 0) << b;
  }
  for (char c : {'\r', '\n', '\0'}) {
    EXPECT_FALSE(Encodes("N", std::string(1, c)));
    EXPECT_FALSE(Encodes("N", std::string(200, 'v') + c));
    EXPECT_FALSE(Encodes(std::string("N") + c, "v"));
  }
}

}  // namespace
