/* The page of /_status, made at build time by tools/embed. */
#ifndef H1_HANDLERS_STATUS_STATUS_PAGE_H_
#define H1_HANDLERS_STATUS_STATUS_PAGE_H_

#include "parser/base.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const h1_slice h1_status_pieces[1];
/* The fields of its answers as h1_field_encode writes them. */
extern const char h1_status_lines[];
extern const char h1_status_tag_line[];

#ifdef __cplusplus
}
#endif
#endif
