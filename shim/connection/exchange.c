/* SPDX-License-Identifier: MIT
 *
 * See exchange.h. Every change of the phase here is made under the connection's try-lock, except
 * the claim of a write, which the caller has made before.
 */
#include "connection/exchange.h"

#include "base/sys.h"
#include "connection/deadlines.h"
#include "connection/opening.h"
#include "peer/known.h"

/* How often a read gives way to a write that is still to be fed. */
enum { WRITER_TURNS = 4000 };

/* What a framing tells besides where it stands. */
static void note_http1(struct connection *connection, const struct http1 *http1)
{
    if (http1->closing)
        atomic_store(&connection->closing, 1);
    if (http1->bound)
        atomic_store(&connection->bound, 1);
    atomic_store(&connection->leaving_http, http1->leaving != 0);
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
    if (protocol == PROTOCOL_MEMCACHED)
        followed->memcached.first = !connection->exchanged;
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

/* Lets the waits know when a resting connection will be at its limit. */
static void await_limit(struct connection *connection)
{
    if (connection_is_evictable(connection))
        deadlines_add(connection);
}

/* The connection's first whole exchange tells what its peer speaks. */
static void note_exchange(struct connection *connection)
{
    if (connection->exchanged)
        return;
    connection->exchanged = true;
    peer_note_known(&connection->peer);
}

static void lose_track(struct connection *connection)
{
    atomic_store(&connection->unsure, 1);
}

/* What is not followed any more is passed for ever, unless the user's rule asks for repairs whatever
 * runs over the connection: then the kernel's view decides. */
static enum framing as_wished(struct connection *connection, enum framing framing)
{
    bool wished = connection->policy.action == ACTION_RECONNECT ||
                  connection->policy.action == ACTION_EVICT;
    if (framing != FRAMING_OPAQUE || !wished)
        return framing;
    lose_track(connection);
    return FRAMING_OPEN;
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
    framing = as_wished(connection, framing);
    bool moving = now == PHASE_OPEN || now == PHASE_AWAIT || now == PHASE_BETWEEN ||
                  now == PHASE_FRESH;
    bool moved = moving && connection_move(connection, now, phases[framing]);
    if (moved && framing == FRAMING_BETWEEN) {
        note_exchange(connection);
        await_limit(connection);
    }
    if (framing == FRAMING_OPAQUE || (moved && framing == FRAMING_BETWEEN) ||
        atomic_load(&connection->unsure))
        followed_forget(&connection->exchange);
}

size_t bytes_total(const struct bytes *bytes)
{
    size_t total = 0;
    for (size_t i = 0; i < bytes->count; i++)
        total += bytes->parts[i].iov_len;
    return total;
}

/* The first part that is not empty. */
static const struct iovec *first_part(const struct bytes *bytes)
{
    const struct iovec *part = bytes->parts;
    while (!part->iov_len)
        part++;
    return part;
}

/* The protocol of a connection whose first bytes these are; there is at least one. */
static enum protocol recognise(const struct connection *connection, const struct bytes *bytes,
                               size_t count)
{
    const struct iovec *part = first_part(bytes);
    size_t visible = part->iov_len < count ? part->iov_len : count;
    if (atomic_load(&connection->received_bytes)) /* the server has spoken first */
        return PROTOCOL_OTHER;
    switch (opening_of(part->iov_base, visible)) {
    case OPENING_HTTP1:
        return PROTOCOL_HTTP1;
    case OPENING_REDIS:
        return PROTOCOL_REDIS;
    case OPENING_MEMCACHED:
        return PROTOCOL_MEMCACHED;
    case OPENING_TLS:
        return tls_hello_allows_http2(part->iov_base, visible) ? PROTOCOL_OTHER : PROTOCOL_TLS;
    default:
        return PROTOCOL_OTHER;
    }
}

void exchange_begin_write(struct exchange_write *write)
{
    atomic_fetch_add(&write->connection->writers, 1);
}

/* Another thread feeds for a microsecond; a signal handler must not wait for its own thread long. */
static bool lock_soon(struct connection *connection)
{
    for (int turn = 0; turn < WRITER_TURNS; turn++) {
        if (connection_try_lock(connection))
            return true;
        sys_yield();
    }
    return false;
}

/* Two threads met, and the order of their bytes is not known. */
static void tangle(struct connection *connection)
{
    atomic_store(&connection->tangled, 1);
    lose_track(connection);
}

/* Feeds what was sent. */
static void feed_sent(const struct exchange_write *write, const struct bytes *bytes, size_t count)
{
    struct connection *connection = write->connection;
    bool first = atomic_fetch_add(&connection->sent_bytes, count) == 0;
    if (atomic_load(&connection->unsure))
        return;
    if (!lock_soon(connection)) {
        tangle(connection);
        return;
    }
    if (first && atomic_load(&connection->protocol) == PROTOCOL_NONE)
        atomic_store(&connection->protocol, recognise(connection, bytes, count));
    follow(connection, feed(connection, bytes, count, false));
    connection_unlock(connection);
}

/* True for the connection that the write began on. A slot that was given up meanwhile counts its own
 * writers. */
static bool end_write(const struct exchange_write *write)
{
    return atomic_load(&write->connection->incarnation) == write->incarnation;
}

static void give_claim_back(const struct exchange_write *write)
{
    connection_move(write->connection, PHASE_OPEN, write->phase_before);
}

void exchange_end_write(struct exchange_write *write, const struct bytes *bytes, ssize_t accepted)
{
    struct connection *connection = write->connection;
    if (!end_write(write))
        return;
    if (accepted > 0)
        feed_sent(write, bytes, (size_t)accepted);
    else
        give_claim_back(write);
    atomic_fetch_sub(&connection->writers, 1);
}

void exchange_end_unseen_write(struct exchange_write *write, ssize_t accepted)
{
    struct connection *connection = write->connection;
    if (!end_write(write))
        return;
    if (accepted > 0) {
        atomic_fetch_add(&connection->sent_bytes, (uint64_t)accepted);
        lose_track(connection);
    } else {
        give_claim_back(write);
    }
    atomic_fetch_sub(&connection->writers, 1);
}

/* Bytes from a peer that was not asked: a server that speaks first, or pushes. TLS may: tickets. */
static bool is_unasked(const struct connection *connection)
{
    enum phase phase = connection_phase(connection);
    enum protocol protocol = atomic_load(&connection->protocol);
    return phase == PHASE_FRESH || (phase == PHASE_BETWEEN && protocol != PROTOCOL_TLS);
}

/* Lets a write by another thread feed its request before the response is fed. A write that lasts
 * (a long upload, a cancelled thread) is not waited for. */
static bool await_writers(const struct connection *connection)
{
    for (int turn = 0; turn < WRITER_TURNS && !atomic_load(&connection->unsure); turn++) {
        if (!atomic_load(&connection->writers))
            return true;
        sys_yield();
    }
    return false;
}

void exchange_received(struct connection *connection, uint32_t incarnation,
                       const struct bytes *bytes, size_t count)
{
    if (atomic_load(&connection->incarnation) != incarnation)
        return;
    /* Counted only then, or the request would find that the server has spoken first. */
    bool fed = await_writers(connection);
    atomic_fetch_add(&connection->received_bytes, count);
    if (atomic_load(&connection->unsure))
        return;
    if (!fed || !lock_soon(connection)) {
        tangle(connection);
        return;
    }
    if (atomic_load(&connection->incarnation) == incarnation) {
        if (is_unasked(connection) && atomic_load(&connection->stdio))
            lose_track(connection); /* the FILE may have asked */
        else if (is_unasked(connection))
            follow(connection, FRAMING_OPAQUE);
        else
            follow(connection, feed(connection, bytes, count, true));
    }
    connection_unlock(connection);
}

void exchange_unseen_received(struct connection *connection, size_t count)
{
    atomic_fetch_add(&connection->received_bytes, count);
    lose_track(connection);
    enum phase phase = connection_phase(connection);
    if (phase == PHASE_FRESH || phase == PHASE_BETWEEN)
        connection_move(connection, phase, PHASE_OPEN);
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
