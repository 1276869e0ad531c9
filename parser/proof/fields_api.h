/* What is proven of parser/fields.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_FIELDS_API_H_
#define H1_PARSER_PROOF_FIELDS_API_H_

/*@ requires h1_readable(name);
    assigns \nothing;
    exits \false;
    ensures 0 <= \result < H1_FIELD_COUNT; */
h1_field_id h1_field_lookup(h1_slice name);

/*@ assigns \nothing;
    ensures \result <= 15; */
unsigned h1_field_flags(h1_field_id id);

/*@ assigns \nothing; */
const char *h1_field_name(h1_field_id id);

/* What a decoded section is: every line lies in `base`, and `seen` and `first`
 * tell truly which fields there are and where each begins. */
/*@ predicate h1_line_inside{L}(h1_fields *f, integer i) =
      f->headers[i].name_at + f->headers[i].name_len <= f->base.len &&
      f->headers[i].value_at + f->headers[i].value_len <= f->base.len;
    predicate h1_in_set(integer bits, integer id) = ((bits >> id) & 1) != 0;
    predicate h1_seen{L}(h1_fields *f, integer id) =
      id != H1_FIELD_OTHER && h1_in_set(f->seen, id);
    predicate h1_fields_sound{L}(h1_fields *f) =
      \valid_read(f) && h1_readable(f->base) && f->count <= 65536 &&
      \valid_read(f->headers + (0 .. f->count - 1)) &&
      (\forall integer i; 0 <= i < f->count ==> h1_line_inside(f, i));
    predicate h1_named_nocase{L}(h1_fields *f, integer i, h1_slice name) =
      f->headers[i].name_len == name.len &&
      \forall integer k; 0 <= k < name.len ==>
        h1_lower(f->base.ptr[f->headers[i].name_at + k]) ==
          h1_lower(name.ptr[k]);
    predicate h1_line_of{L}(h1_fields *f, integer id, integer i) =
      f->headers[i].id == id;
    predicate h1_no_line{L}(h1_fields *f, integer id, integer a, integer b) =
      \forall integer i; a <= i < b ==> !h1_line_of(f, id, i);
    predicate h1_indexed{L}(h1_fields *f, integer id) =
      (h1_seen(f, id) ==> f->first[id] < f->count &&
        h1_line_of(f, id, f->first[id]) &&
        h1_no_line(f, id, 0, f->first[id])) &&
      (id != H1_FIELD_OTHER && !h1_seen(f, id) ==>
        h1_no_line(f, id, 0, f->count));
    predicate h1_all_indexed{L}(h1_fields *f) =
      \forall integer id; 0 <= id < H1_FIELD_COUNT ==> h1_indexed(f, id); */

/*@ requires h1_fields_sound(f) && i < f->count;
    assigns \nothing;
    ensures h1_readable(\result);
    ensures h1_line_inside(f, i);
    ensures \result.ptr == f->base.ptr + f->headers[i].name_at;
    ensures \result.len == f->headers[i].name_len; */
static inline h1_slice h1_fields_name(const h1_fields *f, size_t i);

/*@ requires h1_fields_sound(f) && i < f->count;
    assigns \nothing;
    ensures h1_readable(\result);
    ensures h1_line_inside(f, i);
    ensures \result.ptr == f->base.ptr + f->headers[i].value_at;
    ensures \result.len == f->headers[i].value_len; */
static inline h1_slice h1_fields_value(const h1_fields *f, size_t i);

/*@ requires \valid_read(f) && 0 <= id < H1_FIELD_COUNT;
    assigns \nothing;
    ensures \result <==> h1_seen(f, id); */
static inline bool h1_fields_has(const h1_fields *f, h1_field_id id);

/*@ requires h1_fields_sound(f) && 0 <= id < H1_FIELD_COUNT;
    assigns \nothing;
    ensures \result <= f->count;
    ensures \result < f->count ==>
      \result >= from && h1_line_of(f, id, \result);
    ensures id == H1_FIELD_OTHER ==> \result == f->count;
    ensures id != H1_FIELD_OTHER && h1_indexed(f, id) ==>
      h1_no_line(f, id, from, \result); */
size_t h1_fields_find(const h1_fields *f, h1_field_id id, size_t from);

/*@ requires h1_fields_sound(f) && h1_readable(name);
    assigns \nothing;
    ensures \result <= f->count;
    ensures \result < f->count ==>
      \result >= from && h1_named_nocase(f, \result, name);
    ensures \forall integer k; from <= k < \result ==>
      !h1_named_nocase(f, k, name); */
size_t h1_fields_find_name(const h1_fields *f, h1_slice name, size_t from);

/*@ requires h1_fields_sound(f) && 0 <= id < H1_FIELD_COUNT;
    requires h1_indexed(f, id);
    assigns \nothing;
    ensures h1_readable(\result);
    ensures h1_seen(f, id) ==>
      \result.ptr == f->base.ptr + f->headers[f->first[id]].value_at &&
      \result.len == f->headers[f->first[id]].value_len;
    ensures !h1_seen(f, id) ==> \result.len == 0; */
h1_slice h1_fields_get(const h1_fields *f, h1_field_id id);

/*@ requires h1_readable(name);
    assigns \nothing; */
uint64_t h1_field_once_bit(h1_slice name);

/*@ requires h1_readable(name) && h1_readable(value) && \valid(size);
    requires \valid(room.ptr + (0 .. room.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1),
                        name.ptr + (0 .. name.len - 1));
    requires \separated(size, room.ptr + (0 .. room.len - 1),
                        value.ptr + (0 .. value.len - 1));
    requires name.len + value.len + 4 <= SIZE_MAX;
    assigns *size, room.ptr[0 .. room.len - 1];
    ensures \result == H1_FAILED || \result == H1_NEED_ROOM ||
      \result == H1_DONE;
    ensures \result != H1_DONE ==> \forall integer i; 0 <= i < room.len ==>
      room.ptr[i] == \old(room.ptr[i]);
    ensures \result != H1_FAILED ==> *size == name.len + value.len + 4;
    ensures \result == H1_NEED_ROOM ==> *size > room.len;
    ensures \result == H1_DONE ==> *size <= room.len; */
h1_step h1_field_encode(h1_slice name, h1_slice value, h1_buffer room,
                        size_t *size);

#endif
