/* What is proven of parser/internal/encode.h: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_ENCODE_H_
#define H1_PARSER_PROOF_ENCODE_H_

/*@ predicate all_of_class(integer class_bit, h1_slice s) =
      \forall integer i; 0 <= i < s.len ==> class_byte(class_bit, s.ptr[i]); */

/*@ requires one_class(class_bit) && h1_readable(s);
    assigns \nothing;
    ensures \result <==> all_of_class(class_bit, s); */
bool h1_all_of_class(h1_slice s, unsigned class_bit);

/*@ predicate field_stands_at(uint8_t *to, integer at, h1_slice name,
                              h1_slice value) =
      stands_at(to, at, name) && to[at + name.len] == ':' &&
      to[at + name.len + 1] == ' ' && stands_at(to, at + name.len + 2, value) &&
      to[at + name.len + 2 + value.len] == '\r' &&
      to[at + name.len + 3 + value.len] == '\n'; */

/*@ assigns \nothing;
    ensures \result == size_sum(size_sum(name.len, value.len), 4); */
static inline size_t h1_field_size(h1_slice name, h1_slice value);

/*@ requires at + name.len + value.len + 4 <= SIZE_MAX;
    requires h1_readable(name) && h1_readable(value);
    requires \valid(to + (at .. at + name.len + value.len + 3));
    requires \separated(to + (at .. at + name.len + value.len + 3),
                        name.ptr + (0 .. name.len - 1));
    requires \separated(to + (at .. at + name.len + value.len + 3),
                        value.ptr + (0 .. value.len - 1));
    assigns to[at .. at + name.len + value.len + 3];
    exits \false;
    ensures \result == at + name.len + value.len + 4;
    ensures field_stands_at(to, at, name, value); */
static inline size_t h1_field_put(uint8_t *to, size_t at, h1_slice name,
                                  h1_slice value);

/*@ predicate field_line(h1_slice name, h1_slice value) =
      name.len > 0 && all_of_class(H1_CLASS_TOKEN, name) &&
      all_of_class(H1_CLASS_VALUE, value) &&
      (value.len > 0 ==> !ows_byte(value.ptr[0]) &&
                             !ows_byte(value.ptr[value.len - 1])); */

/*@ requires h1_readable(name) && h1_readable(value);
    assigns \nothing;
    ensures \result == H1_OK || \result == H1_ENCODE_NAME ||
      \result == H1_ENCODE_VALUE;
    ensures \result == H1_OK <==> field_line(name, value);
    ensures \result == H1_ENCODE_NAME <==>
      name.len == 0 || !all_of_class(H1_CLASS_TOKEN, name); */
h1_error h1_field_check(h1_slice name, h1_slice value);

/*@ logic integer fields_size(h1_field *f, integer n) =
      n <= 0 ? 0 : fields_size(f, n - 1) + f[n - 1].name.len +
                       f[n - 1].value.len + 4;

    predicate fields_readable(h1_field *f, integer n) =
      \valid_read(f + (0 .. n - 1)) &&
      \forall integer i; 0 <= i < n ==>
        h1_readable(f[i].name) && h1_readable(f[i].value);

    predicate fields_grow(h1_field *f, integer n) =
      \forall integer i; 0 <= i <= n ==>
        0 <= fields_size(f, i) <= fields_size(f, n); */

/*@ requires fields_readable(fields, count);
    assigns \nothing;
    ensures \result.fault == H1_OK ==> fields_grow(fields, count) &&
      \result.size == size_sum(before, fields_size(fields, count)) &&
      \forall integer i; 0 <= i < count ==>
        field_line(fields[i].name, fields[i].value); */
h1_measure h1_fields_total(const h1_field *fields, size_t count,
                           uint64_t not_here, size_t before);

/*@ requires fields_readable(fields, count) && fields_grow(fields, count);
    requires at + fields_size(fields, count) <= SIZE_MAX;
    requires \valid(to + (at .. at + fields_size(fields, count) - 1));
    requires \separated(to + (at .. at + fields_size(fields, count) - 1),
                        fields + (0 .. count - 1));
    requires \forall integer i; 0 <= i < count ==>
      \separated(to + (at .. at + fields_size(fields, count) - 1),
                 fields[i].name.ptr + (0 .. fields[i].name.len - 1)) &&
      \separated(to + (at .. at + fields_size(fields, count) - 1),
                 fields[i].value.ptr + (0 .. fields[i].value.len - 1));
    assigns to[at .. at + fields_size(fields, count) - 1];
    exits \false;
    ensures \result == at + fields_size(fields, count); */
size_t h1_fields_put(uint8_t *to, size_t at, const h1_field *fields,
                     size_t count);

#endif
