/* SPDX-License-Identifier: MIT
 *
 * The headers that say more than llhttp tells: which authentication belongs to the connection.
 * A header comes in pieces of any size. Pure.
 */
#ifndef UNSTALE_CONNECTION_HTTP1_HEADERS_H
#define UNSTALE_CONNECTION_HTTP1_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "connection/http1.h"

void http1_header_name(struct http1_stream *stream, const char *at, size_t count);
void http1_header_value(struct http1_stream *stream, const char *at, size_t count);

/* At the end of a header. True when it is one of the authentication headers with the scheme NTLM or
 * Negotiate (RFC 4559 section 6: they authenticate the connection, not the request). */
bool http1_header_binds(struct http1_stream *stream);

#endif
