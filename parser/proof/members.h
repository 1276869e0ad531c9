/* What is proven of parser/internal/members.h: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_MEMBERS_H_
#define H1_PARSER_PROOF_MEMBERS_H_

/*@ predicate h1_is_trimmed{L}(h1_span s, uint8_t *p, integer from, integer end)
   = from <= s.from <= s.end <= end && h1_all_ows(p, from, s.from) &&
      h1_all_ows(p, s.end, end) &&
      (s.from < s.end ==> !ows_byte(p[s.from]) && !ows_byte(p[s.end - 1]));
    predicate h1_is_chunked_span{L}(h1_span s, uint8_t *p) =
      s.end - s.from == 7 && h1_chunked_at(p, s.from); */

/*@ requires from <= end && \valid_read(p + (0 .. end - 1));
    assigns \nothing;
    ensures h1_is_trimmed(\result, p, from, end);
    ensures h1_is_chunked_span(\result, p) <==> h1_chunked_in(p, from, end); */
static inline h1_span h1_trimmed_span(const uint8_t *p, size_t from,
                                      size_t end);

/*@ requires h1_readable(line) && s.from <= s.end <= line.len;
    assigns \nothing;
    ensures h1_readable(\result) && \result.len == s.end - s.from;
    ensures \result.ptr == line.ptr + s.from; */
static inline h1_slice h1_member_slice(h1_slice line, h1_span s);

/*@ requires h1_readable(line) && line.len <= UINT32_MAX;
    requires \valid(at) && \valid(member);
    requires \separated(at, member, line.ptr + (0 .. line.len - 1));
    assigns *at, *member;
    ensures \result <==> \old(*at) <= line.len;
    ensures !\result ==> *at == \old(*at);
    ensures \result ==> \old(*at) < *at <= line.len + 1;
    ensures \result ==> h1_no_comma(line.ptr, \old(*at), *at - 1);
    ensures \result && *at <= line.len ==> line.ptr[*at - 1] == ',';
    ensures \result ==>
      h1_is_trimmed(*member, line.ptr, \old(*at), *at - 1);
    ensures \result ==> (h1_is_chunked_span(*member, line.ptr) <==>
      h1_chunked_in(line.ptr, \old(*at), *at - 1)); */
static inline bool h1_next_member(h1_slice line, size_t *at, h1_span *member);

/*@ predicate h1_is_token_text{L}(h1_slice s) = s.len > 0 &&
      \forall integer k; 0 <= k < s.len ==> token_byte(s.ptr[k]);
    predicate h1_is_word_text{L}(h1_slice s, uint8_t *lower, integer len) =
      s.len == len &&
      \forall integer k; 0 <= k < len ==>
        h1_lower(s.ptr[k]) == h1_lower(lower[k]); */

/*@ requires h1_readable(s);
    assigns \nothing;
    ensures \result <==> h1_is_token_text(s); */
static inline bool h1_is_token_slice(h1_slice s);

/*@ requires h1_readable(s) && \valid_read(lower + (0 .. len - 1));
    assigns \nothing;
    ensures \result <==> h1_is_word_text(s, lower, len); */
static inline bool h1_is_word(h1_slice s, const uint8_t *lower, size_t len);

#endif
