/* SPDX-License-Identifier: MIT
 *
 * See straight.h.
 */
#include "connection/straight_way.h"

#include "connection/follow.h"
#include "connection/followed.h"
#include "connection/secured.h"

static struct straight_way sent(struct connection *connection)
{
    return (struct straight_way){&connection->sent, false, false};
}

/* The phase is OPEN, and this write the only one, most likely. */
INLINE void end_request(struct connection *connection, uint64_t left)
{
    uint32_t alone = PHASE_OPEN + ONE_WRITER;
    if (LIKELY(!left) &&
        LIKELY(atomic_compare_exchange_strong(&connection->state, &alone, PHASE_AWAIT)))
        return;
    follow_framing(connection, left ? FRAMING_OPEN : FRAMING_AWAIT);
    atomic_fetch_sub(&connection->state, ONE_WRITER);
}

INLINE bool take_request(struct connection *connection, struct straight_way way, const void *bytes,
                         size_t count)
{
    struct plain_left left = {0};
    if (UNLIKELY(!straight_feed(connection, way, &left, bytes, count)))
        return false;
    straight_count(connection, way, count, left.out);
    end_request(connection, left.out);
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
        if (length && UNLIKELY(!straight_feed(connection, sent(connection), &left,
                                              parts[i].iov_base, length)))
            break;
        more -= length;
    }
    if (UNLIKELY(more)) {
        connection->plain = before;
        return false;
    }
    straight_count(connection, sent(connection), count, left.out);
    end_request(connection, left.out);
    return true;
}

/* What is not skimmed is looked at from where the last bytes ended. */
INLINE bool is_in_step(const struct stream *stream)
{
    return LIKELY(atomic_load_explicit(&stream->look_at, memory_order_relaxed) ==
                  atomic_load_explicit(&stream->bytes, memory_order_relaxed));
}

INLINE bool take(struct connection *connection, struct straight_way way, uint32_t incarnation,
                 const void *bytes, size_t count)
{
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool taken = straight_is_same(connection, incarnation) && is_in_step(way.stream) &&
                 take_request(connection, way, bytes, count);
    connection_unlock(connection);
    return taken;
}

BUSY bool straight_sent(struct connection *connection, uint32_t incarnation, const void *bytes,
                        size_t count)
{
    return take(connection, sent(connection), incarnation, bytes, count);
}

BUSY bool straight_sent_plaintext(struct connection *connection, struct secured *secured,
                                  uint32_t incarnation, const void *bytes, size_t count)
{
    const struct straight_way way = {&secured->sent, false, true};
    return take(connection, way, incarnation, bytes, count);
}

bool straight_sent_parts(struct connection *connection, uint32_t incarnation,
                         const struct iovec *parts, size_t part_count, size_t count)
{
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool taken = straight_is_same(connection, incarnation) && is_in_step(&connection->sent) &&
                 take_parts(connection, parts, part_count, count);
    connection_unlock(connection);
    return taken;
}

/* The next chunks of a request that the parser follows change nothing but the count. */
static bool are_chunks(struct connection *connection, const void *bytes, size_t count)
{
    return connection->exchange && !atomic_load(&connection->unsure) &&
           feed_protocol(connection) == PROTOCOL_HTTP1 && is_in_step(&connection->sent) &&
           http1_sends_chunks(&followed_at(connection->exchange)->http1, bytes, count);
}

bool straight_sent_chunks(struct connection *connection, uint32_t incarnation, const void *bytes,
                          size_t count)
{
    if (UNLIKELY(!connection_try_lock(connection)))
        return false;
    bool chunks = straight_is_same(connection, incarnation) && are_chunks(connection, bytes, count);
    if (chunks) {
        straight_count(connection, sent(connection), count, 0);
        atomic_fetch_sub(&connection->state, ONE_WRITER);
    }
    connection_unlock(connection);
    return chunks;
}
