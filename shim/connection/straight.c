/* SPDX-License-Identifier: MIT
 *
 * See straight.h. Each takes the try-lock once and moves the phase at most once.
 */
#include "connection/straight.h"

#include "connection/follow.h"
#include "connection/followed.h"

static uint64_t load(const _Atomic uint64_t *number)
{
    return atomic_load_explicit(number, memory_order_relaxed);
}

/* What is inside a session in reach is counted apart from what moves (secured.h). */
static bool is_open(const struct connection *connection)
{
    return LIKELY(!atomic_load_explicit(&connection->secured, memory_order_relaxed));
}

static bool is_sure(const struct connection *connection)
{
    return !atomic_load_explicit(&connection->unsure, memory_order_acquire);
}

static void note_closing(struct connection *connection)
{
    if (UNLIKELY(connection->plain.closing))
        atomic_store(&connection->closing, 1);
}

/* Under the try-lock. Only now is it sure that the slot is not given up meanwhile. */
static bool is_same(const struct connection *connection, uint32_t incarnation)
{
    return LIKELY(atomic_load(&connection->incarnation) == incarnation) &&
           LIKELY(is_sure(connection)) && is_open(connection);
}

/* The next chunks of a request that the parser follows change nothing but the count. */
static bool are_chunks(struct connection *connection, const void *bytes, size_t count)
{
    return connection->exchange && feed_protocol(connection) == PROTOCOL_HTTP1 &&
           http1_sends_chunks(&followed_at(connection->exchange)->http1, bytes, count);
}

/* What is not skimmed is looked at from where the last bytes ended. */
static bool is_in_step(const struct connection *connection)
{
    return LIKELY(load(&connection->look_at_sent) == load(&connection->sent_bytes));
}

/* The write is over, too. */
static void follow_request(struct connection *connection, const struct plain_left *left)
{
    enum framing framing = plain_framing(&connection->plain, left);
    note_closing(connection);
    if (LIKELY(framing == FRAMING_AWAIT) &&
        LIKELY(connection_step(connection, PHASE_OPEN, PHASE_AWAIT, -1)))
        return;
    follow_framing(connection, framing);
    atomic_fetch_sub(&connection->state, ONE_WRITER);
}

bool straight_sent(struct connection *connection, uint32_t incarnation, const void *bytes,
                   size_t count)
{
    struct plain_left left = {0};
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool known = is_same(connection, incarnation) && is_in_step(connection);
    bool plain = known && LIKELY(feed_is_plain(connection)) &&
                 feed_plain_part(connection, false, &left, bytes, count);
    bool chunks = known && !plain && are_chunks(connection, bytes, count);
    if (LIKELY(plain || chunks)) {
        uint64_t before = atomic_fetch_add(&connection->sent_bytes, count);
        feed_look_from(connection, &connection->look_at_sent, before + count, left.out);
    }
    if (LIKELY(plain))
        follow_request(connection, &left);
    else if (chunks)
        atomic_fetch_sub(&connection->state, ONE_WRITER);
    connection_unlock(connection);
    return plain || chunks;
}

/* Most responses have none, and neither had those before. */
static void note_hint(struct connection *connection)
{
    struct evidence *evidence = connection->peer ? &connection->peer->evidence : NULL;
    if (evidence && (connection->plain.hint_s ||
                     atomic_load_explicit(&evidence->hint_ms, memory_order_relaxed)))
        evidence_note_hint(evidence, connection->plain.hint_s);
}

/* The phase is AWAIT, so the whole request is out. */
static void follow_response(struct connection *connection, const struct plain_left *left)
{
    enum framing framing = plain_framing(&connection->plain, left);
    note_closing(connection);
    if (framing == FRAMING_BETWEEN)
        note_hint(connection);
    if (framing == FRAMING_BETWEEN && connection_move(connection, PHASE_AWAIT, PHASE_BETWEEN))
        follow_rest(connection);
    else if (framing != FRAMING_AWAIT)
        follow_framing(connection, framing);
}

/* A request is out, and no write is under way. */
static bool is_awaited(const struct connection *connection)
{
    return atomic_load_explicit(&connection->state, memory_order_acquire) == PHASE_AWAIT;
}

bool straight_received(struct connection *connection, uint32_t incarnation, const void *bytes,
                       size_t count)
{
    if (UNLIKELY(!is_awaited(connection)) || UNLIKELY(!connection_try_lock(connection)))
        return false;
    struct plain_left left = {
        load(&connection->look_at_sent) - load(&connection->sent_bytes),
        load(&connection->look_at_received) - load(&connection->received_bytes),
    };
    bool plain = LIKELY(is_awaited(connection)) && is_same(connection, incarnation) &&
                 LIKELY(feed_is_plain(connection)) && LIKELY((int64_t)left.in >= 0) &&
                 feed_plain_part(connection, true, &left, bytes, count);
    if (LIKELY(plain)) {
        uint64_t before = atomic_fetch_add(&connection->received_bytes, count);
        feed_look_from(connection, &connection->look_at_received, before + count, left.in);
        follow_response(connection, &left);
    }
    connection_unlock(connection);
    return plain;
}
