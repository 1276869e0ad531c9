/* The entries of a listing; see listing.h. */
#include "handlers/static/listing.h"

#include <string.h>

void h1_listing_init(h1_listing *l, void *memory) {
  memset(l, 0, sizeof *l);
  l->entries = memory;
  l->names =
      (uint8_t *)memory + H1_LISTING_ENTRIES_MAX * sizeof(h1_listing_entry);
}

static bool can_be_named(h1_slice name) {
  return memchr(name.ptr, '\\', name.len) == NULL &&
         memchr(name.ptr, '\r', name.len) == NULL &&
         memchr(name.ptr, '\n', name.len) == NULL;
}

bool h1_listing_add(h1_listing *l, h1_slice name,
                    const h1_listing_facts *what) {
  if (name.len == 0 || name.len > H1_LISTING_NAME_MAX || !can_be_named(name)) {
    l->left_out++;
    return true;
  }
  if (l->count == H1_LISTING_ENTRIES_MAX) {
    l->more = true;
    return false;
  }
  h1_listing_entry *e = &l->entries[l->count];
  e->facts = *what;
  e->name_at = (uint32_t)l->names_bytes;
  e->name_len = (uint16_t)name.len;
  memcpy(l->names + l->names_bytes, name.ptr, name.len);
  l->names_bytes += name.len;
  l->count++;
  if (what->is_folder) {
    l->folders++;
  } else {
    l->file_bytes += what->size;
  }
  return true;
}

h1_slice h1_listing_name(const h1_listing *l, size_t i) {
  const h1_listing_entry *e = &l->entries[i];
  const h1_slice name = {l->names + e->name_at, e->name_len};
  return name;
}

/* ---- order ---- */

static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

static int lower(uint8_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

/* The digits from `*at` on, without leading zeros; moves `*at` past them. */
static h1_slice number_at(h1_slice s, size_t *at) {
  while (*at < s.len && s.ptr[*at] == '0') (*at)++;
  h1_slice number = {s.ptr + *at, 0};
  while (*at < s.len && is_digit(s.ptr[*at])) {
    number.len++;
    (*at)++;
  }
  return number;
}

static int compare_lengths(size_t a, size_t b) { return (a > b) - (a < b); }

static int compare_numbers(h1_slice a, h1_slice b) {
  if (a.len != b.len) return compare_lengths(a.len, b.len);
  return a.len == 0 ? 0 : memcmp(a.ptr, b.ptr, a.len);
}

static int compare_as_read(h1_slice a, h1_slice b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.len && j < b.len) {
    int order = 0;
    if (is_digit(a.ptr[i]) && is_digit(b.ptr[j])) {
      const h1_slice one = number_at(a, &i);
      const h1_slice two = number_at(b, &j);
      order = compare_numbers(one, two);
    } else {
      order = lower(a.ptr[i++]) - lower(b.ptr[j++]);
    }
    if (order != 0) return order;
  }
  return compare_lengths(a.len - i, b.len - j);
}

/* Never 0 for two names of one folder. */
static int compare_names(h1_slice a, h1_slice b) {
  const int order = compare_as_read(a, b);
  if (order != 0) return order;
  const size_t common = a.len < b.len ? a.len : b.len;
  const int bytes = memcmp(a.ptr, b.ptr, common);
  return bytes != 0 ? bytes : compare_lengths(a.len, b.len);
}

static bool comes_before(const h1_listing *l, size_t i, size_t j) {
  const bool folder = l->entries[i].facts.is_folder;
  if (folder != l->entries[j].facts.is_folder) return folder;
  return compare_names(h1_listing_name(l, i), h1_listing_name(l, j)) < 0;
}

static void swap(h1_listing *l, size_t i, size_t j) {
  const h1_listing_entry e = l->entries[i];
  l->entries[i] = l->entries[j];
  l->entries[j] = e;
}

/* Lets entry `i` sink among the first `count`, a heap except for it. */
static void sink(h1_listing *l, size_t i, size_t count) {
  for (size_t child = 2 * i + 1; child < count; child = 2 * i + 1) {
    if (child + 1 < count && comes_before(l, child, child + 1)) child++;
    if (!comes_before(l, i, child)) return;
    swap(l, i, child);
    i = child;
  }
}

/* A heap sort: qsort may ask for memory. */
void h1_listing_sort(h1_listing *l) {
  for (size_t i = l->count / 2; i > 0; i--) sink(l, i - 1, l->count);
  for (size_t end = l->count; end > 1; end--) {
    swap(l, 0, end - 1);
    sink(l, 0, end - 1);
  }
}
