/* What is proven of parser/base.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_BASE_H_
#define H1_PARSER_PROOF_BASE_H_

/*@ assigns \nothing;
    ensures \result.head_bytes == 16384 <= H1_HEAD_BYTES_MAX;
    ensures \result.target_bytes == 8192 && \result.header_count == 100;
    ensures \result.trailer_bytes == 4096 && \result.trailer_count == 100;
    ensures \result.chunk_ext_bytes == 256;
    ensures \result.chunk_overhead_bytes == 4096;
    ensures \result.chunk_overhead_ratio == 8;
    ensures \result.body_bytes == 1048576; */
h1_limits h1_limits_default(void);

#endif
