/* What is proven of parser/proxy.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_PROXY_H_
#define H1_PARSER_PROOF_PROXY_H_

/* A function that may refuse: it did, and says where, or nothing changed. */
/*@ predicate proxy_verdict{L}(h1_proxy_decoder *d, integer step,
                               integer last) =
      (step == H1_FAILED <==> d->error != H1_OK) &&
      (step == H1_FAILED ==> d->error_at <= last) &&
      H1_OK <= d->error < H1_ERROR_COUNT; */

/*@ logic integer proxy_addresses(integer family) =
      family == 0 ? 0 :
      family == 0x11 || family == 0x12 ? 12 :
      family == 0x21 || family == 0x22 ? 36 :
      family == 0x31 || family == 0x32 ? 216 : 65535; */

/*@ requires \valid(d) && H1_OK < why < H1_ERROR_COUNT && at <= 536;
    assigns d->error, d->error_at;
    ensures \result == H1_FAILED && d->error == why && d->error_at == at; */
static h1_step refuse_at(h1_proxy_decoder *d, h1_error why, size_t at);

/*@ requires \valid_read(p + (0 .. n - 1));
    requires \valid_read(what + (0 .. len - 1));
    assigns \nothing;
    ensures \result <= len && \result <= n;
    ensures \forall integer k; 0 <= k < \result ==> p[k] == what[k];
    ensures \result < len && \result < n ==> p[\result] != what[\result]; */
static size_t same_bytes(const uint8_t *p, size_t n, const uint8_t *what,
                         size_t len);

/*@ requires at + 1 <= SIZE_MAX && \valid_read(p + (at .. at + 1));
    assigns \nothing;
    ensures \result == p[at] * 256 + p[at + 1];
    ensures \result <= 65535; */
static uint32_t big_endian_16(const uint8_t *p, size_t at);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \result < n ==> p[\result] == '\r' || p[\result] == '\n';
    ensures \forall integer k; from <= k < \result ==>
      p[k] != '\r' && p[k] != '\n'; */
static size_t line_break(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \result < n ==> p[\result] == ' ';
    ensures \forall integer k; from <= k < \result ==> p[k] != ' '; */
static size_t next_space(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1)) && \valid(out);
    requires \separated(out, p + (0 .. to - 1));
    assigns *out;
    ensures \result ==> out->bits == (six ? 128 : 32); */
static bool read_address(const uint8_t *p, size_t from, size_t to, bool six,
                         h1_address *out);

/*@ requires \valid(out);
    assigns *out;
    ensures out->version == version && !out->told;
    ensures out->local <==> local;
    ensures out->tlvs.len == 0 && h1_proxy_ends(out->told, out->source.bits,
                                                   out->destination.bits); */
static void tell_nothing(h1_proxy *out, uint8_t version, bool local);

/*@ requires \valid(d) && d->error == H1_OK && \valid(out);
    requires 11 <= end <= 105 && \valid_read(p + (0 .. end - 1));
    requires \separated(d, out, p + (0 .. end - 1));
    assigns d->error, d->error_at, out->source, out->destination,
      out->source_port, out->destination_port, out->told;
    ensures \result == H1_DONE || \result == H1_FAILED;
    ensures proxy_verdict(d, \result, end);
    ensures \result == H1_DONE ==> end >= 14 &&
      h1_proxy_ends(out->told, out->source.bits, out->destination.bits); */
static h1_step read_parts(h1_proxy_decoder *d, const uint8_t *p, size_t end,
                          bool six, h1_proxy *out);

/*@ requires \valid(d) && d->error == H1_OK && \valid(out);
    requires 6 <= end <= 105 && \valid_read(p + (0 .. end - 1));
    requires \separated(d, out, p + (0 .. end - 1));
    assigns d->error, d->error_at, *out;
    ensures \result == H1_DONE || \result == H1_FAILED;
    ensures proxy_verdict(d, \result, end);
    ensures \result == H1_DONE ==> end >= 13;
    ensures \result == H1_DONE ==> out->version == 1 && !out->local &&
      out->tlvs.len == 0 && h1_proxy_ends(out->told, out->source.bits,
                                                   out->destination.bits); */
static h1_step read_line(h1_proxy_decoder *d, const uint8_t *p, size_t end,
                         h1_proxy *out);

/*@ requires \valid(d) && h1_proxy_sound(d) && h1_readable(head);
    requires d->error == H1_OK && d->at <= head.len && head.len > 0;
    requires \valid(out) && \valid(used);
    requires \separated(d, out, used, head.ptr + (0 .. head.len - 1));
    assigns *d, *out, *used;
    ensures h1_proxy_sound(d) && d->at <= head.len;
    ensures \result == H1_DONE || \result == H1_NEED_INPUT ||
      \result == H1_FAILED;
    ensures proxy_verdict(d, \result, head.len);
    ensures \result == H1_FAILED ==> d->error_at <= 536;
    ensures \result == H1_DONE ==> 15 <= *used <= head.len && *used <= 107;
    ensures \result == H1_DONE ==> out->version == 1 && !out->local &&
      out->tlvs.len == 0 && h1_proxy_ends(out->told, out->source.bits,
                                                   out->destination.bits); */
static h1_step decode_line(h1_proxy_decoder *d, h1_slice head, h1_proxy *out,
                           size_t *used);

/*@ assigns \nothing;
    ensures \result == proxy_addresses(family); */
static uint32_t address_bytes(uint8_t family);

/*@ assigns \nothing; */
static uint32_t crc_step(uint32_t crc);

/*@ assigns \nothing; */
static uint32_t crc_byte(uint32_t crc, uint8_t byte);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing; */
static uint32_t checksum(const uint8_t *p, size_t n, size_t own);

/*@ requires own + 4 <= n <= 536 && \valid_read(p + (0 .. n - 1));
    assigns \nothing; */
static bool checksum_is_right(const uint8_t *p, size_t n, size_t own);

/*@ requires at < n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result == 0 || at + 3 <= \result <= n;
    ensures \result != 0 ==>
      \result == at + 3 + p[at + 1] * 256 + p[at + 2]; */
static size_t tlv_end(const uint8_t *p, size_t at, size_t n);

/*@ requires \valid(d) && d->error == H1_OK;
    requires 16 <= from <= n <= 536 && \valid_read(p + (0 .. n - 1));
    requires \separated(d, p + (0 .. n - 1));
    assigns d->error, d->error_at;
    ensures \result == H1_DONE || \result == H1_FAILED;
    ensures proxy_verdict(d, \result, n); */
static h1_step check_tlvs(h1_proxy_decoder *d, const uint8_t *p, size_t from,
                          size_t n);

/*@ requires \valid(to) && from <= 536 && (len == 4 || len == 16);
    requires \valid_read(p + (from .. from + len - 1));
    requires \separated(to, p + (from .. from + len - 1));
    assigns *to;
    ensures to->bits == 8 * len; */
static void keep_address(h1_address *to, const uint8_t *p, size_t from,
                         size_t len);

/*@ requires \valid(out) && (len == 4 || len == 16);
    requires \valid_read(p + (0 .. 16 + 2 * len + 3));
    requires \separated(out, p + (0 .. 16 + 2 * len + 3));
    assigns out->source, out->destination, out->source_port,
      out->destination_port, out->told;
    ensures out->told && h1_proxy_ends(out->told, out->source.bits,
                                                   out->destination.bits); */
static void keep_addresses(h1_proxy *out, const uint8_t *p, size_t len);

/*@ requires \valid(d) && d->error == H1_OK && \valid(out);
    requires 16 <= n <= 536 && \valid_read(p + (0 .. n - 1));
    requires \separated(d, out, p + (0 .. n - 1));
    requires 16 + proxy_addresses(p[13]) <= n;
    assigns d->error, d->error_at, *out;
    ensures \result == H1_DONE || \result == H1_FAILED;
    ensures proxy_verdict(d, \result, n);
    ensures \result == H1_DONE ==> h1_readable(out->tlvs) &&
      out->version == 2 && !out->local &&
      h1_proxy_ends(out->told, out->source.bits, out->destination.bits); */
static h1_step read_block(h1_proxy_decoder *d, const uint8_t *p, size_t n,
                          h1_proxy *out);

/*@ requires \valid(d) && d->error == H1_OK;
    requires 12 <= n && \valid_read(p + (0 .. n - 1));
    requires \separated(d, p + (0 .. n - 1));
    assigns d->error, d->error_at;
    ensures \result == H1_DONE || \result == H1_NEED_INPUT ||
      \result == H1_FAILED;
    ensures proxy_verdict(d, \result, n);
    ensures \result == H1_FAILED ==> d->error_at <= 14;
    ensures \result == H1_DONE ==> n >= 16 && p[14] * 256 + p[15] <= 520;
    ensures \result == H1_DONE ==> p[12] == 0x20 || p[12] == 0x21;
    ensures \result == H1_DONE && p[12] == 0x21 ==>
      proxy_addresses(p[13]) <= p[14] * 256 + p[15]; */
static h1_step check_fixed(h1_proxy_decoder *d, const uint8_t *p, size_t n);

/*@ requires \valid(d) && h1_proxy_sound(d) && h1_readable(head);
    requires d->error == H1_OK && d->at <= head.len && head.len > 0;
    requires \valid(out) && \valid(used);
    requires \separated(d, out, used, head.ptr + (0 .. head.len - 1));
    assigns d->error, d->error_at, *out, *used;
    ensures \result == H1_DONE || \result == H1_NEED_INPUT ||
      \result == H1_FAILED;
    ensures proxy_verdict(d, \result, head.len);
    ensures \result == H1_FAILED ==> d->error_at <= 536;
    ensures \result == H1_DONE ==> 16 <= *used <= head.len && *used <= 536;
    ensures \result == H1_DONE ==> h1_readable(out->tlvs) &&
      out->version == 2 && (out->local ==> !out->told) &&
      h1_proxy_ends(out->told, out->source.bits, out->destination.bits); */
static h1_step decode_block(h1_proxy_decoder *d, h1_slice head, h1_proxy *out,
                            size_t *used);

/*@ requires \valid(out) && \valid_read(found) && \separated(out, found);
    assigns *out;
    ensures out->version == found->version && out->tlvs == found->tlvs;
    ensures out->local == found->local && out->told == found->told;
    ensures out->source.bits == found->source.bits;
    ensures out->destination.bits == found->destination.bits; */
static void tell_found(const h1_proxy *found, h1_proxy *out);

#endif
