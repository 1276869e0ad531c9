/* What is proven of parser/etag.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_ETAG_H_
#define H1_PARSER_PROOF_ETAG_H_

/*@ assigns \nothing;
    ensures \result <==> h1_etagc(c); */
static bool is_etagc(uint8_t c);

/*@ requires \valid_read(a) && h1_readable(a->opaque);
    requires \valid_read(b) && h1_readable(b->opaque);
    assigns \nothing;
    ensures \result <==> !(strong && (a->weak || b->weak)) &&
                         h1_same(a->opaque, b->opaque); */
static bool tags_match(const h1_etag *a, const h1_etag *b, bool strong);

/*@ requires h1_readable(member);
    requires mine == \null || (\valid_read(mine) && h1_readable(mine->opaque));
    assigns \nothing; */
static bool member_matches(h1_slice member, const h1_etag *mine, bool strong);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \result < n ==> p[\result] == ','; */
static size_t tag_member_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures h1_readable(\result) && \result.len <= to - from; */
static h1_slice trimmed(const uint8_t *p, size_t from, size_t to);

/*@ requires h1_readable(line);
    requires mine == \null || (\valid_read(mine) && h1_readable(mine->opaque));
    assigns \nothing; */
static bool line_matches(h1_slice line, const h1_etag *mine, bool strong);

#endif
