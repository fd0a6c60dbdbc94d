/* SPDX-License-Identifier: MIT
 *
 * What can be seen of an exchange inside TLS that we cannot read: the hellos, and the record headers
 * (RFC 8446 section 5.1, RFC 5246 section 6.2). Pure.
 *
 * "Between" means: the last application record came from the server, and it was part of a response.
 * In TLS 1.2 any application record after the request is. In TLS 1.3 session tickets look the same
 * (they are application records to a bystander) and arrive after the first request has gone out, so
 * a slow first response would look like an answered one. Tickets of one handshake have about the
 * same length, so the first response counts only when a record of another length has come; after
 * the second answered request every record counts.
 *
 * What speaks inside is taken for HTTP/1 until the conversation shows otherwise (tls_inside.c).
 */
#ifndef UNSTALE_CONNECTION_TLS_H
#define UNSTALE_CONNECTION_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection/framing.h"
#include "connection/tls_hello.h"

/* One direction: how much of the record at hand was seen. */
struct tls_stream {
    uint8_t header[5];
    uint8_t have;  /* bytes of the header */
    uint16_t left; /* bytes of the body still to come */
};

struct tls {
    struct tls_stream out;
    struct tls_stream in;
    struct tls_hello hello; /* the client's, then the server's */
    uint64_t random;        /* of the client's hello */
    uint16_t name_bytes;    /* how long the server's name is that the client gave; 0: none */
    uint16_t ticket_bytes;  /* TLS 1.3: of the session that was resumed; 0: none was */
    uint16_t first_bytes;   /* length of the first application record that came in */
    uint16_t asked_bytes;   /* sent since the server spoke last; at most UINT16_MAX */
    uint8_t offered;        /* by the client: ALPN_... */
    uint8_t rounds;         /* times that a request followed an answer */
    uint8_t early;          /* records like tickets that came before the first request */
    bool strange;           /* the client's hello has extensions of unknown effect */
    bool client_hello;      /* the client's hello was seen as a whole */
    bool server_hello;      /* ... and the server's */
    bool version_13;        /* ... which chose TLS 1.3 */
    bool greeted;           /* one record came before the first request: a greeting, or a ticket */
    bool encrypted;         /* TLS 1.3: the server's first encrypted record has come */
    bool finished;          /* TLS 1.3: the client's Finished has gone out */
    bool begun;             /* the first request has begun */
    bool asked;             /* the last application record is a request */
    bool replied;           /* ... and an application record has come in since */
    bool answered;          /* ... and one that may be a response */
    bool counted;           /* ... and the exchange is counted as whole */
    bool unlike;            /* application records of different lengths have come in */
    bool closing;           /* an alert has come in: the peer will close */
    bool doubted;           /* this can hardly be HTTP/1 */
    bool opaque;            /* early data, HTTP/2, an alert of the client, no TLS after all */
};

void tls_reset(struct tls *tls);

/* `name`, if not null, becomes the server's name when it lies in `bytes`. */
enum framing tls_sent(struct tls *tls, const unsigned char *bytes, size_t count,
                      struct tls_name *name);

/* `paused`: the connection had rested for longer than one response pauses. */
enum framing tls_received(struct tls *tls, const unsigned char *bytes, size_t count, bool paused);

/* True when what was seen so far could be HTTP/1. `port` is the server's: without a word in the
 * hello, some belong to other protocols. */
bool tls_could_be_http1(const struct tls *tls, uint16_t port);

/* As http1_left() and http1_skip(), for what a record holds. */
uint64_t tls_left(const struct tls *tls, bool inbound);
void tls_skip(struct tls *tls, bool inbound, uint64_t count);

#endif
