/* SPDX-License-Identifier: MIT
 *
 * Follows a connection through its exchanges: feeds the bytes that the program sends and receives to
 * the framing of its protocol and moves the phase. Async-signal-safe; where two threads (or a signal
 * handler) meet on one connection, the second does not wait: the framing is marked unsure.
 *
 * Bytes are fed BEFORE they are sent, because the response may reach another thread before our call
 * returns; what the kernel did not accept is taken back.
 */
#ifndef UNSTALE_CONNECTION_EXCHANGE_H
#define UNSTALE_CONNECTION_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "connection/connection.h"
#include "connection/followed.h"
#include "connection/opening.h"

/* The bytes of one call, in as many parts as the program gave. */
struct bytes {
    const struct iovec *parts;
    size_t count;
};

/* One write between its begin and its end. */
struct exchange_write {
    struct connection *connection;
    struct bytes bytes;
    uint32_t incarnation;
    enum phase phase_before;       /* what the phase was before this write claimed it */
    enum protocol protocol_before;
    bool fed;
    uint64_t received_before;      /* to notice that another thread has read meanwhile */
    bool framing_made;             /* the framing was opened by this write */
    union {
        union followed followed;
        struct tls tls;
    } before;
};

size_t bytes_total(const struct bytes *bytes);

/* What the bytes open with (only the first part that is not empty is looked at). */
enum opening bytes_opening(const struct bytes *bytes);

/* The write is about to happen. The caller has claimed the phase (moved it to OPEN) if the
 * connection was FRESH or BETWEEN; `phase_before` says so. */
void exchange_begin_write(struct exchange_write *write);

/* It has happened: `accepted` bytes, or a negative number. */
void exchange_end_write(struct exchange_write *write, ssize_t accepted);

/* `count` bytes have arrived in `bytes` for the program that asked when the slot had `incarnation`. */
void exchange_received(struct connection *connection, uint32_t incarnation,
                       const struct bytes *bytes, size_t count);

/* Bytes went by without being seen (sendfile, splice, MSG_TRUNC): the framing is lost. */
void exchange_unseen(struct connection *connection, size_t sent, size_t received);

/* The program has registered `fd` with epoll: its limit is to be waited for. */
void exchange_watched(struct connection *connection, int fd);

/* Starts over at a point that the kernel's view shows to be between two exchanges: `sent` and
 * `received` are its counters. The caller holds the phase. False when another thread is at it. */
bool exchange_restart(struct connection *connection, uint64_t sent, uint64_t received);

#endif
