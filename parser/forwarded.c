/* Forwarded, RFC 7239 4 and 6, and X-Forwarded-For.
 *
 * Where an element begins is found from its end, so that it depends on nothing
 * before it; then it is read from its beginning, by the grammar. Functions take
 * a base pointer and indices.
 *
 * The contracts are in proof/forwarded.h and proof/forwarded_api.h, and are
 * proven. */
#include "parser/forwarded.h"

#include "parser/internal/text.h"

/* What is in quotes and longer than this is no address: "[", an IPv6 address
 * of 45 bytes, "]", ":" and a port. */
#define NODE_BYTES 64u

#ifdef __FRAMAC__
#include "parser/proof/forwarded.h"
#endif

/* ---- nodes ---- */

/* p[from..to) is the word, which is in lower case, in either case. */
static bool is_word(const uint8_t *p, size_t from, size_t to,
                    const uint8_t *word, size_t len) {
  if (to - from != len) return false;
  /*@ loop invariant 0 <= i <= len;
      loop invariant \forall integer k; 0 <= k < i ==>
        h1_lower(p[from + k]) == word[k];
      loop assigns i;
      loop variant len - i; */
  for (size_t i = 0; i < len; i++) {
    if (h1_to_lower(p[from + i]) != word[i]) return false;
  }
  return true;
}

/* "_" 1*(ALPHA / DIGIT / "." / "_" / "-"), the whole of p[from..to). */
static bool is_hidden(const uint8_t *p, size_t from, size_t to) {
  if (from >= to || to - from < 2 || p[from] != '_') return false;
  /*@ loop invariant from + 1 <= i <= to;
      loop invariant \forall integer k; from < k < i ==> hidden_byte(p[k]);
      loop assigns i;
      loop variant to - i; */
  for (size_t i = from + 1; i < to; i++) {
    const uint8_t c = h1_to_lower(p[i]);
    const bool letter = c >= 'a' && c <= 'z';
    if (!letter && !h1_is_digit(c) && c != '.' && c != '_' && c != '-') {
      return false;
    }
  }
  return true;
}

/* 1*5DIGIT, leading zeros included, up to 65535. */
static bool read_port(const uint8_t *p, size_t from, size_t to, h1_node *out) {
  uint32_t value = 0;
  if (from >= to || to - from > 5) return false;
  /*@ loop invariant from <= i <= to;
      loop invariant i - from == 0 ==> value == 0;
      loop invariant i - from == 1 ==> value <= 9;
      loop invariant i - from == 2 ==> value <= 99;
      loop invariant i - from == 3 ==> value <= 999;
      loop invariant i - from == 4 ==> value <= 9999;
      loop invariant i - from == 5 ==> value <= 99999;
      loop invariant \forall integer k; from <= k < i ==> digit_byte(p[k]);
      loop invariant value == h1_number(p, from, i);
      loop assigns i, value;
      loop variant to - i; */
  for (size_t i = from; i < to; i++) {
    if (!h1_is_digit(p[i])) return false;
    value = value * 10 + ((uint32_t)p[i] - '0');
  }
  if (value > 65535) return false;
  out->has_port = true;
  out->port = (uint16_t)value;
  return true;
}

/* Nothing, or ":" and a port, to the end. */
static bool read_port_part(const uint8_t *p, size_t from, size_t to,
                           h1_node *out) {
  if (from == to) return true;
  if (p[from] != ':') return false;
  return is_hidden(p, from + 1, to) || read_port(p, from + 1, to, out);
}

/* The first `c` of p[from..to), or `to`. */
static size_t find_at(const uint8_t *p, size_t from, size_t to, uint8_t c) {
  size_t i = from;
  /*@ loop invariant from <= i <= to;
      loop invariant \forall integer k; from <= k < i ==> p[k] != c;
      loop assigns i;
      loop variant to - i; */
  while (i < to && p[i] != c) i++;
  return i;
}

static void no_node(h1_node *out, h1_node_kind kind) {
  const h1_address none = {0, {0}};
  out->kind = kind;
  out->has_port = false;
  out->port = 0;
  out->address = none;
}

static bool read_bracketed(const uint8_t *p, size_t n, h1_node *out) {
  const size_t close = find_at(p, 1, n, ']');
  if (close >= n) return false;
  return h1_address_parse_ipv6(h1_part(p, 1, close), &out->address) &&
         read_port_part(p, close + 1, n, out);
}

static h1_node_kind read_node(const uint8_t *p, size_t n, h1_node *out) {
  static const uint8_t unknown[7] = {'u', 'n', 'k', 'n', 'o', 'w', 'n'};
  if (n == 0) return H1_NODE_INVALID;
  if (p[0] == '[') {
    return read_bracketed(p, n, out) ? H1_NODE_ADDRESS : H1_NODE_INVALID;
  }
  const size_t end = find_at(p, 0, n, ':');
  if (!read_port_part(p, end, n, out)) return H1_NODE_INVALID;
  if (is_hidden(p, 0, end)) return H1_NODE_HIDDEN;
  if (is_word(p, 0, end, unknown, 7)) return H1_NODE_UNKNOWN;
  return h1_address_parse_ipv4(h1_part(p, 0, end), &out->address)
             ? H1_NODE_ADDRESS
             : H1_NODE_INVALID;
}

void h1_node_decode(h1_slice s, h1_node *out) {
  h1_node found;
  no_node(&found, H1_NODE_INVALID);
  const h1_node_kind kind = read_node(s.ptr, s.len, &found);
  no_node(out, kind);
  if (kind == H1_NODE_ADDRESS) *out = found;
  out->kind = kind;
}

/* ---- lists, from the right ---- */

/* How many backslashes stand before p[at]: odd, and it is escaped. */
static bool is_escaped(const uint8_t *p, size_t at) {
  size_t i = at;
  bool odd = false;
  /*@ loop invariant i <= at;
      loop assigns i, odd;
      loop variant i; */
  while (i > 0 && p[i - 1] == '\\') {
    odd = !odd;
    i--;
  }
  return odd;
}

/* Where the element that ends at `to` begins: after a comma that is in no
 * quoted string, as seen from the right. */
static size_t element_begin(const uint8_t *p, size_t to, bool quotes) {
  size_t i = to;
  bool inside = false;
  /*@ loop invariant i <= to;
      loop invariant !quotes ==> !inside &&
        \forall integer k; i <= k < to ==> p[k] != ',';
      loop assigns i, inside;
      loop variant i; */
  while (i > 0 && (inside || p[i - 1] != ',')) {
    i--;
    if (quotes && p[i] == '"' && !(inside && is_escaped(p, i))) {
      inside = !inside;
    }
  }
  return i;
}

/* Where p[0..to) ends without blanks and, between elements, commas. */
static size_t node_trim_end(const uint8_t *p, size_t to, bool commas) {
  size_t i = to;
  /*@ loop invariant i <= to;
      loop assigns i;
      loop variant i; */
  while (i > 0 && (h1_is_ows(p[i - 1]) || (commas && p[i - 1] == ','))) i--;
  return i;
}

/* Takes the last element that is not empty off the line; it is the bytes from
 * `*from` to `*to`. */
static bool take_last(h1_slice *line, bool quotes, size_t *from, size_t *to) {
  const uint8_t *p = line->ptr;
  const size_t end = node_trim_end(p, line->len, true);
  if (end == 0) {
    line->len = 0;
    return false;
  }
  const size_t begin = element_begin(p, end, quotes);
  *from = h1_skip_ows(p, begin, end);
  *to = end;
  line->len = begin == 0 ? 0 : begin - 1;
  return true;
}

/* ---- Forwarded ---- */

/* Where the quoted string that begins at p[from] ends; `from` if it does not.
 */
static size_t node_quoted_end(const uint8_t *p, size_t from, size_t n) {
  size_t i = from + 1;
  /*@ loop invariant from < i <= n;
      loop assigns i;
      loop variant n - i; */
  while (i < n && p[i] != '"') {
    if (!h1_in_class(H1_CLASS_VALUE, p[i])) return from;
    if (p[i] == '\\') {
      if (n - i < 2 || !h1_in_class(H1_CLASS_VALUE, p[i + 1])) return from;
      i++;
    }
    i++;
  }
  return i < n ? i + 1 : from;
}

/* Where the value that begins at `from` ends; `from` if there is none. */
static size_t node_value_end(const uint8_t *p, size_t from, size_t n) {
  if (from < n && p[from] == '"') return node_quoted_end(p, from, n);
  return h1_skip_token(p, from, n);
}

/* Where the value of p[from..to) is kept; NULL for another parameter. */
static h1_slice *place_of(h1_forwarded *f, const uint8_t *p, size_t from,
                          size_t to) {
  static const uint8_t client[3] = {'f', 'o', 'r'};
  static const uint8_t by[2] = {'b', 'y'};
  static const uint8_t host[4] = {'h', 'o', 's', 't'};
  static const uint8_t proto[5] = {'p', 'r', 'o', 't', 'o'};
  if (is_word(p, from, to, client, 3)) return &f->client;
  if (is_word(p, from, to, by, 2)) return &f->by;
  if (is_word(p, from, to, host, 4)) return &f->host;
  return is_word(p, from, to, proto, 5) ? &f->proto : NULL;
}

/* One pair at `from`: where it ends; `from` if there is none, or it is there
 * twice. */
static size_t read_pair(h1_forwarded *f, const uint8_t *p, size_t from,
                        size_t n) {
  const size_t name = h1_skip_token(p, from, n);
  if (name == from || name >= n || p[name] != '=') return from;
  const size_t end = node_value_end(p, name + 1, n);
  if (end == name + 1) return from;
  h1_slice *place = place_of(f, p, from, name);
  if (place == NULL) return end;
  if (place->ptr != NULL) return from;
  *place = h1_part(p, name + 1, end);
  return end;
}

static bool read_pairs(h1_forwarded *f, const uint8_t *p, size_t from,
                       size_t n) {
  size_t at = from;
  /*@ loop invariant from <= at <= n && h1_forwarded_in(f, p, n);
      loop assigns at, f->client, f->by, f->host, f->proto;
      loop variant n - at; */
  while (at < n) {
    if (p[at] != ';') {
      const size_t end = read_pair(f, p, at, n);
      if (end == at || (end < n && p[end] != ';')) return false;
      at = end;
    }
    if (at < n) at++;
  }
  return true;
}

static void no_values(h1_forwarded *f) {
  const h1_slice none = {NULL, 0};
  f->client = none;
  f->by = none;
  f->host = none;
  f->proto = none;
}

/* The text of a quoted string, s.ptr[0] and its last byte being the quotes, to
 * `to`; its length, NODE_BYTES + 1 for one that is longer. */
static size_t unquote(h1_slice s, uint8_t *to) {
  size_t n = 0, i = 1;
  /*@ loop invariant 1 <= i <= s.len && n <= NODE_BYTES;
      loop assigns i, n, to[0 .. NODE_BYTES - 1];
      loop variant s.len - i; */
  while (i < s.len - 1) {
    if (s.ptr[i] == '\\' && i + 1 < s.len - 1) i++;
    if (n >= NODE_BYTES) return NODE_BYTES + 1;
    to[n] = s.ptr[i];
    n++;
    i++;
  }
  return n;
}

static void read_client(h1_slice value, h1_node *out) {
  uint8_t text[NODE_BYTES] = {0};
  if (value.len < 2 || value.ptr[0] != '"') {
    h1_node_decode(value, out);
    return;
  }
  const size_t n = unquote(value, text);
  if (n > NODE_BYTES) {
    no_node(out, H1_NODE_INVALID);
    return;
  }
  h1_node_decode(h1_part(text, 0, n), out);
}

/* The element p[from..to), or one that names nobody. */
static void read_element(const uint8_t *p, size_t from, size_t to,
                         h1_forwarded *out) {
  no_values(out);
  no_node(&out->node, H1_NODE_ABSENT);
  if (!read_pairs(out, p, from, to)) {
    no_values(out);
    no_node(&out->node, H1_NODE_INVALID);
  } else if (out->client.ptr != NULL) {
    read_client(out->client, &out->node);
    //@ assert h1_part_of(out->client, p, to) && h1_part_of(out->by, p, to);
    //@ assert h1_part_of(out->host, p, to) && h1_part_of(out->proto, p, to);
  }
}

bool h1_forwarded_last(h1_slice *line, h1_forwarded *out) {
  size_t from = 0, to = 0;
  if (!take_last(line, true, &from, &to)) return false;
  read_element(line->ptr, from, to, out);
  return true;
}

/* ---- X-Forwarded-For ---- */

bool h1_x_forwarded_for_last(h1_slice *line, h1_node *out) {
  size_t from = 0, to = 0;
  if (!take_last(line, false, &from, &to)) return false;
  const h1_slice element = h1_part(line->ptr, from, to);
  no_node(out, H1_NODE_ADDRESS);
  if (h1_address_parse_ipv6(element, &out->address)) return true;
  h1_node_decode(element, out);
  if (out->kind == H1_NODE_HIDDEN) out->kind = H1_NODE_INVALID;
  return true;
}
