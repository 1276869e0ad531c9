/* What is proven of parser/proxy.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_PROXY_API_H_
#define H1_PARSER_PROOF_PROXY_API_H_

/* What the decoder was given before is still there: it looked at so much. */
/*@ predicate h1_proxy_sound{L}(h1_proxy_decoder *d) =
      d->at <= 105 && H1_OK <= d->error < H1_ERROR_COUNT; */

/* Addresses that are told are two of one family, others are none. */
/*@ predicate h1_proxy_ends(integer told, integer source,
                            integer destination) =
      source == destination &&
      (told != 0 ? source == 32 || source == 128 : source == 0); */

/*@ requires \valid(d);
    assigns *d;
    ensures h1_proxy_sound(d) && d->at == 0 && d->error == H1_OK; */
void h1_proxy_decoder_init(h1_proxy_decoder *d);

/*@ requires \valid(d) && h1_proxy_sound(d) && h1_readable(head);
    requires d->at <= head.len;
    requires \valid(out) && \valid(used);
    requires \separated(d, out, used, head.ptr + (0 .. head.len - 1));
    assigns *d, *out, *used;
    ensures h1_proxy_sound(d) && d->at <= head.len;
    ensures \result == H1_DONE || \result == H1_NEED_INPUT ||
      \result == H1_FAILED;
    ensures \result == H1_FAILED <==> d->error != H1_OK;
    ensures \result == H1_FAILED && \old(d->error) == H1_OK ==>
      d->error_at <= head.len && d->error_at <= 536;
    ensures \old(d->error) != H1_OK ==> \result == H1_FAILED &&
      d->error == \old(d->error) && d->error_at == \old(d->error_at);
    ensures \result == H1_DONE ==> 15 <= *used <= head.len && *used <= 536;
    ensures \result == H1_DONE ==> h1_readable(out->tlvs);
    ensures \result == H1_DONE ==> h1_proxy_ends(out->told, out->source.bits,
                                                   out->destination.bits);
    ensures \result == H1_DONE ==> out->version == 1 || out->version == 2;
    ensures \result == H1_DONE ==>
      (out->version == 1 <==> head.ptr[0] == 'P');
    ensures \result == H1_DONE && out->local ==> out->version == 2 &&
      !out->told;
    ensures \result != H1_DONE ==> *used == \old(*used) &&
      *out == \old(*out); */
h1_step h1_proxy_decode(h1_proxy_decoder *d, h1_slice head, h1_proxy *out,
                        size_t *used);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->error; */
h1_error h1_proxy_error(const h1_proxy_decoder *d);

/*@ requires \valid_read(d);
    assigns \nothing;
    ensures \result == d->error_at; */
size_t h1_proxy_error_offset(const h1_proxy_decoder *d);

/*@ requires \valid(tlvs) && h1_readable(*tlvs) && \valid(type) &&
      \valid(value);
    requires \separated(tlvs, type, value, tlvs->ptr + (0 .. tlvs->len - 1));
    assigns *tlvs, *type, *value;
    ensures h1_readable(*tlvs);
    ensures \result ==> tlvs->len + 3 <= \old(tlvs->len);
    ensures \result ==> h1_readable(*value) &&
      value->len + 3 + tlvs->len == \old(tlvs->len);
    ensures !\result ==> tlvs->len == \old(tlvs->len); */
bool h1_proxy_tlv_next(h1_slice *tlvs, uint8_t *type, h1_slice *value);

#endif
