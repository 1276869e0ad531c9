/* Request targets: RFC 9112 3.2, RFC 3986 3.3 and 5.2.4.
 *
 * Paths are decoded once, segment by segment. Most need nothing: a first pass
 * looks for the segment that does, and without one the result is the input
 * itself. From that segment on the second pass writes decoded bytes into the
 * caller's room; a finished segment that reads "." or ".." is taken back out,
 * so that a dot can be hidden neither by an escape nor by a later pass.
 *
 * The contracts are in proof/target.h and proof/target_api.h, and are
 * proven. */
#include "parser/target.h"

#include <string.h>

#include "parser/internal/hex.h"
#include "parser/internal/text.h"

/* `c` in every byte of a word. */
#define EVERY(c) (UINT64_C(0x0101010101010101) * (uint8_t)(c))

/* A place in the path and in the room. */
typedef struct {
  size_t read, written;
} path_at;

#ifdef __FRAMAC__
#include "parser/proof/target.h"
#endif

static h1_slice slice_of(const uint8_t *ptr, size_t len) {
  h1_slice s = {ptr, len};
  return s;
}

/* Leaf around memchr: the index of the first `c` in p[from..n), n if none. */
static size_t find_byte(const uint8_t *p, size_t from, size_t n, uint8_t c) {
  if (from >= n) return n;
  const uint8_t *found = (const uint8_t *)memchr(p + from, c, n - from);
  return found == NULL ? n : (size_t)(found - p);
}

/* Leaf around memcpy: both hold `len` bytes and do not overlap. */
static void copy_path_bytes(uint8_t *to, const uint8_t *from, size_t len) {
  if (len != 0) memcpy(to, from, len);
}

/* ------------------------------------------------------------------ forms */

/* The length of "http://" or "https://" in front, any case; 0 for neither. */
static size_t scheme_prefix(const uint8_t *p, size_t n) {
  if (n < 7 || !h1_is_letter(p[0], 'h') || !h1_is_letter(p[1], 't') ||
      !h1_is_letter(p[2], 't') || !h1_is_letter(p[3], 'p')) {
    return 0;
  }
  const size_t at = h1_is_letter(p[4], 's') ? 5 : 4;
  if (n - at < 3) return 0;
  return p[at] == ':' && p[at + 1] == '/' && p[at + 2] == '/' ? at + 3 : 0;
}

/* path [ "?" query ] from `from` on; an empty path is "/". */
static void split_path(const uint8_t *p, size_t from, size_t n,
                       h1_target *out) {
  static const uint8_t root[] = "/";
  size_t mark = find_byte(p, from, n, '?');
  out->path =
      mark == from ? slice_of(root, 1) : slice_of(p + from, mark - from);
  out->has_query = mark < n;
  out->query =
      mark < n ? slice_of(p + mark + 1, n - mark - 1) : slice_of(NULL, 0);
}

/* `prefix`: the length of the scheme and "://". */
static h1_error split_absolute(const uint8_t *p, size_t prefix, size_t n,
                               h1_target *out) {
  size_t slash = find_byte(p, prefix, n, '/');
  size_t end = find_byte(p, prefix, slash, '?');
  h1_slice authority = slice_of(p + prefix, end - prefix);
  if (!h1_authority_valid(authority)) return H1_TARGET_AUTHORITY;
  out->form = H1_TARGET_ABSOLUTE;
  out->scheme = slice_of(p, prefix - 3);
  out->authority = authority;
  split_path(p, end, n, out);
  return H1_OK;
}

/* uri-host ":" port with a port that is there. */
static bool is_authority_form(h1_slice s) {
  size_t at = s.len;
  /*@ loop invariant at <= s.len;
      loop assigns at;
      loop variant at; */
  while (at > 0 && s.ptr[at - 1] >= '0' && s.ptr[at - 1] <= '9') at--;
  return at > 0 && at < s.len && s.ptr[at - 1] == ':' && h1_authority_valid(s);
}

h1_error h1_target_split(h1_slice target, h1_target *out) {
  const uint8_t *p = target.ptr;
  size_t n = target.len;
  const h1_target none = {H1_TARGET_ORIGIN, {NULL, 0}, {NULL, 0},
                          {NULL, 0},        {NULL, 0}, false};
  *out = none;
  if (n == 0) return H1_TARGET_FORM;
  if (p[0] == '/') {
    split_path(p, 0, n, out);
    return H1_OK;
  }
  if (n == 1 && p[0] == '*') {
    out->form = H1_TARGET_ASTERISK;
    return H1_OK;
  }
  size_t prefix = scheme_prefix(p, n);
  if (prefix != 0) return split_absolute(p, prefix, n, out);
  if (!is_authority_form(target)) return H1_TARGET_FORM;
  out->form = H1_TARGET_AUTHORITY_FORM;
  out->authority = target;
  return H1_OK;
}

/* ------------------------------------------------------------------ paths */

/* Leaf: the eight bytes from p[at] on, in memory order. */
static uint64_t load64(const uint8_t *p, size_t at) {
  uint64_t word;
  memcpy(&word, p + at, sizeof word);
  return word;
}

/* The high bit of each byte of `word` that is 0; no carry leaves its byte. */
static uint64_t zero_bytes(uint64_t word) {
  uint64_t low = (word & EVERY(0x7f)) + EVERY(0x7f);
  return ~(low | word) & EVERY(0x80);
}

/* Whether p[at + 1..at + 9) may hold a byte to decode or refuse, or "/." may
 * lie in p[at..at + 9). */
static bool is_suspect(const uint8_t *p, size_t at) {
  uint64_t before = load64(p, at);
  uint64_t word = load64(p, at + 1);
  uint64_t found = zero_bytes(word ^ EVERY('%'));
  found |= zero_bytes(word ^ EVERY('\\'));
  found |= zero_bytes(word & EVERY(0xe0)); /* controls */
  found |= zero_bytes((before ^ EVERY('/')) | (word ^ EVERY('.')));
  return found != 0;
}

/* Whether nothing in a path calls for a look at its segments: eight bytes at a
 * time, because most requests end here (5 ns where walking the segments takes
 * 45). False says nothing. p[0] is '/'. */
static bool is_plain(const uint8_t *p, size_t n) {
  size_t at = 0;
  if (n < 9) {
    size_t i = 1;
    /*@ loop invariant 1 <= i <= n && quiet_to(p, i);
        loop assigns i;
        loop variant n - i; */
    while (i < n && (h1_in_class(H1_CLASS_PLAIN, p[i]) || p[i] == '/' ||
                     (p[i] == '.' && p[i - 1] != '/'))) {
      i++;
    }
    return i >= n;
  }
  /*@ loop invariant at < n && quiet_to(p, at + 1);
      loop assigns at;
      loop variant n - at; */
  while (n - at >= 9 && !is_suspect(p, at)) at += 8;
  /* The last window overlaps the one before it. */
  return n - at < 9 && !is_suspect(p, n - 9);
}

/* Whether the plain segment that starts at `from` is "." or "..". */
static bool is_dot_segment(const uint8_t *p, size_t from, size_t n) {
  size_t at = from;
  /*@ loop invariant from <= at <= n && at - from <= 3;
      loop invariant at > from ==> p[from] == '.';
      loop invariant at > from + 1 ==> p[from + 1] == '.';
      loop invariant at > from + 2 ==> p[from + 2] == '.';
      loop assigns at;
      loop variant n - at; */
  while (at < n && at - from < 3 && p[at] == '.') at++;
  size_t dots = at - from;
  return (dots == 1 || dots == 2) && (at >= n || p[at] == '/');
}

/* Bytes that stay as they are wherever they stand, although they are not of
 * H1_CLASS_PLAIN. A '.' and '/' are judged by segment, these are refused. */
static bool is_kept(uint8_t c) {
  return c != '%' && c != '\\' && c != 0 && c != '\r' && c != '\n';
}

/* The start of the first segment that decoding changes or refuses; n if none.
 * p[0] is '/'. */
static size_t unchanged_end(h1_scan_level level, const uint8_t *p, size_t n) {
  size_t segment = 1;
  size_t at = 1;
  bool plain = !is_dot_segment(p, 1, n);
  /*@ loop invariant 1 <= segment <= at <= n && p[segment - 1] == '/';
      loop invariant kept_to(p, segment) && h1_no_dots(p, segment - 1, n);
      loop invariant plain ==> kept_to(p, at);
      loop invariant plain ==> h1_no_dots(p, at, n);
      loop assigns at, segment, plain;
      loop variant n - at; */
  while (plain && at < n) {
    at = h1_scan_until_not(level, H1_CLASS_PLAIN, p, at, n);
    if (at >= n) break;
    if (p[at] == '/') {
      segment = at + 1;
      plain = !is_dot_segment(p, segment, n);
    } else {
      plain = is_kept(p[at]);
    }
    at++;
  }
  return plain ? n : segment;
}

/* The fault of a decoded byte, H1_OK for most. */
static h1_error path_byte_fault(uint8_t c) {
  if (c == 0 || c == '\r' || c == '\n') return H1_PATH_CONTROL;
  return c == '\\' ? H1_PATH_BACKSLASH : H1_OK;
}

/* The byte that the escape at p[at] ('%') stands for, -1 when malformed. */
static int escape_value(const uint8_t *p, size_t at, size_t n) {
  if (n - at < 3) return -1;
  unsigned high = h1_hex_value(p[at + 1]);
  unsigned low = h1_hex_value(p[at + 2]);
  if (high == H1_HEX_NONE || low == H1_HEX_NONE) return -1;
  return (int)(high * 16 + low);
}

/* Copies bytes that stay as they are, as far as they reach; a look-up a byte,
 * for between escapes they are few. */
static path_at copy_plain(const uint8_t *p, size_t n, uint8_t *out,
                          path_at from) {
  size_t read = from.read, written = from.written;
  /*@ loop invariant from.written <= written <= read <= n;
      loop invariant from.read <= read;
      loop invariant \forall integer i; from.written <= i < written ==>
        segment_byte(out[i]);
      loop assigns read, written, out[from.written .. n - 1];
      loop variant n - read; */
  while (read < n && h1_in_class(H1_CLASS_PLAIN, p[read])) {
    out[written] = p[read];
    read++;
    written++;
  }
  const path_at at = {read, written};
  return at;
}

/* Decodes the byte or escape at `from`, which is no '/'. */
static h1_error decode_one(const uint8_t *p, size_t n, uint8_t *out,
                           path_at from, path_at *at) {
  const bool escape = p[from.read] == '%';
  const int c = escape ? escape_value(p, from.read, n) : p[from.read];
  *at = from;
  if (c < 0) return H1_PATH_ENCODING;
  const uint8_t byte = (uint8_t)c;
  const h1_error fault = path_byte_fault(byte);
  if (fault != H1_OK) return fault;
  /* Only an escape can be a '/' here. */
  out[from.written] = byte == '/' ? H1_PATH_ENCODED_SLASH : byte;
  at->written = from.written + 1;
  at->read = from.read + (escape ? 3 : 1);
  return H1_OK;
}

/* Decodes from a segment's first byte to the '/' after it, or n. */
static h1_error decode_segment(const uint8_t *p, size_t n, uint8_t *out,
                               path_at *at) {
  path_at here = copy_plain(p, n, out, *at);
  h1_error fault = H1_OK;
  /*@ loop invariant \at(at->written, Pre) <= here.written <= n;
      loop invariant \at(at->read, Pre) <= here.read <= n;
      loop invariant fault == H1_OK ==> here.written <= here.read <= n;
      loop invariant fault == H1_OK ==> \forall integer i;
        \at(at->written, Pre) <= i < here.written ==> segment_byte(out[i]);
      loop assigns here, fault, out[\at(at->written, Pre) .. n - 1];
      loop variant n - here.read + (fault == H1_OK ? 1 : 0); */
  while (fault == H1_OK && here.read < n && p[here.read] != '/') {
    fault = decode_one(p, n, out, here, &here);
    if (fault == H1_OK) here = copy_plain(p, n, out, here);
  }
  *at = here;
  return fault;
}

/* The start of the segment before the one that starts at `segment`, 0 when that
 * is the first. Each byte passed is then given up, so climbing is linear too.
 */
static size_t parent_start(const uint8_t *out, size_t segment) {
  if (segment < 2) return 0;
  size_t at = segment - 1;
  /*@ loop invariant 1 <= at < segment;
      loop assigns at;
      loop variant at; */
  while (at > 1 && out[at - 1] != '/') at--;
  return at;
}

/* Takes a finished dot segment out of out[segment..*written). */
static h1_error remove_dots(const uint8_t *out, size_t segment, size_t *written,
                            bool *removed) {
  size_t len = *written - segment;
  *removed = false;
  if (len < 1 || len > 2 || out[segment] != '.') return H1_OK;
  if (len == 2 && out[segment + 1] != '.') return H1_OK;
  size_t start = len == 1 ? segment : parent_start(out, segment);
  if (start == 0) return H1_PATH_ABOVE_ROOT;
  *written = start;
  *removed = true;
  return H1_OK;
}

/* Decodes p[from..n), which starts a segment, after out[0..from), a copy of
 * what precedes it. Never writes past what it read. */
static h1_error decode_rest(const uint8_t *p, size_t from, size_t n,
                            uint8_t *out, size_t *size) {
  path_at at = {from, from};
  h1_error fault = H1_OK;
  bool more = true;
  /*@ loop invariant 1 <= at.written <= n && out[0] == '/';
      loop invariant more ==> at.written <= at.read <= n && fault == H1_OK;
      loop invariant more ==> out[at.written - 1] == '/';
      loop invariant fault == H1_OK ==> written_so_far(out, at.written);
      loop invariant more ==> no_dots_before(out, at.written);
      loop invariant fault == H1_OK ==>
        h1_no_dots(out, at.written, at.written);
      loop assigns at, fault, more, out[1 .. n - 1];
      loop variant n - at.read + (more ? 1 : 0); */
  while (more) {
    size_t segment = at.written;
    bool removed = false;
    //@ ghost Segment: ;
    fault = decode_segment(p, n, out, &at);
    /*@ assert \forall integer k; 0 <= k < segment ==>
          out[k] == \at(out[k], Segment); */
    //@ assert fault == H1_OK ==> h1_no_slash(out, segment, at.written);
    //@ assert no_dots_before(out, segment);
    //@ assert fault == H1_OK ==> h1_no_dots(out, segment - 1, at.written);
    if (fault == H1_OK) {
      fault = remove_dots(out, segment, &at.written, &removed);
    }
    //@ assert fault == H1_OK && removed ==> out[at.written - 1] == '/';
    //@ assert fault == H1_OK && removed ==> no_dots_before(out, at.written);
    /*@ assert fault == H1_OK && !removed ==>
          h1_no_dots(out, segment - 1, at.written) &&
          h1_no_slash(out, segment, at.written) &&
          !h1_dots_at(out, segment, at.written); */
    //@ assert fault == H1_OK ==> h1_no_dots(out, at.written, at.written);
    more = fault == H1_OK && at.read < n;
    if (more) {
      /* A removed segment leaves the '/' before it as the separator. */
      if (!removed) {
        out[at.written] = '/';
        at.written++;
      }
      at.read++;
    }
  }
  *size = at.written;
  return fault;
}

h1_error h1_path_decode(h1_scan_level level, h1_slice path, h1_buffer room,
                        h1_slice *out) {
  const uint8_t *p = path.ptr;
  size_t n = path.len;
  *out = slice_of(NULL, 0);
  if (n == 0 || p[0] != '/') return H1_TARGET_FORM;
  size_t unchanged = is_plain(p, n) ? n : unchanged_end(level, p, n);
  if (unchanged >= n) {
    *out = path;
    return H1_OK;
  }
  if (room.len < n) return H1_NO_MEMORY;
  //@ assert p[unchanged - 1] == '/' && h1_no_dots(p, unchanged - 1, n);
  /*@ assert \forall integer k; 0 <= k < unchanged - 1 && p[k] == '/' ==>
        !h1_dots_at(p, k + 1, n); */
  //@ assert no_dots_before(p, unchanged);
  size_t size = 0;
  copy_path_bytes(room.ptr, p, unchanged);
  /*@ assert \forall integer k; 0 <= k < unchanged ==>
        room.ptr[k] == path.ptr[k]; */
  //@ assert no_dots_before(room.ptr, unchanged);
  h1_error fault = decode_rest(p, unchanged, n, room.ptr, &size);
  if (fault == H1_OK) *out = slice_of(room.ptr, size);
  return fault;
}

/* ------------------------------------------------------------ form pairs */

bool h1_form_next(h1_slice *rest, h1_slice *name, h1_slice *value) {
  const uint8_t *p = rest->ptr;
  size_t n = rest->len;
  size_t from = 0;
  /*@ loop invariant from <= n;
      loop assigns from;
      loop variant n - from; */
  while (from < n && p[from] == '&') from++;
  *name = slice_of(NULL, 0);
  *value = slice_of(NULL, 0);
  if (from >= n) {
    *rest = slice_of(NULL, 0);
    return false;
  }
  size_t end = find_byte(p, from, n, '&');
  size_t equals = find_byte(p, from, end, '=');
  size_t value_at = equals < end ? equals + 1 : end;
  size_t next = end < n ? end + 1 : n;
  *name = slice_of(p + from, equals - from);
  *value = slice_of(p + value_at, end - value_at);
  *rest = slice_of(p + next, n - next);
  return true;
}

h1_error h1_form_decode(h1_slice in, h1_buffer room, size_t *size) {
  const uint8_t *p = in.ptr;
  size_t n = in.len;
  size_t i = 0;
  size_t w = 0;
  int c = 0;
  *size = 0;
  if (room.len < n) return H1_NO_MEMORY;
  /*@ loop invariant w <= i <= n && c <= 255;
      loop assigns w, i, c, room.ptr[0 .. n - 1];
      loop variant n - i + (c >= 0 ? 1 : 0); */
  while (c >= 0 && i < n) {
    bool escape = p[i] == '%';
    c = escape ? escape_value(p, i, n) : p[i] == '+' ? ' ' : p[i];
    if (c >= 0) {
      room.ptr[w] = (uint8_t)c;
      w++;
      i += escape ? 3 : 1;
    }
  }
  if (c < 0) return H1_PATH_ENCODING;
  *size = w;
  return H1_OK;
}
