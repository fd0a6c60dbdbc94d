/* SPDX-License-Identifier: MIT
 *
 * Whole chunks of a chunked body (RFC 9112 section 7.1). A parser that stands between two chunks stands
 * there again after a whole one, so it need not see it. Pure.
 */
#ifndef UNSTALE_CONNECTION_HTTP1_CHUNKS_H
#define UNSTALE_CONNECTION_HTTP1_CHUNKS_H

#include <stddef.h>

/* The bytes at the beginning that are whole ordinary chunks: neither the last one, which is empty, nor
 * one with an extension. */
size_t http1_whole_chunks(const unsigned char *bytes, size_t count);

#endif
