/* SPDX-License-Identifier: MIT
 *
 * See exchange.h. Every change of the phase here is made under the connection's try-lock, except
 * the claim of a write, which the caller has made before.
 */
#include "connection/exchange.h"

#include <string.h>

#include "connection/deadlines.h"
#include "connection/watch.h"

/* What a framing tells besides where it stands. */
static void note_http1(struct connection *connection, const struct http1 *http1)
{
    if (http1->closing)
        atomic_store(&connection->closing, 1);
    if (http1->bound)
        atomic_store(&connection->bound, 1);
}

/* Feeds the first `count` of the bytes. */
static enum framing feed(struct connection *connection, const struct bytes *bytes, size_t count,
                         bool inbound)
{
    enum framing framing = FRAMING_OPAQUE;
    enum protocol protocol = atomic_load(&connection->protocol);
    const struct follower *follower = follower_of(protocol);
    union followed *followed = follower ? followed_open(&connection->exchange, follower) : NULL;
    if (!followed && protocol != PROTOCOL_TLS)
        return FRAMING_OPAQUE;
    for (size_t i = 0; i < bytes->count && count; i++) {
        const unsigned char *at = bytes->parts[i].iov_base;
        size_t part = bytes->parts[i].iov_len < count ? bytes->parts[i].iov_len : count;
        if (!part)
            continue;
        if (followed)
            framing = (inbound ? follower->received : follower->sent)(followed, at, part);
        else
            framing = (inbound ? tls_received : tls_sent)(&connection->tls, at, part);
        count -= part;
    }
    if (protocol == PROTOCOL_HTTP1)
        note_http1(connection, &followed->http1);
    return framing;
}

/* Lets the waits know when a resting connection that epoll watches will be at its limit. */
static void await_limit(struct connection *connection)
{
    bool evictable = connection->policy.source != LIMIT_BUILT_IN &&
                     connection->policy.action != ACTION_RECONNECT;
    if (evictable && watch_reads(atomic_load(&connection->fd)))
        deadlines_add(connection);
}

/* Follows the framing with the phase. PASS, EVICTED and REPAIR stay what they are. */
static void follow(struct connection *connection, enum framing framing)
{
    static const enum phase phases[] = {
        [FRAMING_OPEN] = PHASE_OPEN,
        [FRAMING_AWAIT] = PHASE_AWAIT,
        [FRAMING_BETWEEN] = PHASE_BETWEEN,
        [FRAMING_OPAQUE] = PHASE_PASS,
    };
    enum phase now = connection_phase(connection);
    bool moving = now == PHASE_OPEN || now == PHASE_AWAIT || now == PHASE_BETWEEN ||
                  now == PHASE_FRESH;
    bool moved = moving && connection_move(connection, now, phases[framing]);
    if (moved && framing == FRAMING_BETWEEN)
        await_limit(connection);
    if (framing == FRAMING_OPAQUE || (moved && framing == FRAMING_BETWEEN))
        followed_forget(&connection->exchange);
}

size_t bytes_total(const struct bytes *bytes)
{
    size_t total = 0;
    for (size_t i = 0; i < bytes->count; i++)
        total += bytes->parts[i].iov_len;
    return total;
}

enum opening bytes_opening(const struct bytes *bytes)
{
    for (size_t i = 0; i < bytes->count; i++)
        if (bytes->parts[i].iov_len)
            return opening_of(bytes->parts[i].iov_base, bytes->parts[i].iov_len);
    return OPENING_UNKNOWN;
}

static bool hello_allows_http2(const struct bytes *bytes)
{
    return tls_hello_allows_http2(bytes->parts[0].iov_base, bytes->parts[0].iov_len);
}

/* The protocol of a connection whose first bytes these are. */
static enum protocol recognise(const struct connection *connection, const struct bytes *bytes)
{
    if (atomic_load(&connection->received_bytes)) /* the server has spoken first */
        return PROTOCOL_OTHER;
    switch (bytes_opening(bytes)) {
    case OPENING_HTTP1:
        return PROTOCOL_HTTP1;
    case OPENING_REDIS:
        return PROTOCOL_REDIS;
    case OPENING_MEMCACHED:
        return PROTOCOL_MEMCACHED;
    case OPENING_TLS:
        return hello_allows_http2(bytes) ? PROTOCOL_OTHER : PROTOCOL_TLS;
    default:
        return PROTOCOL_OTHER;
    }
}

static void save(struct exchange_write *write)
{
    struct connection *connection = write->connection;
    write->protocol_before = atomic_load(&connection->protocol);
    write->framing_made = !connection->exchange;
    write->received_before = atomic_load(&connection->received_bytes);
    if (write->protocol_before == PROTOCOL_NONE)
        atomic_store(&connection->protocol, recognise(connection, &write->bytes));
    enum protocol protocol = atomic_load(&connection->protocol);
    const struct follower *follower = follower_of(protocol);
    if (protocol == PROTOCOL_TLS)
        write->before.tls = connection->tls;
    else if (follower && !write->framing_made)
        memcpy(&write->before.followed, followed_open(&connection->exchange, follower),
               follower->bytes);
}

void exchange_begin_write(struct exchange_write *write)
{
    struct connection *connection = write->connection;
    write->fed = false;
    if (atomic_load(&connection->unsure))
        return;
    if (!connection_try_lock(connection)) {
        atomic_store(&connection->unsure, 1);
        return;
    }
    if (atomic_load(&connection->incarnation) == write->incarnation) {
        save(write);
        write->fed = true;
        follow(connection,
               feed(connection, &write->bytes, bytes_total(&write->bytes), false));
    }
    connection_unlock(connection);
}

/* Puts the framing back to where it was before the write. */
static void restore(struct exchange_write *write)
{
    struct connection *connection = write->connection;
    enum protocol protocol = atomic_load(&connection->protocol);
    const struct follower *follower = follower_of(protocol);
    if (protocol == PROTOCOL_TLS)
        connection->tls = write->before.tls;
    else if (write->framing_made)
        followed_forget(&connection->exchange);
    else if (follower && connection->exchange)
        memcpy(followed_open(&connection->exchange, follower), &write->before.followed,
               follower->bytes);
    atomic_store(&connection->protocol, write->protocol_before);
}

/* The kernel took less than was fed: back, and only what it took again. When nothing went out, the
 * phase is what it was before this write claimed it. */
static void take_back(struct exchange_write *write, size_t accepted)
{
    struct connection *connection = write->connection;
    enum protocol protocol = atomic_load(&connection->protocol);
    if (write->received_before != atomic_load(&connection->received_bytes)) {
        atomic_store(&connection->unsure, 1);
        return;
    }
    restore(write);
    if (accepted) {
        atomic_store(&connection->protocol, protocol);
        follow(connection, feed(connection, &write->bytes, accepted, false));
        return;
    }
    uint32_t now = atomic_load(&connection->phase);
    if (now == PHASE_OPEN || now == PHASE_AWAIT || now == PHASE_PASS)
        connection_move(connection, now, write->phase_before);
}

void exchange_end_write(struct exchange_write *write, ssize_t accepted)
{
    struct connection *connection = write->connection;
    size_t count = accepted > 0 ? (size_t)accepted : 0;
    if (atomic_load(&connection->incarnation) != write->incarnation)
        return;
    if (count) {
        atomic_fetch_add(&connection->sent_bytes, count);
        if (atomic_load_explicit(&connection->reconnecting, memory_order_relaxed))
            atomic_store(&connection->reconnecting, 0);
    }
    if (!write->fed || count == bytes_total(&write->bytes))
        return;
    if (!connection_try_lock(connection)) {
        atomic_store(&connection->unsure, 1);
        return;
    }
    take_back(write, count);
    connection_unlock(connection);
}

/* Bytes from a peer that was not asked: a server that speaks first, or pushes. TLS may: tickets. */
static bool is_unasked(const struct connection *connection)
{
    enum phase phase = connection_phase(connection);
    enum protocol protocol = atomic_load(&connection->protocol);
    return phase == PHASE_FRESH || (phase == PHASE_BETWEEN && protocol != PROTOCOL_TLS);
}

void exchange_received(struct connection *connection, uint32_t incarnation,
                       const struct bytes *bytes, size_t count)
{
    if (atomic_load(&connection->incarnation) != incarnation)
        return;
    atomic_fetch_add(&connection->received_bytes, count);
    if (atomic_load(&connection->unsure))
        return;
    if (!connection_try_lock(connection)) {
        atomic_store(&connection->unsure, 1);
        return;
    }
    if (atomic_load(&connection->incarnation) == incarnation) {
        if (is_unasked(connection))
            follow(connection, FRAMING_OPAQUE);
        else
            follow(connection, feed(connection, bytes, count, true));
    }
    connection_unlock(connection);
}

void exchange_unseen(struct connection *connection, size_t sent, size_t received)
{
    atomic_fetch_add(&connection->sent_bytes, sent);
    atomic_fetch_add(&connection->received_bytes, received);
    atomic_store(&connection->unsure, 1);
    enum phase phase = connection_phase(connection);
    if (phase == PHASE_FRESH || phase == PHASE_BETWEEN)
        connection_move(connection, phase, PHASE_OPEN);
}

void exchange_watched(struct connection *connection, int fd)
{
    atomic_store(&connection->fd, fd);
    if (connection_phase(connection) == PHASE_BETWEEN)
        await_limit(connection);
}

bool exchange_restart(struct connection *connection, uint64_t sent, uint64_t received)
{
    if (!connection_try_lock(connection))
        return false;
    followed_forget(&connection->exchange);
    tls_reset(&connection->tls);
    atomic_store(&connection->sent_bytes, sent);
    atomic_store(&connection->received_bytes, received);
    atomic_store(&connection->protocol, PROTOCOL_HTTP1);
    atomic_store(&connection->unsure, 0);
    connection_unlock(connection);
    return true;
}
