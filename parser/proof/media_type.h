/* What is proven of parser/media_type.c: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_MEDIA_TYPE_H_
#define H1_PARSER_PROOF_MEDIA_TYPE_H_

/*@ requires h1_readable(params);
    assigns \nothing; */
static bool params_valid(h1_slice params);

/*@ requires h1_readable(params) && \valid(quality);
    requires \separated(quality, params.ptr + (0 .. params.len - 1));
    assigns *quality;
    ensures \result ==> *quality <= 1000; */
static bool weight_of(h1_slice params, uint16_t *quality);

/*@ requires h1_readable(s);
    assigns \nothing;
    ensures \result <==> s.len == 1 && s.ptr[0] == '*'; */
static bool is_star(h1_slice s);

/*@ requires \valid_read(range) && h1_readable(range->type);
    requires h1_readable(range->subtype);
    requires h1_readable(type) && h1_readable(subtype);
    assigns \nothing;
    ensures \result <= 3; */
static unsigned fit_of(const h1_media_type *range, h1_slice type,
                       h1_slice subtype);

#endif
