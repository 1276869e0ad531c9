/* See version.h. */
#define _GNU_SOURCE
#include "handlers/static/version.h"

#include <string.h>

#include "parser/values.h"

enum {
  YOUNG_S = 2,
  DAY_S = 86400,
  HOUR_S = 3600,
  EPOCH_1980_S = 315532800,  /* the first date a zip archive can hold */
  LOCAL_TIME_S = 14 * HOUR_S /* the widest time zone */
};
#define YEAR_10000_S INT64_C(253402300800)

h1_static_identity h1_static_identity_of(const struct stat *st) {
  h1_static_identity id = {
      .dev = (uint64_t)st->st_dev,
      .ino = (uint64_t)st->st_ino,
      .size = st->st_size > 0 ? (uint64_t)st->st_size : 0,
      .mtime_s = (int64_t)st->st_mtim.tv_sec,
      .ctime_s = (int64_t)st->st_ctim.tv_sec,
      .mtime_ns = (uint32_t)st->st_mtim.tv_nsec,
      .ctime_ns = (uint32_t)st->st_ctim.tv_nsec,
  };
  return id;
}

bool h1_static_identity_equal(const h1_static_identity *a,
                              const h1_static_identity *b) {
  return a->ino == b->ino && a->dev == b->dev && a->size == b->size &&
         a->mtime_s == b->mtime_s && a->mtime_ns == b->mtime_ns &&
         a->ctime_s == b->ctime_s && a->ctime_ns == b->ctime_ns;
}

/* Whether less than YOUNG_S may have passed between the file time and now_s,
 * which was rounded down. Written without differences, which could overflow. */
static bool is_recent(int64_t time_s, uint32_t time_ns, int64_t now_s) {
  const int64_t limit = now_s - YOUNG_S;
  return time_s > limit || (time_s == limit && time_ns > 0);
}

/* The ctime cannot be set at will, so one ahead of our clock means clocks that
 * disagree: how long ago the change was is not known, but it was before the
 * file was first met like this. A future mtime was put there by someone and
 * says nothing. */
bool h1_static_is_young(const h1_static_identity *id, h1_static_times t) {
  if (id->ctime_s > t.now_s) return t.now_ms - t.seen_ms < YOUNG_S * 1000;
  if (is_recent(id->ctime_s, id->ctime_ns, t.now_s)) return true;
  return id->mtime_s <= t.now_s &&
         is_recent(id->mtime_s, id->mtime_ns, t.now_s);
}

/* Build and archive tools stamp files with the beginning of 1970 or of 1980, in
 * some time zone; nothing was last modified then, and nothing in the future. */
static bool is_plausible(int64_t mtime_s, int64_t now_s) {
  if (mtime_s <= DAY_S || mtime_s > now_s || mtime_s >= YEAR_10000_S) {
    return false;
  }
  return mtime_s < EPOCH_1980_S - LOCAL_TIME_S ||
         mtime_s > EPOCH_1980_S + LOCAL_TIME_S;
}

static void make_etag(const uint8_t hash[H1_STATIC_HASH_BYTES],
                      uint8_t out[H1_STATIC_ETAG_BYTES]) {
  static const char hex[] = "0123456789abcdef";
  for (size_t i = 0; i < H1_STATIC_HASH_BYTES; i++) {
    out[2 * i] = (uint8_t)hex[hash[i] >> 4];
    out[2 * i + 1] = (uint8_t)hex[hash[i] & 15];
  }
}

/* Appends "name: value\r\n"; a line that does not fit is left out, and the
 * sizes are chosen so that all do. */
static uint16_t add_line(h1_static_version *f, uint16_t at, const char *name,
                         h1_slice value) {
  const h1_buffer room = {f->lines + at, H1_STATIC_LINES_BYTES - at};
  size_t size = 0;
  if (h1_field_encode(h1_slice_of(name), value, room, &size) != H1_DONE) {
    return at;
  }
  return (uint16_t)(at + size);
}

static uint16_t add_etag(h1_static_version *f, uint16_t at) {
  uint8_t quoted[H1_STATIC_ETAG_BYTES + 2];
  quoted[0] = quoted[H1_STATIC_ETAG_BYTES + 1] = '"';
  memcpy(quoted + 1, f->etag, H1_STATIC_ETAG_BYTES);
  const h1_slice value = {quoted, sizeof quoted};
  return add_line(f, at, "ETag", value);
}

static uint16_t add_modified(h1_static_version *f, uint16_t at) {
  uint8_t date[H1_DATE_BYTES];
  if (!h1_date_encode(f->modified_s, date)) return at;
  const h1_slice value = {date, sizeof date};
  return add_line(f, at, "Last-Modified", value);
}

static void write_lines(h1_static_version *f, h1_slice cache_control) {
  uint16_t at = f->has_etag ? add_etag(f, 0) : 0;
  if (cache_control.len > 0 &&
      cache_control.len <= H1_STATIC_CACHE_CONTROL_MAX) {
    memcpy(f->lines + at, cache_control.ptr, cache_control.len);
    at = (uint16_t)(at + cache_control.len);
  }
  f->lines_304 = at;
  if (f->coding != H1_CODING_IDENTITY) {
    const h1_slice name = h1_slice_of(h1_coding_name(f->coding));
    at = add_line(f, at, "Content-Encoding", name);
  }
  f->lines_if_range = add_line(f, at, "Accept-Ranges", h1_slice_of("bytes"));
  f->lines_all =
      f->has_modified ? add_modified(f, f->lines_if_range) : f->lines_if_range;
}

void h1_static_version_describe(h1_static_version *f,
                                const h1_static_identity *id,
                                const h1_static_facts *facts) {
  const int64_t now_s = facts->times.now_s;
  f->id = *id;
  f->fd = facts->fd;
  f->contents = NULL;
  f->type = facts->type;
  f->coding = facts->coding;
  f->local = facts->local;
  f->young = h1_static_is_young(id, facts->times);
  f->seen_ms = facts->times.seen_ms;
  memset(&f->siblings, 0, sizeof f->siblings);
  f->varies = false;
  f->has_etag = !f->young && facts->hash != NULL;
  f->has_modified = !f->young && is_plausible(id->mtime_s, now_s);
  f->modified_s = f->has_modified ? id->mtime_s : INT64_MIN;
  if (f->has_etag) make_etag(facts->hash, f->etag);
  write_lines(f, facts->cache_control);
}

void h1_static_version_disown(h1_static_version *f, h1_slice cache_control) {
  f->young = true;
  f->has_etag = false;
  f->has_modified = false;
  f->modified_s = INT64_MIN;
  write_lines(f, cache_control);
}

/* ---- preconditions, RFC 9110 13 ---- */

static bool names_this(const h1_static_version *f, const h1_fields *fields,
                       h1_field_id id, bool strong) {
  const h1_slice opaque = {f->etag, H1_STATIC_ETAG_BYTES};
  const h1_etag mine = {.weak = false, .opaque = opaque};
  return h1_etag_list_matches(fields, id, f->has_etag ? &mine : NULL, strong);
}

static bool stands_alone(const h1_fields *fields, h1_field_id id) {
  if (!h1_fields_has(fields, id)) return false;
  return h1_fields_find(fields, id, (size_t)fields->first[id] + 1) ==
         fields->count;
}

/* Whether the file has a date and the field holds one too, alone on its line
 * and on one line alone: only then does the field count (RFC 9110 13.1.3,
 * 13.1.4). */
static bool dates_compare(const h1_static_version *f, const h1_fields *fields,
                          h1_field_id id, int64_t now_s, int64_t *date_s) {
  if (!f->has_modified || !stands_alone(fields, id)) return false;
  return h1_date_decode(h1_fields_get(fields, id), now_s, date_s);
}

h1_static_verdict h1_static_preconditions(const h1_static_version *f,
                                          const h1_fields *fields,
                                          int64_t now_s) {
  int64_t date_s;
  if (h1_fields_has(fields, H1_FIELD_IF_MATCH)) {
    if (!names_this(f, fields, H1_FIELD_IF_MATCH, true)) {
      return H1_STATIC_REFUSED;
    }
  } else if (dates_compare(f, fields, H1_FIELD_IF_UNMODIFIED_SINCE, now_s,
                           &date_s)) {
    if (f->modified_s > date_s) return H1_STATIC_REFUSED;
  }
  /* Nothing about a young file may be said to be unchanged. */
  if (f->young) return H1_STATIC_SEND;
  if (h1_fields_has(fields, H1_FIELD_IF_NONE_MATCH)) {
    return names_this(f, fields, H1_FIELD_IF_NONE_MATCH, false)
               ? H1_STATIC_NOT_MODIFIED
               : H1_STATIC_SEND;
  }
  if (dates_compare(f, fields, H1_FIELD_IF_MODIFIED_SINCE, now_s, &date_s) &&
      f->modified_s <= date_s) {
    return H1_STATIC_NOT_MODIFIED;
  }
  return H1_STATIC_SEND;
}

/* If-Range holds one strong entity tag or a date, which must be the very one we
 * send. Last-Modified is a strong validator here (RFC 9110 8.8.2.2): it was
 * withheld until the file had been left alone for longer than its grain. */
static bool if_range_names_this(const h1_static_version *f, h1_slice value,
                                int64_t now_s) {
  h1_etag theirs;
  if (h1_etag_decode(value, &theirs)) {
    const h1_slice opaque = {f->etag, H1_STATIC_ETAG_BYTES};
    return f->has_etag && !theirs.weak && h1_slice_equal(theirs.opaque, opaque);
  }
  int64_t date_s;
  return f->has_modified && h1_date_decode(value, now_s, &date_s) &&
         date_s == f->modified_s;
}

bool h1_static_range_applies(const h1_static_version *f, const h1_request *r,
                             int64_t now_s) {
  if (r->method != H1_GET) return false;
  if (!h1_fields_has(&r->fields, H1_FIELD_RANGE)) return false;
  if (!h1_fields_has(&r->fields, H1_FIELD_IF_RANGE)) return true;
  return if_range_names_this(f, h1_fields_get(&r->fields, H1_FIELD_IF_RANGE),
                             now_s);
}
