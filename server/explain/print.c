/* The lines of --explain; explain.h has the list. */
#include "server/explain/print.h"

#include <inttypes.h>

/* How much of the input is shown on either side of a fault. */
#define NEAR_BYTES ((size_t)16)

static void print_byte(FILE *out, uint8_t c, bool plain) {
  if (plain && c >= 0x20 && c < 0x7F && c != '\\') {
    fputc(c, out);
  } else {
    fprintf(out, "\\x%02X", c);
  }
}

static void print_bytes(FILE *out, h1_slice s) {
  for (size_t i = 0; i < s.len; i++) print_byte(out, s.ptr[i], true);
}

static void print_text(FILE *out, const char *key, const char *text) {
  fprintf(out, "  %s: %s\n", key, text);
}

static void print_slice(FILE *out, const char *key, h1_slice s) {
  fprintf(out, "  %s: ", key);
  print_bytes(out, s);
  fputc('\n', out);
}

static void print_number(FILE *out, const char *key, uint64_t n) {
  fprintf(out, "  %s: %" PRIu64 "\n", key, n);
}

static void print_share(FILE *out, const char *key, uint64_t n,
                        uint64_t limit) {
  fprintf(out, "  %s: %" PRIu64 "/%" PRIu64 "\n", key, n, limit);
}

/* Brackets mark the fault, so those of the input are escaped here. */
static void print_near(FILE *out, size_t fault, h1_slice input) {
  const size_t from = fault > NEAR_BYTES ? fault - NEAR_BYTES : 0;
  const size_t left = input.len - fault;
  const size_t to = left > NEAR_BYTES ? fault + NEAR_BYTES + 1 : input.len;
  fputs("  near: ", out);
  for (size_t i = from; i < to; i++) {
    const uint8_t c = input.ptr[i];
    if (i == fault) fputc('[', out);
    print_byte(out, c, c != '[' && c != ']');
    if (i == fault) fputc(']', out);
  }
  fputs(fault == input.len ? "[]\n" : "\n", out);
}

static const char *verdict_of(const h1_explained *r) {
  if (r->reason != H1_OK) return "refused";
  return r->incomplete ? "incomplete" : "accepted";
}

static void print_reason(FILE *out, const h1_explained *r, h1_slice input) {
  print_text(out, "verdict", verdict_of(r));
  if (r->reason == H1_OK) return;
  print_text(out, "reason", h1_error_name(r->reason));
  print_text(out, "section", h1_error_section(r->reason));
  print_number(out, "fault", r->fault);
  print_near(out, r->fault, input);
}

static void print_framing(FILE *out, const h1_explained *r) {
  if (!r->framed) return;
  if (r->framing.kind == H1_BODY_LENGTH) {
    fprintf(out, "  framing: length %" PRIu64 "\n", r->framing.length);
  } else {
    print_text(out, "framing",
               r->framing.kind == H1_BODY_CHUNKED ? "chunked" : "none");
  }
}

static void print_sizes(FILE *out, const h1_explained *r,
                        const h1_limits *limits, uint64_t request_limit) {
  print_share(out, "header-bytes", r->head_bytes, limits->head_bytes);
  if (r->decoded) {
    print_share(out, "header-count", r->header_count, limits->header_count);
  }
  if (r->target.len != 0) {
    print_share(out, "target-bytes", r->target.len, limits->target_bytes);
  }
  print_framing(out, r);
  if (r->body != NULL) {
    print_text(out, "body", r->body);
    print_share(out, "body-bytes", r->body_bytes, r->body_limit);
  }
  if (r->trailers) {
    print_share(out, "trailer-bytes", r->trailer_bytes, limits->trailer_bytes);
  }
  if (r->decoded) {
    print_share(out, "request-bytes",
                r->head_bytes + r->body_bytes + r->trailer_bytes,
                request_limit);
  }
}

static void print_answer(FILE *out, const h1_explained *r) {
  if (r->route != NULL) print_text(out, "route", r->route);
  if (r->interim) print_text(out, "interim", "100");
  if (r->status == 0) return;
  print_number(out, "answer", r->status);
  if (r->allow.ptr != NULL) print_slice(out, "allow", r->allow);
  if (r->location.ptr != NULL) print_slice(out, "location", r->location);
  print_text(out, "connection", r->keeps ? "keep-alive" : "close");
}

static void print_expected(FILE *out, const h1_explained *r) {
  if (r->expected == NULL) return;
  fputs("  expected: ", out);
  if (r->missing != 0) fprintf(out, "%" PRIu64 " ", r->missing);
  fprintf(out, "%s\n", r->expected);
}

void h1_explain_print_request(FILE *out, const h1_explained *r,
                              const h1_limits *limits, uint64_t request_limit,
                              h1_slice input) {
  fprintf(out, "request %" PRIu64 "\n", r->number);
  print_number(out, "offset", r->offset);
  if (r->method.len != 0) print_slice(out, "method", r->method);
  if (r->target.len != 0) print_slice(out, "target", r->target);
  if (r->decoded) {
    print_text(out, "version", r->minor_version == 0 ? "1.0" : "1.1");
  }
  print_reason(out, r, input);
  print_sizes(out, r, limits, request_limit);
  print_answer(out, r);
  print_expected(out, r);
}

void h1_explain_print_end(FILE *out, uint64_t requests, h1_explain_state state,
                          size_t unread) {
  static const char *const names[] = {"open", "closed", "incomplete"};
  fputs("end\n", out);
  print_number(out, "requests", requests);
  print_text(out, "state", names[state]);
  print_number(out, "unread", unread);
}
