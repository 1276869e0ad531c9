/* What is proven of parser/request_encode.c: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_REQUEST_ENCODE_H_
#define H1_PARSER_PROOF_REQUEST_ENCODE_H_

/*@ requires \valid_read(r) && \valid(to + (0 .. TAIL_MAX - 1));
    requires \valid_read(fields);
    requires \separated(r, fields, to + (0 .. TAIL_MAX - 1));
    assigns to[0 .. TAIL_MAX - 1];
    ensures 2 <= \result <= TAIL_MAX;
    ensures to[\result - 2] == '\r' && to[\result - 1] == '\n'; */
static size_t put_tail(const h1_request_out *r, const h1_measure *fields,
                       uint8_t *to);

/*@ predicate line_allowed(h1_request_out *r) =
      r->method.len > 0 && all_of_class(H1_CLASS_TOKEN, r->method) &&
      r->target.len > 0 && all_of_class(H1_CLASS_TARGET, r->target);

    predicate length_allowed(h1_request_out *r) =
      r->has_length ==> !r->chunked && r->content_length <= INT64_MAX; */

/*@ requires \valid_read(r);
    requires h1_readable(r->method) && h1_readable(r->target);
    requires h1_readable(r->host);
    assigns \nothing;
    ensures \result == H1_OK ==> line_allowed(r) && length_allowed(r);
    ensures \result == H1_ENCODE_LINE <==> !line_allowed(r); */
static h1_error check_request(const h1_request_out *r);

/*@ logic integer line_size(h1_request_out *r) =
      r->method.len + r->target.len + LINE_FIXED;

    logic integer host_size(h1_request_out *r) =
      sizeof(kHost) - 1 + r->host.len + 4;

    predicate request_apart(uint8_t *to, integer n, h1_request_out *r) =
      apart(to, n, r->method) && apart(to, n, r->target) &&
      apart(to, n, r->host) &&
      fields_apart(to, n, r->fields, r->field_count);

    predicate line_stands(uint8_t *to, h1_request_out *r) =
      stands_at(to, 0, r->method) && to[r->method.len] == ' ' &&
      stands_at(to, r->method.len + 1, r->target); */

/*@ requires \valid_read(r);
    requires h1_readable(r->method) && h1_readable(r->target);
    requires line_size(r) <= SIZE_MAX;
    requires \valid(to + (0 .. line_size(r) - 1));
    requires \separated(r, to + (0 .. line_size(r) - 1));
    requires apart(to, line_size(r), r->method);
    requires apart(to, line_size(r), r->target);
    assigns to[0 .. line_size(r) - 1];
    ensures \result == line_size(r);
    ensures \forall integer i; 0 <= i < sizeof(kVersion) - 1 ==>
      to[line_size(r) - sizeof(kVersion) + 1 + i] == kVersion[i];
    ensures line_stands(to, r); */
static size_t put_line(const h1_request_out *r, uint8_t *to);

/*@ requires \valid_read(r) && h1_readable(r->host);
    requires h1_readable(r->method) && h1_readable(r->target);
    requires line_size(r) + host_size(r) <= SIZE_MAX;
    requires \valid(to + (0 .. line_size(r) + host_size(r) - 1));
    requires \separated(r, to + (0 .. line_size(r) + host_size(r) - 1));
    requires apart(to, line_size(r) + host_size(r), r->method);
    requires apart(to, line_size(r) + host_size(r), r->target);
    requires apart(to, line_size(r) + host_size(r), r->host);
    assigns to[0 .. line_size(r) + host_size(r) - 1];
    ensures \result == line_size(r) + host_size(r);
    ensures line_stands(to, r); */
static size_t put_front(const h1_request_out *r, uint8_t *to);

/*@ requires \valid_read(r) && h1_readable(tail);
    requires h1_readable(r->method) && h1_readable(r->target);
    requires h1_readable(r->host);
    requires fields_readable(r->fields, r->field_count);
    requires fields_grow(r->fields, r->field_count);
    requires size == line_size(r) + host_size(r) +
      fields_size(r->fields, r->field_count) + tail.len <= SIZE_MAX;
    requires \valid(to + (0 .. size - 1));
    requires \separated(r, to + (0 .. size - 1));
    requires apart(to, size, tail) && request_apart(to, size, r);
    assigns to[0 .. size - 1];
    ensures line_stands(to, r) && stands_at(to, size - tail.len, tail); */
static void put_request(const h1_request_out *r, h1_slice tail, uint8_t *to,
                        size_t size);

/*@ requires \valid_read(r) && \valid(size) && \valid(why);
    requires \valid(room.ptr + (0 .. room.len - 1)) && room.len < SIZE_MAX;
    requires h1_readable(r->method) && h1_readable(r->target);
    requires h1_readable(r->host);
    requires fields_readable(r->fields, r->field_count);
    requires \separated(r, size, why, room.ptr + (0 .. room.len - 1));
    requires request_apart(room.ptr, room.len, r);
    assigns *size, *why, room.ptr[0 .. room.len - 1];
    ensures \result == H1_FAILED || \result == H1_NEED_ROOM ||
      \result == H1_DONE;
    ensures \result == H1_FAILED <==> *why != H1_OK;
    ensures \result != H1_FAILED ==>
      line_allowed{Pre}(r) && length_allowed{Pre}(r) &&
      fields_allowed{Pre}(r->fields, r->field_count);
    ensures \result == H1_NEED_ROOM ==> *size > room.len;
    ensures \result == H1_DONE ==> *size <= room.len;
    ensures \result == H1_DONE ==> line_stands(room.ptr, r);
    ensures \result == H1_DONE ==> room.ptr[*size - 2] == '\r' &&
      room.ptr[*size - 1] == '\n';
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]); */
h1_step h1_request_encode(const h1_request_out *r, h1_buffer room, size_t *size,
                          h1_error *why);

#endif
