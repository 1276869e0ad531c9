/* See query.h. */
#include "handlers/query.h"

#include <stddef.h>

#include "parser/target.h"
#include "parser/values.h"

h1_query_result h1_query_find(h1_slice query, const char *name,
                              uint8_t room[H1_QUERY_VALUE_MAX],
                              h1_slice *value) {
  const h1_slice wanted = h1_slice_of(name);
  h1_query_result result = H1_QUERY_ABSENT;
  h1_slice rest = query, key, text;
  while (h1_form_next(&rest, &key, &text)) {
    if (!h1_slice_equal(key, wanted)) continue;
    if (result != H1_QUERY_ABSENT) return H1_QUERY_BAD;
    if (text.len > H1_QUERY_VALUE_MAX) return H1_QUERY_BAD;
    const h1_buffer to = {room, H1_QUERY_VALUE_MAX};
    size_t size = 0;
    if (h1_form_decode(text, to, &size) != H1_OK) return H1_QUERY_BAD;
    value->ptr = room;
    value->len = size;
    result = H1_QUERY_FOUND;
  }
  return result;
}

h1_query_result h1_query_number(h1_slice query, const char *name, uint64_t min,
                                uint64_t max, uint64_t *number) {
  uint8_t room[H1_QUERY_VALUE_MAX];
  h1_slice value;
  uint64_t n;
  const h1_query_result result = h1_query_find(query, name, room, &value);
  if (result != H1_QUERY_FOUND) return result;
  if (!h1_decimal_decode(value, &n, NULL)) return H1_QUERY_BAD;
  if (n < min || n > max) return H1_QUERY_BAD;
  *number = n;
  return H1_QUERY_FOUND;
}
