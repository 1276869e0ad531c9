#include "handlers/testing/fake_exchange.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gtest/gtest.h"
#include "parser/target.h"
#include "parser/values.h"

namespace {

std::string Text(h1_slice s) {
  return s.len == 0 ? ""
                    : std::string(reinterpret_cast<const char*>(s.ptr), s.len);
}

void Answered(h1_exchange* x, FakeKind kind, uint16_t status, h1_slice type,
              uint64_t length) {
  x->replies++;
  ASSERT_EQ(x->replies, 1) << "one exchange, one reply";
  x->kind = kind;
  x->status = status;
  x->type = Text(type);
  x->length = length;
}

}  // namespace

h1_exchange::h1_exchange(const std::string& method, const std::string& target,
                         const FakeFields& fields, const std::string& sent)
    : request_body(sent), scratch(H1_SCRATCH_BYTES) {
  head = method + " " + target + " HTTP/1.1\r\nHost: test\r\n";
  for (const auto& f : fields) head += f.first + ": " + f.second + "\r\n";
  head += "\r\n";
  Decode();
}

h1_exchange::~h1_exchange() { End(); }

void h1_exchange::Decode() {
  h1_limits limits = h1_limits_default();
  headers.resize(limits.header_count);
  h1_request_decoder decoder;
  h1_request_decoder_init(&decoder, &limits, H1_SCAN_SCALAR, headers.data(),
                          headers.size());
  const h1_slice in = {reinterpret_cast<const uint8_t*>(head.data()),
                       head.size()};
  size_t consumed = 0;
  ASSERT_EQ(h1_request_decode(&decoder, in, &request, &consumed), H1_DONE)
      << head;
  h1_target parts;
  ASSERT_EQ(h1_target_split(request.target, &parts), H1_OK) << head;
  raw_path = parts.path;
  query = parts.query;
  path_room.resize(raw_path.len + 1);
  const h1_buffer room = {path_room.data(), raw_path.len};
  const h1_error e = h1_path_decode(H1_SCAN_SCALAR, raw_path, room, &path);
  if (e != H1_OK) {
    status = h1_error_status(e);
    reason = e;
  }
}

void h1_exchange::Run(const std::string& prefix, h1_handler handler) {
  if (status != 0) return;
  const std::string decoded = Text(path);
  if (decoded.compare(0, prefix.size(), prefix) != 0) {
    status = 404;  // another route's
    reason = H1_NOT_FOUND;
    return;
  }
  rest = {path.ptr + prefix.size(), path.len - prefix.size()};
  Call(handler);
}

void h1_exchange::RunExact(const std::string& pattern, h1_handler handler) {
  if (status != 0) return;
  ASSERT_EQ(Text(path), pattern);
  Call(handler);
}

void h1_exchange::Call(h1_handler handler) {
  later = nullptr;
  handler(this);
  if (later == nullptr) {
    EXPECT_EQ(replies, 1) << "the handler must answer";
  } else {
    EXPECT_EQ(replies, 0) << "now or later, not both";
    EXPECT_GT(later_ms, now_ms) << "later than now";
    reply_fields.clear();
  }
  // Whatever is only valid until the handler returns.
  memset(scratch.data(), 0xEE, scratch.size());
}

bool h1_exchange::AwaitWake(int patience_ms) {
  for (int i = 0; i < patience_ms && !woken.load(); i++) usleep(1000);
  return woken.exchange(false);
}

void h1_exchange::Resume() {
  ASSERT_NE(later, nullptr);
  Call(later);
}

bool h1_exchange::Finish() {
  while (later != nullptr) {
    // A short wait is one that looks again, a long one expects to be woken.
    if (!AwaitWake(later_ms - now_ms >= 100 ? 20000 : 20)) now_ms = later_ms;
    Resume();
  }
  return replies == 1;
}

void h1_exchange::Drain() {
  if (kind == FakeKind::kBorrow) body = Text(borrowed);
  if (kind == FakeKind::kFile) {
    std::string bytes(length, '\0');
    const ssize_t got =
        pread(fd, &bytes[0], length, static_cast<off_t>(offset));
    ASSERT_GE(got, 0) << strerror(errno);
    bytes.resize(static_cast<size_t>(got));
    cut = bytes.size() < length;
    body = bytes;
  }
  while (kind == FakeKind::kPull && !cut) {
    // Exactly as large as said, so that a sanitizer sees a byte too many.
    size_t size = pull_room;
    if (length != H1_LENGTH_UNKNOWN) {
      size = std::min<size_t>(size, length - body.size());
      ASSERT_GT(size, 0u) << "gave what it promised, and no end";
    }
    std::vector<uint8_t> bytes(size);
    const h1_pulled p = pull(state, {bytes.data(), bytes.size()}, now_ms);
    if (p.step == H1_PULL_FAIL) cut = true;
    if (p.step == H1_PULL_WAIT) {
      ASSERT_GT(p.wait_until_ms, now_ms) << "waits for what has passed";
      waits_ms.push_back(p.wait_until_ms - now_ms);
      // Only who took a token may be woken.
      if (!token_taken || !AwaitWake()) now_ms = p.wait_until_ms;
    }
    if (p.step == H1_PULL_BYTES || p.step == H1_PULL_END) {
      ASSERT_LE(p.size, bytes.size());
      if (p.step == H1_PULL_BYTES) {
        ASSERT_GT(p.size, 0u);
      }
      pieces.emplace_back(bytes.begin(),
                          bytes.begin() + static_cast<ptrdiff_t>(p.size));
      body += pieces.back();
    }
    if (p.step == H1_PULL_END) break;
  }
  if (!cut && length != H1_LENGTH_UNKNOWN && kind != FakeKind::kStatus) {
    EXPECT_EQ(body.size(), length) << "the length promised";
  }
}

void h1_exchange::End() {
  if (ended) return;
  ended = true;
  if (kind == FakeKind::kBorrow && !body.empty()) {
    borrowed_changed = Text(borrowed) != body;
    EXPECT_FALSE(borrowed_changed) << "borrowed bytes changed in use";
  }
  if (on_end != nullptr) on_end(state);
}

std::string h1_exchange::Field(const std::string& name) const {
  for (const auto& f : reply_fields) {
    if (f.first == name) return f.second;
  }
  return "";
}

size_t h1_exchange::FieldCount(const std::string& name) const {
  size_t n = 0;
  for (const auto& f : reply_fields) n += f.first == name;
  return n;
}

// ---- server/handler.h ----

const h1_request* h1_exchange_request(const h1_exchange* x) {
  return &x->request;
}
h1_slice h1_exchange_path(const h1_exchange* x) { return x->path; }
h1_slice h1_exchange_rest(const h1_exchange* x) { return x->rest; }
h1_slice h1_exchange_query(const h1_exchange* x) { return x->query; }
h1_slice h1_exchange_raw_path(const h1_exchange* x) { return x->raw_path; }
void* h1_exchange_data(const h1_exchange* x) { return x->data; }
unsigned h1_exchange_worker(const h1_exchange* x) { return x->worker; }
h1_slice h1_exchange_cache_control(const h1_exchange* x, h1_slice path) {
  x->cache_control_path = Text(path);
  return {reinterpret_cast<const uint8_t*>(x->cache_control.data()),
          x->cache_control.size()};
}
uint64_t h1_exchange_generation(const h1_exchange* x) { return x->generation; }
int64_t h1_exchange_now_s(const h1_exchange* x) { return x->now_s; }
uint64_t h1_exchange_now_ms(const h1_exchange* x) { return x->now_ms; }
h1_buffer h1_exchange_scratch(h1_exchange* x) {
  return {x->scratch.data(), x->scratch.size()};
}
void* h1_exchange_state(h1_exchange* x) { return x->state; }
void h1_exchange_on_end(h1_exchange* x, void (*end)(void* state)) {
  x->on_end = end;
}

h1_wake_token h1_exchange_token(h1_exchange* x) {
  x->token_taken = true;
  return {x, 0, 0};
}
void h1_wake(h1_wake_token token) {
  static_cast<h1_exchange*>(token.worker)->woken = true;
}
void h1_reply_later(h1_exchange* x, h1_handler later, uint64_t deadline_ms) {
  x->later = later;
  x->later_ms = deadline_ms;
}

static const size_t kFieldRoom = 2048;

static size_t FieldBytes(const h1_exchange* x) {
  size_t n = 0;
  for (const auto& f : x->reply_fields)
    n += f.first.size() + f.second.size() + 4;
  return n;
}

bool h1_reply_field(h1_exchange* x, h1_slice name, h1_slice value) {
  const uint64_t once = h1_field_once_bit(name);
  for (const auto& f : x->reply_fields) {
    if ((once & h1_field_once_bit(h1_slice_of(f.first.c_str()))) != 0)
      return false;
  }
  uint8_t line[kFieldRoom];
  size_t size = 0;
  if (h1_field_encode(name, value, {line, sizeof line}, &size) != H1_DONE) {
    return false;
  }
  if (FieldBytes(x) + size > kFieldRoom) return false;
  x->reply_fields.emplace_back(Text(name), Text(value));
  return true;
}

bool h1_reply_prepared(h1_exchange* x, h1_slice lines) {
  std::string text = Text(lines);
  while (!text.empty()) {
    const size_t colon = text.find(": "), end = text.find("\r\n");
    EXPECT_NE(end, std::string::npos) << "prepared lines are whole";
    EXPECT_LT(colon, end);
    if (end == std::string::npos || colon >= end) return false;
    x->reply_fields.emplace_back(text.substr(0, colon),
                                 text.substr(colon + 2, end - colon - 2));
    text.erase(0, end + 2);
  }
  return true;
}

void h1_reply_status(h1_exchange* x, uint16_t status, h1_error reason) {
  Answered(x, FakeKind::kStatus, status, {nullptr, 0}, 0);
  x->reason = reason;
}

void h1_reply_reason(h1_exchange* x, h1_error reason) { x->reason = reason; }

void h1_reply_copy(h1_exchange* x, uint16_t status, h1_slice type,
                   h1_slice bytes) {
  ASSERT_LE(bytes.len, H1_REPLY_COPY_MAX);
  Answered(x, FakeKind::kCopy, status, type, bytes.len);
  x->body = Text(bytes);
}

void h1_reply_borrow(h1_exchange* x, uint16_t status, h1_slice type,
                     h1_slice bytes) {
  Answered(x, FakeKind::kBorrow, status, type, bytes.len);
  x->borrowed = bytes;
}

void h1_reply_echo(h1_exchange* x, uint16_t status, h1_slice type) {
  Answered(x, FakeKind::kEcho, status, type, x->request_body.size());
  x->body = x->request_body;
}

void h1_reply_file(h1_exchange* x, uint16_t status, h1_slice type, int fd,
                   uint64_t offset, uint64_t length) {
  Answered(x, FakeKind::kFile, status, type, length);
  x->fd = fd;
  x->offset = offset;
}

void h1_reply_pull(h1_exchange* x, uint16_t status, h1_slice type,
                   uint64_t length, h1_pull pull) {
  Answered(x, FakeKind::kPull, status, type, length);
  x->pull = pull;
}
