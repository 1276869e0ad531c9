/* Sending a client to another address of what it asked for. */
#ifndef H1_HANDLERS_STATIC_FOLDER_H_
#define H1_HANDLERS_STATIC_FOLDER_H_

#include "handlers/static/load.h"
#include "server/handler.h"

/* 301 to the same path with a slash at its end. */
void h1_static_redirect_to_folder(h1_exchange *x);
/* 301 to the clean address of what `path`, below the root, stands for. */
void h1_static_redirect_to_clean(h1_exchange *x, h1_slice path,
                                 h1_static_sent sent);

#endif
