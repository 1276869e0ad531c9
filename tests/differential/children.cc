#include "tests/differential/children.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/differential/ours.h"

namespace differential {
namespace {

[[noreturn]] void Die(const std::string& peer, const char* what) {
  std::fprintf(stderr, "peer %s: %s\n", peer.c_str(), what);
  std::exit(1);
}

uint32_t Number32(const char* at) {
  uint32_t n = 0;
  for (int i = 3; i >= 0; i--) n = n << 8 | static_cast<unsigned char>(at[i]);
  return n;
}

// Takes strings off the front of a frame.
class Strings {
 public:
  explicit Strings(std::string_view frame) : rest_(frame) {}

  std::string_view Next() {
    if (rest_.size() < 4) return Fail();
    const size_t size = Number32(rest_.data());
    if (rest_.size() - 4 < size) return Fail();
    const std::string_view text = rest_.substr(4, size);
    rest_.remove_prefix(4 + size);
    return text;
  }
  size_t Number() {
    size_t n = 0;
    for (const char c : Next()) {
      if (c < '0' || c > '9' || n > SIZE_MAX / 100) return Fail(), size_t{0};
      n = n * 10 + static_cast<size_t>(c - '0');
    }
    return n;
  }
  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view Fail() {
    failed_ = true;
    rest_ = {};
    return {};
  }
  std::string_view rest_;
  bool failed_ = false;
};

peer_verdict VerdictOf(std::string_view letter) {
  if (letter == "A") return PEER_ACCEPTS;
  return letter == "R" ? PEER_REFUSES : PEER_UNFINISHED;
}

}  // namespace

bool DecodeAnswer(std::string_view frame, peer_reading* out) {
  Strings strings(frame);
  out->verdict = VerdictOf(strings.Next());
  const std::string why(strings.Next());
  std::snprintf(out->why, sizeof out->why, "%s", why.c_str());
  out->knows = PEER_KNOWS_MESSAGE;
  out->method = BytesOf(strings.Next());
  out->target = BytesOf(strings.Next());
  out->phrase = BytesOf(strings.Next());
  out->minor = static_cast<int>(strings.Number());
  out->status = static_cast<int>(strings.Number());
  out->end = strings.Number();
  out->body = BytesOf(strings.Next());
  out->fields = strings.Number();
  out->trailers = strings.Number();
  if (out->fields > PEER_LINES || out->trailers > PEER_LINES - out->fields) {
    return false;
  }
  for (size_t i = 0; i < out->fields + out->trailers; i++) {
    out->lines[i].name = BytesOf(strings.Next());
    out->lines[i].value = BytesOf(strings.Next());
  }
  return !strings.failed() && strings.at_end();
}

Child::Child(std::string name, std::vector<std::string> command)
    : name_(std::move(name)) {
  int in[2], back[2];
  // Closed on exec, so that no child holds another's pipe open.
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(back, O_CLOEXEC) != 0) {
    Die(name_, "no pipe");
  }
  // A child that died shows as a failed write, not as the end of this program.
  signal(SIGPIPE, SIG_IGN);
  std::vector<char*> argv;
  for (std::string& word : command) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, back[1], 1);
  if (posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ) !=
      0) {
    Die(name_, "cannot be started");
  }
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(back[1]);
  to_ = in[1];
  from_ = back[0];
}

Child::~Child() {
  close(to_);
  close(from_);
  waitpid(pid_, nullptr, 0);
}

void Child::Send(const void* bytes, size_t size) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t n = write(to_, at, size);
    if (n <= 0) Die(name_, "takes no more input");
    at += n;
    size -= static_cast<size_t>(n);
  }
}

void Child::Receive(void* bytes, size_t size) {
  char* at = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t n = read(from_, at, size);
    if (n <= 0) Die(name_, "does not answer");
    at += n;
    size -= static_cast<size_t>(n);
  }
}

void Child::Read(peer_kind kind, std::string_view input, peer_reading* out) {
  std::string frame(4, '\0');
  const size_t size = input.size() + 1;
  for (size_t i = 0; i < 4; i++) {
    frame[i] = static_cast<char>(size >> (8 * i) & 0xff);
  }
  frame += kind == PEER_REQUEST ? 'Q' : 'S';
  frame += input;
  Send(frame.data(), frame.size());
  char head[4];
  Receive(head, sizeof head);
  frame_.resize(Number32(head));
  Receive(frame_.data(), frame_.size());
  if (!DecodeAnswer(frame_, out)) Die(name_, "answers nonsense");
}

}  // namespace differential
