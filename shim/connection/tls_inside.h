/* SPDX-License-Identifier: MIT
 *
 * What the lengths of records, their order and the hellos tell of the protocol inside TLS. Each doubt
 * is one that HTTP/1 cannot raise, or hardly; a doubt that was wrong costs a repair and does no harm.
 * Pure. Called by tls.c alone.
 */
#ifndef UNSTALE_CONNECTION_TLS_INSIDE_H
#define UNSTALE_CONNECTION_TLS_INSIDE_H

#include "connection/tls.h"

enum {
    SEALED_BYTES = 17,      /* what TLS 1.3 adds to a record: its true type and a tag of 16 bytes */
    NO_RESPONSE_BYTES = 40, /* shorter than a response; a KeyUpdate has 22, an alert 19 */
};

/* The server's hello (TLS 1.2), or its first encrypted record of `bytes` (TLS 1.3), has come. False
 * when the connection may go on with another protocol than HTTP/1. */
bool tls_inside_is_settled(const struct tls *tls, uint8_t chosen, unsigned bytes);

/* A record of the client's: a request, or more of it. To be called before the flags move. */
void tls_inside_asks(struct tls *tls, unsigned bytes);

/* A record of the server's, likewise. */
void tls_inside_speaks(struct tls *tls, unsigned bytes, bool paused);

#endif
