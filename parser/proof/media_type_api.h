/* What is proven of parser/media_type.h: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_MEDIA_TYPE_API_H_
#define H1_PARSER_PROOF_MEDIA_TYPE_API_H_

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> h1_readable(out->type) && h1_readable(out->subtype) &&
      h1_readable(out->params); */
bool h1_media_type_decode(h1_slice s, h1_media_type *out);

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures \result ==> *out <= 1000; */
bool h1_qvalue_decode(h1_slice s, uint16_t *out);

/*@ requires h1_fields_sound(f);
    requires \exists integer n; 0 <= n < SIZE_MAX && type[n] == 0 &&
      \valid_read(type + (0 .. n));
    requires \exists integer n; 0 <= n < SIZE_MAX && subtype[n] == 0 &&
      \valid_read(subtype + (0 .. n));
    assigns \nothing;
    ensures \result <= 1000; */
uint16_t h1_accept_quality(const h1_fields *f, const char *type,
                           const char *subtype);

#endif
