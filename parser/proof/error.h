/* What is proven of parser/error.c: see README.md here. For Frama-C alone. */
#ifndef H1_PARSER_PROOF_ERROR_H_
#define H1_PARSER_PROOF_ERROR_H_

/*@ assigns \nothing;
    ensures \valid_read(\result);
    ensures 0 <= e < H1_ERROR_COUNT ? \result == &kRows[e]
                                   : \result == &kOutsideTheList; */
static const error_row *row_of(h1_error e);

/*@ assigns \nothing; */
const char *h1_error_name(h1_error e);

/*@ assigns \nothing;
    ensures e == H1_OK ==> \result == 0; */
uint16_t h1_error_status(h1_error e);

/*@ assigns \nothing; */
const char *h1_error_section(h1_error e);

#endif
