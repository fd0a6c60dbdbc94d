/* SPDX-License-Identifier: MIT
 *
 * See secure_straight.h.
 */
#include "doors/secure_straight.h"

#include "base/process.h"
#include "doors/secure_find.h"

static void go_inside(const struct secure *secure, bool writing)
{
    secure->secured->writing = writing;
    atomic_store_explicit(&secure->secured->inside, process_thread(), memory_order_relaxed);
}

static void come_out(const struct secure *secure)
{
    if (UNLIKELY(!secure_is_still(secure)))
        return;
    secure->secured->writing = false;
    atomic_store_explicit(&secure->secured->inside, 0, memory_order_relaxed);
}

static bool find(struct secure *secure, SSL *ssl)
{
    secure->passed = false;
    if (!secure_find_at_hand(secure, ssl))
        return false;
    secure->passed = connection_phase(secure->connection) == PHASE_PASS;
    return !secure->passed;
}

BUSY bool secure_opens(struct secure *secure, SSL *ssl)
{
    if (!find(secure, ssl) || secure->secured->hurried ||
        !outgoing_claims(secure->connection, atomic_load(&secure->connection->fd),
                         &secure->incarnation))
        return false;
    struct connection *connection = secure->connection;
    uint64_t sent = atomic_load_explicit(&connection->sent.bytes, memory_order_relaxed);
    secure->outgoing.write = (struct exchange_write){connection, secure->incarnation, sent,
                                                     PHASE_BETWEEN};
    go_inside(secure, true);
    return true;
}

BUSY void secure_opened(struct secure *secure, const void *buffer, size_t accepted)
{
    if (LIKELY(accepted) && LIKELY(straight_sent_plaintext(secure->connection, secure->secured,
                                                           secure->incarnation, buffer, accepted)))
        come_out(secure);
    else
        secure_end_write(secure, buffer, accepted);
}

BUSY bool secure_awaits(struct secure *secure, SSL *ssl)
{
    if (!find(secure, ssl) || connection_phase(secure->connection) != PHASE_AWAIT)
        return false;
    secure->incarnation = atomic_load_explicit(&secure->secured->incarnation, memory_order_relaxed);
    go_inside(secure, false);
    return true;
}

/* The inside of a body is counted, and that is all. */
static bool skims(struct stream *stream, size_t count)
{
    if (!connection_skims_stream(stream, count))
        return false;
    atomic_fetch_add_explicit(&stream->bytes, count, memory_order_relaxed);
    return true;
}

BUSY void secure_awaited(struct secure *secure, void *buffer, size_t count)
{
    if (LIKELY(count) && LIKELY(secure_is_still(secure)) &&
        (skims(&secure->secured->received, count) ||
         LIKELY(straight_received_plaintext(secure->connection, secure->secured,
                                            secure->incarnation, buffer, count))))
        come_out(secure);
    else
        secure_end_read(secure, buffer, count);
}
