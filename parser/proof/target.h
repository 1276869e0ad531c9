/* What is proven of parser/target.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_TARGET_H_
#define H1_PARSER_PROOF_TARGET_H_

/*@ assigns \nothing;
    ensures \result.ptr == ptr && \result.len == len; */
static h1_slice slice_of(const uint8_t *ptr, size_t len);

/*@ requires from >= n || \valid_read(p + (from .. n - 1));
    assigns \nothing;
    exits \false;
    ensures from >= n ==> \result == n;
    ensures from < n ==> from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==> p[k] != c;
    ensures \result < n ==> p[\result] == c; */
static size_t find_byte(const uint8_t *p, size_t from, size_t n, uint8_t c);

/*@ requires \valid(to + (0 .. len - 1)) && \valid_read(from + (0 .. len - 1));
    requires \separated(to + (0 .. len - 1), from + (0 .. len - 1));
    assigns to[0 .. len - 1];
    exits \false;
    ensures \forall integer i; 0 <= i < len ==> to[i] == from[i]; */
static void copy_path_bytes(uint8_t *to, const uint8_t *from, size_t len);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result == 0 || 7 <= \result <= 8;
    ensures \result <= n;
    ensures \result > 0 ==> p[0] != '/' && p[0] != '*'; */
static size_t scheme_prefix(const uint8_t *p, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1)) && \valid(out);
    requires \separated(out, p + (0 .. n - 1));
    assigns out->path, out->query, out->has_query;
    ensures h1_readable(out->path) && out->path.len > 0;
    ensures h1_readable(out->query); */
static void split_path(const uint8_t *p, size_t from, size_t n, h1_target *out);

/*@ requires 7 <= prefix <= n && \valid_read(p + (0 .. n - 1)) && \valid(out);
    requires \separated(out, p + (0 .. n - 1));
    assigns *out;
    ensures \result == H1_OK ==> out->form == H1_TARGET_ABSOLUTE &&
      h1_readable(out->scheme) && h1_readable(out->authority) &&
      h1_readable(out->path) && h1_readable(out->query);
    ensures \result != H1_OK ==> *out == \old(*out); */
static h1_error split_absolute(const uint8_t *p, size_t prefix, size_t n,
                               h1_target *out);

/*@ requires h1_readable(s);
    assigns \nothing;
    ensures \result ==> s.len > 1; */
static bool is_authority_form(h1_slice s);

/* What a path may hold undecoded, and "." or ".." as a whole segment. */
/*@ predicate kept(integer c) =
      c != '%' && c != '\\' && c != 0 && c != '\r' && c != '\n';
    predicate kept_to{L}(uint8_t *p, integer n) =
      \forall integer i; 0 <= i < n ==> kept(p[i]);
    predicate quiet_to{L}(uint8_t *p, integer end) =
      \forall integer k; 0 < k < end ==> kept(p[k]) &&
        !(p[k - 1] == '/' && p[k] == '.'); */

/*@ requires \valid_read(p + (at .. at + 7));
    assigns \nothing;
    exits \false; */
static uint64_t load64(const uint8_t *p, size_t at);

/*@ assigns \nothing; */
static uint64_t zero_bytes(uint64_t word);

/*@ requires at + 8 <= SIZE_MAX && \valid_read(p + (at .. at + 8));
    assigns \nothing;
    exits \false;
    ensures !\result ==> \forall integer k; at < k <= at + 8 ==> kept(p[k]) &&
      !(p[k - 1] == '/' && p[k] == '.'); */
static bool is_suspect(const uint8_t *p, size_t at);

/*@ requires n > 0 && \valid_read(p + (0 .. n - 1)) && p[0] == '/';
    assigns \nothing;
    ensures \result ==> quiet_to(p, n); */
static bool is_plain(const uint8_t *p, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures \result <==> h1_dots_at(p, from, n); */
static bool is_dot_segment(const uint8_t *p, size_t from, size_t n);

/*@ assigns \nothing;
    ensures \result <==>
      c != '%' && c != '\\' && c != 0 && c != '\r' && c != '\n'; */
static bool is_kept(uint8_t c);

/*@ requires 0 < n && \valid_read(p + (0 .. n - 1)) && p[0] == '/';
    assigns \nothing;
    ensures 1 <= \result <= n;
    ensures \result < n ==> p[\result - 1] == '/';
    ensures kept_to(p, \result);
    ensures \result == n ==> h1_no_dots(p, n, n);
    ensures h1_no_dots(p, \result - 1, n); */
static size_t unchanged_end(h1_scan_level level, const uint8_t *p, size_t n);

/*@ assigns \nothing;
    ensures \result == H1_OK <==> c != 0 && c != '\\' && c != '\r' && c != '\n';
 */
static h1_error path_byte_fault(uint8_t c);

/*@ requires at < n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures -1 <= \result <= 255;
    ensures \result >= 0 <==> n - at >= 3 && hexdig_byte(p[at + 1]) &&
      hexdig_byte(p[at + 2]);
    ensures \result >= 0 ==>
      \result == hex_value(p[at + 1]) * 16 + hex_value(p[at + 2]); */
static int escape_value(const uint8_t *p, size_t at, size_t n);

/*@ predicate is_room{L}(uint8_t *p, integer n, uint8_t *out) =
      \valid_read(p + (0 .. n - 1)) && \valid(out + (0 .. n - 1)) &&
      \separated(out + (0 .. n - 1), p + (0 .. n - 1));
    predicate clean_byte(integer c) = c != '\\' && c != '\r' && c != '\n';
    predicate segment_byte(integer c) = c != '/' && clean_byte(c); */

/*@ requires from.written <= from.read <= n && is_room(p, n, out);
    assigns out[from.written .. n - 1];
    ensures \result.written <= \result.read <= n;
    ensures from.written <= \result.written && from.read <= \result.read;
    ensures \result.read < n ==> !plain_byte(p[\result.read]);
    ensures \forall integer i; from.written <= i < \result.written ==>
      segment_byte(out[i]); */
static path_at copy_plain(const uint8_t *p, size_t n, uint8_t *out,
                          path_at from);

/*@ requires from.written <= from.read < n && is_room(p, n, out);
    requires p[from.read] != '/' && \valid(at);
    requires \separated(at, p + (0 .. n - 1), out + (0 .. n - 1));
    assigns *at, out[from.written];
    ensures from.read <= at->read <= n && from.written <= at->written <= n;
    ensures \result == H1_OK ==> at->written <= at->read <= n &&
      at->read > from.read && at->written == from.written + 1 &&
      segment_byte(out[from.written]); */
static h1_error decode_one(const uint8_t *p, size_t n, uint8_t *out,
                           path_at from, path_at *at);

/*@ requires is_room(p, n, out) && \valid(at);
    requires at->written <= at->read <= n;
    requires \separated(at, p + (0 .. n - 1), out + (0 .. n - 1));
    assigns *at, out[at->written .. n - 1];
    ensures \old(at->written) <= at->written <= n;
    ensures \old(at->read) <= at->read <= n;
    ensures \result == H1_OK ==> at->written <= at->read <= n &&
      \old(at->written) <= at->written && \old(at->read) <= at->read;
    ensures \result == H1_OK ==> h1_ends_at(p, at->read, n);
    ensures \result == H1_OK ==> \forall integer i;
      \old(at->written) <= i < at->written ==> segment_byte(out[i]); */
static h1_error decode_segment(const uint8_t *p, size_t n, uint8_t *out,
                               path_at *at);

/*@ predicate h1_no_slash{L}(uint8_t *p, integer from, integer end) =
      \forall integer i; from <= i < end ==> p[i] != '/'; */

/*@ requires \valid_read(out + (0 .. segment - 1));
    assigns \nothing;
    ensures \result == 0 || (1 <= \result < segment);
    ensures \result > 1 ==> out[\result - 1] == '/';
    ensures segment >= 2 ==> \result >= 1; */
static size_t parent_start(const uint8_t *out, size_t segment);

/*@ requires 1 <= segment <= *written && \valid(written) && \valid(removed);
    requires \valid_read(out + (0 .. *written - 1));
    requires \separated(written, removed, out + (0 .. *written - 1));
    assigns *written, *removed;
    ensures 1 <= *written <= \old(*written);
    ensures \result == H1_OK && *removed ==> 1 <= *written <= segment &&
      (*written == 1 || *written == segment || out[*written - 1] == '/');
    ensures !*removed ==> *written == \old(*written);
    ensures \result == H1_OK && !*removed && h1_no_slash(out, segment,
      \old(*written)) ==> !h1_dots_at(out, segment, \old(*written)); */
static h1_error remove_dots(const uint8_t *out, size_t segment, size_t *written,
                            bool *removed);

/*@ predicate written_so_far{L}(uint8_t *out, integer written) =
      \forall integer i; 0 <= i < written ==> clean_byte(out[i]);
    predicate no_dots_before{L}(uint8_t *out, integer segment) =
      \forall integer k; 0 <= k < segment - 1 && out[k] == '/' &&
        out[k + 1] == '.' ==> k + 2 < segment && out[k + 2] != '/' &&
          (out[k + 2] == '.' ==> k + 3 < segment && out[k + 3] != '/'); */

/*@ requires 1 <= from <= n && is_room(p, n, out) && \valid(size);
    requires \separated(size, p + (0 .. n - 1), out + (0 .. n - 1));
    requires out[0] == '/' && out[from - 1] == '/';
    requires written_so_far(out, from) && no_dots_before(out, from);
    assigns *size, out[from .. n - 1], out[1 .. n - 1];
    ensures \result == H1_OK ==> 1 <= *size <= n && out[0] == '/';
    ensures \result == H1_OK ==> written_so_far(out, *size);
    ensures \result == H1_OK ==> h1_no_dots(out, *size, *size); */
static h1_error decode_rest(const uint8_t *p, size_t from, size_t n,
                            uint8_t *out, size_t *size);

#endif
