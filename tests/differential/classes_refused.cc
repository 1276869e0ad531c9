// Messages that we refuse and a peer accepts, by our reason. Right::kUs where
// the RFC forbids to take them, kBoth where it leaves the choice and ours is
// the strict one (the list stands in parser/REASONS.md).
#include <iterator>

#include "tests/differential/classes.h"
#include "tests/differential/facts.h"

namespace differential {

using std::string_view_literals::operator""sv;

namespace {

constexpr Class Row(const char* id, const char* peers, const char* ours,
                    Right right, const char* section, const char* note,
                    peer_kind kind, std::string_view example,
                    bool (*holds)(const Facts&) = nullptr) {
  return {id,    peers,   How::kWeRefuse, ours, "",      "",
          right, section, note,           kind, example, holds};
}

constexpr Class kLines[] = {
    Row("no-version",
        "llhttp http-parser node node-server lighttpd haproxy nginx",
        "version_invalid|bare_lf|bare_cr|target_empty", Right::kUs,
        "RFC 9112 3",
        "A request line has three parts; two were HTTP/0.9, which has no "
        "fields and no framing.",
        PEER_REQUEST, "GET /\r\n\r\n"sv, HasNoVersion),
    Row("bare-lf-in-head",
        "llhttp http-parser picohttpparser h11 nginx h2o haproxy lighttpd",
        "bare_lf", Right::kBoth, "RFC 9112 2.2",
        "A recipient MAY take a single LF for a line end. We do not: it is "
        "how requests are smuggled past those who do not either.",
        PEER_REQUEST, "GET / HTTP/1.1\nHost: a\r\n\r\n"sv, HeadRefused),
    Row("bare-lf-in-body",
        "llhttp http-parser picohttpparser h11 nginx h2o haproxy apache",
        "bare_lf", Right::kUs, "RFC 9112 7.1",
        "The choice of 2.2 is for heads; chunk lines end with CRLF.",
        PEER_RESPONSE,
        "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n0\n\r\n"sv,
        BehindHead),
    Row("bare-cr-in-head", "llhttp http-parser node nginx h2o", "bare_cr",
        Right::kUs, "RFC 9112 2.2",
        "A bare CR is invalid or to be read as SP; here it ends a line, or "
        "nothing at all.",
        PEER_RESPONSE, "HTTP/1.1 204 \r\r\n"sv, HeadRefused),
    Row("bare-cr-in-body", "llhttp http-parser picohttpparser h11 nginx h2o",
        "bare_cr", Right::kUs, "RFC 9112 2.2",
        "The same in chunk lines and trailers.", PEER_RESPONSE,
        "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n0\r\r\n"sv,
        BehindHead),
    Row("leading-lines",
        "llhttp http-parser node apache haproxy nginx node-server",
        "leading_lines", Right::kBoth, "RFC 9112 2.2",
        "At least one empty line SHOULD be ignored; we stop at one.",
        PEER_REQUEST, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"sv),
    Row("method-invalid", "picohttpparser h2o haproxy", "method_invalid",
        Right::kUs, "RFC 9112 3.1",
        "It takes an empty method, and blanks in one.", PEER_REQUEST,
        " / HTTP/1.1\r\nHost: a\r\n\r\n"sv),
    Row("target-empty", "llhttp http-parser node nginx haproxy node-server",
        "target_empty", Right::kBoth, "RFC 9112 3",
        "Recipients MAY split at runs of white space. We do not: two who "
        "split otherwise see two targets.",
        PEER_REQUEST, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"sv, HasBlankRun),
    Row("target-empty-taken", "picohttpparser h11 h2o", "target_empty",
        Right::kUs, "RFC 9112 3.2", "They hand out a target of no bytes.",
        PEER_REQUEST, "GET  HTTP/1.1\r\nHost: a\r\n\r\n"sv, HasBlankRun),
    Row("target-bytes",
        "llhttp http-parser node picohttpparser h11 h2o haproxy apache "
        "lighttpd nginx node-server",
        "target_invalid", Right::kUs, "RFC 9112 3.2",
        "'#', controls, DEL and bytes above 0x7f are in no target.",
        PEER_REQUEST, "GET /# HTTP/1.1\r\nHost: a\r\n\r\n"sv),
    Row("target-form",
        "llhttp http-parser node h11 h2o haproxy apache nginx lighttpd "
        "node-server",
        "target_form", Right::kUs, "RFC 9112 3.2",
        "They leave the four forms, and which method has which, to callers.",
        PEER_REQUEST, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"sv, HeadAccepted),
    Row("target-authority",
        "llhttp http-parser node h11 h2o haproxy apache nginx node-server",
        "target_authority", Right::kUs, "RFC 9110 4.2.1",
        "An http URI without host is to be refused; user information too, "
        "from those one does not trust (4.2.4).",
        PEER_REQUEST, "POST http:/// HTTP/1.1\r\nHost: a\r\n\r\n"sv,
        HeadAccepted),
    Row("version-unsupported",
        "llhttp http-parser h11 node haproxy apache node-server",
        "version_unsupported", Right::kUs, "RFC 9110 15.6.6",
        "Another major version is another protocol.", PEER_REQUEST,
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n"sv),
    Row("version-invalid", "http-parser llhttp node haproxy nginx",
        "version_invalid", Right::kUs, "RFC 9112 2.3",
        "HTTP-version is HTTP/ DIGIT . DIGIT. They know other names for it.",
        PEER_RESPONSE, "HTTP 1.1 200 \r\n\r\n"sv),
    Row("status-digits", "llhttp http-parser picohttpparser node",
        "status_invalid", Right::kUs, "RFC 9112 4",
        "A status is three digits, the first not 0, and one space each side.",
        PEER_RESPONSE, "HTTP/1.1 20\r\r\n"sv),
    Row("reason-without-space", "llhttp http-parser node", "reason_invalid",
        Right::kBoth, "RFC 9112 4",
        "A server MUST send the space although the reason is absent; a "
        "client may do without.",
        PEER_RESPONSE, "HTTP/1.1 404\r\n\r\n"sv),
    Row("reason-bytes", "http-parser h11 picohttpparser", "reason_invalid",
        Right::kUs, "RFC 9112 4", "A reason has no controls.", PEER_RESPONSE,
        "HTTP/1.1 200 \x01\r\n\r\n"sv),
};

constexpr Class kFields[] = {
    Row("field-folded",
        "llhttp http-parser picohttpparser h11 h2o haproxy apache lighttpd "
        "nginx",
        "field_folded", Right::kBoth, "RFC 9112 5.2",
        "A server MUST refuse folded lines or put SP in their place; a user "
        "agent puts SP. We refuse.",
        PEER_REQUEST, "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"sv),
    Row("field-first-space", "http-parser llhttp h2o haproxy nginx",
        "field_first_space", Right::kBoth, "RFC 9112 2.2",
        "White space before the first field: refuse, or skip the line.",
        PEER_RESPONSE, "HTTP/1.1 204 \r\n X: a\r\n\r\n"sv),
    Row("field-name-empty", "llhttp h2o nginx", "field_name_empty", Right::kUs,
        "RFC 9112 5", "A name has at least one byte.", PEER_RESPONSE,
        "HTTP/1.1 304 \r\n:\r\r\n"sv),
    Row("field-name-space", "llhttp http-parser h2o haproxy nginx",
        "field_name_space", Right::kUs, "RFC 9112 5.1",
        "A server MUST refuse white space between name and colon.",
        PEER_REQUEST, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"sv),
    Row("field-repeated",
        "llhttp http-parser picohttpparser h11 node h2o haproxy apache "
        "lighttpd nginx node-server",
        "field_repeated", Right::kBoth, "RFC 9110 5.3",
        "A sender MUST NOT repeat a field that is no list; what a recipient "
        "does is left to it. We refuse, lest two choose otherwise.",
        PEER_REQUEST,
        "GET / HTTP/1.1\r\nHost: a\r\nDate: a\r\nDate: b\r\n\r\n"sv),
    Row("field-value-controls", "http-parser h11 h2o haproxy nginx",
        "field_value_invalid", Right::kBoth, "RFC 9110 5.5",
        "Controls are invalid; for others than CR, LF and NUL a recipient "
        "MAY keep them where it knows the consumer.",
        PEER_RESPONSE, "HTTP/1.1 204 \r\nX: \x01\r\n\r\n"sv),
    Row("host-missing", "llhttp http-parser node h2o haproxy lighttpd",
        "host_missing", Right::kUs, "RFC 9112 3.2",
        "A 1.1 request without Host MUST be answered 400; these leave it to "
        "their callers.",
        PEER_REQUEST, "GET / HTTP/1.1\r\n\r\n"sv, HeadAccepted),
    Row("host-repeated",
        "llhttp http-parser picohttpparser node h2o haproxy apache lighttpd "
        "node-server",
        "host_repeated", Right::kUs, "RFC 9112 3.2",
        "More than one Host MUST be answered 400.", PEER_REQUEST,
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"sv),
    Row("host-invalid",
        "llhttp http-parser node h11 h2o haproxy apache lighttpd nginx "
        "node-server",
        "host_invalid", Right::kUs, "RFC 9112 3.2",
        "An invalid Host MUST be answered 400; these do not look at it.",
        PEER_REQUEST, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"sv, HeadAccepted),
    Row("connection-invalid",
        "llhttp http-parser node h11 h2o haproxy apache lighttpd nginx "
        "node-server",
        "connection_invalid", Right::kUs, "RFC 9110 7.6.1",
        "Connection is a list of tokens.", PEER_RESPONSE,
        "HTTP/1.1 204 \r\nConnection: x y\r\n\r\n"sv, HeadAccepted),
};

constexpr Class kFramings[] = {
    Row("tab-after-coding-any", "llhttp http-parser node",
        "bare_lf|bare_cr|chunk_size_invalid|chunk_size_overflow|"
        "chunk_ext_invalid|chunk_end_invalid|field_colon_missing|"
        "field_first_space|field_name_empty|field_name_invalid|"
        "field_name_space|field_value_invalid|field_folded|"
        "trailer_forbidden|coding_invalid|coding_repeated|coding_unknown|"
        "field_repeated|host_repeated|body_too_large",
        Right::kUs, "RFC 9110 5.5",
        "A tab after the coding: they read a response's body up to the end "
        "of the connection and see no fault in its chunks.",
        PEER_RESPONSE,
        "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\t\r\n\r\nx"sv,
        HasTabbedResponse),
    Row("connect-any", "llhttp http-parser node",
        "coding_not_chunked|coding_unknown|coding_invalid|coding_repeated|"
        "length_with_coding|chunk_size_invalid|chunk_size_overflow|"
        "chunk_ext_invalid|chunk_end_invalid|bare_lf|bare_cr|"
        "field_first_space|field_name_empty|field_name_invalid|"
        "field_colon_missing|field_name_space|trailer_forbidden|"
        "field_value_invalid|field_folded|length_invalid|length_repeated|"
        "length_overflow|coding_version|field_repeated|body_too_large",
        Right::kBoth, "RFC 9110 9.3.6",
        "What stands after the head of a CONNECT is a tunnel's to them; we "
        "judge it like any other method's content.",
        PEER_REQUEST,
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n"sv,
        IsConnect),
    Row("coding-with-upgrade", "http-parser", "coding_not_chunked", Right::kUs,
        "RFC 9112 6.3",
        "Item 4: refused, whatever protocol is proposed; it takes what follows "
        "for that protocol's.",
        PEER_REQUEST,
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n"
        "Connection: Upgrade\r\nUpgrade: b\r\n\r\n"sv,
        HasUpgrade),
    Row("coding-of-response", "llhttp http-parser node", "coding_invalid",
        Right::kBoth, "RFC 9112 6.3",
        "Item 4: a response whose last coding is not chunked ends with the "
        "connection. What is no list of codings has no last one.",
        PEER_RESPONSE, "HTTP/1.1 200 \r\nTransfer-Encoding: x y\r\n\r\nx"sv,
        IsResponse),
    Row("coding-below-chunked",
        "llhttp http-parser node apache haproxy node-server h2o",
        "coding_unknown|coding_invalid", Right::kBoth, "RFC 9112 6.1",
        "Chunked is last, so that the length is known; what is below it "
        "these leave to their callers. We answer 501, or 400 to what is no "
        "coding.",
        PEER_REQUEST,
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n"
        "\r\n0\r\n\r\n"sv,
        IsRequest),
    Row("coding-repeated", "llhttp http-parser node apache h2o lighttpd",
        "coding_repeated", Right::kUs, "RFC 9112 6.1",
        "Chunked MUST NOT be applied more than once; they decode it once.",
        PEER_RESPONSE,
        "HTTP/1.1 200 \r\nTransfer-Encoding: chunked, chunked\r\n\r\n"
        "0\r\n\r\n"sv),
    Row("coding-of-1.0", "llhttp http-parser node h11 apache h2o haproxy",
        "coding_version", Right::kUs, "RFC 9112 6.1",
        "An HTTP/1.0 message with Transfer-Encoding MUST be treated as if "
        "its "
        "framing were faulty.",
        PEER_RESPONSE,
        "HTTP/1.0 200 \r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv),
    Row("length-list", "h11", "length_invalid", Right::kBoth, "RFC 9110 8.6",
        "Equal members MAY be replaced by one. We refuse: smuggling.",
        PEER_RESPONSE, "HTTP/1.1 200 \r\nContent-Length: 1,1\r\n\r\nx"sv,
        HasListedLength),
    Row("length-repeated", "h11 h2o haproxy", "length_repeated", Right::kBoth,
        "RFC 9110 8.6", "The same for equal lines.", PEER_RESPONSE,
        "HTTP/1.1 200 \r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"sv,
        HasRepeatedEqualLength),
    Row("length-repeated-head", "picohttpparser", "length_repeated",
        Right::kNobody, "RFC 9110 8.6",
        "It reads heads and leaves what they mean to its callers.",
        PEER_REQUEST,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
        "Content-Length: 2\r\n\r\nx"sv),
    Row("length-with-coding", "h11 h2o apache haproxy", "length_with_coding",
        Right::kBoth, "RFC 9112 6.3",
        "Item 3: the coding overrides the length, and it might be an attack; "
        "a server MAY refuse. We do.",
        PEER_REQUEST,
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"sv),
    Row("length-with-empty-coding", "llhttp node http-parser",
        "length_with_coding", Right::kUs, "RFC 9112 6.3",
        "The same; an empty Transfer-Encoding counts as none to them.",
        PEER_REQUEST,
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n"
        "Content-Length: 1\r\n\r\nx"sv,
        HasEmptyCoding),
};

constexpr Class kBodies[] = {
    Row("chunk-size",
        "picohttpparser http-parser h11 llhttp nginx h2o haproxy apache",
        "chunk_size_invalid", Right::kUs, "RFC 9112 7.1",
        "A size is 1*HEXDIG. They skip blanks or anything after it; "
        "http-parser takes bytes above 0x7f for digits.",
        PEER_RESPONSE,
        "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n0 \r\n\r\n"sv,
        BehindHead),
    Row("chunk-extension",
        "picohttpparser http-parser llhttp h11 node nginx h2o haproxy apache "
        "node-server",
        "chunk_ext_invalid", Right::kUs, "RFC 9112 7.1.1",
        "They skip what stands between the size and the line end, or judge "
        "a part of it. A line end in there is what CVE-2025-55315 was about.",
        PEER_RESPONSE,
        "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n0;\r\n\r\n"sv,
        BehindHead),
    Row("chunk-end", "llhttp http-parser", "chunk_end_invalid", Right::kUs,
        "RFC 9112 7.1",
        "CRLF follows the data. They skip two bytes, whatever they are.",
        PEER_RESPONSE,
        "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\naXX0\r\n\r\n"sv,
        BehindHead),
    Row("trailer-forbidden",
        "llhttp http-parser h11 node nginx h2o haproxy apache node-server",
        "trailer_forbidden", Right::kBoth, "RFC 9110 6.5.1",
        "A sender MUST NOT put framing, routing or authentication fields "
        "into trailers; they hand them out, apart from the head's or not.",
        PEER_REQUEST,
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\nHost: a\r\n\r\n"sv,
        BehindHead),
};

}  // namespace

std::vector<Class> ClassesOfRefused() {
  std::vector<Class> all;
  all.insert(all.end(), std::begin(kLines), std::end(kLines));
  all.insert(all.end(), std::begin(kFields), std::end(kFields));
  all.insert(all.end(), std::begin(kFramings), std::end(kFramings));
  all.insert(all.end(), std::begin(kBodies), std::end(kBodies));
  return all;
}

}  // namespace differential
