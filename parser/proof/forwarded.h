/* What is proven of parser/forwarded.c: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_FORWARDED_H_
#define H1_PARSER_PROOF_FORWARDED_H_

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    requires \valid_read(word + (0 .. len - 1));
    assigns \nothing;
    ensures \result <==> to - from == len &&
      \forall integer k; 0 <= k < len ==> h1_lower(p[from + k]) == word[k]; */
static bool is_word(const uint8_t *p, size_t from, size_t to,
                    const uint8_t *word, size_t len);

/*@ predicate hidden_byte(integer c) = digit_byte(c) || c == '.' || c == '_' ||
      c == '-' || 'a' <= h1_lower(c) <= 'z';
    predicate hidden_node(uint8_t *p, integer from, integer to) =
      to - from >= 2 && p[from] == '_' &&
      \forall integer k; from < k < to ==> hidden_byte(p[k]);
    predicate port_text(uint8_t *p, integer from, integer to) =
      1 <= to - from <= 5 && h1_number(p, from, to) <= 65535 &&
      \forall integer k; from <= k < to ==> digit_byte(p[k]); */

/*@ requires \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures \result <==> hidden_node(p, from, to); */
static bool is_hidden(const uint8_t *p, size_t from, size_t to);

/*@ requires \valid_read(p + (0 .. to - 1)) && \valid(out);
    requires \separated(out, p + (0 .. to - 1));
    assigns out->has_port, out->port;
    ensures \result <==> port_text(p, from, to);
    ensures \result ==> out->has_port && out->port == h1_number(p, from, to);
    ensures !\result ==> out->has_port == \old(out->has_port) &&
      out->port == \old(out->port); */
static bool read_port(const uint8_t *p, size_t from, size_t to, h1_node *out);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1)) && \valid(out);
    requires \separated(out, p + (0 .. to - 1));
    assigns out->has_port, out->port;
    ensures \result <==> from == to || (p[from] == ':' &&
      (hidden_node(p, from + 1, to) || port_text(p, from + 1, to)));
    ensures from < to && p[from] == ':' && port_text(p, from + 1, to) ==>
      out->has_port && out->port == h1_number(p, from + 1, to); */
static bool read_port_part(const uint8_t *p, size_t from, size_t to,
                           h1_node *out);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures from <= \result <= to;
    ensures \forall integer k; from <= k < \result ==> p[k] != c;
    ensures \result < to ==> p[\result] == c; */
static size_t find_at(const uint8_t *p, size_t from, size_t to, uint8_t c);

/*@ requires \valid(out);
    assigns *out;
    ensures out->kind == kind && !out->has_port; */
static void no_node(h1_node *out, h1_node_kind kind);

/*@ requires n >= 1 && \valid_read(p + (0 .. n - 1)) && \valid(out);
    requires \separated(out, p + (0 .. n - 1));
    assigns out->has_port, out->port, out->address;
    ensures \result ==> out->address.bits == 128; */
static bool read_bracketed(const uint8_t *p, size_t n, h1_node *out);

/*@ requires \valid_read(p + (0 .. n - 1)) && \valid(out);
    requires \separated(out, p + (0 .. n - 1));
    assigns out->has_port, out->port, out->address;
    ensures \result == H1_NODE_ADDRESS || \result == H1_NODE_UNKNOWN ||
      \result == H1_NODE_HIDDEN || \result == H1_NODE_INVALID;
    ensures \result == H1_NODE_ADDRESS ==>
      out->address.bits == 32 || out->address.bits == 128; */
static h1_node_kind read_node(const uint8_t *p, size_t n, h1_node *out);

/*@ requires \valid_read(p + (0 .. at - 1));
    assigns \nothing; */
static bool is_escaped(const uint8_t *p, size_t at);

/*@ requires \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures \result <= to;
    ensures 0 < \result ==> p[\result - 1] == ',';
    ensures !quotes ==> \forall integer k; \result <= k < to ==>
      p[k] != ','; */
static size_t element_begin(const uint8_t *p, size_t to, bool quotes);

/*@ requires \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures \result <= to;
    ensures 0 < \result ==> !ows_byte(p[\result - 1]);
    ensures 0 < \result && commas ==> p[\result - 1] != ','; */
static size_t node_trim_end(const uint8_t *p, size_t to, bool commas);

/*@ requires \valid(line) && h1_readable(*line) && \valid(from) && \valid(to);
    requires \separated(line, from, to, line->ptr + (0 .. line->len - 1));
    assigns line->len, *from, *to;
    ensures line->len <= \old(line->len);
    ensures \result ==> line->len < *to && *from < *to <= \old(line->len);
    ensures !\result ==> line->len == 0; */
static bool take_last(h1_slice *line, bool quotes, size_t *from, size_t *to);

/*@ requires from < n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \result == from || \result >= from + 2; */
static size_t node_quoted_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n; */
static size_t node_value_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1)) && \valid(f);
    assigns \nothing;
    ensures \result == \null || \result == &f->client || \result == &f->by ||
      \result == &f->host || \result == &f->proto; */
static h1_slice *place_of(h1_forwarded *f, const uint8_t *p, size_t from,
                          size_t to);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(f);
    requires h1_forwarded_in(f, p, n) && \separated(f, p + (0 .. n - 1));
    assigns f->client, f->by, f->host, f->proto;
    ensures from <= \result <= n && h1_forwarded_in(f, p, n); */
static size_t read_pair(h1_forwarded *f, const uint8_t *p, size_t from,
                        size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(f);
    requires h1_forwarded_in(f, p, n) && \separated(f, p + (0 .. n - 1));
    assigns f->client, f->by, f->host, f->proto;
    ensures h1_forwarded_in(f, p, n); */
static bool read_pairs(h1_forwarded *f, const uint8_t *p, size_t from,
                       size_t n);

/*@ requires \valid(f);
    assigns f->client, f->by, f->host, f->proto;
    ensures f->client.ptr == \null && f->by.ptr == \null &&
      f->host.ptr == \null && f->proto.ptr == \null;
    ensures f->client.len == 0 && f->by.len == 0 && f->host.len == 0 &&
      f->proto.len == 0; */
static void no_values(h1_forwarded *f);

/*@ requires s.len >= 2 && h1_readable(s) && \valid(to + (0 .. 63));
    requires \separated(to + (0 .. 63), s.ptr + (0 .. s.len - 1));
    assigns to[0 .. 63];
    ensures \result <= 65; */
static size_t unquote(h1_slice s, uint8_t *to);

/*@ requires h1_readable(value) && \valid(out);
    requires \separated(out, value.ptr + (0 .. value.len - 1));
    assigns *out;
    ensures h1_node_sound(out) && out->kind != H1_NODE_ABSENT; */
static void read_client(h1_slice value, h1_node *out);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1)) && \valid(out);
    requires \separated(out, p + (0 .. to - 1));
    assigns *out;
    ensures h1_node_sound(&out->node);
    ensures h1_forwarded_in(out, p, to); */
static void read_element(const uint8_t *p, size_t from, size_t to,
                         h1_forwarded *out);

#endif
