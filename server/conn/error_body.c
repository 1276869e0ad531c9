#include "server/conn/error_body.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "parser/values.h"

typedef enum { TEXT, PAGE, PROBLEM } form;

/* Text wins ties: whoever takes anything gets what can be read anywhere. A
 * program that wants JSON wants the object. */
static form preferred(const h1_fields *fields) {
  if (!h1_fields_has(fields, H1_FIELD_ACCEPT)) return TEXT;
  const uint16_t text = h1_accept_quality(fields, "text", "plain");
  const uint16_t page = h1_accept_quality(fields, "text", "html");
  const uint16_t exact =
      h1_accept_quality(fields, "application", "problem+json");
  const uint16_t json = h1_accept_quality(fields, "application", "json");
  const uint16_t problem = exact > json ? exact : json;
  if (text >= page && text >= problem) return TEXT;
  return page >= problem ? PAGE : PROBLEM;
}

/* Errors alone are worth a choice. */
static bool is_negotiable(const h1_exchange *x) {
  return x->reply.status >= 400 && x->conn->flight->verdict.decoded;
}

/* Whether a handler said so already, perhaps of more than Accept. */
static bool varies_by_accept(const h1_exchange *x) {
  static const char line[] = "Vary: Accept";
  const size_t len = sizeof line - 1;
  for (size_t i = 0; i + len < x->reply.fields_len; i++) {
    const bool begins = i == 0 || x->fields[i - 1] == '\n';
    if (!begins || memcmp(x->fields + i, line, len) != 0) continue;
    if (x->fields[i + len] == ',' || x->fields[i + len] == '\r') return true;
  }
  return false;
}

/* Without room for the field that says that there is a choice, there is none.
 */
static form choose(h1_exchange *x) {
  if (!is_negotiable(x)) return TEXT;
  const form f = preferred(&x->request->fields);
  if (varies_by_accept(x)) return f;
  return h1_reply_field(x, h1_slice_of("Vary"), h1_slice_of("Accept")) ? f
                                                                       : TEXT;
}

typedef struct {
  char *bytes;
  size_t len, cap;
} writer;

/* Everything that is written is a constant or one of our own names: it fits. */
static void __attribute__((format(printf, 2, 3)))
add(writer *w, const char *format, ...) {
  va_list args;
  va_start(args, format);
  const int n = vsnprintf(w->bytes + w->len, w->cap - w->len, format, args);
  va_end(args);
  if (n > 0 && (size_t)n < w->cap - w->len) w->len += (size_t)n;
}

/* "RFC 9110 15.5.5" is two numbers to link to. */
static void add_link(writer *w, const char *section) {
  static const char rfc[] = "RFC ";
  const size_t begin = sizeof rfc - 1;
  if (strncmp(section, rfc, begin) != 0) return;
  const size_t digits = strcspn(section + begin, " ");
  if (section[begin + digits] == '\0') return;
  add(w,
      " (<a href=\"https://www.rfc-editor.org/rfc/rfc%.*s#section-%s\">%s</a>)",
      (int)digits, section + begin, section + begin + digits + 1, section);
}

static void write_page(writer *w, unsigned status, h1_error reason) {
  const char *phrase = h1_status_reason((uint16_t)status);
  add(w,
      "<!doctype html>\n"
      "<html lang=\"en\">\n"
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>%u %s</title>\n"
      "<style>body{font:1em/1.5 system-ui,sans-serif;max-width:40em;"
      "margin:15vh auto;padding:0 1em}</style>\n"
      "<h1>%u %s</h1>\n",
      status, phrase, status, phrase);
  if (reason == H1_OK) return;
  add(w, "<p><code>%s</code>", h1_error_name(reason));
  add_link(w, h1_error_section(reason));
  add(w, "</p>\n");
}

/* RFC 9457; `reason` and `section` are members of our own (3.2). */
static void write_problem(writer *w, unsigned status, h1_error reason) {
  add(w, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u",
      h1_status_reason((uint16_t)status), status);
  if (reason != H1_OK) {
    add(w, ",\"reason\":\"%s\",\"section\":\"%s\"", h1_error_name(reason),
        h1_error_section(reason));
  }
  add(w, "}\n");
}

/* "404 Not Found: not_found". Every status without a body of its own has it,
 * so it costs no call of printf. */
static void write_text(writer *w, unsigned status, h1_error reason) {
  w->len = h1_decimal_encode(status, (uint8_t *)w->bytes);
  const char *parts[] = {" ", h1_status_reason((uint16_t)status),
                         reason == H1_OK ? "" : ": ",
                         reason == H1_OK ? "" : h1_error_name(reason), "\n"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    const size_t len = strlen(parts[i]);
    memcpy(w->bytes + w->len, parts[i], len);
    w->len += len;
  }
}

h1_slice h1_error_body(h1_exchange *x) {
  h1_reply *r = &x->reply;
  writer w = {(char *)x->copy, 0, H1_REPLY_COPY_MAX};
  switch (choose(x)) {
    case TEXT:
      r->type = h1_slice_of("text/plain; charset=utf-8");
      write_text(&w, r->status, r->reason);
      break;
    case PAGE:
      r->type = h1_slice_of("text/html; charset=utf-8");
      write_page(&w, r->status, r->reason);
      break;
    case PROBLEM:
      r->type = h1_slice_of("application/problem+json");
      write_problem(&w, r->status, r->reason);
      break;
  }
  return (h1_slice){x->copy, w.len};
}
