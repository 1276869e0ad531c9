// What our codecs make of an input, in the same shape as a peer's reading, and
// what a server made of them answers to a connection's bytes.
#ifndef H1_TESTS_DIFFERENTIAL_OURS_H_
#define H1_TESTS_DIFFERENTIAL_OURS_H_

#include <string>
#include <string_view>

#include "parser/error.h"
#include "parser/framing.h"
#include "tests/peers/peer.h"

namespace differential {

// Peers judge in stages too: one that reads heads only is compared with our
// head decoder, not with checks it leaves to its callers.
struct Ours {
  peer_reading message;  // everything: head, checks, framing, body, trailers
  h1_error why = H1_OK;  // of message's refusal

  peer_verdict head = PEER_UNFINISHED;
  h1_error head_why = H1_OK;
  size_t head_end = 0;  // head accepted: where the body starts

  bool framed = false;  // head accepted and its checks too
  h1_framing framing = {H1_BODY_NONE, 0};
  bool persists = false;
  // framed: why a server refuses it all the same (path, method, expectation,
  // declared length).
  h1_error served_why = H1_OK;

  // framed, and the body is chunked: the decoder's part alone.
  bool has_chunks = false;
  peer_verdict chunks = PEER_UNFINISHED;
  h1_error chunks_why = H1_OK;
  size_t chunks_end = 0;  // from head_end: where the trailer section starts
};

// With limits wider than any input, so that only grammar decides; or with the
// server's own. What `out` points to is in `input` or lives until the next
// call.
enum class Limits { kWide, kServer };
void ReadOurs(peer_kind kind, std::string_view input, Ours* out,
              Limits limits = Limits::kWide);

// What a server answers to a whole connection.
struct Answers {
  std::string letters;   // S served, R refused: then what follows is not read
  h1_error why = H1_OK;  // of the refusal
  bool unfinished = false;  // ends in the middle of a request after those
  std::string_view last;    // the connection from the last request read on
};

// `*last` becomes our reading of that last request, which is the `most`th at
// the latest.
Answers AnswersOfOurs(std::string_view connection, size_t most, Ours* last);

std::string_view ViewOf(peer_bytes bytes);
peer_bytes BytesOf(std::string_view view);

}  // namespace differential

#endif  // H1_TESTS_DIFFERENTIAL_OURS_H_
