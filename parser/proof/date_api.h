/* What is proven of parser/date.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_DATE_API_H_
#define H1_PARSER_PROOF_DATE_API_H_

/*@ requires h1_readable(s) && \valid(out_s);
    requires \separated(out_s, s.ptr + (0 .. s.len - 1));
    assigns *out_s;
    ensures \result ==> -62167219200 <= *out_s <= 253402300800; */
bool h1_date_decode(h1_slice s, int64_t now_s, int64_t *out_s);

/*@ requires \valid(room + (0 .. 28));
    assigns room[0 .. 28];
    ensures \result <==> -62167219200 <= s < 253402300800; */
bool h1_date_encode(int64_t s, uint8_t *room);

#endif
