/* SPDX-License-Identifier: MIT
 *
 * The headers that say more than llhttp tells: which authentication belongs to the connection, and for
 * how long the server will keep it.
 * A header comes in pieces of any size. Pure.
 */
#ifndef UNSTALE_CONNECTION_HTTP1_HEADERS_H
#define UNSTALE_CONNECTION_HTTP1_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "connection/http1.h"

void http1_header_name(struct http1_stream *stream, const char *at, size_t count);
void http1_header_value(struct http1_stream *stream, const char *at, size_t count);

/* At the end of a header: the three are asked in turn.
 *
 * True when it is one of the authentication headers with the scheme NTLM or
 * Negotiate (RFC 4559 section 6: they authenticate the connection, not the request). */
bool http1_header_binds(const struct http1_stream *stream);

/* The seconds of "Keep-Alive: timeout=N" (RFC 2068 section 19.7.1.1), in any place of its list and cut
 * at a day; for any other header `otherwise`. */
uint32_t http1_header_hint_s(const struct http1_stream *stream, uint32_t otherwise);

void http1_header_forget(struct http1_stream *stream);

#endif
