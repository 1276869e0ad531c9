/* See home.h. Text and page are part of the binary: they are served when there
 * is no document root worth the name, and nothing has to be read for them. */
#include "handlers/home.h"

#include "parser/media_type.h"

#define TEXT_SLICE(text) \
  { (const uint8_t *)(text), sizeof(text) - 1 }

/* As h1_field_encode writes them; written out here because nothing runs at
 * start. The policy allows the page its own style sheet and nothing else. */
const char h1_home_lines[] =
    "Vary: Accept\r\n"
    "Cache-Control: no-cache\r\n"
    "Content-Security-Policy: default-src 'none'; "
    "style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'\r\n";

static const char PAGE[] =
    "<!doctype html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>h1</title>\n"
    "<style>\n"
    ":root{--ink:#1b2330;--soft:#5b6676;--line:#dfe4ea;--card:#fff;"
    "--page:#f5f7f9;--mark:#0b6e5f}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#98a3b3;"
    "--line:#2a323d;--card:#171c23;--page:#0f1318;--mark:#5fd4bd}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;padding:4rem 1.25rem;background:var(--page);"
    "color:var(--ink);font:1rem/1.6 system-ui,sans-serif}\n"
    "main{max-width:42rem;margin:0 auto}\n"
    "h1{margin:0;font-size:3rem;line-height:1.1;letter-spacing:-.03em}\n"
    "h1 span{color:var(--mark)}\n"
    "p{margin:.75rem 0 2rem;color:var(--soft)}\n"
    "dl{margin:0;border:1px solid var(--line);border-radius:.75rem;"
    "background:var(--card);overflow:hidden}\n"
    "div{display:grid;grid-template-columns:13rem 1fr;gap:1rem;"
    "padding:.7rem 1.1rem;border-top:1px solid var(--line)}\n"
    "div:first-child{border-top:0}\n"
    "dt{font:.9rem/1.7 ui-monospace,monospace}\n"
    "dd{margin:0;color:var(--soft)}\n"
    "a{color:var(--mark);text-underline-offset:.2em}\n"
    "dt a{text-underline-offset:.35em}\n"
    "@media(max-width:34rem){div{grid-template-columns:1fr;gap:0}}\n"
    "</style>\n"
    "</head>\n"
    "<body>\n"
    "<main>\n"
    "<h1>h<span>1</span></h1>\n"
    "<p>A small HTTP/1.1 server. It is running, and this is what it "
    "answers.</p>\n"
    "<dl>\n"
    "<div><dt>GET <a href=\"/\">/</a></dt><dd>This page.</dd></div>\n"
    "<div><dt>GET <a href=\"/stream\">/stream</a></dt>"
    "<dd>A body in chunks, made while it is sent.</dd></div>\n"
    "<div><dt>POST /submit</dt>"
    "<dd>Sends back what it is sent.</dd></div>\n"
    "<div><dt>GET <a href=\"/static/\">/static/</a></dt>"
    "<dd>Files of the document root.</dd></div>\n"
    "<div><dt>GET <a href=\"/static/test.html\">/static/test.html</a></dt>"
    "<dd>Tries all of it from the browser.</dd></div>\n"
    "<div><dt>GET <a href=\"/_metrics\">/_metrics</a></dt>"
    "<dd>Counters as JSON; "
    "<a href=\"/_metrics?format=prometheus\">for Prometheus</a>.</dd></div>\n"
    "<div><dt>GET <a href=\"/_status\">/_status</a></dt>"
    "<dd>The same, live, for a person.</dd></div>\n"
    "<div><dt>GET <a href=\"/_health\">/_health</a></dt>"
    "<dd>Whether to send traffic here.</dd></div>\n"
    "</dl>\n"
    "</main>\n"
    "</body>\n"
    "</html>\n";

/* Who likes both alike, as curl and a fetch without Accept do, gets the text.
 */
static bool prefers_page(const h1_exchange *x) {
  const h1_fields *fields = &h1_exchange_request(x)->fields;
  return h1_accept_quality(fields, "text", "html") >
         h1_accept_quality(fields, "text", "plain");
}

static void reply_text(h1_exchange *x) {
  static const h1_slice type = TEXT_SLICE("text/plain; charset=utf-8");
  static const h1_slice text = TEXT_SLICE("Hello, world!");
  static const h1_slice lines = TEXT_SLICE(
      "Vary: Accept\r\n"
      "Cache-Control: no-cache\r\n");
  (void)h1_reply_prepared(x, lines);
  h1_reply_borrow(x, 200, type, text);
}

void h1_home_serve(h1_exchange *x) {
  if (!prefers_page(x)) {
    reply_text(x);
    return;
  }
  static const h1_slice type = TEXT_SLICE("text/html; charset=utf-8");
  static const h1_slice page = TEXT_SLICE(PAGE);
  static const h1_slice lines = TEXT_SLICE(h1_home_lines);
  (void)h1_reply_prepared(x, lines);
  h1_reply_borrow(x, 200, type, page);
}
