/* SPDX-License-Identifier: MIT
 *
 * What we know of the TLS session that an OpenSSL in reach runs over a connection. A connection has
 * such a record when every byte of the session passes through the doors of OpenSSL: they follow the
 * plaintext then, and the doors of libc, through which the ciphertext goes, only count.
 *
 * By OpenSSL's contract an SSL object is used by one thread at a time, and so is its record. Only
 * `inside` and `state` are read by others: by the doors of libc, to tell a write of the library's
 * own from one that we must not trust.
 *
 *     HANDSHAKE -> READY <-> RENEWING -> REFUSED
 *                    |
 *                    +----> BOUND, from anywhere
 */
#ifndef UNSTALE_CONNECTION_SECURED_H
#define UNSTALE_CONNECTION_SECURED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/openssl.h"
#include "connection/connection.h"

enum secured_state {
    SECURED_HANDSHAKE, /* the program's own first handshake */
    SECURED_READY,     /* it is complete, and we know whom it was with */
    SECURED_RENEWING,  /* reconnected; our handshake is not complete: no plaintext may go out */
    SECURED_REFUSED,   /* who answered the reconnect is not the same server: nothing may go out */
    SECURED_BOUND,     /* something depends on this very session: it is never renewed */
};

/* What the program has done with the descriptor's O_NONBLOCK. One that blocks, but not in our hands,
 * takes it back each time (PHP's streams, around each call). */
enum {
    SECURED_UNBLOCKED = 1,
    SECURED_BLOCKED_AGAIN = 2,
    SECURED_FLIPS = SECURED_UNBLOCKED | SECURED_BLOCKED_AGAIN
};

/* SHA-256. All 0: of nothing. */
struct secured_digest {
    uint8_t bytes[32];
};

struct secured_certificate {
    bool known;                         /* there is one, and the digests are whole */
    struct secured_digest whole;        /* of its encoding (DER), as are the others */
    struct secured_digest key;          /* SubjectPublicKeyInfo */
    struct secured_digest subject;      /* the distinguished name */
    struct secured_digest alternatives; /* subjectAltName */
};

/* Whom a handshake was with, and how. */
struct secured_peer {
    struct secured_certificate certificate; /* the server's */
    struct secured_digest own;              /* of the program's certificate, if it has one */
    uint8_t alpn[8]; /* the protocol that was agreed on, "http/1.1" or nothing */
    long verified;   /* what OpenSSL's own verification came to (X509_V_...), asked for or not */
    int version;     /* as on the wire: 0x0303, 0x0304 */
    int cipher_bits;
};

struct secured {
    uint32_t arena_link; /* the arena's */
    _Atomic uint8_t state;
    _Atomic uint8_t flips;    /* SECURED_UNBLOCKED..., since the first request */
    bool writing;             /* in a door that sends plaintext */
    bool renewable;           /* at the write at hand OpenSSL is in a state to begin anew */
    bool hurried;             /* TCP_NODELAY is set by us until the request is out */
    bool stepping;            /* in our own handshake */
    _Atomic uintptr_t inside; /* the thread that is in a door of OpenSSL with it; 0: none */
    struct stream sent;       /* the plaintext */
    struct stream received;
    _Atomic uint64_t
        received_then; /* plaintext at the last write that asked the kernel (learn.c) */
    SSL *_Atomic ssl;
    const struct openssl *library;
    struct connection *_Atomic connection; /* whose it is, when that had ... */
    _Atomic uint32_t incarnation;          /* ... this one */
    BIO *in; /* of the SSL object, when last looked at: both lead to the connection's socket */
    BIO *out;
    struct secured_peer peer; /* of the first handshake, from READY on */
};

/* The record of a connection. Null: it has none. */
struct secured *secured_of(const struct connection *connection);

/* The record of the session that `ssl` runs, found by that alone. Null: it has none, or must be found by its
 * socket and noted anew. */
struct secured *secured_find(const SSL *ssl);
void secured_note(struct secured *secured);

/* Gives a connection on which nothing has moved yet its record. Null without memory. */
struct secured *secured_new(struct connection *connection, const struct openssl *library, SSL *ssl);

/* The connection begins anew: no plaintext has moved yet. */
void secured_restart(const struct connection *connection);

/* Gives the record in *slot back, if there is one, and sets it to 0. */
void secured_forget(_Atomic uint32_t *slot);

static inline enum secured_state secured_state(const struct secured *secured)
{
    return (enum secured_state)atomic_load_explicit(&secured->state, memory_order_acquire);
}

/* The program has set the flags of the descriptor. */
void secured_note_flags(const struct connection *connection, bool nonblocking);

/* The handshake is complete, and no renewal under way. */
static inline bool secured_is_settled(const struct secured *secured)
{
    enum secured_state state = secured_state(secured);
    return LIKELY(state == SECURED_READY) || state == SECURED_BOUND;
}

/* True where ciphertext is to be counted, and that is all: a request's, whose plaintext this thread is giving the
 * session; and on a connection that is passed for ever. */
bool secured_lets_be_sent(const struct connection *connection);

/* Ciphertext is about to go out by a door of libc. False: it must not. What does not come from a
 * door of OpenSSL makes the connection one that is passed for ever; what OpenSSL says of its own
 * accord (a KeyUpdate, a renegotiation, the answer to a request for a certificate) binds it. */
bool secured_begin_ciphertext(struct connection *connection, struct secured *secured);

#endif
