/* SPDX-License-Identifier: MIT
 *
 * Follows bytes in both ways at once: as a connection does (plain exchanges without a parser,
 * what makes no difference only counted, the parser where it must be), and by the parser alone. They
 * must agree after every piece. In one header, because the fuzz target has it too.
 */
#ifndef UNSTALE_TESTS_UNIT_BOTH_WAYS_H
#define UNSTALE_TESTS_UNIT_BOTH_WAYS_H

#include "connection/feed.h"
#include "connection/followed.h"

struct both_ways {
    struct connection *connection;
    struct followed parser;
    enum framing framing;
    enum protocol protocol;
};

static inline void both_begin_as(struct both_ways *both, enum protocol protocol)
{
    static const struct address address;
    static const struct peer_policy policy;
    both->connection = connection_new(-1, &address, &policy, 0);
    atomic_store(&both->connection->protocol, protocol);
    follower_of(protocol)->reset(&both->parser);
    if (protocol == PROTOCOL_MEMCACHED)
        both->parser.memcached.first = true; /* as the connection has it, whose exchanges nobody counts */
    both->framing = FRAMING_BETWEEN;
    both->protocol = protocol;
}

static inline void both_begin(struct both_ways *both)
{
    both_begin_as(both, PROTOCOL_HTTP1);
}

static inline void both_end(struct both_ways *both)
{
    connection_release(both->connection);
}

/* What the parser has told besides, as the connection remembers it. */
static inline bool both_flags_agree(const struct both_ways *both)
{
    const struct connection *connection = both->connection;
    const struct http1 *http1 = &both->parser.http1;
    if (both->protocol != PROTOCOL_HTTP1)
        return true;
    return atomic_load(&connection->closing) == http1->closing &&
           atomic_load(&connection->bound) == http1->bound &&
           atomic_load(&connection->leaving_http) == (http1->leaving != 0);
}

static inline uint32_t both_hint(struct connection *connection)
{
    if (!connection->exchange)
        return connection->plain.hint_s;
    return followed_open(&connection->exchange, follower_of(PROTOCOL_HTTP1))->http1.hint_s;
}

/* True when both say the same of one piece. After FRAMING_OPAQUE nothing may be fed any more. */
static inline bool both_agree(struct both_ways *both, bool inbound, const unsigned char *bytes,
                              size_t count)
{
    struct connection *connection = both->connection;
    const struct follower *follower = follower_of(both->protocol);
    _Atomic uint64_t *counter = inbound ? &connection->received.bytes : &connection->sent.bytes;
    uint64_t look_at = inbound ? connection->received.look_at : connection->sent.look_at;
    uint64_t before = atomic_fetch_add(counter, count);
    const struct iovec part = {(void *)(uintptr_t)bytes, count};
    const struct bytes piece = {&part, 1};
    enum framing alone = (inbound ? follower->received : follower->sent)(&both->parser, bytes, count);
    if (connection_skims(before, look_at, count))
        return alone == both->framing;
    if (!feed_bytes(connection, &piece, count, before, inbound, &both->framing))
        return false;
    if (both->protocol == PROTOCOL_HTTP1 && both->framing == FRAMING_BETWEEN &&
        both_hint(connection) != both->parser.http1.hint_s)
        return false;
    if (both->framing == FRAMING_BETWEEN) /* as follow_framing() does */
        followed_forget(&connection->exchange);
    return alone == both->framing && (alone == FRAMING_OPAQUE || both_flags_agree(both));
}

#endif
