/* SPDX-License-Identifier: MIT
 *
 * Recognises a protocol by the first bytes that a client sends. Pure.
 */
#ifndef UNSTALE_CONNECTION_OPENING_H
#define UNSTALE_CONNECTION_OPENING_H

#include <stddef.h>

enum opening {
    OPENING_UNKNOWN,
    OPENING_HTTP1,     /* a request line, or the beginning of one (RFC 9112 section 3) */
    OPENING_HTTP2,     /* the connection preface (RFC 9113 section 3.4) */
    OPENING_REDIS,     /* a command as a RESP array */
    OPENING_MEMCACHED, /* a command line of the text protocol */
    OPENING_TLS_END,   /* an alert of TLS, as far as its length tells: close_notify */
    OPENING_TLS,       /* a handshake record with a ClientHello (RFC 8446 section 5.1) */
};

/* So many bytes are enough to tell. */
enum { OPENING_MOST = 320 };

enum opening opening_of(const unsigned char *bytes, size_t count);

#endif
