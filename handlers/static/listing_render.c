/* A listing as text; see listing.h. The text is a row of parts, each of some
 * units; what is written next is whole units, as many as fit. No unit is larger
 * than H1_LISTING_ROOM: the largest holds a name twice, once percent-encoded,
 * three bytes for one, once as text, six for one. */
#include <string.h>

#include "handlers/static/listing.h"
#include "handlers/static/listing_page.h"
#include "handlers/static/listing_text.h"
#include "parser/slice.h"

typedef struct {
  const h1_listing *l;
  const h1_listing_place *place;
  h1_listing_text t;
} writer;

/* ---- the path ---- */

static size_t depth_of(h1_slice rest) {
  size_t depth = 0;
  for (size_t i = 0; i < rest.len; i++) depth += rest.ptr[i] == '/';
  return depth;
}

/* The segment of that number, without its slash. */
static h1_slice segment_of(h1_slice rest, size_t number) {
  size_t from = 0;
  for (size_t i = 0; number > 0 && i < rest.len; i++) {
    if (rest.ptr[i] != '/') continue;
    number--;
    from = i + 1;
  }
  h1_slice segment = {rest.ptr + from, 0};
  while (from + segment.len < rest.len && segment.ptr[segment.len] != '/') {
    segment.len++;
  }
  return segment;
}

/* Unit 0 is the prefix, each other a segment. False: there is no such unit. */
static bool put_path(writer *w, size_t unit,
                     void (*put)(h1_listing_text *, h1_slice)) {
  if (unit > depth_of(w->place->rest)) return false;
  if (unit == 0) {
    put(&w->t, w->place->prefix);
    return true;
  }
  put(&w->t, segment_of(w->place->rest, unit - 1));
  h1_listing_put(&w->t, "/");
  return true;
}

/* Folders further up than this are named, and no link leads to them: with all
 * its "../" it would be too long. */
#define CRUMB_LINKS_MAX ((size_t)256)

/* Links that are relative stay right when a proxy serves this elsewhere. */
static bool put_crumb(writer *w, size_t unit) {
  const size_t depth = depth_of(w->place->rest);
  if (unit > depth) return false;
  const bool is_link = unit < depth && depth - unit <= CRUMB_LINKS_MAX;
  h1_listing_put(&w->t, unit == depth ? "<li aria-current=\"page\">" : "<li>");
  if (is_link) {
    h1_listing_put(&w->t, "<a href=\"");
    for (size_t i = unit; i < depth; i++) h1_listing_put(&w->t, "../");
    h1_listing_put(&w->t, "\">");
  }
  h1_listing_put(&w->t, "<bdi>");
  h1_listing_put_html(&w->t, unit == 0 ? w->place->prefix
                                       : segment_of(w->place->rest, unit - 1));
  h1_listing_put(&w->t, is_link ? "</bdi></a></li>\n" : "</bdi></li>\n");
  return true;
}

/* ---- the page ---- */

static void put_counted(writer *w, size_t n, const char *one,
                        const char *many) {
  h1_listing_put_number(&w->t, n);
  h1_listing_put(&w->t, n == 1 ? one : many);
}

static void put_summary(writer *w) {
  const size_t files = w->l->count - w->l->folders;
  if (w->l->folders > 0) put_counted(w, w->l->folders, " folder", " folders");
  if (w->l->folders > 0 && files > 0) h1_listing_put(&w->t, ", ");
  if (files == 0) return;
  put_counted(w, files, " file", " files");
  h1_listing_put(&w->t, ", ");
  h1_listing_put_size(&w->t, w->l->file_bytes);
}

static void put_parent(writer *w) {
  if (w->place->rest.len == 0) return;
  h1_listing_put(&w->t,
                 "<tr><td><a class=\"up\" href=\"../\">Parent folder</a></td>"
                 "<td></td><td></td></tr>\n");
}

/* Signed, so that what is no number comes first. */
static void put_sort_key(writer *w, const h1_listing_facts *f) {
  h1_listing_put(&w->t, f->mtime_s < 0 ? "-" : "");
  h1_listing_put_number(
      &w->t, f->mtime_s < 0 ? 0 - (uint64_t)f->mtime_s : (uint64_t)f->mtime_s);
}

static void put_entry_time(writer *w, const h1_listing_facts *f) {
  h1_listing_put(&w->t, "<td data-key=\"");
  put_sort_key(w, f);
  h1_listing_put(&w->t, "\"><time datetime=\"");
  if (!h1_listing_put_time(&w->t, f->mtime_s, false)) {
    h1_listing_put(&w->t, "\"></time></td></tr>\n");
    return;
  }
  h1_listing_put(&w->t, "\">");
  (void)h1_listing_put_time(&w->t, f->mtime_s, true);
  h1_listing_put(&w->t, "</time></td></tr>\n");
}

static void put_entry_size(writer *w, const h1_listing_facts *f) {
  if (f->is_folder) {
    h1_listing_put(&w->t, "<td data-key=\"-1\"></td>");
    return;
  }
  h1_listing_put(&w->t, "<td data-key=\"");
  h1_listing_put_number(&w->t, f->size);
  h1_listing_put(&w->t, "\">");
  h1_listing_put_size(&w->t, f->size);
  h1_listing_put(&w->t, "</td>");
}

/* "./" in front: a name with a colon is no scheme. */
static void put_href(writer *w, size_t i) {
  h1_listing_put(&w->t, "./");
  h1_listing_put_segment(&w->t, h1_listing_name(w->l, i));
  if (w->l->entries[i].facts.is_folder) h1_listing_put(&w->t, "/");
}

static bool put_row(writer *w, size_t i) {
  if (i >= w->l->count) return false;
  const h1_listing_facts *f = &w->l->entries[i].facts;
  h1_listing_put(&w->t, "<tr><td><a class=\"");
  h1_listing_put(&w->t, f->is_folder ? "folder" : "file");
  h1_listing_put(&w->t, "\" href=\"");
  put_href(w, i);
  h1_listing_put(&w->t, "\"><bdi>");
  h1_listing_put_html(&w->t, h1_listing_name(w->l, i));
  h1_listing_put(&w->t, f->is_folder ? "/</bdi></a></td>" : "</bdi></a></td>");
  put_entry_size(w, f);
  put_entry_time(w, f);
  return true;
}

static void put_notes(writer *w) {
  if (w->l->count == 0 && w->l->left_out == 0) {
    h1_listing_put(&w->t, "<p class=\"note\">This folder is empty.</p>\n");
  }
  if (w->l->more) {
    h1_listing_put(&w->t, "<p class=\"note\">Only ");
    h1_listing_put_number(&w->t, w->l->count);
    h1_listing_put(&w->t, " entries are shown: this folder has more.</p>\n");
  }
  if (w->l->left_out > 0) {
    h1_listing_put(&w->t, "<p class=\"note\">");
    put_counted(w, w->l->left_out, " name is left out: it holds",
                " names are left out: they hold");
    h1_listing_put(&w->t,
                   " a backslash or a line break, which no address may "
                   "hold.</p>\n");
  }
}

static bool put_between(writer *w, unsigned which, size_t unit) {
  switch (which) {
    case H1_LISTING_TITLE:
      return put_path(w, unit, h1_listing_put_html);
    case H1_LISTING_CRUMBS:
      return put_crumb(w, unit);
    case H1_LISTING_ENTRIES:
      return put_row(w, unit);
    case H1_LISTING_SUMMARY:
      if (unit == 0) put_summary(w);
      break;
    case H1_LISTING_PARENT:
      if (unit == 0) put_parent(w);
      break;
    default:
      if (unit == 0) put_notes(w);
      break;
  }
  return unit == 0;
}

/* A piece goes out in units of this many bytes. */
#define PIECE_UNIT ((size_t)1024)

static bool put_piece(writer *w, h1_slice piece, size_t unit) {
  if (unit * PIECE_UNIT >= piece.len) return false;
  const size_t left = piece.len - unit * PIECE_UNIT;
  const size_t size = left < PIECE_UNIT ? left : PIECE_UNIT;
  if (size > w->t.room.len - w->t.at) {
    w->t.full = true;
    return true;
  }
  memcpy(w->t.room.ptr + w->t.at, piece.ptr + unit * PIECE_UNIT, size);
  w->t.at += size;
  return true;
}

/* ---- JSON ---- */

static bool put_object(writer *w, size_t i) {
  if (i >= w->l->count) return false;
  const h1_listing_facts *f = &w->l->entries[i].facts;
  h1_listing_put(&w->t, i > 0 ? ",\n{\"name\":\"" : "\n{\"name\":\"");
  h1_listing_put_json(&w->t, h1_listing_name(w->l, i));
  h1_listing_put(&w->t, "\",\"href\":\"");
  put_href(w, i);
  h1_listing_put(&w->t, "\",\"type\":\"");
  h1_listing_put(&w->t, f->is_folder ? "folder\"" : "file\",\"size\":");
  if (!f->is_folder) h1_listing_put_number(&w->t, f->size);
  h1_listing_put(&w->t, ",\"modified\":");
  const size_t quote = w->t.at;
  h1_listing_put(&w->t, "\"");
  if (h1_listing_put_time(&w->t, f->mtime_s, false)) {
    h1_listing_put(&w->t, "\"}");
  } else {
    w->t.at = quote;
    h1_listing_put(&w->t, "null}");
  }
  return true;
}

static bool put_json_part(writer *w, unsigned part, size_t unit) {
  switch (part) {
    case 0:
      if (unit == 0) h1_listing_put(&w->t, "{\"path\":\"");
      return unit == 0;
    case 1:
      return put_path(w, unit, h1_listing_put_json);
    case 2:
      if (unit == 0) h1_listing_put(&w->t, "\",\"entries\":[");
      return unit == 0;
    case 3:
      return put_object(w, unit);
    default:
      break;
  }
  if (unit > 0) return false;
  h1_listing_put(&w->t, "\n],\"truncated\":");
  h1_listing_put(&w->t, w->l->more ? "true" : "false");
  h1_listing_put(&w->t, ",\"left_out\":");
  h1_listing_put_number(&w->t, w->l->left_out);
  h1_listing_put(&w->t, "}\n");
  return true;
}

/* ---- the whole ---- */

enum { HTML_PARTS = 2 * H1_LISTING_PIECES + 1, JSON_PARTS = 5 };

static bool put_unit(writer *w, const h1_listing_cursor *c) {
  if (c->format == H1_LISTING_JSON) return put_json_part(w, c->part, c->at);
  if (c->part % 2 == 1) return put_between(w, c->part / 2, c->at);
  return put_piece(w, h1_listing_pieces[c->part / 2], c->at);
}

size_t h1_listing_render(const h1_listing *l, const h1_listing_place *place,
                         h1_listing_cursor *cursor, h1_buffer room) {
  writer w = {l, place, {room, 0, false}};
  const unsigned parts =
      cursor->format == H1_LISTING_JSON ? JSON_PARTS : HTML_PARTS;
  while (cursor->part < parts) {
    const size_t before = w.t.at;
    const bool there = put_unit(&w, cursor);
    if (w.t.full) {
      w.t.at = before;
      w.t.full = false;
      /* What would not even fit alone is left out rather than waited for. */
      if (before > 0) return before;
    }
    cursor->at = there ? cursor->at + 1 : 0;
    if (!there) cursor->part++;
  }
  cursor->done = true;
  return w.t.at;
}
