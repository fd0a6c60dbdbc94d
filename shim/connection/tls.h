/* SPDX-License-Identifier: MIT
 *
 * What can be seen of an exchange inside TLS that we cannot read: the record headers (RFC 8446
 * section 5.1, RFC 5246 section 6.2) and the ClientHello. Pure.
 *
 * "Between" means: the last application record came from the server, and it was part of a response.
 * In TLS 1.2 any application record after the request is. In TLS 1.3 session tickets look the same
 * (they are application records to a bystander) and arrive after the first request has gone out, so
 * a slow first response would look like an answered one. Tickets of one handshake have about the
 * same length, so the first response counts only when a record of another length has come; after
 * the second answered request every record counts.
 */
#ifndef UNSTALE_CONNECTION_TLS_H
#define UNSTALE_CONNECTION_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection/framing.h"

/* One direction: how much of the record at hand was seen. */
struct tls_stream {
    uint8_t header[5];
    uint8_t have;  /* bytes of the header */
    uint16_t left; /* bytes of the body still to come */
};

struct tls {
    struct tls_stream out;
    struct tls_stream in;
    uint16_t first_bytes; /* length of the first application record that came in */
    uint8_t rounds;       /* times that a request followed an answer */
    bool server_spoke;    /* a handshake record came in */
    bool server_ciphers;  /* ... and its ChangeCipherSpec */
    bool version_12;      /* the server's Finished came as a handshake record: TLS 1.2 or older */
    bool finished;        /* TLS 1.3: the client's Finished has gone out */
    bool asked;           /* the last application record is a request */
    bool answered;        /* ... and an application record has come in since */
    bool unlike;          /* application records of different lengths have come in */
    bool opaque;          /* early data, HTTP/2 offered, an alert, no TLS after all */
};

void tls_reset(struct tls *tls);
enum framing tls_sent(struct tls *tls, const unsigned char *bytes, size_t count);
enum framing tls_received(struct tls *tls, const unsigned char *bytes, size_t count);

/* True when the ClientHello in `bytes` (a first write) may lead to HTTP/2: its ALPN extension offers
 * h2 (RFC 7301), or it is not whole. */
bool tls_hello_allows_http2(const unsigned char *bytes, size_t count);

#endif
