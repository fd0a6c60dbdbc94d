/* SPDX-License-Identifier: MIT
 *
 * See straight.h.
 */
#include "connection/straight_way.h"

#include "connection/deadlines.h"
#include "connection/due.h"
#include "connection/follow.h"
#include "connection/secured.h"

static uint64_t load(const _Atomic uint64_t *number)
{
    return atomic_load_explicit(number, memory_order_relaxed);
}

/* A request is out as a whole, and no write is under way. */
static bool is_awaited(const struct connection *connection)
{
    return LIKELY(atomic_load_explicit(&connection->state, memory_order_acquire) == PHASE_AWAIT);
}

static bool is(const _Atomic bool *flag)
{
    return atomic_load_explicit(flag, memory_order_relaxed);
}

/* Nothing is recorded or learnt here. */
INLINE bool rests_quietly(const struct connection *connection)
{
    const struct peer *peer = connection->peer;
    return LIKELY(peer != NULL) && (LIKELY(!is(&ledger_begun)) || !peer_ledger(peer)) &&
           LIKELY(!atomic_load_explicit(&connection->reused_ms, memory_order_relaxed));
}

static void note_rest(struct connection *connection, uint64_t last_ms, uint64_t due_ms)
{
    atomic_store_explicit(&connection->rested_ms, last_ms, memory_order_relaxed);
    atomic_store_explicit(&connection->due_ms, due_ms, memory_order_relaxed);
}

static NOINLINE void rest_with_limit(struct connection *connection)
{
    uint64_t last_ms = load(&connection->last_ms);
    if (connection->policy.source != LIMIT_EXPLICIT || !connection_is_evictable(connection) ||
        !rests_quietly(connection)) {
        follow_rest(connection);
        return;
    }
    note_rest(connection, last_ms, last_ms + connection->policy.limit_ms);
    deadlines_add(connection);
}

/* Neither a rule nor this response or one before it tells of a limit. What Redis keeps in the hint's place is
 * none. */
INLINE bool is_without_limit(const struct connection *connection)
{
    return LIKELY(connection->policy.source != LIMIT_EXPLICIT) && rests_quietly(connection) &&
           (LIKELY(!is(&evidence_any)) || !load(&connection->peer->evidence.limits)) &&
           (LIKELY(!connection->plain.hint_s) || feed_protocol(connection) != PROTOCOL_HTTP1);
}

/* Nothing is outstanding any more. What follow_rest() does then is most often to note the moment and no
 * more. */
INLINE void end_response(struct connection *connection)
{
    uint32_t awaited = PHASE_AWAIT;
    bool quiet = is_without_limit(connection);
    if (UNLIKELY(!quiet) && feed_protocol(connection) == PROTOCOL_HTTP1)
        feed_note_hint(connection, connection->plain.hint_s);
    if (UNLIKELY(!atomic_compare_exchange_strong(&connection->state, &awaited, PHASE_BETWEEN)))
        follow_framing(connection, FRAMING_BETWEEN);
    else if (LIKELY(quiet))
        note_rest(connection, load(&connection->last_ms), 0);
    else
        rest_with_limit(connection);
}

INLINE bool take_response(struct connection *connection, struct straight_way way, const void *bytes,
                          size_t count)
{
    uint64_t ahead = load(&way.stream->look_at) - load(&way.stream->bytes);
    struct plain_left left = {.in = ahead};
    if (UNLIKELY((int64_t)ahead < 0) ||
        UNLIKELY(!straight_feed(connection, way, &left, bytes, count)))
        return false;
    straight_count(connection, way, count, left.in);
    if (!connection->plain.outstanding)
        end_response(connection);
    return true;
}

INLINE bool take(struct connection *connection, struct straight_way way, uint32_t incarnation,
                 const void *bytes, size_t count)
{
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool taken = is_awaited(connection) && straight_is_same(connection, incarnation) &&
                 take_response(connection, way, bytes, count);
    connection_unlock(connection);
    return taken;
}

/* Of a session in reach: its plaintext is followed. */
static NOINLINE BUSY bool take_ciphertext(struct connection *connection, uint32_t incarnation,
                                          size_t count)
{
    bool same = straight_is_same(connection, incarnation);
    if (same)
        atomic_fetch_add_explicit(&connection->received.bytes, count, memory_order_relaxed);
    return same;
}

BUSY bool straight_received(struct connection *connection, uint32_t incarnation, const void *bytes,
                            size_t count)
{
    if (UNLIKELY(atomic_load_explicit(&connection->secured, memory_order_relaxed)))
        return take_ciphertext(connection, incarnation, count);
    const struct straight_way way = {&connection->received, true, false};
    return take(connection, way, incarnation, bytes, count);
}

BUSY bool straight_received_plaintext(struct connection *connection, struct secured *secured,
                                      uint32_t incarnation, const void *bytes, size_t count)
{
    const struct straight_way way = {&secured->received, true, true};
    return take(connection, way, incarnation, bytes, count);
}
