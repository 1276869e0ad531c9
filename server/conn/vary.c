#include "server/conn/vary.h"

#include <string.h>

#include "parser/slice.h"

size_t h1_vary_end(h1_slice lines) {
  const h1_slice name = h1_slice_of("Vary:");
  size_t from = 0;
  while (lines.len - from > name.len) {
    const uint8_t *lf = memchr(lines.ptr + from, '\n', lines.len - from);
    if (lf == NULL) return 0;
    const size_t next = (size_t)(lf - lines.ptr) + 1;
    const h1_slice begin = {lines.ptr + from, name.len};
    if (next - from > name.len + 2 && h1_slice_equal_nocase(begin, name)) {
      return next - 2;
    }
    from = next;
  }
  return 0;
}

void h1_vary_append(uint8_t *lines, size_t *len, size_t at, h1_slice value) {
  memmove(lines + at + value.len + 2, lines + at, *len - at);
  memcpy(lines + at, ", ", 2);
  memcpy(lines + at + 2, value.ptr, value.len);
  *len += value.len + 2;
}
