/* What is proven of parser/accept_encoding.h: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_ACCEPT_ENCODING_API_H_
#define H1_PARSER_PROOF_ACCEPT_ENCODING_API_H_

/*@ assigns \nothing; */
const char *h1_coding_name(h1_coding coding);

/*@ requires h1_fields_sound(f);
    requires \valid(quality + (0 .. H1_CODING_COUNT - 1));
    requires \separated(quality + (0 .. H1_CODING_COUNT - 1), f,
                        f->headers + (0 .. f->count - 1),
                        f->base.ptr + (0 .. f->base.len - 1));
    assigns quality[0 .. H1_CODING_COUNT - 1];
    ensures \forall integer c; 0 <= c < H1_CODING_COUNT ==> quality[c] <= 1000;
    ensures !h1_seen(f, H1_FIELD_ACCEPT_ENCODING) ==>
      quality[H1_CODING_IDENTITY] == 1000 &&
      \forall integer c; 0 <= c < H1_CODING_IDENTITY ==> quality[c] == 1; */
void h1_accept_encoding_decode(const h1_fields *f,
                               uint16_t quality[H1_CODING_COUNT]);

/* The choice is identity or one that there is and that is acceptable; nothing
 * that there is has a higher quality, and nothing preferred to it an equal one
 * above 0. */
/*@ requires \valid_read(quality + (0 .. H1_CODING_COUNT - 1));
    requires \valid_read(have + (0 .. H1_CODING_COUNT - 1));
    assigns \nothing;
    ensures 0 <= \result <= H1_CODING_IDENTITY;
    ensures \result != H1_CODING_IDENTITY ==>
      have[\result] && quality[\result] > 0;
    ensures quality[H1_CODING_IDENTITY] <= quality[\result];
    ensures \forall integer c; 0 <= c < H1_CODING_IDENTITY && have[c] ==>
      quality[c] <= quality[\result];
    ensures \forall integer c; 0 <= c < \result && have[c] ==>
      quality[c] < quality[\result] || quality[c] == 0; */
h1_coding h1_coding_choose(const uint16_t quality[H1_CODING_COUNT],
                           const bool have[H1_CODING_COUNT]);

#endif
