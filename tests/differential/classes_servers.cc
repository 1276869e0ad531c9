// Servers as black boxes: where their answers differ from ours.
#include <iterator>

#include "tests/differential/classes.h"
#include "tests/differential/facts.h"

namespace differential {

using std::string_view_literals::operator""sv;

namespace {

#define BYTES_64 \
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

constexpr char kAll[] = "nginx h2o lighttpd haproxy apache node-server";
constexpr char kAllAndOurs[] =
    "nginx h2o lighttpd haproxy apache node-server httpd";
constexpr char kBodyReasons[] =
    "bare_lf|bare_cr|chunk_size_invalid|chunk_size_overflow|chunk_ext_invalid|"
    "chunk_end_invalid|trailer_forbidden|field_colon_missing|"
    "field_first_space|field_folded|field_name_empty|field_name_invalid|"
    "field_name_space|field_repeated|field_value_invalid|body_too_large|"
    "chunk_ext_too_large|chunk_overhead|trailer_too_large|trailer_count";

constexpr Class kTimings[] = {
    {"answered-before-the-body", kAllAndOurs, How::kWeRefuse, kBodyReasons, "",
     "stops", Right::kBoth, "RFC 9112 9.3",
     "Nothing obliges a server to read a body before it answers; it then "
     "reads the rest or closes. The fault in the body was the last thing "
     "that was read.",
     PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx"sv,
     BehindHead},
    {"answered-before-the-rest", kAllAndOurs, How::kWeWait, "", "", "stops",
     Right::kBoth, "RFC 9112 9.3", "The same, and the body is cut off.",
     PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"sv,
     BehindHead},
    {"closes-sooner", kAll, How::kPeerWaits, "", "", "closes", Right::kBoth,
     "RFC 9112 9.6", "A server may close after any answer.", PEER_REQUEST,
     "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"sv, nullptr},
    {"cut-off", kAll, How::kTheyRefuse, "", "400|408|501", "", Right::kBoth,
     "RFC 9112 8",
     "A request that ends in its middle: some say so, others are silent.",
     PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"sv, nullptr},
    {"limits", kAll, How::kWeRefuse,
     "head_too_large|header_count|target_too_long|chunk_ext_too_large|"
     "chunk_overhead|trailer_too_large|trailer_count|body_too_large",
     "", "", Right::kBoth, "RFC 9110 15.5.14",
     "Each has its own limits; ours are the defaults of httpd.", PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0;" BYTES_64 BYTES_64 BYTES_64 BYTES_64 "\r\n\r\n"sv,
     nullptr},
};

constexpr Class kResources[] = {
    {"method-unknown", kAll, How::kWeRefuse, "method_unknown", "", "",
     Right::kBoth, "RFC 9110 9.1",
     "Which methods a server has is its own affair; 501 is ours.", PEER_REQUEST,
     "FOO / HTTP/1.1\r\nHost: a\r\n\r\n"sv, nullptr},
    {"expectation", kAll, How::kWeRefuse, "expect_unknown", "", "",
     Right::kBoth, "RFC 9110 10.1.1",
     "A server MAY answer 417 to an expectation that it does not know.",
     PEER_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n"sv, nullptr},
    {"path", kAll, How::kWeRefuse,
     "path_above_root|path_backslash|path_control|path_encoding", "", "",
     Right::kBoth, "RFC 3986 5.2.4",
     "Paths above the root, with a backslash or a bad escape: they clamp, "
     "or hand them out as they are. We refuse them at the door.",
     PEER_REQUEST, "GET /\\ HTTP/1.1\r\nHost: a\r\n\r\n"sv, nullptr},
    {"length-required", "lighttpd", How::kWeAccept, "", "411", "", Right::kBoth,
     "RFC 9110 15.5.12",
     "A server MAY ask for a length where a request has no body.", PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\n\r\n"sv, IsRequest},
    {"method-not-implemented", "lighttpd nginx", How::kWeAccept, "", "501", "",
     Right::kBoth, "RFC 9110 9.1",
     "Which methods a server has is its own affair.", PEER_REQUEST,
     "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"sv,
     HasUnusualMethod},
    {"content-of-trace", "apache", How::kWeAccept, "", "413", "", Right::kBoth,
     "RFC 9110 9.3.8",
     "A client MUST NOT send content in TRACE; it says so, we drop it.",
     PEER_REQUEST,
     "TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"sv, IsTrace},
    {"content-of-get", "lighttpd", How::kWeAccept, "", "400", "", Right::kBoth,
     "RFC 9110 9.3.1",
     "Content in GET or HEAD has no meaning; a server might refuse it, "
     "because it might be smuggled. We read and drop it.",
     PEER_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"sv,
     IsGetWithContent},
    {"content-of-1.0", "haproxy", How::kWeAccept, "", "413", "", Right::kBoth,
     "RFC 9110 9.3.1",
     "Content in an HTTP/1.0 GET, HEAD or DELETE might be smuggling to "
     "whoever is after it; we are not before anybody.",
     PEER_REQUEST, "GET / HTTP/1.0\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"sv,
     IsOld},
    {"expectation-refused", "apache node-server h2o", How::kWeAccept, "", "417",
     "", Right::kBoth, "RFC 9110 10.1.1",
     "An empty one, or one in HTTP/1.0, which is to be ignored when it is "
     "100-continue.",
     PEER_REQUEST, "GET / HTTP/1.0\r\nHost: a\r\nExpect: x\r\n\r\n"sv,
     HasExpectation},
    {"later-minor-version-served", "lighttpd node-server", How::kWeAccept, "",
     "505|400", "", Right::kUs, "RFC 9110 2.5",
     "A higher minor version is to be served as the highest one known.",
     PEER_REQUEST, "GET / HTTP/1.2\r\nHost: a\r\n\r\n"sv, HasLaterMinor},
};

constexpr Class kReadings[] = {
    {"tab-around-value", "nginx node-server", How::kWeAccept, "", "400|501", "",
     Right::kUs, "RFC 9110 5.5", "HTAB around a value is no part of it.",
     PEER_REQUEST, "GET / HTTP/1.1\r\nHost:\ta\r\n\r\n"sv, HasTabAroundValue},
    {"blank-after-framing", "h2o", How::kWeAccept, "", "400", "", Right::kUs,
     "RFC 9110 5.5", "White space after a value is no part of it.",
     PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 \r\n\r\nx"sv,
     HasBlankBehindFraming},
    {"zeros-before-length", "h2o", How::kWeAccept, "", "400", "", Right::kUs,
     "RFC 9110 8.6", "A length has any number of digits, zeros in front too.",
     PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 00000000000000000001\r\n"
     "\r\nx"sv,
     HasZerosBeforeLength},
    {"long-chunk-size-h2o", "h2o", How::kWeAccept, "", "400", "", Right::kUs,
     "RFC 9112 7.1", "A size has any number of digits, zeros in front too.",
     PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     "00000000000000000\r\n\r\n"sv,
     HasLongSize},
    {"repeated-list-field", "nginx", How::kWeAccept, "", "400", "", Right::kUs,
     "RFC 9110 5.3",
     "If-Match and If-None-Match are lists, which may have several lines.",
     PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\nIf-Match: \"a\"\r\nIf-Match: \"b\"\r\n"
     "\r\n"sv,
     HasRepeatedName},
    {"asterisk", "nginx", How::kWeAccept, "", "400", "", Right::kUs,
     "RFC 9110 9.3.7", "OPTIONS has this form; it does not know it.",
     PEER_REQUEST, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"sv, IsAsterisk},
    {"authority-beside-host", "haproxy lighttpd apache", How::kWeAccept, "",
     "400", "", Right::kBoth, "RFC 9112 3.2.2",
     "The authority of an absolute target replaces Host; it is to be the "
     "same, and they refuse another.",
     PEER_REQUEST, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"sv, IsAbsolute},
    {"unusual-host", "apache lighttpd nginx", How::kWeAccept, "", "400", "",
     Right::kUs, "RFC 3986 3.2.2",
     "IPvFuture, an empty port, a registered name of digits, sub-delims and "
     "escapes are all grammar.",
     PEER_REQUEST, "GET / HTTP/1.1\r\nHost: a:\r\n\r\n"sv, HasUnusualHost},
    {"empty-line-in-front-400", "lighttpd", How::kWeAccept, "", "400", "",
     Right::kUs, "RFC 9112 2.2",
     "A server SHOULD ignore at least one empty line in front.", PEER_REQUEST,
     "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, BeginsWithLine},
    {"bytes-after-close", "node-server", How::kWeAccept, "", "400", "",
     Right::kBoth, "RFC 9112 9.6",
     "What follows a request that ends the connection is not read; node "
     "refuses all of it, the request too.",
     PEER_REQUEST, "GET / HTTP/1.0\r\nHost: a\r\n\r\n"sv, CloseBehind},
    {"refusal-overtakes", "node-server", How::kWeAccept, "", "400", "",
     Right::kBoth, "RFC 9112 9.3.2",
     "We refuse the next request; its 400 is all that it sends, before the "
     "answer to this one was.",
     PEER_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\n\r\n\001"sv, IsOvertaken},
    {"websocket-without-key", "haproxy", How::kWeAccept, "", "400", "",
     Right::kBoth, "RFC 6455 4.2.1",
     "A handshake without its fields may be refused; to us Upgrade means "
     "nothing.",
     PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
     "Upgrade: websocket\r\n\r\n"sv,
     HasUpgrade},
    {"upgrade-of-1.0", "lighttpd", How::kWeAccept, "", "400", "", Right::kUs,
     "RFC 9110 7.8", "Upgrade in an HTTP/1.0 request MUST be ignored.",
     PEER_REQUEST, "GET / HTTP/1.0\r\nUpgrade: a\r\n\r\n"sv, HasUpgrade},
    {"proxy-connection", "node-server", How::kWeAccept, "", "400", "",
     Right::kUs, "RFC 9112 C.2.2",
     "Proxy-Connection means nothing; it closes after it and refuses what "
     "follows.",
     PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\n\r\n"sv,
     HasProxyConnection},
    {"blank-in-extension-served", "node-server", How::kWeAccept, "", "400", "",
     Right::kUs, "RFC 9112 7.1.1",
     "A recipient MUST parse for white space in extensions.", PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0 ;a\r\n\r\n"sv,
     HasBlankInExtension},
    {"empty-coding", "lighttpd node-server haproxy", How::kWeRefuse,
     "coding_invalid", "", "", Right::kBoth, "RFC 9112 6.1",
     "An empty Transfer-Encoding counts as none to them.", PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n"sv,
     HasEmptyCoding},
    {"close-before-tab", "node-server", How::kRead, "", "", "answers",
     Right::kUs, "RFC 9110 5.5",
     "HTAB after \"close\" is no part of it; it goes on.", PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\t\r\n\r\n"sv,
     HasTabAroundValue},
    {"close-in-list", "h2o", How::kRead, "", "", "answers", Right::kUs,
     "RFC 9112 9.6",
     "Connection is a list; \"close\" in it ends the connection.", PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n"sv,
     HasTokenBesideClose},
    {"line-ends-in-front", "node-server lighttpd node apache", How::kWeRefuse,
     "bare_cr|bare_lf|leading_lines", "", "", Right::kBoth, "RFC 9112 2.2",
     "They skip any CR and LF before a request; we, one CRLF.", PEER_REQUEST,
     "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, BeginsWithLine},
    {"line-without-colon", "nginx h2o", How::kWeRefuse,
     "field_colon_missing|field_name_invalid", "", "", Right::kUs, "RFC 9112 5",
     "They skip a line that is no field, or take it for one.", PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\n@\r\n\r\n"sv, HeadRefused},
    {"trailer-skipped", "nginx h2o haproxy", How::kWeRefuse,
     "field_colon_missing|field_name_invalid|field_value_invalid|"
     "field_name_empty",
     "", "", Right::kUs, "RFC 9112 7.1.2",
     "They skip the trailer section without reading it.", PEER_REQUEST,
     "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n@\r\n\r\n"sv,
     BehindHead},
    {"blank-in-target", "lighttpd haproxy nginx node-server", How::kWeRefuse,
     "version_invalid", "", "", Right::kBoth, "RFC 9112 3.2",
     "A target has no blank; they find the version after the last one.",
     PEER_REQUEST, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"sv, HasManyParts},
    {"length-bytes", "haproxy lighttpd", How::kWeRefuse,
     "length_invalid|length_overflow", "", "", Right::kUs, "RFC 9110 8.6",
     "A length is 1*DIGIT; they take an empty one, a list of equal ones, or "
     "one above 2^63-1.",
     PEER_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0,0\r\n\r\n"sv,
     HeadAccepted},
    {"length-repeated-otherwise", "h2o", How::kWeRefuse, "length_repeated", "",
     "", Right::kUs, "RFC 9110 8.6",
     "Two lengths that are not equal MUST be refused; it takes one of them.",
     PEER_REQUEST,
     "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
     "Content-Length: 5\r\n\r\n"sv,
     nullptr},
};

}  // namespace

std::vector<Class> ClassesOfServers() {
  std::vector<Class> all;
  all.insert(all.end(), std::begin(kTimings), std::end(kTimings));
  all.insert(all.end(), std::begin(kResources), std::end(kResources));
  all.insert(all.end(), std::begin(kReadings), std::end(kReadings));
  return all;
}

}  // namespace differential
