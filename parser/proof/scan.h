/* What is proven of parser/scan.h: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_SCAN_H_
#define H1_PARSER_PROOF_SCAN_H_

/*@ assigns \nothing; */
h1_scan_level h1_scan_best(void);

/*@ assigns \nothing; */
bool h1_scan_supported(h1_scan_level level);

/*@ assigns \nothing; */
const char *h1_scan_level_name(h1_scan_level level);

/* The classes for the proofs, as the RFCs write them. */
/*@ predicate digit_byte(integer c) = '0' <= c <= '9';
    predicate alpha_byte(integer c) = 'a' <= c <= 'z' || 'A' <= c <= 'Z';
    predicate visible_byte(integer c) = 0x21 <= c <= 0x7e;
    predicate ows_byte(integer c) = c == ' ' || c == '\t';
    predicate hexdig_byte(integer c) =
      digit_byte(c) || 'a' <= c <= 'f' || 'A' <= c <= 'F';
    predicate token_byte(integer c) =
      alpha_byte(c) || digit_byte(c) || c == '!' || c == '#' || c == '$' ||
      c == '%' || c == '&' || c == '\'' || c == '*' || c == '+' || c == '-' ||
      c == '.' || c == '^' || c == '_' || c == '`' || c == '|' || c == '~';
    predicate value_byte(integer c) =
      ows_byte(c) || visible_byte(c) || 0x80 <= c <= 0xff;
    predicate target_byte(integer c) = visible_byte(c) && c != '#';
    predicate plain_byte(integer c) =
      target_byte(c) && c != '%' && c != '\\' && c != '?' && c != '.' &&
      c != '/';
    predicate regname_byte(integer c) =
      alpha_byte(c) || digit_byte(c) || c == '-' || c == '.' || c == '_' ||
      c == '~' || c == '!' || c == '$' || c == '&' || c == '\'' || c == '(' ||
      c == ')' || c == '*' || c == '+' || c == ',' || c == ';' || c == '=';
    predicate class_byte(integer class_bit, integer c) =
      (class_bit == H1_CLASS_TOKEN && token_byte(c)) ||
      (class_bit == H1_CLASS_VALUE && value_byte(c)) ||
      (class_bit == H1_CLASS_TARGET && target_byte(c)) ||
      (class_bit == H1_CLASS_DIGIT && digit_byte(c)) ||
      (class_bit == H1_CLASS_HEX && hexdig_byte(c)) ||
      (class_bit == H1_CLASS_OWS && ows_byte(c)) ||
      (class_bit == H1_CLASS_PLAIN && plain_byte(c)) ||
      (class_bit == H1_CLASS_REGNAME && regname_byte(c));
    predicate one_class(integer class_bit) =
      class_bit == H1_CLASS_TOKEN || class_bit == H1_CLASS_VALUE ||
      class_bit == H1_CLASS_TARGET || class_bit == H1_CLASS_DIGIT ||
      class_bit == H1_CLASS_HEX || class_bit == H1_CLASS_OWS ||
      class_bit == H1_CLASS_PLAIN || class_bit == H1_CLASS_REGNAME; */

/*@ predicate class_run{L}(integer class_bit, uint8_t *p, integer from,
                           integer to) =
      \forall integer k; from <= k < to ==> class_byte(class_bit, p[k]);
    predicate class_end{L}(integer class_bit, uint8_t *p, integer from,
                           integer end, integer n) =
      from <= end <= n && class_run(class_bit, p, from, end) &&
      (end < n ==> !class_byte(class_bit, p[end])); */

/*@ requires class_bit == 0 || one_class(class_bit);
    assigns \nothing;
    exits \false;
    ensures \result == 0 || \result == class_bit;
    ensures \result != 0 <==> class_bit != 0 && class_byte(class_bit, c); */
static inline unsigned h1_keep_class(unsigned class_bit, uint8_t c);

/*@ requires one_class(class_bit);
    assigns \nothing;
    ensures \result <==> class_byte(class_bit, c); */
static inline bool h1_in_class(unsigned class_bit, uint8_t c);

/*@ requires one_class(class_bit) && from <= n && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures from <= \result <= n;
    ensures \forall integer k; from <= k < \result ==>
      class_byte(class_bit, p[k]);
    ensures \result < n ==> !class_byte(class_bit, p[\result]);
    ensures class_end(class_bit, p, from, \result, n); */
size_t h1_scan_until_not(h1_scan_level level, unsigned class_bit,
                         const uint8_t *p, size_t from, size_t n);

#endif
