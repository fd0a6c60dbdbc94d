/* SPDX-License-Identifier: MIT
 *
 * See follow.h.
 */
#include "connection/follow.h"

#include "connection/deadlines.h"
#include "connection/due.h"
#include "connection/feed.h"
#include "connection/followed.h"
#include "connection/learn.h"
#include "connection/opening.h"
#include "connection/secured.h"
#include "connection/tls_state.h"
#include "connection/vault.h"

/* A scout rests for half longer than the timer, and that: enough to speak against it (closes.c). */
enum { SCOUT_MORE_MS = 100 };

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

static enum protocol recognise(const struct connection *connection, const struct bytes *bytes,
                               size_t count)
{
    const struct iovec *part = first_part(bytes);
    size_t visible = part->iov_len < count ? part->iov_len : count;
    enum opening opening = opening_of(part->iov_base, visible);
    if (secured_of(connection)) /* what has come in so far was the handshake */
        return opening == OPENING_HTTP1 ? PROTOCOL_HTTP1 : PROTOCOL_OTHER;
    if (atomic_load(&connection->received.bytes)) /* the server has spoken first */
        return PROTOCOL_OTHER;
    switch (opening) {
    case OPENING_HTTP1:
        return PROTOCOL_HTTP1;
    case OPENING_REDIS:
        return PROTOCOL_REDIS;
    case OPENING_MEMCACHED:
        return PROTOCOL_MEMCACHED;
    case OPENING_TLS:
        return PROTOCOL_TLS;
    default:
        return PROTOCOL_OTHER;
    }
}

void follow_recognise(struct connection *connection, const struct bytes *bytes, size_t count)
{
    enum protocol protocol = recognise(connection, bytes, count);
    atomic_store(&connection->protocol, protocol);
    if (protocol == PROTOCOL_REDIS && connection_may_record(connection) &&
        !atomic_load(&connection->session))
        atomic_store(&connection->session, vault_take());
}

/* When a connection at rest is to be looked at: when it has reached its limit, or a scout (evidence.h) well
 * past it. What is not followed, or whose rule says something else, could not be renewed if it is written
 * to then, so it is no scout. */
static uint64_t due_at_rest(struct connection *connection)
{
    uint64_t last_ms = atomic_load_explicit(&connection->last_ms, memory_order_relaxed);
    uint64_t due_ms = connection_due_at(connection, last_ms);
    struct evidence *evidence = connection->peer ? &connection->peer->evidence : NULL;
    if (evidence && connection->policy.source != LIMIT_EXPLICIT &&
        !connection_retires_ms(connection) && connection->policy.action == ACTION_AUTO &&
        atomic_load(&connection->protocol) == PROTOCOL_HTTP1 &&
        evidence_wants_scout(evidence, last_ms))
        due_ms = last_ms + evidence_timeout_ms(evidence) * 3ULL / 2 + SCOUT_MORE_MS;
    return due_ms;
}

static NOINLINE void queue(struct connection *connection)
{
    atomic_store_explicit(&connection->due_ms, due_at_rest(connection), memory_order_relaxed);
    deadlines_add(connection);
}

/* Lets the waits know when a resting connection will be at its limit. One that has none to be evicted for
 * is looked at as soon as it gets one. */
static inline void await_limit(struct connection *connection)
{
    if (connection_is_evictable(connection))
        queue(connection);
    else
        atomic_store_explicit(&connection->due_ms, 0, memory_order_relaxed);
}

/* Of TLS each further record of a response makes the exchange whole again. */
static bool is_counted(struct connection *connection)
{
    struct tls_state *state = NULL;
    if (atomic_load(&connection->protocol) == PROTOCOL_TLS)
        state = tls_state_open(&connection->tls);
    bool counted = state && state->tls.counted;
    if (state)
        state->tls.counted = true;
    return counted;
}

/* The connection's first exchange tells what its peer speaks. */
static NOINLINE void count_exchange(struct connection *connection)
{
    if (is_counted(connection))
        return;
    peer_note(connection->peer, PEER_EXCHANGED);
    if (atomic_load_explicit(&connection->exchanged, memory_order_relaxed)) {
        peer_note(connection->peer, PEER_REUSED);
        return;
    }
    atomic_store_explicit(&connection->exchanged, 1, memory_order_relaxed);
    peer_note_known(connection->peer);
}

/* One more exchange is whole. */
static inline void note_exchange(struct connection *connection)
{
    if (UNLIKELY(peer_ledger(connection->peer) != NULL) ||
        UNLIKELY(!atomic_load_explicit(&connection->exchanged, memory_order_relaxed)))
        count_exchange(connection);
}

void follow_lose_track(struct connection *connection)
{
    atomic_store(&connection->unsure, 1);
    connection_look_at(connection, 0);
}

void follow_tangle(struct connection *connection)
{
    atomic_store(&connection->tangled, 1);
    follow_lose_track(connection);
}

/* What is not followed any more is passed for ever, unless the user's rule asks for repairs whatever
 * runs over the connection: then the kernel's view decides. */
static enum framing as_wished(struct connection *connection, enum framing framing)
{
    if (framing != FRAMING_OPAQUE || !connection_is_wished(connection))
        return framing;
    follow_lose_track(connection);
    return FRAMING_OPEN;
}

void follow_rest(struct connection *connection)
{
    note_exchange(connection);
    learn_rest(connection);
    await_limit(connection);
}

/* Follows the framing with the phase. PASS, EVICTED and REPAIR stay what they are. */
void follow_framing(struct connection *connection, enum framing framing)
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
    bool moved = moving &&
                 (now == phases[framing] || connection_move(connection, now, phases[framing]));
    if (moved && framing == FRAMING_OPAQUE)
        connection_look_at(connection, LOOK_NEVER);
    if (moved && framing == FRAMING_BETWEEN)
        follow_rest(connection);
    if (framing == FRAMING_OPAQUE || (moved && framing == FRAMING_BETWEEN) ||
        atomic_load(&connection->unsure))
        followed_forget(&connection->exchange);
    if (framing == FRAMING_OPAQUE || atomic_load(&connection->unsure))
        connection_forget_session(connection);
}

void follow_bytes(struct connection *connection, const struct bytes *bytes, size_t count,
                  uint64_t before, bool inbound)
{
    enum framing framing;
    if (LIKELY(feed_bytes(connection, bytes, count, before, inbound, &framing)))
        follow_framing(connection, framing);
    else
        follow_tangle(connection);
}
