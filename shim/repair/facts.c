/* SPDX-License-Identifier: MIT
 *
 * See facts.h. Two things can make the framing useless: bytes that went by without us (the kernel's
 * counters differ from ours) and two threads that met (`unsure`). Then the kernel's view stands in
 * for it, at a first write only, and only when that write opens an HTTP/1 request: the last byte
 * came from the peer, nothing is unread, unsent or unacknowledged, and no request was a CONNECT or asked
 * for an upgrade, whose answer we may have missed.
 */
#include "repair/facts.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/sys.h"
#include "connection/due.h"
#include "connection/secured.h"
#include "connection/tls_end.h"
#include "repair/session.h"

bool facts_unseen(const struct connection *connection, const struct kernel_view *view)
{
    return atomic_load(&connection->unsure) ||
           view->sent_bytes != atomic_load(&connection->sent.bytes) ||
           view->received_bytes != atomic_load(&connection->received.bytes);
}

/* Bytes that were received without us mean a reader that we could not hold back (a ring, a raw call, a
 * process): it may stand armed for the answer, and a reconnect would end it. stdio reads in its
 * caller's own thread. */
static bool no_hidden_reader(const struct question *question, const struct kernel_view *view)
{
    return view->received_bytes == atomic_load(&question->connection->received.bytes) ||
           atomic_load(&question->connection->stdio);
}

/* The last byte moved was the peer's: by the kernel's clock, or because every byte that went out went
 * through us and more has come in since we asked before the last of them. */
static bool is_answered(const struct connection *connection, const struct kernel_view *view)
{
    uint32_t then = atomic_load(&connection->received_then);
    return view->last_inbound ||
           (view->sent_bytes == atomic_load(&connection->sent.bytes) && then != RECEIVED_UNKNOWN &&
            (int32_t)((uint32_t)view->received_bytes - then) > 0);
}

/* The kernel's view alone says that an exchange has ended and a request begins. */
static bool rests_by_kernel(const struct question *question, const struct kernel_view *view)
{
    bool wished = question->connection->policy.action == ACTION_RECONNECT ||
                  question->connection->policy.action == ACTION_EVICT;
    if (atomic_load(&question->connection->leaving_http))
        return false;
    if (secured_of(question->connection)) /* a ticket is no answer */
        return false;
    return question->moment == MOMENT_FIRST_WRITE && view->open && view->received_bytes &&
           !atomic_load(&question->connection->tangled) && no_hidden_reader(question, view) &&
           is_answered(question->connection, view) && !view->unread_bytes && !view->unsent_bytes &&
           (question->opening == OPENING_HTTP1 || wished);
}

/* A proxy's goodbye (HAProxy, ELB) to a connection that was never used: a 408, and a FIN. Nothing else
 * that waits unread on such a connection is known to be no answer to what the program did before. */
static bool is_goodbye(const struct question *question, const struct kernel_view *view)
{
    char begin[12];
    if (question->moment != MOMENT_FIRST_WRITE || question->opening != OPENING_HTTP1 ||
        !view->peer_closed)
        return false;
    return SYS_CALL(SYS_recvfrom, question->fd, begin, sizeof begin, MSG_PEEK | MSG_DONTWAIT, NULL,
                    0) == sizeof begin &&
           !memcmp(begin, "HTTP/1.", 7) && !memcmp(begin + 8, " 408", 4);
}

static bool is_between(const struct question *question, const struct kernel_view *view, bool unseen)
{
    switch (question->phase) {
    case PHASE_EVICTED:
        return true;
    case PHASE_FRESH:
        return unseen ? rests_by_kernel(question, view)
                      : view->open && (!view->unread_bytes || is_goodbye(question, view));
    case PHASE_BETWEEN:
        return unseen ? rests_by_kernel(question, view) : view->open;
    default:
        return unseen && rests_by_kernel(question, view);
    }
}

/* A write that does not open an exchange of the connection's protocol is not understood. */
static bool fits(const struct question *question, enum opening opening)
{
    return question->moment != MOMENT_FIRST_WRITE || question->opening == opening;
}

static enum traffic fresh_traffic(const struct question *question)
{
    if (question->opening == OPENING_UNKNOWN)
        return TRAFFIC_OTHER;
    return peer_is_known(question->connection->peer) ? TRAFFIC_FRESH_KNOWN : TRAFFIC_FRESH;
}

/* HTTP/1 in a session that can be begun anew; any other session is TLS and no more. */
static enum traffic secured_traffic(const struct question *question, const struct secured *secured)
{
    bool writes = question->moment == MOMENT_FIRST_WRITE;
    if (secured_state(secured) != SECURED_READY || (writes && !secured->renewable))
        return TRAFFIC_TLS;
    if (atomic_load(&question->connection->protocol) != PROTOCOL_HTTP1 ||
        !fits(question, OPENING_HTTP1))
        return TRAFFIC_OTHER;
    return TRAFFIC_HTTPS;
}

static enum traffic traffic_of(const struct question *question, bool unseen, bool stuck)
{
    const struct secured *secured = secured_of(question->connection);
    if (stuck)
        return TRAFFIC_OTHER;
    if (secured && secured_state(secured) != SECURED_HANDSHAKE)
        return secured_traffic(question, secured);
    switch (atomic_load(&question->connection->protocol)) {
    case PROTOCOL_NONE:
        if (unseen)
            return question->opening == OPENING_HTTP1 ? TRAFFIC_HTTP1 : TRAFFIC_OTHER;
        return fresh_traffic(question);
    case PROTOCOL_HTTP1:
        return fits(question, OPENING_HTTP1) ? TRAFFIC_HTTP1 : TRAFFIC_OTHER;
    case PROTOCOL_REDIS:
        return fits(question, OPENING_REDIS) ? TRAFFIC_STATELESS : TRAFFIC_OTHER;
    case PROTOCOL_MEMCACHED:
        return fits(question, OPENING_MEMCACHED) ? TRAFFIC_STATELESS : TRAFFIC_OTHER;
    case PROTOCOL_TLS: /* the end of a session is no exchange */
        return question->opening == OPENING_TLS_END ? TRAFFIC_OTHER : TRAFFIC_TLS;
    default:
        return TRAFFIC_OTHER;
    }
}

static bool may_be_shared(const struct question *question)
{
    int flags = sys_fcntl(question->fd, F_GETFD, 0);
    return connection_is_shared(question->connection, flags >= 0 && flags & FD_CLOEXEC);
}

static bool is_named(const struct connection *connection)
{
    enum protocol protocol = atomic_load(&connection->protocol);
    return (connection->policy.protocol == RULE_REDIS && protocol == PROTOCOL_REDIS) ||
           (connection->policy.protocol == RULE_MEMCACHED && protocol == PROTOCOL_MEMCACHED);
}

/* A wish for reconnects is none for one without the session that the rule has us record. */
static enum wish wish_of(const struct connection *connection, bool stuck)
{
    switch (connection->policy.action) {
    case ACTION_RECONNECT:
        return stuck ? WISH_AUTO : WISH_RECONNECT;
    case ACTION_EVICT:
        return WISH_EVICT;
    default:
        return WISH_AUTO;
    }
}

/* Another connection of the peer, which had been at rest for shorter, was found closed. */
static bool is_outlived(const struct connection *connection, const struct kernel_view *view)
{
    return connection->peer &&
           evidence_speaks_against(&connection->peer->evidence, clock_coarse_ms() - view->idle_ms);
}

/* Who would answer a TLS session in place of a living peer might be refused, and the request fail for
 * nothing. */
static bool risks_stranger(const struct question *question, const struct kernel_view *view,
                           uint64_t now_ms)
{
    const struct connection *connection = question->connection;
    return question->moment == MOMENT_FIRST_WRITE && question->phase != PHASE_EVICTED &&
           secured_of(connection) && !view->peer_closed && !atomic_load(&connection->closing) &&
           peer_meets_strangers(connection->peer, now_ms);
}

bool facts_gather(const struct question *question, struct facts *facts, struct kernel_view *view)
{
    struct connection *connection = question->connection;
    bool evicted = question->phase == PHASE_EVICTED;
    struct peer_limits limits = connection_limits(connection);
    uint64_t now_ms = clock_coarse_ms();
    if (!kernel_ask(question->fd, atomic_load(&connection->received.bytes), view))
        return false;
    bool unseen = !evicted && facts_unseen(connection, view);
    if (secured_of(connection))
        tls_note_end(question->fd, view);
    bool stuck = !session_can_follow(connection, question->fd, view);
    bool leftover_dropped = view->peer_closed && question->moment == MOMENT_FIRST_WRITE;
    *facts = (struct facts){
        .moment = question->moment,
        .traffic = traffic_of(question, unseen, stuck),
        .wish = wish_of(connection, stuck),
        .between = is_between(question, view, unseen),
        .quiet = evicted || (!view->unsent_bytes && (!view->unread_bytes || leftover_dropped)),
        .named = is_named(connection),
        .half_closed = view->half_closed && !evicted,
        .bound = atomic_load(&connection->bound),
        .unseen = unseen,
        .peer_closed = view->peer_closed || atomic_load(&connection->closing),
        .expired = view->idle_ms >= limits.any_ms,
        .aged = connection_is_aged(connection, now_ms),
        .suspended = breaker_is_open(connection->peer, now_ms) ||
                     risks_stranger(question, view, now_ms),
        .limit_is_firm = limits.firm_ms && view->idle_ms >= limits.firm_ms,
        .outlived = is_outlived(connection, view),
        .watched = question->watched,
        .awaited = question->awaited,
        .shared = question->moment != MOMENT_FIRST_WRITE && may_be_shared(question),
        .foreign = atomic_load(&connection->writer) != process_thread(),
        .evicted = evicted,
        .told = atomic_load(&connection->told),
    };
    return true;
}
