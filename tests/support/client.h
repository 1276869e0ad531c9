// A client that speaks raw bytes over a real socket and reads answers with a
// parser of its own: strict, slow and independent of the codecs under test.
#ifndef H1_TESTS_SUPPORT_CLIENT_H_
#define H1_TESTS_SUPPORT_CLIENT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/support/process.h"

namespace h1_test {

// One answer. `status` 0: there was none; `problem` says why.
struct Response {
  int status = 0;
  std::string problem;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string head;  // as it came, with its empty line
  std::string body;  // decoded
  bool chunked = false;
  size_t chunk_count = 0;  // data chunks
  bool until_close = false;

  // The value, or an empty string; names compare without case.
  std::string Field(absl::string_view name) const;
  size_t Count(absl::string_view name) const;
  bool Has(absl::string_view name) const { return Count(name) > 0; }
  // The server says that it will close.
  bool Closes() const;
};
std::ostream& operator<<(std::ostream& out, const Response& response);

// Reads one answer from the front of `bytes`. `method` is the request's, which
// decides whether a body follows; `ended`: no more bytes will come. Returns the
// bytes used; 0 with an empty `problem` when more are needed, else what is
// wrong with them.
size_t ParseResponse(absl::string_view bytes, absl::string_view method,
                     bool ended, Response* out);

// Why a connection has no more to read.
enum class End {
  kOpen,    // it is still open: nothing came in time
  kClosed,  // in order
  kReset
};
std::ostream& operator<<(std::ostream& out, End end);

class Client {
 public:
  Client() = default;
  explicit Client(int tcp_port);
  static Client V6(int tcp_port);
  static Client Unix(const std::string& path);
  // With a small receive buffer, so that a server soon has to wait for it.
  static Client SmallWindow(int tcp_port);
  ~Client();
  Client(Client&& other) noexcept;
  Client& operator=(Client&& other) noexcept;

  bool Connected() const { return fd_ >= 0; }

  // False when the other side no longer takes bytes, or not in time.
  bool Send(absl::string_view bytes);
  // One system call per byte, so that the server may see any of the pieces.
  bool SendBytewise(absl::string_view bytes);
  // As many bytes as the kernel takes now.
  size_t SendSome(absl::string_view bytes);

  // The next answer; interim ones (1xx) are answers too.
  Response Read(absl::string_view method = "GET",
                Milliseconds limit = kPatience);
  // Everything until the end of the connection.
  std::string ReadToEnd(End* end = nullptr, Milliseconds limit = kPatience);
  // Waits for the end; any further byte is a failure of the test.
  End WaitEnd(Milliseconds limit = kPatience);
  // Whether bytes or the end of the connection are there to be read within
  // `limit`.
  bool Readable(Milliseconds limit);
  // At most `size` raw bytes, in one receive; empty at the end.
  std::string ReceiveSome(size_t size);

  // Request and answer in one. `fields` are whole lines with their CRLF.
  Response Get(absl::string_view path, absl::string_view fields = "");
  Response Exchange(absl::string_view method, absl::string_view path,
                    absl::string_view fields = "", absl::string_view body = "");

  void HalfClose();  // no more will be sent
  void Reset();      // closes with RST
  void Close();

 private:
  explicit Client(int fd, bool);
  bool Fill(Clock::time_point deadline);

  int fd_ = -1;
  std::string in_;  // received, not yet parsed
  End end_ = End::kOpen;
};

// "METHOD PATH HTTP/1.1", Host, `fields`, Content-Length when there is a body,
// an empty line and the body.
std::string RequestBytes(absl::string_view method, absl::string_view path,
                         absl::string_view fields = "",
                         absl::string_view body = "");
inline std::string GetBytes(absl::string_view path,
                            absl::string_view fields = "") {
  return RequestBytes("GET", path, fields);
}
// A POST to `path` whose body comes in chunks of `chunk` bytes.
std::string ChunkedPost(absl::string_view path, absl::string_view body,
                        size_t chunk, absl::string_view trailers = "");

}  // namespace h1_test

#endif  // H1_TESTS_SUPPORT_CLIENT_H_
