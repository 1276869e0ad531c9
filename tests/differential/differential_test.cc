// The harness itself, without any peer: that it sees differences, that its
// inputs repeat, and that the class table says what our side does.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "tests/differential/children.h"
#include "tests/differential/classes.h"
#include "tests/differential/compare.h"
#include "tests/differential/corpus.h"
#include "tests/differential/encoders.h"
#include "tests/differential/generate.h"
#include "tests/differential/ours.h"
#include "tests/differential/run.h"
#include "tests/differential/servers.h"

namespace differential {
namespace {

using std::string;
using std::string_view;

const std::set<string> kParsers = {"llhttp", "http-parser", "picohttpparser",
                                   "node", "h11"};
const std::set<string> kServers = {
    "nginx", "h2o", "lighttpd", "haproxy", "apache", "node-server", "httpd"};

std::vector<string> Split(string_view text, char between) {
  std::vector<string> words;
  while (!text.empty()) {
    const size_t end = text.find(between);
    words.emplace_back(text.substr(0, end));
    if (end == text.npos) break;
    text.remove_prefix(end + 1);
  }
  return words;
}

bool IsErrorName(const string& name) {
  for (int e = H1_OK + 1; e < H1_ERROR_COUNT; e++) {
    if (name == h1_error_name(static_cast<h1_error>(e))) return true;
  }
  return false;
}

TEST(ClassTable, EveryRowIsWholeAndNamesWhatExists) {
  std::set<string> ids;
  ASSERT_GT(Classes().size(), 50u);
  for (const Class& row : Classes()) {
    SCOPED_TRACE(row.id);
    EXPECT_TRUE(ids.insert(row.id).second) << "twice";
    EXPECT_EQ(string(row.section).substr(0, 4), "RFC ");
    EXPECT_GT(strlen(row.note), 8u);
    EXPECT_FALSE(row.example.empty());
    for (const string& peer : Split(row.peers, ' ')) {
      EXPECT_EQ(kParsers.count(peer) + kServers.count(peer), 1u) << peer;
    }
    for (const string& reason : Split(row.ours, '|')) {
      EXPECT_TRUE(IsErrorName(reason)) << reason;
    }
    EXPECT_EQ(row.how == How::kWeRefuse, *row.ours != '\0');
  }
}

TEST(ClassTable, NothingThatWeAcceptIsAFaultOfOurs) {
  for (const Class& row : Classes()) {
    EXPECT_NE(row.right, Right::kThem) << row.id << ": repair it instead";
  }
}

// Our half of what the row claims; a peer's half is checked where it is.
TEST(ClassTable, OurSideOfEveryExampleIsAsTheRowSays) {
  for (const Class& row : Classes()) {
    SCOPED_TRACE(row.id);
    Ours ours;
    ReadOurs(row.kind, row.example, &ours);
    peer_verdict verdict = ours.message.verdict;
    string why = ours.message.why;
    const std::vector<string> peers = Split(row.peers, ' ');
    const bool served = row.kind == PEER_REQUEST && kServers.count(peers[0]);
    if (served) {
      const string connection = string(row.example) + string(kMarker);
      const Answers answers = AnswersOfOurs(connection, SIZE_MAX, &ours);
      why = answers.why == H1_OK ? "" : h1_error_name(answers.why);
      verdict = answers.unfinished               ? PEER_UNFINISHED
                : answers.letters.front() == 'R' ? PEER_REFUSES
                                                 : PEER_ACCEPTS;
    }
    switch (row.how) {
      case How::kWeRefuse: {
        EXPECT_EQ(verdict, PEER_REFUSES);
        const std::vector<string> reasons = Split(row.ours, '|');
        EXPECT_NE(std::find(reasons.begin(), reasons.end(), why), reasons.end())
            << why;
        break;
      }
      case How::kWeWait:
      case How::kTheyRefuse:
        EXPECT_EQ(verdict, PEER_UNFINISHED) << why;
        break;
      case How::kWeAccept:
      case How::kPeerWaits:
      case How::kRead:
        EXPECT_EQ(verdict, PEER_ACCEPTS) << why;
        break;
    }
  }
}

TEST(ClassTable, AnUnknownDisagreementHasNoRow) {
  Ours ours;
  const string input = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ReadOurs(PEER_REQUEST, input, &ours);
  for (const How how : {How::kWeRefuse, How::kWeAccept, How::kPeerWaits,
                        How::kWeWait, How::kTheyRefuse, How::kRead}) {
    const Disagreement found = {"llhttp", how, "", "HPE_NEW", "fields", "", ""};
    EXPECT_EQ(Classify({PEER_REQUEST, input, ours, found}), nullptr)
        << NameOf(how);
  }
}

// A reading of a plain message, as a peer would give it.
peer_reading PlainReading() {
  peer_reading r = {};
  r.verdict = PEER_ACCEPTS;
  r.knows = PEER_KNOWS_MESSAGE;
  r.method = BytesOf("POST");
  r.target = BytesOf("/");
  r.minor = 1;
  r.fields = 1;
  r.trailers = 1;
  r.lines[0] = {BytesOf("Host"), BytesOf("a")};
  r.lines[1] = {BytesOf("X"), BytesOf("b")};
  r.body = BytesOf("hello");
  r.end = 99;
  return r;
}

string PartsThatDiffer(const peer_reading& a, const peer_reading& b) {
  string parts;
  for (const Disagreement& one : Compare("p", PEER_ACCEPTS, "", a, b)) {
    EXPECT_EQ(one.how, How::kRead);
    parts += one.part + " ";
  }
  return parts;
}

TEST(Compare, SeesEachPartThatIsReadOtherwise) {
  const peer_reading ours = PlainReading();
  EXPECT_EQ(PartsThatDiffer(ours, ours), "");
  const auto with = [&](auto change) {
    peer_reading theirs = PlainReading();
    change(&theirs);
    return PartsThatDiffer(ours, theirs);
  };
  EXPECT_EQ(with([](auto* r) { r->method = BytesOf("PUT"); }), "method ");
  EXPECT_EQ(with([](auto* r) { r->target = BytesOf("/a"); }), "target ");
  EXPECT_EQ(with([](auto* r) { r->minor = 0; }), "version ");
  EXPECT_EQ(with([](auto* r) { r->minor = 2; }), "") << "served as 1.1";
  EXPECT_EQ(with([](auto* r) { r->status = 200; }), "status ");
  EXPECT_EQ(with([](auto* r) { r->phrase = BytesOf("OK"); }), "phrase ");
  EXPECT_EQ(with([](auto* r) { r->lines[0].name = BytesOf("host"); }),
            "fields ");
  EXPECT_EQ(with([](auto* r) { r->lines[0].value = BytesOf("a "); }),
            "fields ");
  EXPECT_EQ(with([](auto* r) { r->lines[1].value = BytesOf("c"); }),
            "trailers ");
  EXPECT_EQ(with([](auto* r) { r->end = 98; }), "end ");
  EXPECT_EQ(with([](auto* r) { r->body = BytesOf("hell"); }), "body ");
  EXPECT_EQ(with([](auto* r) {
              r->knows = PEER_KNOWS_HEAD;
              r->body = BytesOf("x");
            }),
            "")
      << "what a peer does not report is not compared";
}

TEST(Compare, TellsVerdictsApart) {
  const peer_verdict kAll[] = {PEER_ACCEPTS, PEER_UNFINISHED, PEER_REFUSES};
  const char* const expected[3][3] = {
      {"", "we accept, it waits", "we accept, it refuses"},
      {"we wait, it accepts", "", "we wait, it refuses"},
      {"we refuse, it accepts", "", ""}};
  for (int ours = 0; ours < 3; ours++) {
    for (int theirs = 0; theirs < 3; theirs++) {
      peer_reading reading = PlainReading();
      reading.verdict = kAll[theirs];
      const std::vector<Disagreement> found =
          Compare("p", kAll[ours], "bare_lf", PlainReading(), reading);
      EXPECT_EQ(found.empty() ? "" : NameOf(found[0].how),
                string(expected[ours][theirs]));
    }
  }
}

struct Conversation {
  string bytes, letters;
  bool unfinished;
};

TEST(AnswersOfOurs, FollowTheConnection) {
  const string good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const string last = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const string post =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
  const std::vector<Conversation> rows = {
      {"", "", false},
      {good, "S", false},
      {good + good, "SS", false},
      {post + good, "SS", false},
      {last + good, "S", false},
      {good + "GET", "S", true},
      {post.substr(0, post.size() - 1), "", true},
      {good + "GET /\n" + good, "SR", false},
      {"GET / HTTP/1.1\r\n\r\n" + good, "R", false},
      {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "R", false},
      {"FOO / HTTP/1.1\r\nHost: a\r\n\r\n", "R", false},
      {"GET / HTTP/1.0\r\n\r\n" + good, "S", false},
  };
  for (const Conversation& row : rows) {
    Ours ours;
    const Answers got = AnswersOfOurs(row.bytes, SIZE_MAX, &ours);
    EXPECT_EQ(got.letters, row.letters) << Escaped(row.bytes);
    EXPECT_EQ(got.unfinished, row.unfinished) << Escaped(row.bytes);
  }
}

struct AnswerRow {
  const char* letters;
  bool unfinished;
  std::vector<int> codes;
  const char* expected;  // the way and the part, or nothing
};

TEST(CompareAnswers, FindsTheFirstDifference) {
  const std::vector<AnswerRow> rows = {
      {"SS", false, {200, 404}, ""},
      {"SR", false, {200, 400}, ""},
      {"R", false, {}, ""},
      {"", true, {}, ""},
      {"R", false, {200}, "we refuse, it accepts stops"},
      {"R", false, {200, 400}, "we refuse, it accepts stops"},
      {"R", false, {200, 200}, "we refuse, it accepts goes on"},
      {"SS", false, {400}, "we accept, it refuses "},
      {"SS", false, {200}, "we accept, it waits closes"},
      {"SS", false, {}, "we accept, it waits silent"},
      {"S", false, {200, 200}, "read otherwise answers"},
      {"", true, {200}, "we wait, it accepts stops"},
      {"", true, {200, 200}, "we wait, it accepts goes on"},
      {"", true, {400}, "we wait, it refuses "},
  };
  for (const AnswerRow& row : rows) {
    Answers ours;
    ours.letters = row.letters;
    ours.unfinished = row.unfinished;
    ours.why = H1_BARE_LF;
    size_t at = 0;
    const std::vector<Disagreement> found =
        CompareAnswers({"p", 0}, ours, row.codes, &at);
    const string got =
        found.empty() ? "" : string(NameOf(found[0].how)) + " " + found[0].part;
    EXPECT_EQ(got, row.expected) << row.letters << " and " << row.codes.size();
  }
}

TEST(StatusCodes, AreThoseOfFinalAnswers) {
  EXPECT_EQ(StatusCodes(""), std::vector<int>{});
  EXPECT_EQ(StatusCodes("HTTP/1.1 200 OK\r\n\r\n"), std::vector<int>{200});
  EXPECT_EQ(StatusCodes("HTTP/1.1 100 \r\n\r\nHTTP/1.1 404 x\r\n\r\nbody"
                        "HTTP/1.0 400 \r\n\r\n"),
            (std::vector<int>{404, 400}));
  EXPECT_EQ(StatusCodes("HTTP/1.1 20"), std::vector<int>{});
}

string Frame(const std::vector<string>& strings) {
  string frame;
  for (const string& one : strings) {
    frame += static_cast<char>(one.size());
    frame += string(3, '\0') + one;
  }
  return frame;
}

TEST(DecodeAnswer, TakesAnAnswerWholeOrNotAtAll) {
  const std::vector<string> strings = {"A", "",     "GET", "/",    "",
                                       "1", "0",    "20",  "body", "1",
                                       "1", "Host", "a",   "X",    "b"};
  const string frame = Frame(strings);
  peer_reading out;
  ASSERT_TRUE(DecodeAnswer(frame, &out));
  EXPECT_EQ(out.verdict, PEER_ACCEPTS);
  EXPECT_EQ(ViewOf(out.body), "body");
  EXPECT_EQ(ViewOf(out.lines[1].value), "b");
  for (size_t n = 0; n < frame.size(); n++) {
    EXPECT_FALSE(DecodeAnswer(frame.substr(0, n), &out)) << n;
  }
  EXPECT_FALSE(DecodeAnswer(frame + "x", &out));
  std::vector<string> many = strings;
  many[9] = "99999999";
  EXPECT_FALSE(DecodeAnswer(Frame(many), &out));
}

TEST(Escaped, IsUndoneByUnescape) {
  string all;
  for (int c = 0; c < 256; c++) all += static_cast<char>(c);
  string back;
  ASSERT_TRUE(Unescape(Escaped(all, 1000), &back));
  EXPECT_EQ(back, all);
  for (const char* bad : {"\\", "\\q", "\\12", "\\400", "\""}) {
    EXPECT_FALSE(Unescape(bad, &back)) << bad;
  }
}

TEST(Generate, RepeatsForTheSameSeedAndDiffersForAnother) {
  size_t same = 0;
  for (uint64_t i = 0; i < 500; i++) {
    const Generated one = Generate(1, i), again = Generate(1, i);
    EXPECT_EQ(one.bytes, again.bytes);
    EXPECT_EQ(one.kind, again.kind);
    same += Generate(2, i).bytes == one.bytes;
  }
  EXPECT_LT(same, 50u);
}

// Otherwise a harness that refuses all would agree with everyone.
TEST(Generate, ReachesBothVerdictsAndManyReasons) {
  size_t accepted = 0;
  std::set<string> reasons;
  Ours ours;
  for (uint64_t i = 0; i < 20000; i++) {
    const Generated made = Generate(1, i);
    ReadOurs(made.kind, made.bytes, &ours);
    accepted += ours.message.verdict == PEER_ACCEPTS;
    if (ours.message.verdict == PEER_REFUSES) reasons.insert(ours.message.why);
  }
  EXPECT_GT(accepted, 4000u);
  EXPECT_LT(accepted, 16000u);
  EXPECT_GT(reasons.size(), 35u);
}

TEST(Encoders, WriteWhatOurDecodersReadAsMeant) {
  const Peers nobody;
  differential::Run run(&nobody, 5);
  for (uint64_t i = 0; i < 2000; i++) ShowEncoded(3, i, false, &run);
  EXPECT_EQ(run.shown(), 2000u);
  EXPECT_TRUE(run.Report());
}

TEST(NamedCases, AreReadable) {
  const std::vector<Input> cases = NamedCases("tests/differential/cases.txt");
  std::set<string> names;
  for (const Input& one : cases) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name << " twice";
  }
  EXPECT_GT(cases.size(), 100u);
}

}  // namespace
}  // namespace differential
