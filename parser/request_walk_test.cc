#include "parser/request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/testing/request_subject.h"

namespace {

using h1_test::ExpectRequest;
using h1_test::Guarded;
using h1_test::kDefaults;
using h1_test::Limits;
using h1_test::RequestSubject;
using h1_test::SliceOf;
using h1_test::SupportedLevels;
using h1_test::Visible;

TEST(RequestWalk, LongPartsCrossBlocksAtEveryPlace) {
  for (size_t len = 1; len < 150; len++) {
    const std::string filler(len, 'x');
    ExpectRequest(filler + " / HTTP/1.1\r\n\r\n",
                  filler + "|/|1.1||" + std::to_string(len + 15));
  }
  for (size_t len = 1; len < 140; len += 3) {
    const std::string filler(len, 'x');
    const std::string blanks(len, ' ');
    std::string head = "GET / HTTP/1.1\r\n" + filler + ":" + blanks + filler +
                       blanks + "\r\nb:" + blanks + "\r\n\r\n";
    ExpectRequest(head, "GET|/|1.1|{" + filler + "=" + filler + "}{b=}|" +
                            std::to_string(head.size()));
  }
}

// The walk for usual heads and the general one must agree. Mutated heads are
// decoded whole at every level and by the scalar decoder fed byte by byte.
TEST(RequestWalk, AnyMutationIsJudgedAlikeWholeAndBytewise) {
  const std::string seed =
      "POST /some/path?with=query&more=1 HTTP/1.1\r\nHost: example.com\r\n"
      "Content-Type: text/plain\r\nx-empty:\r\nAccept: a \r\nCookie: "
      "0123456789012345678901234567890123456789\r\ncontent-length: 12\r\n"
      "x-a-name-of-more-than-thirty-two-bytes: 1\r\nDate: x\r\n\r\n";
  const std::string bytes =
      std::string("\0\r\n\t :;#aZ09~\x7f\x80\xff", 16) + "HTTP/.@[`{";
  const h1_limits limits = Limits(300, 30, 8);
  uint32_t random = 1;
  auto next = [&random](size_t below) {
    random = random * 1664525u + 1013904223u;
    return static_cast<size_t>(random >> 8) % below;
  };
  size_t served = 0;
  for (int round = 0; round < 4000; round++) {
    std::string head = seed;
    for (size_t i = next(3); i > 0; i--) {
      const size_t at = next(head.size());
      switch (next(4)) {
        case 0:
          head[at] = bytes[next(bytes.size())];
          break;
        case 1:
          head.insert(at, 1, bytes[next(bytes.size())]);
          break;
        case 2:
          head.erase(at, 1 + next(20));
          break;
        default:
          head.insert(at, head.substr(next(head.size()), next(30)));
      }
    }
    const Guarded all(head);
    RequestSubject bytewise(round % 2 ? limits : kDefaults);
    bytewise.Init(H1_SCAN_SCALAR);
    for (size_t k = 0; k <= head.size(); k++) {
      (void)bytewise.Step({all.data(), k});
    }
    served += bytewise.Text().find('@') == std::string::npos;
    for (h1_scan_level level : SupportedLevels()) {
      RequestSubject whole(round % 2 ? limits : kDefaults);
      whole.Init(level);
      (void)whole.Step(all.slice());
      ASSERT_EQ(whole.Text(), bytewise.Text()) << Visible(head);
      const size_t cut = next(head.size());
      whole.Init(level);
      (void)whole.Step({all.data(), cut});
      (void)whole.Step(all.slice());
      ASSERT_EQ(whole.Text(), bytewise.Text())
          << "cut at " << cut << ": " << Visible(head);
    }
  }
  EXPECT_GT(served, 200u);
}

// A block of 64 bytes that the walk classifies may end at any byte of a line.
// The length of "A" moves the end of "Host", that of "Host" the end of the
// head, and bytes after the head decide whether its lines are the last of the
// input.
std::string HeadOf(size_t first, size_t second) {
  return "GET / HTTP/1.1\r\nA: " + std::string(first, 'x') +
         "\r\nHost: " + std::string(second, 'y') + "\r\nTE: z\r\n\r\n";
}

TEST(RequestWalk, TakesLinesThatEndAtAnyByteOfABlock) {
  for (size_t first = 1; first <= 140; first++) {
    for (size_t second = 1; second <= 70; second++) {
      const std::string head = HeadOf(first, second);
      const std::string want = "GET|/|1.1|{A=" + std::string(first, 'x') +
                               "}{Host=" + std::string(second, 'y') +
                               "}{TE=z}|" + std::to_string(head.size());
      const size_t after = (first * 7 + second) % 70;
      const Guarded alone(head), followed(head + std::string(after, '\r'));
      for (h1_scan_level level : SupportedLevels()) {
        RequestSubject subject(kDefaults);
        subject.Init(level);
        (void)subject.Step(alone.slice());
        ASSERT_EQ(subject.Text(), want) << h1_scan_level_name(level);
        subject.Init(level);
        (void)subject.Step(followed.slice());
        ASSERT_EQ(subject.Text(), want) << h1_scan_level_name(level);
      }
    }
  }
}

// Where a CR is a block's last byte, its LF is no longer in the mask.
TEST(RequestWalk, RefusesALineEndThatIsNotWholeAtAnyByteOfABlock) {
  struct {
    const char *end, *reason;
    size_t at;
  } const rows[] = {{"\rx", "bare_cr", 1},  {"\r\r", "bare_cr", 1},
                    {"x\n", "bare_lf", 1},  {"\n\n", "bare_lf", 0},
                    {"\n\r", "bare_lf", 0}, {"\r\0", "bare_cr", 1}};
  for (size_t first = 1; first <= 140; first++) {
    for (const auto& row : rows) {
      std::string head = HeadOf(first, 1 + first % 50);
      const size_t at = head.find("\r\nHost");
      head.replace(at, 2, row.end, 2);
      const Guarded bytes(head);
      for (h1_scan_level level : SupportedLevels()) {
        RequestSubject subject(kDefaults);
        subject.Init(level);
        (void)subject.Step(bytes.slice());
        ASSERT_EQ(subject.Text(), std::string(row.reason) + "@" +
                                      std::to_string(at + row.at) + " GET|/")
            << h1_scan_level_name(level) << " " << Visible(head);
      }
    }
  }
}

// Near the end of the input, names are compared in another way than before.
TEST(RequestWalk, AreNamedAlikeWhereverTheyStandAtEveryLevel) {
  for (int id = H1_FIELD_OTHER + 1; id < H1_FIELD_COUNT; id++) {
    const std::string known = h1_field_name(static_cast<h1_field_id>(id));
    for (size_t i = 0; i < known.size(); i++) {
      for (const char c : {known[i], 'X', 'x', '-', '_', '~', '\'', 'M', '0'}) {
        for (const bool upper : {false, true}) {
          std::string name = known;
          name[i] = c;
          if (upper && name[i] >= 'a' && name[i] <= 'z') name[i] ^= 0x20;
          const uint32_t want = h1_field_lookup(SliceOf(name));
          if (name == known) {
            EXPECT_EQ(want, static_cast<uint32_t>(id));
          }
          for (const size_t pad : {0u, 40u}) {
            const std::string head = "GET / HTTP/1.1\r\n" + name + ": v\r\n" +
                                     "a: " + std::string(pad + 1, 'b') +
                                     "\r\n\r\n";
            for (h1_scan_level level : SupportedLevels()) {
              const h1_limits limits = h1_limits_default();
              std::vector<h1_header> storage(limits.header_count);
              h1_request_decoder d;
              h1_request out;
              size_t consumed = 0;
              h1_request_decoder_init(&d, &limits, level, storage.data(),
                                      storage.size());
              ASSERT_EQ(h1_request_decode(&d, SliceOf(head), &out, &consumed),
                        H1_DONE);
              ASSERT_EQ(out.fields.count, 2u);
              EXPECT_EQ(out.fields.headers[0].id, want)
                  << name << " " << h1_scan_level_name(level);
            }
          }
        }
      }
    }
  }
}

}  // namespace
