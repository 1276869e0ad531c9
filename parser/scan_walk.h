/* Private: h1_scan_until_not for one level; included by levels.h. One case per
 * class, so that each has its tables in registers. */
/*@ requires one_class(class_bit) && from <= n;
    requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures class_end(class_bit, p, from, \result, n); */
static size_t H1_LEVEL(scan)(unsigned class_bit, const uint8_t *p, size_t from,
                             size_t n) {
  switch (class_bit) {
    case H1_CLASS_TOKEN:
      return H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_TOKEN);
    case H1_CLASS_VALUE:
      return H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_VALUE);
    case H1_CLASS_TARGET:
      return H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_TARGET);
    case H1_CLASS_PLAIN:
      return H1_LEVEL(h1_until_not)(p, from, n, H1_CLASS_PLAIN);
    default:
      return h1_until_not_scalar(p, from, n, class_bit);
  }
}
