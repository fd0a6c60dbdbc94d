/* SPDX-License-Identifier: MIT
 *
 * The short way of what most exchanges are: a plain request (plain.h) that one write sends on
 * a connection at rest, and a response that one read of one buffer gets; and of the next whole chunks
 * of a long request. All say no to all else, and have done nothing then: the general way (exchange.h)
 * is the caller's. Async-signal-safe.
 */
#ifndef UNSTALE_CONNECTION_STRAIGHT_H
#define UNSTALE_CONNECTION_STRAIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "connection/connection.h"

struct secured;

/* The kernel has accepted `count` bytes, at least one, of a write that claimed the phase when the slot had
 * `incarnation` (exchange_claim). True: the write is counted off, too. */
bool straight_sent(struct connection *connection, uint32_t incarnation, const void *bytes,
                   size_t count);

/* The same for plaintext that the OpenSSL of a session in reach has accepted. */
bool straight_sent_plaintext(struct connection *connection, struct secured *secured,
                             uint32_t incarnation, const void *bytes, size_t count);

/* The same for a write of several parts, one of which holds the whole head: the first that is not empty. */
bool straight_sent_parts(struct connection *connection, uint32_t incarnation,
                         const struct iovec *parts, size_t part_count, size_t count);

/* The same for a write that began in the middle of a request. */
bool straight_sent_chunks(struct connection *connection, uint32_t incarnation, const void *bytes,
                          size_t count);

/* `count` bytes, at least one, have arrived for the program that asked when the slot had `incarnation`. */
bool straight_received(struct connection *connection, uint32_t incarnation, const void *bytes,
                       size_t count);

/* The same for plaintext that OpenSSL has handed out. */
bool straight_received_plaintext(struct connection *connection, struct secured *secured,
                                 uint32_t incarnation, const void *bytes, size_t count);

#endif
