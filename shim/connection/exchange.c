/* SPDX-License-Identifier: MIT
 *
 * See exchange.h. Every change of the phase here is made under the connection's try-lock, except
 * the claim of a write, which the caller has made before.
 */
#include "connection/exchange.h"

#include "base/sys.h"
#include "connection/follow.h"
#include "connection/followed.h"
#include "connection/kernel.h"
#include "connection/secured.h"
#include "connection/tls_state.h"

/* How often a read gives way to a write that is still to be fed: 20 ms of naps in the end. */
enum { WRITER_TURNS = SYS_YIELD_TURNS + 200 };

void exchange_begin_write(struct exchange_write *write)
{
    write->sent_before = atomic_load(&write->connection->sent.bytes);
    atomic_fetch_add(&write->connection->state, ONE_WRITER);
}

/* Another thread feeds for a microsecond; a signal handler must not wait for its own thread long. */
static bool lock_soon(struct connection *connection)
{
    for (int turn = 0; turn < WRITER_TURNS; turn++) {
        if (connection_try_lock(connection))
            return true;
        sys_give_way(turn);
    }
    return false;
}

static bool is_unsure(const struct connection *connection)
{
    return atomic_load_explicit(&connection->unsure, memory_order_acquire);
}

/* Counts in `stream`, and feeds what makes a difference. */
static void feed_sent(struct connection *connection, struct stream *stream,
                      const struct bytes *bytes, size_t count)
{
    bool locked = !is_unsure(connection) && lock_soon(connection);
    uint64_t before = atomic_fetch_add(&stream->bytes, count);
    if (!locked) {
        if (!is_unsure(connection))
            follow_tangle(connection);
        return;
    }
    if (UNLIKELY(!before) && atomic_load(&connection->protocol) == PROTOCOL_NONE)
        follow_recognise(connection, bytes, count);
    follow_bytes(connection, bytes, count, before, false);
    connection_unlock(connection);
}

/* True for the connection that the write began on. A slot that was given up meanwhile counts its own
 * writers. */
static bool is_same_connection(const struct exchange_write *write)
{
    return atomic_load(&write->connection->incarnation) == write->incarnation;
}

/* Nothing of this write went out, so it was no activity: the next one asks the kernel how long the
 * connection has been idle. If another thread's bytes went out meanwhile, the exchange is open. */
static void give_claim_back(const struct exchange_write *write)
{
    struct connection *connection = write->connection;
    if (atomic_load(&connection->sent.bytes) == write->sent_before &&
        connection_move(connection, PHASE_OPEN, write->phase_before))
        atomic_store(&connection->last_ms, 0);
}

void exchange_end_write(struct exchange_write *write, const struct bytes *bytes, ssize_t accepted)
{
    struct connection *connection = write->connection;
    if (!is_same_connection(write))
        return;
    if (accepted <= 0)
        give_claim_back(write);
    else if (UNLIKELY(secured_of(connection) != NULL))
        atomic_fetch_add(&connection->sent.bytes, (uint64_t)accepted);
    else
        feed_sent(connection, &connection->sent, bytes, (size_t)accepted);
    atomic_fetch_sub(&connection->state, ONE_WRITER);
}

void exchange_end_plaintext_write(struct exchange_write *write, const struct bytes *bytes,
                                  ssize_t accepted)
{
    struct connection *connection = write->connection;
    struct secured *secured = secured_of(connection);
    if (!is_same_connection(write) || !secured)
        return;
    if (accepted > 0)
        feed_sent(connection, &secured->sent, bytes, (size_t)accepted);
    else
        give_claim_back(write);
    atomic_fetch_sub(&connection->state, ONE_WRITER);
}

void exchange_end_unseen_write(struct exchange_write *write, ssize_t accepted)
{
    struct connection *connection = write->connection;
    if (!is_same_connection(write))
        return;
    if (accepted > 0) {
        follow_lose_track(connection);
        atomic_fetch_add(&connection->sent.bytes, (uint64_t)accepted);
    } else {
        give_claim_back(write);
    }
    atomic_fetch_sub(&connection->state, ONE_WRITER);
}

/* Bytes from a peer that was not asked: a server that speaks first, or pushes. TLS may: tickets. */
static bool is_unasked(const struct connection *connection)
{
    enum phase phase = connection_phase(connection);
    enum protocol protocol = atomic_load(&connection->protocol);
    return phase == PHASE_FRESH || (phase == PHASE_BETWEEN && protocol != PROTOCOL_TLS);
}

/* The request may have gone by without us (stdio, a ring); the kernel has counted it. */
static bool was_asked_unseen(const struct connection *connection)
{
    struct kernel_view view;
    int fd = atomic_load(&connection->fd);
    return kernel_ask(fd, atomic_load(&connection->received.bytes), &view) &&
           view.sent_bytes > atomic_load(&connection->sent.bytes);
}

static void feed_received(struct connection *connection, const struct bytes *bytes, size_t count,
                          uint64_t before)
{
    if (!is_unasked(connection)) {
        follow_bytes(connection, bytes, count, before, true);
    } else if (was_asked_unseen(connection)) {
        follow_lose_track(connection);
        follow_framing(connection, FRAMING_OPEN);
    } else {
        follow_framing(connection, FRAMING_OPAQUE);
    }
}

/* Lets a write by another thread feed its request before the response is fed. A write that lasts
 * (a long upload, a cancelled thread) is not waited for. */
static bool await_writers(const struct connection *connection)
{
    for (int turn = 0; turn < WRITER_TURNS && !atomic_load(&connection->unsure); turn++) {
        if (!connection_is_written(connection))
            return true;
        sys_give_way(turn);
    }
    return false;
}

/* `fed`: the request that this answers has been. */
static void count_and_feed(struct connection *connection, struct stream *stream,
                           uint32_t incarnation, const struct bytes *bytes, size_t count, bool fed)
{
    bool locked = fed && lock_soon(connection);
    uint64_t before = atomic_fetch_add(&stream->bytes, count);
    if (!locked) {
        if (!is_unsure(connection))
            follow_tangle(connection);
        return;
    }
    if (!is_unsure(connection) && atomic_load(&connection->incarnation) == incarnation)
        feed_received(connection, bytes, count, before);
    connection_unlock(connection);
}

void exchange_received(struct connection *connection, uint32_t incarnation,
                       const struct bytes *bytes, size_t count)
{
    if (atomic_load(&connection->incarnation) != incarnation)
        return;
    if (UNLIKELY(secured_of(connection) != NULL)) {
        atomic_fetch_add(&connection->received.bytes, count);
        return;
    }
    /* Counted only then, or the request would find that the server has spoken first. */
    count_and_feed(connection, &connection->received, incarnation, bytes, count,
                   await_writers(connection));
}

void exchange_plaintext_received(struct connection *connection, uint32_t incarnation,
                                 const struct bytes *bytes, size_t count)
{
    struct secured *secured = secured_of(connection);
    if (atomic_load(&connection->incarnation) == incarnation && secured)
        count_and_feed(connection, &secured->received, incarnation, bytes, count, true);
}

void exchange_unseen_received(struct connection *connection, size_t count)
{
    follow_lose_track(connection);
    atomic_fetch_add(&connection->received.bytes, count);
    enum phase phase = connection_phase(connection);
    if (phase == PHASE_FRESH || phase == PHASE_BETWEEN)
        connection_move(connection, phase, PHASE_OPEN);
}

bool exchange_restart(struct connection *connection, uint64_t sent, uint64_t received)
{
    if (!connection_try_lock(connection))
        return false;
    followed_forget(&connection->exchange);
    tls_state_forget(&connection->tls);
    connection->plain = (struct plain){0};
    atomic_store(&connection->sent.bytes, sent);
    atomic_store(&connection->received.bytes, received);
    atomic_store(&connection->sent.look_at, sent);
    atomic_store(&connection->received.look_at, received);
    atomic_store(&connection->protocol, PROTOCOL_HTTP1);
    atomic_store(&connection->unsure, 0);
    connection_unlock(connection);
    return true;
}

void exchange_resume(struct connection *connection, uint64_t sent, uint64_t received)
{
    atomic_store(&connection->sent.bytes, sent);
    atomic_store(&connection->received.bytes, received);
    atomic_store(&connection->sent.look_at, sent);
    atomic_store(&connection->received.look_at, received);
    atomic_store(&connection->protocol, PROTOCOL_REDIS);
}

void exchange_give_up(struct connection *connection)
{
    atomic_store(&connection->protocol, PROTOCOL_OTHER);
    atomic_store(&connection->told, 1);
    if (connection_try_lock(connection)) {
        connection_forget_session(connection);
        connection_unlock(connection);
    }
}
