/* The text of a config file: lines that are blank, "# comment" or
 * "key = value". Reads any bytes, allocates nothing, and never goes back.
 *
 *   listen = 127.0.0.1:8080      # repeatable keys may come several times
 *   server-name = "my # server"
 *
 * A value ends with its line, or at a '#' after a blank; blanks around it are
 * trimmed. One that must keep a " #" or is empty stands in double quotes, where
 * \" and \\ stand for " and \. Elsewhere these have no meaning. */
#include <string.h>

#include "server/config/internal.h"

/* The longest path with every byte escaped fits, so that all that
 * --print-config prints reads back. */
#define LINE_MAX_BYTES ((size_t)16384)
#define PLACE_BYTES ((size_t)(H1_CONFIG_SHOWN_MAX + 64))

/* The file while it is read. */
typedef struct {
  h1_config_source *source;
  const char *name;
  size_t line;
  size_t seen[96]; /* by option index: the line that set it, 0 for none */
} reader;

_Static_assert(sizeof(((reader *)0)->seen) / sizeof(size_t) ==
                   sizeof(((h1_config *)0)->origin) / sizeof(h1_origin),
               "both count options");

/* "NAME:LINE: " at the front of a message or place. */
static void add_place(h1_text *t, const reader *r) {
  h1_text_add_escaped(t, r->name, strlen(r->name), H1_CONFIG_SHOWN_MAX);
  h1_text_add(t, ":");
  h1_text_add_number(t, r->line);
  h1_text_add(t, ": ");
}

/* One line about the key or line at `what`, which is quoted when given. */
static h1_config_result refuse(const reader *r, const char *before,
                               const char *what, size_t len,
                               const char *after) {
  h1_text t = h1_text_begin(r->source->message, H1_CONFIG_MESSAGE_BYTES);
  add_place(&t, r);
  h1_text_add(&t, before);
  if (what != NULL) {
    h1_text_add(&t, "'");
    h1_text_add_escaped(&t, what, len, H1_CONFIG_SHOWN_MAX);
    h1_text_add(&t, "'");
  }
  h1_text_add(&t, after);
  return H1_CONFIG_BAD;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static size_t skip_blanks(const char *line, size_t from, size_t len) {
  while (from < len && is_blank(line[from])) {
    from++;
  }
  return from;
}

static size_t trim_end(const char *line, size_t from, size_t to) {
  while (to > from && is_blank(line[to - 1])) {
    to--;
  }
  return to;
}

/* Where a comment begins that follows a blank; `len` without one. */
static size_t find_comment(const char *line, size_t from, size_t len) {
  for (size_t i = from; i < len; i++) {
    if (line[i] == '#' && i > 0 && is_blank(line[i - 1])) {
      return i;
    }
  }
  return len;
}

/* Reads what stands in double quotes from line[from] == '"' on. False when they
 * do not close or something other than a comment follows. */
static bool unquote(const char *line, size_t from, size_t len, char *out,
                    size_t *out_len) {
  size_t size = 0;
  size_t i = from + 1;
  while (i < len && line[i] != '"') {
    if (line[i] == '\\') {
      i++;
      if (i == len || (line[i] != '"' && line[i] != '\\')) {
        return false;
      }
    }
    out[size++] = line[i++];
  }
  if (i == len) {
    return false;
  }
  size_t rest = skip_blanks(line, i + 1, len);
  *out_len = size;
  return rest == len || (line[rest] == '#' && rest > i + 1);
}

static h1_config_result set_value(reader *r, size_t index, const char *line,
                                  size_t from, size_t len) {
  char unquoted[LINE_MAX_BYTES];
  const char *value = line + from;
  size_t size = 0;
  if (from < len && line[from] == '"') {
    if (!unquote(line, from, len, unquoted, &size)) {
      return refuse(r, h1_options[index].name, NULL, 0,
                    ": quotes must close and only \\\" and \\\\ are escapes");
    }
    value = unquoted;
  } else {
    size = trim_end(line, from, find_comment(line, from, len)) - from;
  }
  char place[PLACE_BYTES + 64];
  h1_text t = h1_text_begin(place, sizeof(place));
  add_place(&t, r);
  h1_text_add(&t, h1_options[index].name);
  r->source->place = place;
  h1_config_result result = h1_config_set(r->source, index, value, size);
  r->source->place = "";
  return result;
}

static h1_config_result refuse_again(const reader *r, size_t index) {
  char after[64];
  h1_text t = h1_text_begin(after, sizeof(after));
  h1_text_add(&t, ": given before, in line ");
  h1_text_add_number(&t, r->seen[index]);
  return refuse(r, h1_options[index].name, NULL, 0, after);
}

/* A key twice is more likely a slip than a wish, so it is an error here, where
 * on the command line the last one counts. */
static h1_config_result read_pair(reader *r, const char *line, size_t from,
                                  size_t len) {
  const char *equals = memchr(line + from, '=', len - from);
  if (equals == NULL) {
    return refuse(r, "", line + from, len - from,
                  " is not \"key = value\", blank or a # comment");
  }
  size_t at = (size_t)(equals - line);
  size_t key_len = trim_end(line, from, at) - from;
  size_t index = h1_option_find(line + from, key_len);
  if (index == h1_option_count) {
    char after[128];
    h1_text t = h1_text_begin(after, sizeof(after));
    const char *nearest = h1_option_nearest(line + from, key_len);
    h1_text_add(&t,
                "; allowed: the options of --help, without dashes in front");
    h1_text_add(&t, nearest != NULL ? "; did you mean " : "");
    h1_text_add(&t, nearest != NULL ? nearest : "");
    h1_text_add(&t, nearest != NULL ? "?" : "");
    return refuse(r, "unknown key ", line + from, key_len, after);
  }
  if ((h1_options[index].flags & H1_OPTION_NOT_FILE) != 0) {
    return refuse(r, h1_options[index].name, NULL, 0,
                  ": not allowed in a file");
  }
  const bool repeatable = h1_options[index].kind == H1_OPTION_ENDPOINTS ||
                          h1_options[index].kind == H1_OPTION_TEXTS;
  if (r->seen[index] != 0 && !repeatable) {
    return refuse_again(r, index);
  }
  r->seen[index] = r->line;
  return set_value(r, index, line, skip_blanks(line, at + 1, len), len);
}

static h1_config_result read_line(reader *r, const char *line, size_t len) {
  if (len > LINE_MAX_BYTES) {
    return refuse(r, "the line is longer than 16384 bytes", NULL, 0, "");
  }
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)line[i];
    if ((c < 0x20 && c != '\t') || c == 0x7F) {
      return refuse(r, "control character ", line + i, 1,
                    " is not allowed; lines end with a line feed alone");
    }
  }
  size_t from = skip_blanks(line, 0, len);
  if (from == len || line[from] == '#') {
    return H1_CONFIG_OK;
  }
  return read_pair(r, line, from, len);
}

h1_config_result h1_config_read_lines(h1_config_source *s, const char *name,
                                      const char *text, size_t len) {
  reader r = {.source = s, .name = name};
  h1_config_result result = H1_CONFIG_OK;
  size_t from = 0;
  while (result == H1_CONFIG_OK && from < len) {
    const char *feed = memchr(text + from, '\n', len - from);
    size_t end = feed == NULL ? len : (size_t)(feed - text);
    r.line++;
    result = read_line(&r, text + from, end - from);
    from = end + 1;
  }
  return result;
}

h1_config_result h1_config_read_text(h1_config *c, const char *name,
                                     const char *text, size_t len,
                                     char message[H1_CONFIG_MESSAGE_BYTES]) {
  h1_config_source s = {
      .config = c, .origin = H1_ORIGIN_FILE, .place = "", .message = message};
  message[0] = '\0';
  h1_config_defaults(c);
  h1_config_result result = h1_config_read_lines(&s, name, text, len);
  if (result == H1_CONFIG_OK) result = h1_config_settle_folders(&s);
  if (result == H1_CONFIG_OK) result = h1_config_settle_proxies(&s);
  h1_config_complete(c);
  return result;
}
