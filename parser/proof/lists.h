/* What is proven of parser/lists.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_LISTS_H_
#define H1_PARSER_PROOF_LISTS_H_

/*@ requires \valid_read(l) && h1_fields_sound(l->fields);
    requires 0 <= l->id < H1_FIELD_COUNT && h1_readable(l->name);
    assigns \nothing;
    ensures \result <= l->fields->count;
    ensures \result < l->fields->count ==> \result >= from; */
static size_t find_line(const h1_list *l, size_t from);

/*@ requires from < n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from < \result <= n;
    ensures \result < n ==> p[\result] == '"'; */
static size_t quoted_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from < n && \valid_read(p + (0 .. n - 1)) && p[from] != ',';
    requires \valid(malformed) && \separated(malformed, p + (0 .. n - 1));
    assigns *malformed;
    ensures from < \result <= n;
    ensures \result < n ==> p[\result] == ','; */
static size_t member_end(const uint8_t *p, size_t from, size_t n,
                         bool *malformed);

/*@ requires from <= to && \valid_read(p + (0 .. to - 1));
    assigns \nothing;
    ensures from <= \result <= to;
    ensures \result > from ==> !ows_byte(p[\result - 1]);
    ensures \forall integer k; \result <= k < to ==> ows_byte(p[k]); */
static size_t trim_end(const uint8_t *p, size_t from, size_t to);

/*@ requires h1_readable(line) && \valid(at);
    requires \valid(malformed) && \valid(member);
    requires \separated(at, malformed, member,
                        line.ptr + (0 .. line.len - 1));
    assigns *at, *malformed, *member;
    ensures \result ==> \old(*at) < *at <= line.len;
    ensures \result ==> h1_readable(*member) && 0 < member->len <= line.len; */
static bool line_next(h1_slice line, size_t *at, bool *malformed,
                      h1_slice *member);

/*@ requires from < n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from < \result <= n;
    ensures \result < n ==> p[\result] == '"' &&
      \forall integer k; from < k < \result ==> value_byte(p[k]); */
static size_t quoted_string_end(const uint8_t *p, size_t from, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    requires \valid(separated) && \separated(separated, p + (0 .. n - 1));
    assigns *separated;
    ensures from <= \result <= n;
    ensures *separated ==> \result > from; */
static size_t skip_separators(const uint8_t *p, size_t from, size_t n,
                              bool *separated);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(out);
    requires \separated(out, p + (0 .. n - 1));
    assigns out->value_at, out->value_end, out->next, out->quoted;
    ensures \result ==>
      from <= out->value_at <= out->value_end <= out->next <= n;
    ensures \result ==> out->next > from;
    ensures \result ==> \forall integer k;
      out->value_at <= k < out->value_end ==>
        value_byte(p[k]) || token_byte(p[k]); */
static bool read_value(const uint8_t *p, size_t from, size_t n, param *out);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(out);
    requires \separated(out, p + (0 .. n - 1));
    assigns *out;
    ensures \result ==> from == out->name_at < out->name_end &&
      out->name_end < out->value_at <= out->value_end <= out->next <= n;
    ensures \result ==> \forall integer k;
      out->name_at <= k < out->name_end ==> token_byte(p[k]);
    ensures \result ==> \forall integer k;
      out->value_at <= k < out->value_end ==>
        value_byte(p[k]) || token_byte(p[k]); */
static bool read_param(const uint8_t *p, size_t from, size_t n, param *out);

#endif
