/* What is proven of parser/response.h: see README.md here. For Frama-C alone.
 */
#ifndef H1_PARSER_PROOF_RESPONSE_API_H_
#define H1_PARSER_PROOF_RESPONSE_API_H_

/*@ assigns \nothing; */
const char *h1_status_reason(uint16_t status);

#endif
