/* SPDX-License-Identifier: MIT
 *
 * See straight.h. Each takes the try-lock once and moves the phase at most once. Under the lock the
 * counts are plain sums. Two count without it, by atomic additions: who finds it taken, and then says that
 * the framing is lost; and the doors, the inside of a body (connection_skims). A plain sum may lose such an
 * addition where two threads read, or write, one body at the same time. Then the count stays behind the
 * kernel's, which is taken as it is for bytes that went by unseen (repair/facts.c).
 */
#include "connection/straight.h"

#include "connection/deadlines.h"
#include "connection/due.h"
#include "connection/follow.h"
#include "connection/followed.h"

static uint64_t load(const _Atomic uint64_t *number)
{
    return atomic_load_explicit(number, memory_order_relaxed);
}

/* Under the try-lock. Only now is it sure that the slot is not given up meanwhile. */
static bool is_same(const struct connection *connection, uint32_t incarnation)
{
    return LIKELY(atomic_load_explicit(&connection->incarnation, memory_order_relaxed) ==
                  incarnation);
}

/* One part of a plain exchange. False: it is not one, and nothing has changed. */
INLINE bool feed(struct connection *connection, bool inbound, struct plain_left *left,
                 const void *bytes, size_t count)
{
    uint64_t marks = load(&connection->marks);
    if (UNLIKELY(load(&connection->slots)))
        return false;
    if (LIKELY(marks == ORDINARY(PROTOCOL_HTTP1)))
        return LIKELY(feed_plain_part(connection, PROTOCOL_HTTP1, inbound, left, bytes, count));
    return marks == ORDINARY(PROTOCOL_REDIS) && feed_is_plain(connection) &&
           feed_plain_part(connection, PROTOCOL_REDIS, inbound, left, bytes, count);
}

INLINE void count_on(struct connection *connection, _Atomic uint64_t *bytes,
                     _Atomic uint64_t *look_at, size_t count, uint64_t left)
{
    uint64_t now = load(bytes) + count;
    atomic_store_explicit(bytes, now, memory_order_relaxed);
    feed_look_from(connection, look_at, now, left);
}

static COLD void note_closing(struct connection *connection)
{
    atomic_store(&connection->closing, 1);
}

/* The phase is OPEN, and this write the only one, most likely. */
static void end_request(struct connection *connection, uint64_t left)
{
    uint32_t alone = PHASE_OPEN + ONE_WRITER;
    if (LIKELY(!left) &&
        LIKELY(atomic_compare_exchange_strong(&connection->state, &alone, PHASE_AWAIT)))
        return;
    follow_framing(connection, left ? FRAMING_OPEN : FRAMING_AWAIT);
    atomic_fetch_sub(&connection->state, ONE_WRITER);
}

INLINE void note_request(struct connection *connection, size_t count, uint64_t left)
{
    count_on(connection, &connection->sent_bytes, &connection->look_at_sent, count, left);
    if (UNLIKELY(connection->plain.closing))
        note_closing(connection);
    end_request(connection, left);
}

static bool take_request(struct connection *connection, const void *bytes, size_t count)
{
    struct plain_left left = {0};
    if (UNLIKELY(!feed(connection, false, &left, bytes, count)))
        return false;
    note_request(connection, count, left.out);
    return true;
}

/* The first `count` bytes of the parts; which may be less, if another thread has changed them meanwhile. */
static bool take_parts(struct connection *connection, const struct iovec *parts, size_t part_count,
                       size_t count)
{
    struct plain before = connection->plain;
    struct plain_left left = {0};
    size_t more = count;
    for (size_t i = 0; more && i < part_count; i++) {
        size_t length = parts[i].iov_len < more ? parts[i].iov_len : more;
        if (length && UNLIKELY(!feed(connection, false, &left, parts[i].iov_base, length)))
            break;
        more -= length;
    }
    if (UNLIKELY(more)) {
        connection->plain = before;
        return false;
    }
    note_request(connection, count, left.out);
    return true;
}

/* What is not skimmed is looked at from where the last bytes ended. */
static bool is_in_step(const struct connection *connection)
{
    return LIKELY(load(&connection->look_at_sent) == load(&connection->sent_bytes));
}

bool straight_sent(struct connection *connection, uint32_t incarnation, const void *bytes,
                   size_t count)
{
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool taken = is_same(connection, incarnation) && is_in_step(connection) &&
                 take_request(connection, bytes, count);
    connection_unlock(connection);
    return taken;
}

bool straight_sent_parts(struct connection *connection, uint32_t incarnation,
                         const struct iovec *parts, size_t part_count, size_t count)
{
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool taken = is_same(connection, incarnation) && is_in_step(connection) &&
                 take_parts(connection, parts, part_count, count);
    connection_unlock(connection);
    return taken;
}

/* The next chunks of a request that the parser follows change nothing but the count. */
static bool are_chunks(struct connection *connection, const void *bytes, size_t count)
{
    return connection->exchange && !atomic_load(&connection->unsure) &&
           feed_protocol(connection) == PROTOCOL_HTTP1 && is_in_step(connection) &&
           http1_sends_chunks(&followed_at(connection->exchange)->http1, bytes, count);
}

bool straight_sent_chunks(struct connection *connection, uint32_t incarnation, const void *bytes,
                          size_t count)
{
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool chunks = is_same(connection, incarnation) && are_chunks(connection, bytes, count);
    if (chunks) {
        count_on(connection, &connection->sent_bytes, &connection->look_at_sent, count, 0);
        atomic_fetch_sub(&connection->state, ONE_WRITER);
    }
    connection_unlock(connection);
    return chunks;
}

/* A request is out as a whole, and no write is under way. */
static bool is_awaited(const struct connection *connection)
{
    return LIKELY(atomic_load_explicit(&connection->state, memory_order_acquire) == PHASE_AWAIT);
}

/* Nothing is recorded or learnt here. */
static bool rests_quietly(const struct connection *connection)
{
    const struct peer *peer = connection->peer;
    return LIKELY(peer != NULL) && LIKELY(!peer_ledger(peer)) &&
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
static bool is_without_limit(const struct connection *connection)
{
    return LIKELY(connection->policy.source != LIMIT_EXPLICIT) && rests_quietly(connection) &&
           LIKELY(!load(&connection->peer->evidence.limits)) &&
           (LIKELY(!connection->plain.hint_s) || feed_protocol(connection) != PROTOCOL_HTTP1);
}

/* Nothing is outstanding any more. What follow_rest() does then is most often to note the moment and no
 * more. */
static void end_response(struct connection *connection)
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

static bool take_response(struct connection *connection, const void *bytes, size_t count)
{
    uint64_t ahead = load(&connection->look_at_received) - load(&connection->received_bytes);
    struct plain_left left = {.in = ahead};
    if (UNLIKELY((int64_t)ahead < 0) || UNLIKELY(!feed(connection, true, &left, bytes, count)))
        return false;
    count_on(connection, &connection->received_bytes, &connection->look_at_received, count,
             left.in);
    if (UNLIKELY(connection->plain.closing))
        note_closing(connection);
    if (!connection->plain.outstanding)
        end_response(connection);
    return true;
}

bool straight_received(struct connection *connection, uint32_t incarnation, const void *bytes,
                       size_t count)
{
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool taken = is_awaited(connection) && is_same(connection, incarnation) &&
                 take_response(connection, bytes, count);
    connection_unlock(connection);
    return taken;
}
