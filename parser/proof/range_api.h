/* What is proven of parser/range.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_RANGE_API_H_
#define H1_PARSER_PROOF_RANGE_API_H_

/*@ requires h1_readable(value) && \valid(out + (0 .. cap - 1));
    requires \valid(count);
    requires \separated(count, out + (0 .. cap - 1),
                        value.ptr + (0 .. value.len - 1));
    assigns *count, out[0 .. cap - 1];
    ensures \result == H1_RANGE_SOME ==> 1 <= *count <= cap &&
      \forall integer i; 0 <= i < *count ==>
        out[i].first <= out[i].last < total;
    ensures \result != H1_RANGE_SOME ==> *count == 0; */
h1_range_result h1_range_decode(h1_slice value, uint64_t total, h1_range *out,
                                size_t cap, size_t *count);

/*@ requires range == \null || \valid_read(range);
    requires \valid(room + (0 .. 69)) &&
      (range != \null ==> \separated(range, room + (0 .. 69)));
    assigns room[0 .. 69];
    ensures \result <= 69; */
size_t h1_content_range_encode(const h1_range *range, uint64_t total,
                               uint8_t *room);

#endif
