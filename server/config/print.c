/* --help and --print-config: the option table, written out. */
#include <string.h>

#include "server/config/internal.h"

#define COLUMNS 79
#define HELP_COLUMN 30
#define ORIGIN_COLUMN 38
/* A value is at most a path with every byte escaped. */
#define VALUE_BYTES (2 * H1_PATH_OPTION_BYTES + 64)

/* Writes `text` word by word from column `at`, further lines from `indent`. */
static void print_wrapped(FILE *out, const char *text, size_t indent,
                          size_t at) {
  size_t column = at;
  while (*text != '\0') {
    size_t word = strcspn(text, " ");
    if (column > indent && column + 1 + word > COLUMNS) {
      fprintf(out, "\n%*s", (int)indent, "");
      column = indent;
    }
    column += (size_t)fprintf(out, "%s%.*s", column > indent ? " " : "",
                              (int)word, text);
    text += word;
    text += strspn(text, " ");
  }
  fputc('\n', out);
}

static void add_placeholder(h1_text *t, const h1_option *o) {
  if (o->placeholder == NULL) return;
  const bool bare = (o->flags & H1_OPTION_BARE) != 0;
  h1_text_add(t, bare ? "[=" : "=");
  h1_text_add(t, o->placeholder);
  h1_text_add(t, bare ? "]" : "");
}

static void print_option(FILE *out, const h1_option *o) {
  char left[64];
  char right[512];
  h1_text name = h1_text_begin(left, sizeof(left));
  h1_text help = h1_text_begin(right, sizeof(right));
  h1_text_add(&name, "  --");
  h1_text_add(&name, o->name);
  add_placeholder(&name, o);
  h1_text_add(&help, o->help);
  const char *initial = o->shown != NULL ? o->shown : o->initial;
  if (initial != NULL) {
    h1_text_add(&help, " [");
    h1_text_add(&help, initial);
    h1_text_add(&help, "]");
  }
  /* A name too long for its column gets a line of its own. */
  bool fits = name.len + 2 <= HELP_COLUMN;
  if (fits) {
    fprintf(out, "%-*s", HELP_COLUMN, left);
  } else {
    fprintf(out, "%s\n%*s", left, HELP_COLUMN, "");
  }
  print_wrapped(out, right, HELP_COLUMN, HELP_COLUMN);
}

static bool written(FILE *out) { return fflush(out) == 0 && ferror(out) == 0; }

bool h1_config_print_help(FILE *out) {
  fputs(
      "Usage: httpd [OPTION]... [DIR]\n"
      "Serve files and handlers over HTTP/1.1. DIR is served at /, without "
      "the\n"
      "demonstration's routes: --mount=/=DIR --demo=off.\n\n"
      "  -p PORT   --listen=127.0.0.1:PORT\n"
      "  -h        --help\n"
      "  -V        --version\n\n",
      out);
  print_wrapped(
      out,
      "Values may also come from the environment (H1_HTTPD_MAX_BODY_BYTES "
      "for --max-body-bytes) or the file of --config; the command line "
      "outranks the environment, which outranks the file. SIZE: bytes, or "
      "with K, M, G. TIME: seconds, or with ms, s, m. Defaults are in "
      "brackets.",
      0, 0);
  for (size_t i = 0; i < h1_option_count; i++) {
    if (h1_options[i].group != NULL) {
      fprintf(out, "\n%s:\n", h1_options[i].group);
    }
    print_option(out, &h1_options[i]);
  }
  fputs(
      "\nExit status: 0 done, 1 failure (--explain: a request is refused or "
      "not\n"
      "whole), 2 usage, 3 cannot bind, 5 requests were cut at the end of\n"
      "--drain-timeout.\n",
      out);
  return written(out);
}

static const char *origin_name(h1_origin origin) {
  switch (origin) {
    case H1_ORIGIN_OPTION:
      return "option";
    case H1_ORIGIN_ENVIRONMENT:
      return "environment";
    case H1_ORIGIN_FILE:
      return "file";
    default:
      return "default";
  }
}

static void print_line(FILE *out, const char *mark, const char *key,
                       const char *value, h1_origin origin) {
  int used = fprintf(out, "%s%s = %s", mark, key, value);
  int pad = used >= 0 && used < ORIGIN_COLUMN ? ORIGIN_COLUMN - used : 2;
  fprintf(out, "%*s# %s\n", pad, "", origin_name(origin));
}

static void print_value(FILE *out, const h1_config *c, size_t index,
                        size_t item) {
  const h1_option *o = &h1_options[index];
  char value[VALUE_BYTES];
  h1_text t = h1_text_begin(value, sizeof(value));
  h1_text_add_value(&t, c, o, item);
  /* What may not stand in a file is shown as a comment, so that the whole
   * reads back. */
  bool comment = (o->flags & H1_OPTION_NOT_FILE) != 0;
  print_line(out, comment ? "# " : "", o->name, value, c->origin[index]);
}

static void print_endpoints(FILE *out, const h1_config *c, size_t index) {
  const h1_option *o = &h1_options[index];
  size_t count;
  memcpy(&count, (const char *)c + o->count_offset, sizeof(count));
  if (count == 0) {
    print_line(out, "", o->name, "none", c->origin[index]);
  }
  for (size_t i = 0; i < count; i++) {
    print_value(out, c, index, i);
  }
}

static void print_texts(FILE *out, const h1_config *c, size_t index) {
  const h1_option *o = &h1_options[index];
  const h1_texts *t =
      (const h1_texts *)(const void *)((const char *)c + o->offset);
  if (t->count == 0 && (o->flags & H1_OPTION_NONE) != 0) {
    print_line(out, "", o->name, "none", c->origin[index]);
  }
  for (size_t i = 0; i < t->count; i++) print_value(out, c, index, i);
}

bool h1_config_print(const h1_config *c, FILE *out) {
  for (size_t i = 0; i < h1_option_count; i++) {
    const h1_option *o = &h1_options[i];
    const char *member = (const char *)c + o->offset;
    if (o->kind == H1_OPTION_FLAG ||
        (o->kind == H1_OPTION_PATH && o->initial == NULL &&
         member[0] == '\0')) {
      continue;
    }
    if (o->kind == H1_OPTION_ENDPOINTS) {
      print_endpoints(out, c, i);
    } else if (o->kind == H1_OPTION_TEXTS) {
      print_texts(out, c, i);
    } else {
      print_value(out, c, i, 0);
    }
  }
  return written(out);
}
