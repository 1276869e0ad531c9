/* What is proven of parser/response_encode.c: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_RESPONSE_ENCODE_H_
#define H1_PARSER_PROOF_RESPONSE_ENCODE_H_

/*@ requires \valid_read(r) && \valid(to + (0 .. FRAMING_MAX - 1));
    requires \separated(r, to + (0 .. FRAMING_MAX - 1));
    assigns to[0 .. FRAMING_MAX - 1];
    ensures \result <= FRAMING_MAX;
    ensures \result == 0 <==>
      r->framing != H1_OUT_LENGTH && r->framing != H1_OUT_CHUNKED;
    ensures r->framing == H1_OUT_CHUNKED ==> \result == sizeof(kChunked) - 1 &&
      \forall integer i; 0 <= i < \result ==> to[i] == kChunked[i];
    ensures r->framing == H1_OUT_LENGTH ==> \result > sizeof(kLength) + 1 &&
      (\forall integer i; 0 <= i < sizeof(kLength) - 1 ==>
        to[i] == kLength[i]) &&
      to[\result - 2] == '\r' && to[\result - 1] == '\n'; */
static size_t put_framing(const h1_response_out *r, uint8_t *to);

/*@ requires \valid_read(r) && at <= FRAMING_MAX + sizeof(kUpgrade) - 1;
    requires \valid(to + (at .. at + CONNECTION_MAX - 1));
    requires \separated(r, to + (at .. at + CONNECTION_MAX - 1));
    assigns to[at .. at + CONNECTION_MAX - 1];
    ensures at <= \result <= at + CONNECTION_MAX;
    ensures \result == at <==> r->connection != H1_CONNECTION_KEEP &&
      r->connection != H1_CONNECTION_CLOSE;
    ensures r->connection == H1_CONNECTION_CLOSE ==>
      \result == at + sizeof(kClose) - 1; */
static size_t put_connection(const h1_response_out *r, uint8_t *to, size_t at);

/*@ requires \valid_read(r) && \valid(to + (0 .. RESPONSE_TAIL_MAX - 1));
    requires \separated(r, to + (0 .. RESPONSE_TAIL_MAX - 1));
    assigns to[0 .. RESPONSE_TAIL_MAX - 1];
    ensures 2 <= \result <= RESPONSE_TAIL_MAX;
    ensures to[\result - 2] == '\r' && to[\result - 1] == '\n'; */
static size_t put_response_tail(const h1_response_out *r, bool upgrade,
                                uint8_t *to);

/*@ predicate framing_allowed(h1_response_out *r) =
      (r->status < 200 || r->status == 204 ==> r->framing == H1_OUT_NONE) &&
      (r->status == 205 ==>
         r->framing == H1_OUT_LENGTH && r->content_length == 0) &&
      (r->framing == H1_OUT_NONE ==>
         r->status < 200 || r->status == 204 || r->status == 304) &&
      (r->framing == H1_OUT_UNTIL_CLOSE ==>
         r->connection == H1_CONNECTION_CLOSE) &&
      (r->framing == H1_OUT_LENGTH ==> r->content_length <= INT64_MAX);

    predicate head_allowed(h1_response_out *r) =
      100 <= r->status <= 599 && all_of_class(H1_CLASS_VALUE, r->reason) &&
      (r->status < 200 ==> r->connection == H1_CONNECTION_OMIT) &&
      framing_allowed(r); */

/*@ requires \valid_read(r);
    assigns \nothing;
    ensures \result == H1_OK || \result == H1_ENCODE_FRAMING;
    ensures \result == H1_OK <==> framing_allowed(r); */
static h1_error check_framing(const h1_response_out *r);

/*@ requires \valid_read(r) && h1_readable(r->reason);
    assigns \nothing;
    ensures \result == H1_OK <==> head_allowed(r); */
static h1_error check_response(const h1_response_out *r);

/*@ logic integer head_size(h1_response_out *r, h1_slice reason,
                            h1_slice tail) =
      STATUS_FIXED + 2 + reason.len + r->prepared.len +
      fields_size(r->fields, r->field_count) + tail.len; */

/*@ requires \valid_read(r) && 100 <= r->status <= 599;
    requires h1_readable(reason) && h1_readable(tail);
    requires h1_readable(r->prepared);
    requires fields_readable(r->fields, r->field_count);
    requires fields_grow(r->fields, r->field_count);
    requires size == head_size(r, reason, tail) <= SIZE_MAX;
    requires \valid(to + (0 .. size - 1));
    requires \separated(r, to + (0 .. size - 1));
    requires apart(to, size, reason) && apart(to, size, tail);
    requires apart(to, size, r->prepared);
    requires fields_apart(to, size, r->fields, r->field_count);
    assigns to[0 .. size - 1]; */
static void put_response(const h1_response_out *r, h1_slice reason,
                         h1_slice tail, uint8_t *to, size_t size);

/*@ requires \valid_read(r) && h1_readable(r->reason);
    assigns \nothing;
    exits \false;
    ensures h1_readable(\result);
    ensures r->reason.len != 0 ==> \result == r->reason;
    ensures r->reason.len == 0 ==> \forall uint8_t *to, integer n;
      \valid(to + (0 .. n - 1)) ==> apart(to, n, \result); */
static h1_slice reason_of(const h1_response_out *r);

/*@ requires \valid_read(r) && \valid(size) && \valid(why);
    requires \valid(room.ptr + (0 .. room.len - 1)) && room.len < SIZE_MAX;
    requires h1_readable(r->reason) && h1_readable(r->prepared);
    requires fields_readable(r->fields, r->field_count);
    requires \separated(r, size, why, room.ptr + (0 .. room.len - 1));
    requires apart(room.ptr, room.len, r->reason);
    requires apart(room.ptr, room.len, r->prepared);
    requires fields_apart(room.ptr, room.len, r->fields, r->field_count);
    assigns *size, *why, room.ptr[0 .. room.len - 1];
    ensures \result == H1_FAILED || \result == H1_NEED_ROOM ||
      \result == H1_DONE;
    ensures \result == H1_FAILED <==> *why != H1_OK;
    ensures \result != H1_FAILED ==> head_allowed{Pre}(r);
    ensures \result != H1_FAILED ==>
      fields_allowed{Pre}(r->fields, r->field_count);
    ensures \result == H1_NEED_ROOM ==> *size > room.len;
    ensures \result == H1_DONE ==> *size <= room.len;
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]); */
h1_step h1_response_encode(const h1_response_out *r, h1_buffer room,
                           size_t *size, h1_error *why);

#endif
