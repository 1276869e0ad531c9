/* What is proven of parser/accept_encoding.c: see README.md here. For Frama-C
 * alone. */
#ifndef H1_PARSER_PROOF_ACCEPT_ENCODING_H_
#define H1_PARSER_PROOF_ACCEPT_ENCODING_H_

/*@ predicate letter(integer c, integer low) = c == low || c == low - 32;
    predicate spells_br{L}(uint8_t *p) = letter(p[0], 'b') && letter(p[1], 'r');
    predicate spells_zstd{L}(uint8_t *p) =
      letter(p[0], 'z') && letter(p[1], 's') && letter(p[2], 't') &&
      letter(p[3], 'd');
    predicate spells_gzip{L}(uint8_t *p, integer at) =
      letter(p[at], 'g') && letter(p[at + 1], 'z') && letter(p[at + 2], 'i') &&
      letter(p[at + 3], 'p');
    predicate spells_x_gzip{L}(uint8_t *p) =
      letter(p[0], 'x') && p[1] == '-' && spells_gzip(p, 2);
    predicate spells_identity{L}(uint8_t *p) =
      letter(p[0], 'i') && letter(p[1], 'd') && letter(p[2], 'e') &&
      letter(p[3], 'n') && letter(p[4], 't') && letter(p[5], 'i') &&
      letter(p[6], 't') && letter(p[7], 'y');
    predicate weight_sound(integer w) = w <= 1000 || w == 0xffff;
    predicate weights_sound{L}(uint16_t *given) =
      weight_sound(given[0]) && weight_sound(given[1]) &&
      weight_sound(given[2]) && weight_sound(given[3]) &&
      weight_sound(given[4]); */

/*@ requires \valid_read(p + (0 .. 1));
    assigns \nothing;
    ensures \result <==> spells_br(p); */
static bool is_br(const uint8_t *p);

/*@ requires \valid_read(p + (0 .. 3));
    assigns \nothing;
    ensures \result <==> spells_zstd(p); */
static bool is_zstd(const uint8_t *p);

/*@ requires at <= 2 && \valid_read(p + (0 .. at + 3));
    assigns \nothing;
    ensures \result <==> spells_gzip(p, at); */
static bool is_gzip(const uint8_t *p, size_t at);

/*@ requires \valid_read(p + (0 .. 7));
    assigns \nothing;
    ensures \result <==> spells_identity(p); */
static bool is_identity(const uint8_t *p);

/*@ requires \valid_read(p + (0 .. 5));
    assigns \nothing;
    ensures \result <==> spells_x_gzip(p); */
static bool is_x_gzip(const uint8_t *p);

/*@ requires \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures 0 <= \result <= OTHER_CODING;
    ensures \result == ANY_CODING <==> n == 1 && p[0] == '*';
    ensures \result == H1_CODING_BR <==> n == 2 && spells_br(p);
    ensures \result == H1_CODING_ZSTD <==> n == 4 && spells_zstd(p);
    ensures \result == H1_CODING_GZIP <==>
      (n == 4 && spells_gzip(p, 0)) || (n == 6 && spells_x_gzip(p));
    ensures \result == H1_CODING_IDENTITY <==> n == 8 && spells_identity(p); */
static unsigned named_by(const uint8_t *p, size_t n);

/*@ requires from <= n && \valid_read(p + (0 .. n - 1));
    requires \valid(weight) && \separated(weight, p + (0 .. n - 1));
    assigns *weight;
    ensures \result ==> *weight <= 1000;
    ensures from == n ==> \result && *weight == 1000; */
static bool weight_at(const uint8_t *p, size_t from, size_t n,
                      uint16_t *weight);

/*@ requires h1_readable(member) && \valid(weight);
    requires \separated(weight, member.ptr + (0 .. member.len - 1));
    assigns *weight;
    ensures 0 <= \result <= OTHER_CODING && *weight <= 1000; */
static unsigned read_member(h1_slice member, uint16_t *weight);

/*@ requires \valid(given + (0 .. 4)) && weights_sound(given);
    requires named <= OTHER_CODING && weight <= 1000;
    assigns given[0 .. 4];
    ensures weights_sound(given);
    ensures named < OTHER_CODING ==> given[named] ==
      (\old(given[named]) == 0xffff || \old(given[named]) < weight
        ? weight : \old(given[named]));
    ensures \forall integer c; 0 <= c <= 4 && c != named ==>
      given[c] == \old(given[c]); */
static void note_weight(uint16_t given[OTHER_CODING], unsigned named,
                        uint16_t weight);

/*@ assigns \nothing;
    ensures given != 0xffff ==> \result == given;
    ensures given == 0xffff && any != 0xffff ==> \result == any;
    ensures given == 0xffff && any == 0xffff ==> \result == least; */
static uint16_t quality_of(uint16_t given, uint16_t any, uint16_t least);

#endif
