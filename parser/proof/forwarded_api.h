/* What is proven of parser/forwarded.h: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_FORWARDED_API_H_
#define H1_PARSER_PROOF_FORWARDED_API_H_

/*@ predicate h1_forwarded_sound{L}(h1_forwarded *f) =
      h1_readable(f->client) && h1_readable(f->by) && h1_readable(f->host) &&
      h1_readable(f->proto); */

/*@ requires \valid(line) && h1_readable(*line) && \valid(out);
    requires \separated(line, out, line->ptr + (0 .. line->len - 1));
    assigns *line, *out;
    ensures line->ptr == \old(line->ptr) && h1_readable(*line);
    ensures \result ==> line->len < \old(line->len);
    ensures !\result ==> line->len == 0;
    ensures \result ==> h1_forwarded_sound(out); */
bool h1_forwarded_last(h1_slice *line, h1_forwarded *out);

/*@ requires \valid(line) && h1_readable(*line) && \valid(out);
    requires \separated(line, out, line->ptr + (0 .. line->len - 1));
    assigns *line, *out;
    ensures line->ptr == \old(line->ptr) && h1_readable(*line);
    ensures \result ==> line->len < \old(line->len);
    ensures !\result ==> line->len == 0;
    ensures \result && out->kind == H1_NODE_ADDRESS ==>
      out->address.bits == 32 || out->address.bits == 128; */
bool h1_x_forwarded_for_last(h1_slice *line, h1_node *out);

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures out->kind == H1_NODE_ADDRESS || out->kind == H1_NODE_UNKNOWN ||
      out->kind == H1_NODE_HIDDEN || out->kind == H1_NODE_INVALID;
    ensures out->kind == H1_NODE_ADDRESS ==>
      out->address.bits == 32 || out->address.bits == 128; */
void h1_node_decode(h1_slice s, h1_node *out);

#endif
