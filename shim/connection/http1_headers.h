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

/* At the end of a header: all are asked in turn.
 *
 * True when it is one of the authentication headers with the scheme NTLM or
 * Negotiate (RFC 4559 section 6: they authenticate the connection, not the request). */
bool http1_header_binds(const struct http1_stream *stream);

/* The seconds of "Keep-Alive: timeout=N" (RFC 2068 section 19.7.1.1), in any place of its list and cut
 * at a day; for any other header `otherwise`. */
uint32_t http1_header_hint_s(const struct http1_stream *stream, uint32_t otherwise);

/* True for "Keep-Alive: max=0": the server allows no further request on the connection (same section),
 * whatever it says of the connection otherwise. A greater number tells nothing: Apache counts down, Node
 * repeats its limit, and both say Connection: close with the last response. */
bool http1_header_is_last(const struct http1_stream *stream);

void http1_header_forget(struct http1_stream *stream);

#endif
