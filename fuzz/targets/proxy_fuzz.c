/* PROXY headers, and the fields in which proxies name their client. Input: a
 * byte that chooses cuts and, when 8 divides it, that the grammar is asked,
 * which takes long; then the text, taken as the bytes of a connection, as a
 * line of Forwarded, of X-Forwarded-For, and as a network.
 *
 *  1. A header, cut anywhere, comes to what a reference makes of the whole of
 *     it; what was decided stays so whatever follows.
 *  2. TLVs fill the block, and lie in it.
 *  3. Elements come from the right, lie in the line, and get shorter; one that
 *     is not the grammar's (RFC 7239 4, as it is printed) names nobody.
 *  4. Nothing before a good element changes what it says.
 *  5. An address is one for the platform too.
 *  6. The work is linear: in the bytes of a header and the calls, however it is
 *     cut; in a line of a field and its elements; in the text of an address. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/engine/harness.h"
#include "fuzz/engine/work.h"
#include "fuzz/reference/abnf.h"
#include "fuzz/reference/proxy.h"
#include "parser/forwarded.h"
#include "parser/proxy.h"

/* Per byte of a header, with the eight steps that its checksum takes, and per
 * call; per byte of a line and element; per byte of an address. */
static const fuzz_work_bound HEADER_WORK = {"header", 60, 100};
static const fuzz_work_bound FIELD_WORK = {"forwarded", 40, 60};
static const fuzz_work_bound ADDRESS_WORK = {"address", 30, 250};

/* ---- headers ---- */

static void check_told(const h1_proxy *h, const ref_proxy *ref) {
  FUZZ_CHECK(h->told == ref->told && h->local == ref->local);
  if (!h->told) return;
  FUZZ_CHECK(h->source.bits == ref->bits && h->destination.bits == ref->bits);
  FUZZ_CHECK(memcmp(h->source.bytes, ref->source, ref->bits / 8) == 0);
  FUZZ_CHECK(memcmp(h->destination.bytes, ref->destination, ref->bits / 8) ==
             0);
  FUZZ_CHECK(h->source_port == ref->source_port);
  FUZZ_CHECK(h->destination_port == ref->destination_port);
}

static void check_tlvs(h1_slice tlvs, h1_slice head, const ref_proxy *ref) {
  uint8_t type = 0;
  h1_slice value;
  FUZZ_CHECK(tlvs.len == ref->used - ref->tlvs_at);
  FUZZ_CHECK(fuzz_inside(tlvs, head));
  while (tlvs.len > 0) {
    const size_t before = tlvs.len;
    fuzz_work_begin();
    FUZZ_CHECK(h1_proxy_tlv_next(&tlvs, &type, &value));
    fuzz_work_law(&HEADER_WORK, fuzz_work_end(), 0, 1);
    FUZZ_CHECK(fuzz_inside(value, head));
    FUZZ_CHECK(before == tlvs.len + 3 + value.len);
  }
  FUZZ_CHECK(!h1_proxy_tlv_next(&tlvs, &type, &value));
}

/* The text up to each cut; cuts of 0 bytes show it whole. */
static void check_header(h1_slice text, uint32_t *random) {
  h1_proxy_decoder d;
  h1_proxy h;
  ref_proxy ref;
  size_t used = 0, shown = *random == 0 ? text.len : 0;
  uint64_t work = 0, calls = 0;
  h1_proxy_decoder_init(&d);
  for (;;) {
    uint8_t *block = fuzz_copy(text.ptr, shown);
    const h1_slice head = {block, shown};
    memset(&h, 0xa5, sizeof h);
    fuzz_work_begin();
    const h1_step step = h1_proxy_decode(&d, head, &h, &used);
    work += fuzz_work_end();
    fuzz_work_law(&HEADER_WORK, work, shown, ++calls);
    ref_proxy_read(block, shown, &ref);
    fuzz_say("%zu bytes: %d %s, reference %s\n", shown, step,
             h1_error_name(h1_proxy_error(&d)), h1_error_name(ref.error));
    FUZZ_CHECK((step == H1_NEED_INPUT) == ref.more);
    FUZZ_CHECK(h1_proxy_error(&d) == ref.error);
    if (step == H1_FAILED) FUZZ_CHECK(h1_proxy_error_offset(&d) <= shown);
    if (step == H1_DONE) {
      FUZZ_CHECK(used == ref.used && used <= shown);
      FUZZ_CHECK(used <= H1_PROXY_BYTES_MAX);
      check_told(&h, &ref);
      check_tlvs(h.tlvs, head, &ref);
    }
    free(block);
    if (step != H1_NEED_INPUT || shown == text.len) return;
    shown += fuzz_piece(random, text.len - shown);
  }
}

/* ---- fields ---- */

static bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

/* The text of the element that was taken off `before`, when `left` is left. */
static h1_slice element_of(h1_slice before, size_t left) {
  size_t from = left, to = before.len;
  while (to > 0 &&
         (is_blank(before.ptr[to - 1]) || before.ptr[to - 1] == ',')) {
    to--;
  }
  if (from < to && before.ptr[from] == ',') from++;
  while (from < to && is_blank(before.ptr[from])) from++;
  return (h1_slice){before.ptr + from, to - from};
}

static size_t unquoted(h1_slice value, uint8_t *to) {
  size_t n = 0;
  const bool quoted = value.len >= 2 && value.ptr[0] == '"';
  for (size_t i = quoted ? 1 : 0; i < value.len - (quoted ? 1 : 0); i++) {
    if (quoted && value.ptr[i] == '\\') i++;
    to[n++] = value.ptr[i];
  }
  return n;
}

/* A port of five digits may be too large for one. */
static bool is_node(const uint8_t *p, size_t n) {
  size_t digits = 0;
  if (!abnf_matches("node", p, n)) return false;
  while (digits < n && p[n - 1 - digits] >= '0' && p[n - 1 - digits] <= '9') {
    digits++;
  }
  const bool port = digits == 5 && n > digits && p[n - 1 - digits] == ':' &&
                    memchr(p, '_', n) == NULL;
  return !port || memcmp(p + n - 5, "65535", 5) <= 0;
}

static void check_node(h1_slice value, const h1_node *node) {
  uint8_t text[ABNF_BYTES_MAX];
  const size_t n = unquoted(value, text);
  FUZZ_CHECK((node->kind != H1_NODE_INVALID) == is_node(text, n));
  if (node->kind == H1_NODE_ADDRESS) {
    FUZZ_CHECK(node->address.bits == 32 || node->address.bits == 128);
  }
}

static void check_element(h1_slice text, const h1_forwarded *f) {
  if (text.len > ABNF_BYTES_MAX) return;
  const bool named = f->client.ptr != NULL || f->by.ptr != NULL ||
                     f->host.ptr != NULL || f->proto.ptr != NULL;
  const bool good = abnf_matches("forwarded-element", text.ptr, text.len);
  if (named || f->node.kind == H1_NODE_ABSENT) FUZZ_CHECK(good);
  if (f->client.ptr != NULL) {
    check_node(f->client, &f->node);
  } else {
    FUZZ_CHECK(f->node.kind == H1_NODE_ABSENT ||
               f->node.kind == H1_NODE_INVALID);
  }
}

static bool last_element(h1_slice *rest, h1_forwarded *f, uint64_t *work) {
  memset(f, 0xa5, sizeof *f);
  fuzz_work_begin();
  const bool is_there = h1_forwarded_last(rest, f);
  *work += fuzz_work_end();
  return is_there;
}

/* So many elements of a line are held against the grammar, which is slow: there
 * is nothing in a later one that a shorter line has not. */
#define ELEMENTS 3u

static void check_forwarded(h1_slice line, bool by_grammar) {
  h1_slice rest = line, before = line;
  h1_forwarded f;
  uint64_t work = 0, calls = 1;
  for (; last_element(&rest, &f, &work); calls++) {
    FUZZ_CHECK(rest.ptr == line.ptr && rest.len < before.len);
    if (by_grammar && calls <= ELEMENTS) {
      check_element(element_of(before, rest.len), &f);
    }
    before = rest;
  }
  FUZZ_CHECK(rest.len == 0);
  fuzz_work_law(&FIELD_WORK, work, line.len, calls);
}

static void check_x_forwarded_for(h1_slice line) {
  h1_slice rest = line;
  h1_node node;
  uint64_t calls = 1;
  fuzz_work_begin();
  for (size_t before = rest.len; h1_x_forwarded_for_last(&rest, &node);) {
    FUZZ_CHECK(rest.len < before);
    before = rest.len;
    calls++;
  }
  fuzz_work_law(&FIELD_WORK, fuzz_work_end(), line.len, calls);
  FUZZ_CHECK(rest.len == 0);
}

/* What a proxy adds is read, whatever it got. */
static void check_added(h1_slice line) {
  static const char added[] = ", for=\"[2001:db8::1]:80\"";
  uint8_t *all = fuzz_alloc(line.len + sizeof added - 1);
  h1_slice rest = {all, line.len + sizeof added - 1};
  h1_forwarded f;
  if (line.len > 0) memcpy(all, line.ptr, line.len);
  memcpy(all + line.len, added, sizeof added - 1);
  FUZZ_CHECK(h1_forwarded_last(&rest, &f));
  FUZZ_CHECK(f.node.kind == H1_NODE_ADDRESS && f.node.port == 80);
  FUZZ_CHECK(rest.len == line.len);
  free(all);
}

/* ---- addresses ---- */

static bool parse_address(h1_slice text, h1_address *a) {
  fuzz_work_begin();
  const bool good = h1_address_parse(text, a);
  fuzz_work_law(&ADDRESS_WORK, fuzz_work_end(), text.len, 1);
  return good;
}

static bool parse_network(h1_slice text, h1_network *n) {
  fuzz_work_begin();
  const bool good = h1_network_parse(text, n);
  fuzz_work_law(&ADDRESS_WORK, fuzz_work_end(), text.len, 1);
  return good;
}

static void check_address(h1_slice text) {
  char copy[64];
  unsigned char bytes[16];
  h1_address a;
  h1_network n;
  const bool fits = text.len < sizeof copy &&
                    (text.len == 0 || memchr(text.ptr, 0, text.len) == NULL);
  if (fits && text.len > 0) memcpy(copy, text.ptr, text.len);
  if (fits) copy[text.len] = '\0';
  const bool four = fits && inet_pton(AF_INET, copy, bytes) == 1;
  const bool six = fits && !four && inet_pton(AF_INET6, copy, bytes) == 1;
  FUZZ_CHECK(parse_address(text, &a) == (four || six));
  if (four || six) {
    FUZZ_CHECK(a.bits == (four ? 32 : 128));
    FUZZ_CHECK(memcmp(a.bytes, bytes, a.bits / 8u) == 0);
    FUZZ_CHECK(parse_network(text, &n));
    h1_address_unmap(&a);
    FUZZ_CHECK(h1_network_has(&n, &a));
  } else if (parse_network(text, &n)) {
    FUZZ_CHECK(memchr(text.ptr, '/', text.len) != NULL);
    FUZZ_CHECK(n.prefix <= n.address.bits);
    FUZZ_CHECK(h1_network_has(&n, &n.address));
  }
}

const fuzz_shape fuzz_shape_of_input = {.option_bytes = 1,
                                        .has_lines = false,
                                        .has_chunks = false,
                                        .longest = 1024};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_input in = {{data, size}};
  const uint8_t choice = fuzz_byte(&in);
  uint32_t random = fuzz_seed(choice);
  uint32_t whole = 0;
  check_header(in.rest, &whole);
  check_header(in.rest, &random);
  check_forwarded(in.rest, choice % 8 == 0);
  check_x_forwarded_for(in.rest);
  check_added(in.rest);
  check_address(in.rest);
  return 0;
}
