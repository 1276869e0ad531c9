/* What is proven of parser/target.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_TARGET_API_H_
#define H1_PARSER_PROOF_TARGET_API_H_

/*@ requires h1_readable(target) && \valid(out);
    requires \separated(out, target.ptr + (0 .. target.len - 1));
    assigns *out;
    ensures h1_readable(out->authority);
    ensures h1_readable(out->path);
    ensures h1_readable(out->query);
    ensures \result == H1_OK && out->form == H1_TARGET_ASTERISK <==>
      target.len == 1 && target.ptr[0] == '*';
    ensures \result == H1_OK && out->form == H1_TARGET_ORIGIN <==>
      target.len > 0 && target.ptr[0] == '/'; */
h1_error h1_target_split(h1_slice target, h1_target *out);

/* For the proofs: a dot segment, "." or "..", begins at p[at]; none does after
 * one of the slashes of p[0 .. end). Both are about a path p[0 .. n). */
/*@ predicate h1_ends_at{L}(uint8_t *p, integer at, integer n) =
      at >= n || p[at] == '/';
    predicate h1_dots_at{L}(uint8_t *p, integer at, integer n) =
      at < n && p[at] == '.' && (h1_ends_at(p, at + 1, n) ||
        (p[at + 1] == '.' && h1_ends_at(p, at + 2, n)));
    predicate h1_no_dots{L}(uint8_t *p, integer end, integer n) =
      \forall integer k; 0 <= k < end && p[k] == '/' ==>
        !h1_dots_at(p, k + 1, n); */

/*@ requires h1_readable(path) && \valid(out);
    requires \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(room.ptr + (0 .. room.len - 1),
                        path.ptr + (0 .. path.len - 1));
    requires \separated(out, room.ptr + (0 .. room.len - 1),
                        path.ptr + (0 .. path.len - 1));
    assigns *out, room.ptr[0 .. path.len - 1];
    ensures \result == H1_OK ==> h1_readable(*out) &&
      1 <= out->len <= path.len && out->ptr[0] == '/';
    ensures \result == H1_OK ==> \forall integer i; 0 <= i < out->len ==>
      out->ptr[i] != '\\' && out->ptr[i] != '\r' && out->ptr[i] != '\n';
    ensures \result == H1_OK ==> h1_no_dots(out->ptr, out->len, out->len); */
h1_error h1_path_decode(h1_scan_level level, h1_slice path, h1_buffer room,
                        h1_slice *out);

/*@ requires \valid(rest) && \valid(name) && \valid(value);
    requires h1_readable(*rest) && \separated(rest, name, value);
    assigns *rest, *name, *value;
    ensures h1_readable(*rest) && h1_readable(*name) && h1_readable(*value);
    ensures \result ==> rest->len < \old(rest->len); */
bool h1_form_next(h1_slice *rest, h1_slice *name, h1_slice *value);

/*@ requires h1_readable(in) && \valid(size);
    requires \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1),
                        in.ptr + (0 .. in.len - 1));
    assigns *size, room.ptr[0 .. in.len - 1];
    ensures *size <= in.len; */
h1_error h1_form_decode(h1_slice in, h1_buffer room, size_t *size);

/*@ requires \valid_read(t) && h1_readable(t->path) && h1_readable(t->query);
    requires h1_readable(t->authority) && \valid(size);
    requires \valid(room.ptr + (0 .. room.len - 1)) && room.len < SIZE_MAX;
    requires \separated(size, t);
    requires \separated(room.ptr + (0 .. room.len - 1), size, t,
                        t->path.ptr + (0 .. t->path.len - 1));
    requires \separated(room.ptr + (0 .. room.len - 1),
                        t->query.ptr + (0 .. t->query.len - 1));
    assigns *size, room.ptr[0 .. room.len - 1];
    ensures \result == H1_FAILED <==>
      \old(t->form) == H1_TARGET_AUTHORITY_FORM;
    ensures \result == H1_DONE ==> *size <= room.len;
    ensures \result == H1_NEED_ROOM ==> *size > room.len;
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]);
    ensures \result == H1_DONE && t->form == H1_TARGET_ASTERISK ==>
      room.ptr[0] == '*';
    ensures \result == H1_DONE && t->form == H1_TARGET_ORIGIN ==>
      *size == t->path.len + (t->has_query ? 1 + t->query.len : 0);
    ensures \result == H1_DONE && t->form == H1_TARGET_ORIGIN ==>
      \forall integer i; 0 <= i < t->path.len ==>
        room.ptr[i] == t->path.ptr[i];
    ensures \result == H1_DONE && t->form == H1_TARGET_ORIGIN &&
      t->has_query ==> room.ptr[t->path.len] == '?' &&
        \forall integer i; 0 <= i < t->query.len ==>
          room.ptr[t->path.len + 1 + i] == t->query.ptr[i]; */
h1_step h1_target_origin_form(const h1_target *t, bool is_options,
                              h1_buffer room, size_t *size);

#endif
