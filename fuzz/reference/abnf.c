/* ABNF (RFC 5234, with %s of RFC 7405) interpreted as it stands. A part of a
 * grammar takes a set of places in the text and gives the set of places after
 * every way of matching it, so that nothing is decided too early and no text
 * takes long. Lists are in the form recipients must take (RFC 9110 5.6.1.2). */
#include "fuzz/reference/abnf.h"

#include <string.h>

#include "fuzz/engine/harness.h"

typedef struct {
  const char *name, *text;
} rule;

static const rule RULES[] = {
    /* RFC 5234 B.1 */
    {"ALPHA", "%x41-5A / %x61-7A"},
    {"DIGIT", "%x30-39"},
    {"HEXDIG", "DIGIT / \"A\" / \"B\" / \"C\" / \"D\" / \"E\" / \"F\""},
    {"DQUOTE", "%x22"},
    {"SP", "%x20"},
    {"HTAB", "%x09"},
    {"VCHAR", "%x21-7E"},
    /* RFC 9110 5.6 */
    {"OWS", "*( SP / HTAB )"},
    {"obs-text", "%x80-FF"},
    {"tchar",
     "\"!\" / \"#\" / \"$\" / \"%\" / \"&\" / \"'\" / \"*\" / \"+\" / \"-\" / "
     "\".\" / \"^\" / \"_\" / \"`\" / \"|\" / \"~\" / DIGIT / ALPHA"},
    {"token", "1*tchar"},
    {"qdtext", "HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text"},
    {"quoted-pair", "%x5C ( HTAB / SP / VCHAR / obs-text )"},
    {"quoted-string", "DQUOTE *( qdtext / quoted-pair ) DQUOTE"},
    {"parameters", "*( OWS \";\" OWS [ parameter ] )"},
    {"parameter", "token \"=\" ( token / quoted-string )"},
    /* RFC 9110 5.6.7 */
    {"HTTP-date", "IMF-fixdate / rfc850-date / asctime-date"},
    {"IMF-fixdate", "day-name \",\" SP date1 SP time-of-day SP %s\"GMT\""},
    {"rfc850-date", "day-name-l \",\" SP date2 SP time-of-day SP %s\"GMT\""},
    {"asctime-date", "day-name SP date3 SP time-of-day SP year"},
    {"day-name",
     "%s\"Mon\" / %s\"Tue\" / %s\"Wed\" / %s\"Thu\" / %s\"Fri\" / %s\"Sat\" / "
     "%s\"Sun\""},
    {"day-name-l",
     "%s\"Monday\" / %s\"Tuesday\" / %s\"Wednesday\" / %s\"Thursday\" / "
     "%s\"Friday\" / %s\"Saturday\" / %s\"Sunday\""},
    {"date1", "day SP month SP year"},
    {"date2", "day \"-\" month \"-\" 2DIGIT"},
    {"date3", "month SP ( 2DIGIT / ( SP 1DIGIT ) )"},
    {"day", "2DIGIT"},
    {"month",
     "%s\"Jan\" / %s\"Feb\" / %s\"Mar\" / %s\"Apr\" / %s\"May\" / %s\"Jun\" / "
     "%s\"Jul\" / %s\"Aug\" / %s\"Sep\" / %s\"Oct\" / %s\"Nov\" / %s\"Dec\""},
    {"year", "4DIGIT"},
    {"time-of-day", "2DIGIT \":\" 2DIGIT \":\" 2DIGIT"},
    /* RFC 9110 8.3.1, 8.6, 8.8.3, 12.4.2 */
    {"media-type", "token \"/\" token parameters"},
    {"Content-Length", "1*DIGIT"},
    /* RFC 7239 4, 6 */
    {"forwarded-element", "[ forwarded-pair ] *( \";\" [ forwarded-pair ] )"},
    {"forwarded-pair", "token \"=\" ( token / quoted-string )"},
    {"node", "nodename [ \":\" node-port ]"},
    {"nodename",
     "IPv4address / ( \"[\" IPv6address \"]\" ) / \"unknown\" / obfnode"},
    {"obfnode", "\"_\" 1*( ALPHA / DIGIT / \".\" / \"_\" / \"-\" )"},
    {"node-port", "1*5DIGIT / obfnode"},
    {"entity-tag", "[ %s\"W/\" ] DQUOTE *etagc DQUOTE"},
    {"etagc", "%x21 / %x23-7E / obs-text"},
    {"qvalue", "( \"0\" [ \".\" *3DIGIT ] ) / ( \"1\" [ \".\" *3\"0\" ] )"},
    /* RFC 9110 12.5.3: a member of Accept-Encoding */
    {"accepted-coding", "codings [ weight ]"},
    {"codings", "content-coding / \"identity\" / \"*\""},
    {"content-coding", "token"},
    {"weight", "OWS \";\" OWS \"q=\" qvalue"},
    /* RFC 9110 14.1.1, 14.1.2, of the unit bytes */
    {"byte-ranges",
     "\"bytes=\" [ byte-range ] *( OWS \",\" OWS [ byte-range ] )"},
    {"byte-range", "( 1*DIGIT \"-\" [ 1*DIGIT ] ) / ( \"-\" 1*DIGIT )"},
    /* RFC 3986 3.2.2, 3.2.3; a host is not empty and holds no comma here */
    {"authority", "host [ \":\" *DIGIT ]"},
    {"host", "( \"[\" ( IPv6address / IPvFuture ) \"]\" ) / reg-name"},
    {"reg-name", "1*( unreserved / pct-encoded / sub-delims )"},
    {"unreserved", "ALPHA / DIGIT / \"-\" / \".\" / \"_\" / \"~\""},
    {"pct-encoded", "\"%\" HEXDIG HEXDIG"},
    {"sub-delims",
     "\"!\" / \"$\" / \"&\" / \"'\" / \"(\" / \")\" / \"*\" / \"+\" / \";\" / "
     "\"=\""},
    {"IPvFuture", "\"v\" 1*HEXDIG \".\" 1*( unreserved / sub-delims / \":\" )"},
    {"IPv6address",
     "( 6( h16 \":\" ) ls32 ) / ( \"::\" 5( h16 \":\" ) ls32 ) / "
     "( [ h16 ] \"::\" 4( h16 \":\" ) ls32 ) / "
     "( [ *1( h16 \":\" ) h16 ] \"::\" 3( h16 \":\" ) ls32 ) / "
     "( [ *2( h16 \":\" ) h16 ] \"::\" 2( h16 \":\" ) ls32 ) / "
     "( [ *3( h16 \":\" ) h16 ] \"::\" h16 \":\" ls32 ) / "
     "( [ *4( h16 \":\" ) h16 ] \"::\" ls32 ) / "
     "( [ *5( h16 \":\" ) h16 ] \"::\" h16 ) / "
     "( [ *6( h16 \":\" ) h16 ] \"::\" )"},
    {"h16", "1*4HEXDIG"},
    {"ls32", "( h16 \":\" h16 ) / IPv4address"},
    {"IPv4address",
     "dec-octet \".\" dec-octet \".\" dec-octet \".\" dec-octet"},
    {"dec-octet",
     "( \"25\" %x30-35 ) / ( \"2\" %x30-34 DIGIT ) / ( \"1\" 2DIGIT ) / "
     "( %x31-39 DIGIT ) / DIGIT"},
};

typedef struct {
  const uint8_t *p;
  size_t n;
} subject;

/* at[i]: place i, before byte i, is one. */
typedef struct {
  bool at[ABNF_BYTES_MAX + 1];
} places;

static const places NOWHERE;

static void add(places *to, const places *more) {
  for (size_t i = 0; i <= ABNF_BYTES_MAX; i++) to->at[i] |= more->at[i];
}

static bool is_empty(const places *a) {
  return memcmp(a, &NOWHERE, sizeof *a) == 0;
}

/* Whether `a` has a place that `b` has not. */
static bool adds_to(const places *a, const places *b) {
  for (size_t i = 0; i <= ABNF_BYTES_MAX; i++) {
    if (a->at[i] && !b->at[i]) return true;
  }
  return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_name(char c) {
  return is_digit(c) || c == '-' || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

static const char *skip_blanks(const char *g) {
  while (*g == ' ') g++;
  return g;
}

static unsigned hex_byte(const char *g) {
  static const char digits[] = "0123456789ABCDEF";
  const char *high = strchr(digits, g[0]), *low = strchr(digits, g[1]);
  FUZZ_CHECK(high != NULL && low != NULL);
  return (unsigned)(high - digits) * 16 + (unsigned)(low - digits);
}

static unsigned fold(unsigned c) {
  return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Each takes the text of a part of a grammar, matches it from every place of
 * `from`, adds the places after it to `to`, and returns the text
 * that is left. */
static const char *alternation(const char *g, const subject *s,
                               const places *from, places *to);

/* "text" with `sensitive` or without case; `g` is after the quote. */
static const char *literal(const char *g, bool sensitive, const subject *s,
                           const places *from, places *to) {
  const char *end = strchr(g, '"');
  const size_t len = (size_t)(end - g);
  for (size_t i = 0; i <= s->n; i++) {
    size_t k = 0;
    while (from->at[i] && k < len && i + k < s->n) {
      const unsigned want = (unsigned char)g[k], have = s->p[i + k];
      if (sensitive ? want != have : fold(want) != fold(have)) break;
      k++;
    }
    if (from->at[i] && k == len) to->at[i + len] = true;
  }
  return end + 1;
}

/* XX or XX-XX after "%x". */
static const char *byte_range(const char *g, const subject *s,
                              const places *from, places *to) {
  const unsigned first = hex_byte(g);
  const bool range = g[2] == '-';
  const unsigned last = range ? hex_byte(g + 3) : first;
  for (size_t i = 0; i < s->n; i++) {
    if (from->at[i] && s->p[i] >= first && s->p[i] <= last)
      to->at[i + 1] = true;
  }
  return g + (range ? 5 : 2);
}

static const char *rule_name(const char *g, const subject *s,
                             const places *from, places *to) {
  size_t len = 0, i = 0;
  const size_t count = sizeof RULES / sizeof RULES[0];
  while (is_name(g[len])) len++;
  while (i < count &&
         (strlen(RULES[i].name) != len || memcmp(RULES[i].name, g, len) != 0)) {
    i++;
  }
  FUZZ_CHECK(i < count);
  if (!is_empty(from)) (void)alternation(RULES[i].text, s, from, to);
  return g + len;
}

static const char *element(const char *g, const subject *s, const places *from,
                           places *to) {
  if (g[0] == '(' || g[0] == '[') {
    if (g[0] == '[') add(to, from);
    const char *end = alternation(g + 1, s, from, to);
    FUZZ_CHECK(*end == (g[0] == '(' ? ')' : ']'));
    return end + 1;
  }
  if (g[0] == '"') return literal(g + 1, false, s, from, to);
  if (g[0] != '%') return rule_name(g, s, from, to);
  if (g[1] == 's') return literal(g + 3, true, s, from, to);
  return byte_range(g + 2, s, from, to);
}

/* [ least ] "*" [ most ] element, or a number of them, or one. */
static const char *repetition(const char *g, const subject *s,
                              const places *from, places *to) {
  size_t least = 0, most = 0;
  const bool counted = is_digit(*g) || *g == '*';
  while (is_digit(*g)) least = least * 10 + (size_t)(*g++ - '0');
  const bool star = *g == '*';
  if (star) g++;
  const bool bounded = is_digit(*g);
  while (is_digit(*g)) most = most * 10 + (size_t)(*g++ - '0');
  if (!counted) least = 1;
  if (!star) most = least;
  if (star && !bounded) most = SIZE_MAX;
  places here = *from;
  const char *end = g;
  for (size_t count = 0;; count++) {
    places next = NOWHERE;
    const bool news = adds_to(&here, to);
    if (count >= least) add(to, &here);
    end = element(g, s, &here, &next);
    if (count == most || (count >= least && !news)) return end;
    if (is_empty(&here)) return end;
    here = next;
  }
}

static const char *concatenation(const char *g, const subject *s,
                                 const places *from, places *to) {
  places here = *from;
  g = skip_blanks(g);
  while (*g != '\0' && *g != '/' && *g != ')' && *g != ']') {
    places next = NOWHERE;
    g = skip_blanks(repetition(g, s, &here, &next));
    here = next;
  }
  add(to, &here);
  return g;
}

static const char *alternation(const char *g, const subject *s,
                               const places *from, places *to) {
  g = concatenation(g, s, from, to);
  while (*g == '/') g = concatenation(g + 1, s, from, to);
  return g;
}

bool abnf_matches(const char *name, const uint8_t *p, size_t n) {
  const subject s = {p, n};
  places from = NOWHERE, to = NOWHERE;
  FUZZ_CHECK(n <= ABNF_BYTES_MAX);
  from.at[0] = true;
  (void)rule_name(name, &s, &from, &to);
  return to.at[n];
}
