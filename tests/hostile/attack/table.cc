// The ways, each as what one connection does.
#include "tests/hostile/attack/attack.h"

namespace h1_test {
namespace {

std::string Get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string PostHead(const Target& t, const std::string& framing) {
  return "POST " + t.submit + " HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n";
}

std::string Nothing(const Target&) { return ""; }
std::string HalfHead(const Target&) {
  return "GET / HTTP/1.1\r\nHost: a\r\nX: ";
}
std::string LongHead(const Target&) {
  // In lines that no server finds too long.
  const std::string line = "X: " + std::string(4000, 'x');
  return "GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n" + line + "\r\n" + line;
}
std::string Idle(const Target&) { return Get("/"); }
std::string Stream(const Target& t) { return Get(t.stream); }
std::string Large(const Target& t) { return Get(t.large); }
std::string Pipeline(const Target& t) {
  std::string all;
  for (int i = 0; i < 50; i++) all += Get(t.large);
  return all;
}
std::string Length(const Target& t) {
  return PostHead(t, "Content-Length: 1000000") + std::string(2000, 'x');
}
std::string Chunks(const Target& t) {
  return PostHead(t, "Transfer-Encoding: chunked") + "100000\r\n" +
         std::string(2000, 'x');
}
std::string MuchBody(const Target& t) {
  return PostHead(t, "Content-Length: 1000000") + std::string(300000, 'x');
}
std::string FatLength(const Target& t) {
  return PostHead(t, "Content-Length: 1000000") + std::string(900000, 'x');
}
std::string FatChunks(const Target& t) {
  return PostHead(t, "Transfer-Encoding: chunked") + "f0000\r\n" +
         std::string(900000, 'x');
}

}  // namespace

const std::vector<Attack>& Attacks() {
  static const char kSome[] =
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
  static const Manner silent = {Nothing, "", 0, true, 0};
  static const Manner slow_head = {HalfHead, "x", 200, true, 0};
  static const Manner pull = {Stream, "", 0, true, 0};
  static const Manner length = {Length, kSome, 100, true, 0};
  static const Manner chunk = {Chunks, kSome, 100, true, 0};
  static const Manner unread = {Large, "", 0, false, 4096};
  static const Manner body = {MuchBody, "", 0, false, 4096};
  static const std::vector<Attack> attacks = {
      {"silent", "connects and says nothing", false, {silent}},
      {"idle",
       "keeps a connection alive after one answer",
       false,
       {{Idle, "", 0, true, 0}}},
      {"slow-heads", "a byte of a head every 200 ms", false, {slow_head}},
      {"long-heads",
       "12 KiB of a head, then a byte every 200 ms",
       false,
       {{LongHead, "x", 200, true, 0}}},
      {"waiting-pulls",
       "an answer that waits between its lines",
       false,
       {pull}},
      {"slow-lengths",
       "600 bytes a second of a declared megabyte",
       true,
       {length}},
      {"slow-chunks", "600 bytes a second of a chunk", true, {chunk}},
      {"fat-lengths",
       "900 KB of a declared megabyte at once, then 600 bytes a second",
       true,
       {{FatLength, kSome, 100, true, 0}}},
      {"fat-chunks",
       "the same of a chunk",
       true,
       {{FatChunks, kSome, 100, true, 0}}},
      {"unread", "asks for megabytes and reads nothing", false, {unread}},
      {"unread-pipelines",
       "asks for them fifty times and reads nothing",
       false,
       {{Pipeline, "", 0, false, 4096}}},
      {"bodies",
       "300 KiB of a body that is not wanted, and reads nothing",
       false,
       {body}},
      {"lane-bodies",
       "pulls that wait hold the slots, bodies come to the overload lane",
       false,
       {pull, body}},
      {"mix",
       "all of them",
       false,
       {silent, slow_head, pull, length, chunk, unread, body}},
  };
  return attacks;
}

const Attack* FindAttack(const std::string& name) {
  for (const Attack& attack : Attacks()) {
    if (attack.name == name) return &attack;
  }
  return nullptr;
}

}  // namespace h1_test
