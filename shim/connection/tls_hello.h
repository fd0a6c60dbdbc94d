/* SPDX-License-Identifier: MIT
 *
 * Reads the one handshake message that goes in the clear in each direction: the ClientHello and the
 * ServerHello (RFC 8446 sections 4.1.2 and 4.1.3, RFC 5246 section 7.4.1). They may come in any
 * pieces; nothing is stored but the place reached and what was found. Pure.
 */
#ifndef UNSTALE_CONNECTION_TLS_HELLO_H
#define UNSTALE_CONNECTION_TLS_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Application protocols (RFC 7301) that a hello names: what the client offers, or the server chose. */
enum {
    ALPN_HTTP1 = 1, /* http/1.1 or http/1.0 */
    ALPN_HTTP2 = 2, /* h2 */
    ALPN_OTHER = 4,
};

enum hello_end { HELLO_MORE, HELLO_WHOLE, HELLO_BROKEN };

struct tls_hello {
    uint8_t step;       /* enum step of tls_hello.c */
    uint8_t have;       /* bytes of the number at hand */
    uint16_t skip;      /* bytes to be stepped over before it */
    uint32_t left;      /* bytes of the message still to come */
    uint64_t number;    /* what is being read: lengths, types, the names of protocols */
    uint64_t random;    /* the first 8 of its 32 random bytes */
    uint16_t extension; /* type of the extension at hand */
    uint16_t body;      /* bytes of it still to come */
    uint16_t
        name_bytes; /* of the server's name that the client gives (RFC 6066 section 3); 0: none */
    uint16_t ticket_bytes;  /* of the session that the client would resume (RFC 8446); 0: none */
    uint8_t protocol_bytes; /* of the protocol's name at hand */
    uint8_t alpn;           /* ALPN_... */
    bool server;            /* a ServerHello is expected */
    bool tls13;             /* a ServerHello that chooses TLS 1.3 */
    bool resumed;           /* a ServerHello that resumes it */
    bool strange;           /* an extension whose answer may have any length */
};

/* The server's name, as it stands in the bytes that were fed last; null: none. Not terminated. */
struct tls_name {
    const unsigned char *bytes;
    size_t count;
};

void tls_hello_begin(struct tls_hello *hello, bool server);

/* Reads on. A server name that lies in `bytes` as a whole goes to *name. A hello that contradicts
 * itself is broken; what comes after a whole one is not looked at. */
enum hello_end tls_hello_feed(struct tls_hello *hello, const unsigned char *bytes, size_t count,
                              struct tls_name *name);

#endif
