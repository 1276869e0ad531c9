// Messages that we accept, or whose beginning we take, and a peer refuses or
// reads otherwise. Each needs a section that makes us right.
#include <iterator>

#include "tests/differential/classes.h"
#include "tests/differential/facts.h"

namespace differential {

using std::string_view_literals::operator""sv;

namespace {

constexpr Class kHeads[] = {
    {"method-not-listed", "llhttp http-parser node", How::kWeAccept, "",
     "HPE_INVALID_METHOD|HPE_INVALID_CONSTANT|HPE_INVALID_VERSION", "",
     Right::kNobody, "RFC 9110 9.1",
     "A method is any token; these know a list of them, and some in it only "
     "with another protocol or version. We decode any, and the server "
     "answers 501.",
     PEER_REQUEST, "FOO / HTTP/1.1\r\nHost: a\r\n\r\n"sv, HasUnlistedMethod},
    {"later-minor-version", "llhttp node", How::kWeAccept, "",
     "HPE_INVALID_VERSION", "", Right::kUs, "RFC 9110 2.5",
     "A higher minor version than ours is to be read as the highest one of "
     "the same major version that we have.",
     PEER_RESPONSE, "HTTP/1.2 204 \r\n\r\n"sv, HasLaterMinor},
    {"empty-line-in-front", "h11", How::kWeAccept, "",
     "no request line received", "", Right::kUs, "RFC 9112 2.2",
     "A server SHOULD ignore at least one empty line before a request.",
     PEER_REQUEST, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, BeginsWithLine},
    {"switching-without-proposal", "h11", How::kWeAccept, "",
     "Received server _SWITCH_UPGRADE event", "", Right::kNobody,
     "RFC 9110 15.2.2",
     "It knows the request, which proposed nothing; a decoder does not.",
     PEER_RESPONSE, "HTTP/1.1 101 \r\n\r\n"sv, IsSwitching},
    {"status-below-100", "h11", How::kWeAccept, "",
     "InformationalResponse status_code", "", Right::kBoth, "RFC 9110 15",
     "A status outside 100 to 599 is to be taken for a 5xx, which is for the "
     "caller to do. It refuses those below 100.",
     PEER_RESPONSE, "HTTP/1.1 099 \r\n\r\n"sv, IsResponse},
    {"coding-unknown-to-the-client", "h11", How::kWeAccept, "",
     "Only Transfer-Encoding", "", Right::kUs, "RFC 9112 6.3",
     "Item 4: a response whose last coding is not chunked ends with the "
     "connection, whatever the coding is.",
     PEER_RESPONSE, "HTTP/1.1 200 \r\nTransfer-Encoding:p\r\n\r\n"sv,
     IsResponse},
    {"refused-sooner", "llhttp http-parser node", How::kTheyRefuse, "",
     "HPE_INVALID_URL|HPE_INVALID_METHOD|HPE_INVALID_CONSTANT|"
     "HPE_INVALID_VERSION|HPE_INVALID_CONTENT_LENGTH|"
     "HPE_INVALID_TRANSFER_ENCODING|HPE_UNEXPECTED_CONTENT_LENGTH",
     "", Right::kBoth, "RFC 9112 3",
     "Cut-off heads. What needs the whole head (target form, lengths, "
     "codings) we judge at its end, and refuse then.",
     PEER_REQUEST, "GET 8"sv, IsRefusedLater},
    {"refused-sooner-in-body", "llhttp http-parser node picohttpparser",
     How::kTheyRefuse, "",
     "-1|HPE_STRICT|HPE_INVALID_CHUNK_SIZE|HPE_LF_EXPECTED|"
     "HPE_INVALID_HEADER_TOKEN|HPE_CR_EXPECTED",
     "", Right::kBoth, "RFC 9112 7.1",
     "Cut-off bodies. At a CR out of place we wait for one more byte, to "
     "name the fault after it.",
     PEER_RESPONSE, "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n0;\r"sv,
     IsRefusedNext},
    {"empty-line-cut-off", "h11", How::kTheyRefuse, "", "illegal request line",
     "", Right::kUs, "RFC 9112 2.2", "The same, cut off after its CR.",
     PEER_REQUEST, "\r"sv, BeginsWithLine},
    {"forbidden-trailers-apart", "llhttp http-parser node h11", How::kRead, "",
     "", "trailers", Right::kBoth, "RFC 9112 7.1.2",
     "Forbidden fields in the trailers of a response we hand out apart, and "
     "they among the others.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding:chunked\r\n\r\n0\r\nte:\r\n\r\n"sv,
     BehindHead},
    {"forbidden-trailer-judged", "node", How::kWeAccept, "",
     "HPE_INVALID_CONTENT_LENGTH", "", Right::kUs, "RFC 9112 7.1.2",
     "It judges the value of a Content-Length among the trailers, which "
     "frames nothing there.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding:chunked\r\n\r\n"
     "0\r\ncONTENT-lENGTH:\r\n\r\n"sv,
     BehindHead},
    {"coding-in-lower-case", "h11", How::kRead, "", "", "fields",
     Right::kNobody, "RFC 9112 7",
     "It hands out codings, whose case has no meaning, in lower case.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n"sv,
     DiffersInCodingCase},
};

constexpr Class kFramings[] = {
    {"tab-after-coding", "llhttp http-parser node", How::kWeAccept, "",
     "HPE_INVALID_TRANSFER_ENCODING", "", Right::kUs, "RFC 9110 5.5",
     "White space around a value, HTAB too, is no part of it: this is "
     "chunked. They see another coding.",
     PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\t\r\n\r\n"
     "0\r\n\r\n"sv,
     HasCodingBeforeTab},
    {"tab-after-coding-read", "llhttp http-parser node", How::kRead, "", "",
     "body|trailers|end", Right::kUs, "RFC 9110 5.5",
     "The same in a response: they read up to the end of the connection.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n"sv,
     HasCodingBeforeTab},
    {"tab-after-coding-wait", "llhttp http-parser node", How::kWeWait, "", "",
     "", Right::kUs, "RFC 9110 5.5", "The same, the body cut off.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\t\r\n\r\n5\r\n"sv,
     HasCodingBeforeTab},
    {"tab-after-length", "llhttp http-parser node", How::kWeAccept, "",
     "HPE_INVALID_CONTENT_LENGTH", "", Right::kUs, "RFC 9110 5.5",
     "The same of a length: they refuse it.", PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\t\r\n\r\nx"sv,
     HasLengthBeforeTab},
    {"coding-like-name", "http-parser", How::kWeAccept, "",
     "HPE_INVALID_TRANSFER_ENCODING", "", Right::kUs, "RFC 9110 5.1",
     "Names compare whole; it takes Transfer-Encoding# for "
     "Transfer-Encoding.",
     PEER_REQUEST, "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding#:\r\n\r\n"sv,
     HasCodingLikeName},
    {"no-content", "llhttp http-parser node h11", How::kWeAccept, "",
     "HPE_INVALID_CONTENT_LENGTH|HPE_UNEXPECTED_CONTENT_LENGTH|"
     "HPE_INVALID_TRANSFER_ENCODING|HPE_INVALID_CHUNK_SIZE|"
     "bad Content-Length|conflicting Content-Length|"
     "multiple Transfer-Encoding|Only Transfer-Encoding",
     "", Right::kUs, "RFC 9112 6.3",
     "Item 1: a response of 1xx, 204 or 304 ends with its head, whatever its "
     "fields say. They judge or follow the fields.",
     PEER_RESPONSE, "HTTP/1.1 204 \r\nContent-Length: x\r\n\r\n"sv,
     HasNoContent},
    {"no-content-read", "llhttp http-parser node h11", How::kRead, "", "",
     "body|trailers|end", Right::kUs, "RFC 9112 6.3",
     "The same, read on after the head.", PEER_RESPONSE,
     "HTTP/1.1 103 \r\nTransfer-Encoding: x\r\n\r\nabc"sv, HasNoContent},
    {"no-content-lengths", "h11", How::kRead, "", "", "fields", Right::kBoth,
     "RFC 9110 8.6", "Of equal lengths it hands out one; none counts here.",
     PEER_RESPONSE, "HTTP/1.1 204 \r\nContent-Length: 1, 1\r\n\r\n"sv,
     HasListedLengthAndNoContent},
    {"no-content-wait", "llhttp http-parser", How::kPeerWaits, "", "", "",
     Right::kUs, "RFC 9112 6.3", "The same, waiting for what never comes.",
     PEER_RESPONSE, "HTTP/1.1 101 \r\nContent-Length: 3\r\n\r\n"sv,
     HasNoContent},
    {"content-of-connect", "llhttp http-parser node", How::kRead, "", "",
     "body|trailers|end", Right::kBoth, "RFC 9110 9.3.6",
     "CONNECT has no content by definition; what stands after its head is "
     "a tunnel's. We frame it like any other method, answer 501 and serve "
     "no tunnel.",
     PEER_REQUEST,
     "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"sv,
     IsConnect},
    {"content-of-connect-wait", "llhttp http-parser node", How::kWeWait, "", "",
     "", Right::kBoth, "RFC 9110 9.3.6", "The same, cut off.", PEER_REQUEST,
     "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx"sv,
     IsConnect},
};

constexpr Class kChunks[] = {
    {"blank-in-extension", "llhttp node http-parser", How::kWeAccept, "",
     "HPE_INVALID_CHUNK_SIZE|HPE_STRICT", "", Right::kUs, "RFC 9112 7.1.1",
     "A recipient MUST parse for white space around ';' and '=' and remove "
     "it before interpreting the extension.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n0 ;a\r\n\r\n"sv,
     HasBlankInExtension},
    {"blank-in-extension-h11", "h11", How::kWeAccept, "",
     "illegal chunk header", "", Right::kUs, "RFC 9112 7.1.1", "The same.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n0 ;a\r\n\r\n"sv,
     HasBlankInExtension},
    {"blank-in-extension-upgrade", "node", How::kPeerWaits, "", "", "",
     Right::kUs, "RFC 9112 7.1.1",
     "The same, of a message that proposes another protocol: its binding then "
     "keeps the fault to itself.",
     PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
     "Connection: upgrade\r\nUpgrade: b\r\n\r\n0 ;a\r\n\r\n"sv,
     HasBlankInExtensionAndUpgrade},
    {"several-extensions", "llhttp", How::kWeAccept, "",
     "HPE_INVALID_CHUNK_SIZE|HPE_STRICT", "", Right::kUs, "RFC 9112 7.1.1",
     "Several extensions, and quoted pairs in their values, are grammar.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n"
     "0;a=1;b=2\r\n\r\n"sv,
     HasSeveralOrQuoted},
    {"long-chunk-size", "picohttpparser h11", How::kWeAccept, "",
     "-1|illegal chunk header", "", Right::kUs, "RFC 9112 7.1",
     "A size has any number of digits; theirs have a limit, leading zeros "
     "or not. Ours count as overhead.",
     PEER_RESPONSE,
     "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n"
     "000000000000000000000\r\n\r\n"sv,
     HasLongSize},
};

}  // namespace

std::vector<Class> ClassesOfAccepted() {
  std::vector<Class> all;
  all.insert(all.end(), std::begin(kHeads), std::end(kHeads));
  all.insert(all.end(), std::begin(kFramings), std::end(kFramings));
  all.insert(all.end(), std::begin(kChunks), std::end(kChunks));
  return all;
}

}  // namespace differential
