/* SPDX-License-Identifier: MIT
 *
 * Reads an ordinary HTTP/1.1 message head that stands in one piece, at a small part of what a parser
 * costs that goes byte by byte. Whatever is unusual is declined and left to the parser (http1.h); what
 * is not declined means the same there, byte for byte (tests/unit/http1_plain.c, tests/fuzz/plain.c).
 * Pure.
 *
 * Declined are: a head that is not whole, another version than 1.1, a method or target out of the
 * ordinary, a status below 200, a line that is not `name: text CR LF` in ASCII, Transfer-Encoding,
 * Upgrade, a Connection that says more than keep-alive or close, anything that may be NTLM or
 * Negotiate, a doubtful or second Content-Length, a response that ends with its connection.
 */
#ifndef UNSTALE_CONNECTION_HTTP1_SCAN_H
#define UNSTALE_CONNECTION_HTTP1_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http1_head {
    size_t head_bytes;   /* with the empty line */
    uint64_t body_bytes; /* that follow it */
    bool is_head;        /* a request with the method HEAD */
    bool closes;         /* Connection: close, or Keep-Alive: max=0 of a response */
    uint32_t hint_s;     /* Keep-Alive: timeout=; 0: none */
};

/* False: declined. */
bool http1_scan_request(const unsigned char *bytes, size_t count, struct http1_head *head);

/* The response to a request, `to_head` if that was a HEAD. */
bool http1_scan_response(const unsigned char *bytes, size_t count, bool to_head,
                         struct http1_head *head);

#endif
