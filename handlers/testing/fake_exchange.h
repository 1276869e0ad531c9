// The server's side of server/handler.h for tests: one exchange at a time, its
// reply recorded, its clock in the test's hand.
//
//   h1_exchange x("GET", "/static/a.txt", {{"Range", "bytes=0-1"}});
//   x.data = files;
//   x.Run("/static/", h1_static_serve);
//   EXPECT_EQ(x.status, 206);
//   x.End();
//
// Requests go through the real decoders, so a path is what a handler would see.
#ifndef H1_HANDLERS_TESTING_FAKE_EXCHANGE_H_
#define H1_HANDLERS_TESTING_FAKE_EXCHANGE_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "parser/fields.h"
#include "parser/request.h"
#include "server/handler.h"

using FakeFields = std::vector<std::pair<std::string, std::string>>;

enum class FakeKind { kNone, kStatus, kCopy, kBorrow, kEcho, kFile, kPull };

struct h1_exchange {
  h1_exchange(const std::string& method, const std::string& target,
              const FakeFields& fields = {}, const std::string& body = "");
  ~h1_exchange();
  h1_exchange(const h1_exchange&) = delete;
  h1_exchange& operator=(const h1_exchange&) = delete;

  // Calls the handler as a route "`prefix`*" would. When the target itself is
  // refused by the decoders, `status` is what the server would answer and the
  // handler is not called.
  void Run(const std::string& prefix, h1_handler handler);
  // As a route whose pattern is the whole path would.
  void RunExact(const std::string& pattern, h1_handler handler);
  // An answer that comes later: waits to be woken, for real time; calls again
  // what was asked for; or both, until there is an answer, in which a wait
  // that nobody ends moves now_ms to its deadline.
  bool AwaitWake(int patience_ms = 20000);
  void Resume();
  bool Finish();
  // Collects the whole body as the server would send it: files are read, pull
  // functions called, their waits taken by moving now_ms.
  void Drain();
  // The exchange is over. Checks that borrowed bytes are what they were.
  void End();

  // Empty when there is no such field.
  std::string Field(const std::string& name) const;
  size_t FieldCount(const std::string& name) const;

  // What the test sets before Run.
  void* data = nullptr;
  unsigned worker = 0;
  int64_t now_s = 0;
  uint64_t now_ms = 0;
  std::string cache_control;  // a field line, as the server's rules make it
  mutable std::string cache_control_path;  // for which it was asked
  uint64_t generation = 1;

  // What the handler did.
  FakeKind kind = FakeKind::kNone;
  int replies = 0;
  h1_handler later = nullptr;
  uint64_t later_ms = 0;
  std::atomic<bool> woken{false};
  bool token_taken = false;
  uint16_t status = 0;
  h1_error reason = H1_OK;
  std::string type;
  FakeFields reply_fields;
  uint64_t length = 0;  // as declared
  int fd = -1;
  uint64_t offset = 0;
  h1_slice borrowed = {nullptr, 0};
  bool ended = false;
  bool borrowed_changed = false;

  // What Drain found.
  std::string body;
  bool cut = false;  // the file was shorter, or pull failed
  std::vector<std::string> pieces;
  std::vector<uint64_t> waits_ms;
  // What pull is offered at a time, or what is left of the length it promised.
  size_t pull_room = 4096;

  // The request.
  std::string head;
  std::string request_body;
  std::vector<h1_header> headers;
  h1_request request = {};
  std::vector<uint8_t> path_room;
  h1_slice path = {nullptr, 0};
  h1_slice raw_path = {nullptr, 0};
  h1_slice query = {nullptr, 0};
  h1_slice rest = {nullptr, 0};
  h1_pull pull = nullptr;
  void (*on_end)(void*) = nullptr;
  std::vector<uint8_t> scratch;
  alignas(16) uint8_t state[H1_STATE_BYTES] = {};

 private:
  void Decode();
  void Call(h1_handler handler);
};

#endif
