/* What is proven of parser/etag.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_ETAG_API_H_
#define H1_PARSER_PROOF_ETAG_API_H_

/*@ predicate h1_etagc(integer c) = 0x21 <= c && c != '"' && c != 0x7f;
    predicate h1_tag_from{L}(h1_slice s, integer from) =
      s.len >= from + 1 && s.ptr[from - 1] == '"' && s.ptr[s.len - 1] == '"' &&
      \forall integer i; from <= i < s.len - 1 ==> h1_etagc(s.ptr[i]);
    logic integer h1_tag_at{L}(h1_slice s) =
      s.len >= 2 && s.ptr[0] == 'W' && s.ptr[1] == '/' ? 3 : 1; */

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result <==> h1_tag_from{Pre}(s, h1_tag_at{Pre}(s));
    ensures \result ==> (out->weak <==> h1_tag_at{Pre}(s) == 3) &&
      out->opaque.ptr == s.ptr + h1_tag_at{Pre}(s) &&
      out->opaque.len == s.len - 1 - h1_tag_at{Pre}(s); */
bool h1_etag_decode(h1_slice s, h1_etag *out);

/*@ requires h1_fields_sound(f) && 0 <= id < H1_FIELD_COUNT;
    requires mine == \null || (\valid_read(mine) && h1_readable(mine->opaque));
    assigns \nothing; */
bool h1_etag_list_matches(const h1_fields *f, h1_field_id id,
                          const h1_etag *mine, bool strong);

#endif
