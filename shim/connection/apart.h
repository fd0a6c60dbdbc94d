/* SPDX-License-Identifier: MIT
 *
 * Sessions of an OpenSSL in reach whose bytes go through a BIO that is no socket (asyncio, curl, libpq,
 * HAProxy). Plaintext and connection are seen apart; what holds them together is the random number of
 * the ClientHello, which OpenSSL knows and the connection has sent. What the plaintext tells is only
 * used against a repair: a session that does not speak HTTP/1, or no longer, or in a stream of events,
 * makes its connection one that is passed for ever. Nothing here waits.
 */
#ifndef UNSTALE_CONNECTION_APART_H
#define UNSTALE_CONNECTION_APART_H

#include <stddef.h>
#include <stdint.h>

#include "base/openssl.h"
#include "connection/connection.h"

/* A ClientHello with this beginning of its random number (big-endian) has gone out by the connection.
 * Async-signal-safe. Of hellos whose numbers share a place the last one is known. */
void apart_note_hello(struct connection *connection, uint64_t random);

/* `ssl` has taken `bytes`, or handed them out. As OpenSSL's own functions: not async-signal-safe. */
void apart_sent(const struct openssl *library, SSL *ssl, const void *bytes, size_t count);
void apart_received(const struct openssl *library, SSL *ssl, const void *bytes, size_t count);

#endif
