/* SPDX-License-Identifier: MIT
 *
 * Follows a connection through its exchanges: feeds the bytes that the program sends and receives to
 * the framing of its protocol and moves the phase. Async-signal-safe; where two threads (or a signal
 * handler) meet on one connection, the second does not wait: the framing is marked unsure.
 *
 * Bytes are fed after the kernel has accepted them, for only then is it certain which, and that the
 * program's pointers lead somewhere. The response may reach another thread before that: a reader
 * that finds a write under way waits a little for it to be fed.
 */
#ifndef UNSTALE_CONNECTION_EXCHANGE_H
#define UNSTALE_CONNECTION_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "connection/connection.h"
#include "connection/follow.h"
#include "connection/straight.h"

/* One write between its begin and its end. */
struct exchange_write {
    struct connection *connection;
    uint32_t incarnation;
    uint64_t sent_before;    /* sent.bytes when it began */
    enum phase phase_before; /* what the phase was before this write claimed it */
};

/* The write is about to happen. The caller has claimed the phase (moved it to OPEN) if the
 * connection was FRESH or BETWEEN; `phase_before` says so. */
void exchange_begin_write(struct exchange_write *write);

/* The claim of a connection at rest and the begin in one. False: it is not at rest any more, or another
 * write is under way. */
static inline bool exchange_claim(struct connection *connection)
{
    uint32_t rest = PHASE_BETWEEN;
    return LIKELY(
        atomic_compare_exchange_strong(&connection->state, &rest, PHASE_OPEN + ONE_WRITER));
}

/* It has happened: the kernel has accepted `accepted` of `bytes`, or refused (a negative number). */
void exchange_end_write(struct exchange_write *write, const struct bytes *bytes, ssize_t accepted);

/* The same for plaintext that OpenSSL has accepted, and whose ciphertext is counted by itself. */
void exchange_end_plaintext_write(struct exchange_write *write, const struct bytes *bytes,
                                  ssize_t accepted);

/* It has happened without our seeing the bytes (sendfile, splice, urgent data). */
void exchange_end_unseen_write(struct exchange_write *write, ssize_t accepted);

/* `count` bytes have arrived in `bytes` for the program that asked when the slot had `incarnation`. */
void exchange_received(struct connection *connection, uint32_t incarnation,
                       const struct bytes *bytes, size_t count);

/* The same for plaintext that OpenSSL has handed out. */
void exchange_plaintext_received(struct connection *connection, uint32_t incarnation,
                                 const struct bytes *bytes, size_t count);

/* Bytes have come in without being seen (splice, MSG_TRUNC): the framing is lost. */
void exchange_unseen_received(struct connection *connection, size_t count);

/* Starts over at a point that the kernel's view shows to be between two exchanges: `sent` and
 * `received` are its counters. The caller holds the phase. False when another thread is at it. */
bool exchange_restart(struct connection *connection, uint64_t sent, uint64_t received);

/* Goes on as before on a new connection that has the session of the old one: resting, with `sent` and
 * `received` bytes spent on it. The caller holds the phase, and has reset the connection. */
void exchange_resume(struct connection *connection, uint64_t sent, uint64_t received);

/* The session of a reset connection is lost: no write may go out any more. The caller holds the phase. */
void exchange_give_up(struct connection *connection);

#endif
