/* What is proven of parser/forwarded.h: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_FORWARDED_API_H_
#define H1_PARSER_PROOF_FORWARDED_API_H_

/* A node is of one of the kinds, and an address has its bits; a value is a part
 * of the bytes p[0 .. n), or none. */
/*@ predicate h1_node_sound{L}(h1_node *n) =
      H1_NODE_ADDRESS <= n->kind <= H1_NODE_INVALID &&
      (n->kind == H1_NODE_ADDRESS ==>
        n->address.bits == 32 || n->address.bits == 128);
    predicate h1_part_of(h1_slice s, uint8_t *p, integer n) =
      (s.ptr == \null && s.len == 0) ||
      \exists integer at; 0 <= at && at + s.len <= n && s.ptr == p + at;
    predicate h1_forwarded_in{L}(h1_forwarded *f, uint8_t *p, integer n) =
      h1_part_of(f->client, p, n) && h1_part_of(f->by, p, n) &&
      h1_part_of(f->host, p, n) && h1_part_of(f->proto, p, n); */

/*@ requires \valid(line) && h1_readable(*line) && \valid(out);
    requires \separated(line, out, line->ptr + (0 .. line->len - 1));
    assigns *line, *out;
    ensures line->ptr == \old(line->ptr) && h1_readable(*line);
    ensures \result ==> line->len < \old(line->len);
    ensures !\result ==> line->len == 0;
    ensures \result ==> h1_node_sound(&out->node);
    ensures \result ==> h1_forwarded_in(out, line->ptr, \old(line->len));
    ensures !\result ==> *out == \old(*out); */
bool h1_forwarded_last(h1_slice *line, h1_forwarded *out);

/*@ requires \valid(line) && h1_readable(*line) && \valid(out);
    requires \separated(line, out, line->ptr + (0 .. line->len - 1));
    assigns *line, *out;
    ensures line->ptr == \old(line->ptr) && h1_readable(*line);
    ensures \result ==> line->len < \old(line->len);
    ensures !\result ==> line->len == 0;
    ensures \result ==> h1_node_sound(out) &&
      out->kind != H1_NODE_ABSENT && out->kind != H1_NODE_HIDDEN;
    ensures !\result ==> *out == \old(*out); */
bool h1_x_forwarded_for_last(h1_slice *line, h1_node *out);

/*@ requires h1_readable(s) && \valid(out);
    requires \separated(out, s.ptr + (0 .. s.len - 1));
    assigns *out;
    ensures h1_node_sound(out) && out->kind != H1_NODE_ABSENT; */
void h1_node_decode(h1_slice s, h1_node *out);

#endif
