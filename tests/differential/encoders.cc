#include "tests/differential/encoders.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "parser/chunked.h"
#include "parser/request.h"
#include "parser/response.h"
#include "parser/values.h"
#include "tests/differential/generate.h"

namespace differential {
namespace {

using std::string;
using Lines = std::vector<std::pair<string, string>>;

// A message to be written: what it says, and the bytes as they come to be.
struct Message {
  peer_kind kind;
  string method, target, phrase;
  int status = 0;
  Lines fields;  // all of them, those of the encoder included, in order
  Lines trailers;
  string body;
  string bytes;
};

h1_slice SliceOf(const string& s) {
  return {reinterpret_cast<const uint8_t*>(s.data()), s.size()};
}

[[noreturn]] void Refused(const char* what, h1_error why) {
  std::fprintf(stderr, "%s refuses a good message: %s\n", what,
               h1_error_name(why));
  std::exit(1);
}

// Calls an encoder twice: for the room it needs, and to write.
template <typename Encode>
void Append(const char* what, string* bytes, Encode encode) {
  size_t size = 0;
  h1_error why = H1_OK;
  h1_step step = encode(h1_buffer{nullptr, 0}, &size, &why);
  if (step == H1_NEED_ROOM) {
    const size_t from = bytes->size();
    bytes->resize(from + size);
    uint8_t* to = reinterpret_cast<uint8_t*>(bytes->data()) + from;
    step = encode(h1_buffer{to, size}, &size, &why);
  }
  if (step != H1_DONE) Refused(what, why);
}

// Bytes of a class, taken from all of them.
string OfClass(unsigned class_bit, size_t least, size_t most, Random* r) {
  string text(least + r->Below(most - least + 1), 'a');
  for (char& c : text) {
    if (r->Chance(60)) continue;
    size_t byte = r->Below(256);
    while ((h1_byte_classes[byte] & class_bit) == 0) byte = (byte + 1) & 0xff;
    c = static_cast<char>(byte);
  }
  return text;
}

// A field value: no white space at its ends.
string Value(Random* r) {
  string value = OfClass(H1_CLASS_VALUE, 0, r->Chance(95) ? 20 : 400, r);
  for (char* end : {value.data(), value.data() + value.size() - 1}) {
    if (!value.empty() && (*end == ' ' || *end == '\t')) *end = 'v';
  }
  return value;
}

// Random names never mean anything to a peer: "x-" and a token.
void AddFields(size_t most, Lines* lines, Random* r) {
  for (size_t n = r->Below(most + 1); n > 0; n--) {
    lines->push_back({"x-" + OfClass(H1_CLASS_TOKEN, 0, 10, r), Value(r)});
  }
}

std::vector<h1_field> ViewsOf(const Lines& lines) {
  std::vector<h1_field> views;
  for (const auto& [name, value] : lines) {
    views.push_back({SliceOf(name), SliceOf(value)});
  }
  return views;
}

// What no encoder of ours writes and every decoder has to skip.
string Extension(Random* r) {
  static const std::vector<string> exts = {";a", ";a=b", ";a=\"b\"", ";a=1;b=2",
                                           ";a=\"x y\""};
  return r->Chance(85) ? "" : r->Of(exts);
}

void AppendChunk(const string& data, Random* r, string* bytes) {
  if (r->Chance(50)) {
    Append("chunk", bytes, [&](h1_buffer room, size_t* size, h1_error*) {
      return h1_chunk_encode(SliceOf(data), room, size);
    });
    return;
  }
  Append("chunk head", bytes, [&](h1_buffer room, size_t* size, h1_error*) {
    return h1_chunk_head_encode(data.size(), room, size);
  });
  bytes->insert(bytes->size() - 2, Extension(r));
  *bytes += data + "\r\n";
}

void AppendChunkedBody(Message* m, Random* r) {
  for (size_t at = 0; at < m->body.size();) {
    const size_t most = m->body.size() - at;
    const size_t size = 1 + r->Below(r->Chance(70) ? (most + 9) / 10 : most);
    AppendChunk(m->body.substr(at, size), r, &m->bytes);
    at += size;
  }
  Append("last chunk", &m->bytes, [](h1_buffer room, size_t* size, h1_error*) {
    return h1_last_chunk_encode(room, size);
  });
  if (r->Chance(30)) AddFields(3, &m->trailers, r);
  for (const auto& line : m->trailers) {
    Append("trailer", &m->bytes, [&](h1_buffer room, size_t* size, h1_error*) {
      return h1_field_encode(SliceOf(line.first), SliceOf(line.second), room,
                             size);
    });
  }
  Append("end", &m->bytes, [](h1_buffer room, size_t* size, h1_error*) {
    return h1_trailers_end_encode(room, size);
  });
}

// Any bytes at all, some of them such that a body taken for a head would show.
string Body(Random* r) {
  string body(r->Below(r->Chance(90) ? 40 : 2000), '\0');
  for (char& c : body) c = static_cast<char>(r->Next());
  return r->Chance(10) ? body + "\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n" : body;
}

void MakeRequestMessage(Message* m, Random* r) {
  static const std::vector<string> methods = {"GET",   "POST",   "PUT",
                                              "HEAD",  "DELETE", "OPTIONS",
                                              "PATCH", "TRACE",  "REPORT"};
  static const std::vector<string> origins = {"/", "/", "/", "http://a:80/",
                                              "https://b/"};
  m->method = r->Of(methods);
  m->target = r->Of(origins) + OfClass(H1_CLASS_TARGET, 0, 20, r);
  const size_t framing = r->Below(3);
  const bool close = r->Chance(30);
  Lines own;
  AddFields(5, &own, r);
  const string host = r->Of<string>({"a", "example.com:8080", "[::1]:1"});
  const std::vector<h1_field> views = ViewsOf(own);
  if (framing > 0) m->body = Body(r);
  h1_request_out out = {};
  out.method = SliceOf(m->method);
  out.target = SliceOf(m->target);
  out.host = SliceOf(host);
  out.fields = views.data();
  out.field_count = views.size();
  out.has_length = framing == 1;
  out.content_length = framing == 1 ? m->body.size() : 0;
  out.chunked = framing == 2;
  out.close = close;
  Append("request", &m->bytes,
         [&](h1_buffer room, size_t* size, h1_error* why) {
           return h1_request_encode(&out, room, size, why);
         });
  m->fields.push_back({"Host", host});
  m->fields.insert(m->fields.end(), own.begin(), own.end());
  if (framing == 1) {
    m->fields.push_back({"Content-Length", std::to_string(m->body.size())});
  }
  if (framing == 2) m->fields.push_back({"Transfer-Encoding", "chunked"});
  if (close) m->fields.push_back({"Connection", "close"});
  if (framing == 1) m->bytes += m->body;
  if (framing == 2) AppendChunkedBody(m, r);
}

// The lines that the response encoder adds for these choices.
void AddEncodersLines(const h1_response_out& out, Lines* lines) {
  if (out.framing == H1_OUT_LENGTH) {
    lines->push_back({"Content-Length", std::to_string(out.content_length)});
  }
  if (out.framing == H1_OUT_CHUNKED) {
    lines->push_back({"Transfer-Encoding", "chunked"});
  }
  if (out.connection == H1_CONNECTION_CLOSE) {
    lines->push_back({"Connection", "close"});
  }
  if (out.connection == H1_CONNECTION_KEEP) {
    lines->push_back({"Connection", "keep-alive"});
    lines->push_back(
        {"Keep-Alive", "timeout=" + std::to_string(out.keepalive_timeout_s) +
                           ", max=" + std::to_string(out.keepalive_max)});
  }
}

void MakeResponseMessage(Message* m, Random* r) {
  static const std::vector<uint16_t> statuses = {200, 200, 200, 206, 301,
                                                 404, 405, 416, 431, 500,
                                                 503, 204, 304, 100, 103};
  const uint16_t status = r->Of(statuses);
  const bool bare = status < 200 || status == 204 || status == 304;
  m->status = status;
  m->phrase = r->Chance(50) ? h1_status_reason(status)
                            : "p" + OfClass(H1_CLASS_VALUE, 0, 12, r) + "q";
  AddFields(5, &m->fields, r);
  const Lines own = m->fields;
  const std::vector<h1_field> views = ViewsOf(own);
  if (!bare) m->body = Body(r);
  h1_response_out out = {};
  out.status = status;
  out.reason = SliceOf(m->phrase);
  out.fields = views.data();
  out.field_count = views.size();
  out.framing = bare ? H1_OUT_NONE
                     : r->Of<h1_out_framing>(
                           {H1_OUT_LENGTH, H1_OUT_CHUNKED, H1_OUT_UNTIL_CLOSE});
  out.content_length = m->body.size();
  out.connection =
      status < 200 ? H1_CONNECTION_OMIT
      : out.framing == H1_OUT_UNTIL_CLOSE
          ? H1_CONNECTION_CLOSE
          : r->Of<h1_out_connection>(
                {H1_CONNECTION_OMIT, H1_CONNECTION_KEEP, H1_CONNECTION_CLOSE});
  out.keepalive_timeout_s = 75;
  out.keepalive_max = static_cast<uint32_t>(r->Next());
  Append("response", &m->bytes,
         [&](h1_buffer room, size_t* size, h1_error* why) {
           return h1_response_encode(&out, room, size, why);
         });
  AddEncodersLines(out, &m->fields);
  if (out.framing == H1_OUT_CHUNKED) {
    AppendChunkedBody(m, r);
  } else {
    m->bytes += m->body;
  }
}

void AddMeant(const Lines& lines, size_t* count, peer_reading* out) {
  for (const auto& [name, value] : lines) {
    out->lines[out->fields + out->trailers] = {BytesOf(name), BytesOf(value)};
    (*count)++;
  }
}

void ReadMeant(const Message& m, peer_reading* out) {
  out->verdict = PEER_ACCEPTS;
  out->knows = PEER_KNOWS_MESSAGE;
  out->method = BytesOf(m.method);
  out->target = BytesOf(m.target);
  out->phrase = BytesOf(m.phrase);
  out->status = m.status;
  out->minor = 1;
  out->body = BytesOf(m.body);
  out->end = m.bytes.size();
  out->fields = out->trailers = 0;
  AddMeant(m.fields, &out->fields, out);
  AddMeant(m.trailers, &out->trailers, out);
}

}  // namespace

void ShowEncoded(uint64_t seed, uint64_t index, bool children, Run* run) {
  static peer_reading meant;
  Random first(seed * 0x2545f4914f6cdd1du + index);
  Random r(first.Next());
  Message m;
  m.kind = r.Chance(50) ? PEER_REQUEST : PEER_RESPONSE;
  if (m.kind == PEER_REQUEST) {
    MakeRequestMessage(&m, &r);
  } else {
    MakeResponseMessage(&m, &r);
  }
  ReadMeant(m, &meant);
  run->ShowMeant({"encoded, seed " + std::to_string(seed) + " index " +
                      std::to_string(index),
                  m.kind, m.bytes},
                 meant, children);
}

}  // namespace differential
