// The attack table over real sockets: each row before a harmless request
// on one connection. What is refused gets one answer with its status and its
// reason, the connection ends, and the request after it is never answered;
// what is served is read as the table says, and so is the request after it.
// The access log has one line for each request that was answered, in order.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/attacks/table.h"
#include "tests/support/client.h"
#include "tests/support/server.h"

namespace h1_test {
namespace {

using absl::StrCat;
using std::string;

constexpr char kNext[] = "GET /?next HTTP/1.1\r\nHost: next\r\n\r\n";

string MethodOf(const Attack& row) {
  return row.bytes.substr(0, row.bytes.find(' '));
}

constexpr char kBinaryProxy[] = "a binary PROXY header";

// The server has names of its own for what other protocols begin with.
string ServerReason(const Attack& row) {
  if (row.name == "a TLS hello") return "tls_handshake";
  if (absl::StartsWith(row.name, "a PROXY line")) return "proxy_header";
  if (row.name == kBinaryProxy) return "proxy_header";
  return row.reason;
}

// One server with one worker, so that its log is in the order of our
// connections, each of which ends before the next one begins.
class AttackSocket : public testing::Test {
 protected:
  AttackSocket()
      : server_({"--workers", "1", "--access-log", logs_.File("log")}) {}

  // `pieces`: the row and the request after it, as they are sent.
  void Expect(const Attack& row, const std::vector<string>& pieces) {
    SCOPED_TRACE(
        StrCat(row.name, " (", row.reference, ") in ", pieces.size(),
               " pieces: ", absl::CHexEscape(row.bytes.substr(0, 300))));
    Client client = server_.Connect();
    // The server may answer and close while we still write: only what it says
    // counts.
    for (const string& piece : pieces) {
      if (!client.Send(piece)) break;
    }
    const string reason = ServerReason(row);
    ExpectAnswer(row, reason, &client);
    Logged(row.status, reason);
    if (row.persists) {
      const Response next = client.Read();
      EXPECT_EQ(next.status, 200) << "the request after it: " << next;
      Logged(200, "");
      client.HalfClose();
    }
    EXPECT_NE(client.WaitEnd(), End::kOpen);
  }

  void ExpectWhole(const Attack& row) { Expect(row, {row.bytes + kNext}); }

  // In two pieces, cut at a place that moves from row to row.
  void ExpectCut(const Attack& row) {
    const size_t cut = 1 + rows_cut_++ % (row.bytes.size() - 1);
    Expect(row, {row.bytes.substr(0, cut), row.bytes.substr(cut) + kNext});
  }

  void ExpectBytewise(const Attack& row) {
    std::vector<string> pieces;
    for (const char byte : row.bytes + kNext) pieces.emplace_back(1, byte);
    Expect(row, pieces);
  }

  void ExpectFamily(const std::vector<Attack>& rows) {
    for (const Attack& row : rows) {
      ExpectWhole(row);
      // In pieces it may be refused for its line ends, before more is there.
      if (row.name == kBinaryProxy) continue;
      // Thousands of system calls for a row would only test the kernel.
      if (row.bytes.size() <= 400) {
        ExpectBytewise(row);
      } else {
        ExpectCut(row);
      }
    }
    ExpectLog();
  }

  // Generated rows differ from each other in one byte.
  void ExpectGenerated(const std::vector<Attack>& rows) {
    for (const Attack& row : rows) {
      ExpectWhole(row);
      ExpectCut(row);
    }
    ExpectLog();
  }

 protected:
  static void ExpectAnswer(const Attack& row, const string& reason,
                           Client* client) {
    const string method = MethodOf(row);
    Response r = client->Read(method);
    if (absl::StrContains(row.bytes, "Expect:") && r.status == 100) {
      r = client->Read(method);
    }
    EXPECT_EQ(r.status, row.status) << r;
    EXPECT_EQ(r.Closes(), !row.persists) << r;
    if (!reason.empty() && method != "HEAD") {
      EXPECT_TRUE(absl::StrContains(r.body, reason)) << r;
    } else if (method == "POST" && row.status == 200) {
      EXPECT_EQ(absl::CHexEscape(r.body), absl::CHexEscape(row.body));
    }
    EXPECT_FALSE(absl::StrContains(r.head, "Authorization")) << r;
    EXPECT_FALSE(absl::StrContains(r.head, "101 ")) << r;
  }

  void Logged(int status, const string& reason) {
    expected_.push_back(StrCat(status, " ", reason));
  }

  void ExpectLog() {
    std::vector<string> lines;
    WaitUntil([&] {
      lines = absl::StrSplit(ReadFileText(logs_.File("log")), '\n');
      lines.pop_back();  // after the last line end
      return lines.size() >= expected_.size();
    });
    ASSERT_EQ(lines.size(), expected_.size());
    for (size_t i = 0; i < lines.size(); i++) {
      const Json line = ParseJson(lines[i]);
      EXPECT_EQ(StrCat(line["status"].number, " ", line["reason"].text),
                expected_[i])
          << lines[i];
    }
  }

  TempDir logs_;
  Server server_;

 private:
  std::vector<string> expected_;
  size_t rows_cut_ = 0;
};

TEST_F(AttackSocket, LinesAndRequestLines) { ExpectFamily(LineAttacks()); }
TEST_F(AttackSocket, Targets) { ExpectFamily(TargetAttacks()); }
TEST_F(AttackSocket, Fields) { ExpectFamily(FieldAttacks()); }
TEST_F(AttackSocket, Hosts) { ExpectFamily(HostAttacks()); }
TEST_F(AttackSocket, Lengths) { ExpectFamily(LengthAttacks()); }
TEST_F(AttackSocket, Codings) { ExpectFamily(CodingAttacks()); }
TEST_F(AttackSocket, Chunks) { ExpectFamily(ChunkAttacks()); }
TEST_F(AttackSocket, Trailers) { ExpectFamily(TrailerAttacks()); }
TEST_F(AttackSocket, OneByteAtEveryPlace) { ExpectGenerated(ByteAttacks()); }
TEST_F(AttackSocket, EveryByteAroundACoding) {
  ExpectGenerated(CodingByteAttacks());
}

// Above, the request after a refused one was there when the refusal was. Here
// it comes when the answer has been read.
TEST_F(AttackSocket, WhatComesAfterARefusalIsNotAnsweredEither) {
  for (const auto& family : {LineAttacks(), FieldAttacks(), LengthAttacks(),
                             CodingAttacks(), ChunkAttacks()}) {
    for (const Attack& row : family) {
      if (row.persists || row.reason.empty() || row.bytes.size() > 400) {
        continue;
      }
      SCOPED_TRACE(row.name);
      Client client = server_.Connect();
      // Most rows are refused before their last byte; the next one settles
      // the few that a bare CR ends.
      client.Send(row.bytes + "X");
      EXPECT_EQ(client.Read(MethodOf(row)).status, row.status);
      client.Send(kNext);
      EXPECT_NE(client.WaitEnd(), End::kOpen);
    }
  }
}

}  // namespace
}  // namespace h1_test
