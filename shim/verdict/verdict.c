/* SPDX-License-Identifier: MIT
 *
 * See verdict.h. The order matters: first what forbids any repair, then whether the connection is
 * stale at all, then what the traffic allows at this moment.
 */
#include "verdict/verdict.h"

static struct decision pass(enum reason reason)
{
    return (struct decision){VERDICT_PASS, reason};
}

/* Why a connection is stale. */
static enum reason staleness(const struct facts *facts)
{
    if (facts->evicted)
        return REASON_EVICTED;
    if (facts->peer_closed)
        return REASON_PEER_CLOSED;
    return facts->expired ? REASON_LIMIT : REASON_LIFETIME;
}

static struct decision repair(const struct facts *facts, enum verdict verdict)
{
    return (struct decision){verdict, staleness(facts)};
}

/* Anything that makes every repair unsafe, whatever the user's wish. */
static struct decision objection(const struct facts *facts)
{
    if (facts->half_closed)
        return pass(REASON_HALF_CLOSED);
    if (!facts->between)
        return pass(REASON_IN_EXCHANGE);
    if (!facts->quiet)
        return pass(REASON_NOT_QUIET);
    if (facts->unseen && facts->moment != MOMENT_FIRST_WRITE)
        return pass(REASON_UNSEEN);
    return pass(REASON_COUNT);
}

/* TLS that we cannot resume must not go out on a new connection: it fails with nothing sent. But an
 * event loop that watches it was only too busy to be told in time: such a program takes a failed write
 * for a failed request, and the limit is no timeout of the peer yet. */
static struct decision first_write_tls(const struct facts *facts)
{
    if (facts->evicted || facts->wish == WISH_RECONNECT)
        return repair(facts, VERDICT_RESET);
    if (facts->peer_closed)
        return pass(REASON_PEER_SAYS_SO);
    if (!facts->expired || !facts->limit_is_firm)
        return pass(REASON_SOFT_LIMIT);
    return facts->watched ? pass(REASON_WATCHED) : repair(facts, VERDICT_RESET);
}

/* Another connection is dead, and this one has only rested for longer. That is no more than a good
 * guess: enough for a repair that costs nothing, but no write may fail for it. */
static struct decision first_write_outlived(const struct facts *facts)
{
    bool http1 = facts->traffic == TRAFFIC_FRESH_KNOWN || facts->traffic == TRAFFIC_HTTP1;
    if (!facts->outlived || !http1 || facts->bound || facts->wish == WISH_EVICT)
        return pass(REASON_NOT_STALE);
    if (facts->suspended)
        return pass(REASON_SUSPENDED);
    return (struct decision){VERDICT_RECONNECT, REASON_OUTLIVED};
}

static struct decision first_write(const struct facts *facts)
{
    if (!facts->evicted && !facts->peer_closed && !facts->expired && !facts->aged)
        return first_write_outlived(facts);
    if (facts->suspended && !facts->evicted)
        return pass(REASON_SUSPENDED);
    if (facts->wish == WISH_EVICT || (facts->evicted && (facts->told || facts->suspended)))
        return repair(facts, VERDICT_RESET);
    if (facts->traffic == TRAFFIC_TLS)
        return first_write_tls(facts);
    if (facts->wish == WISH_RECONNECT)
        return repair(facts, VERDICT_RECONNECT);
    if (facts->bound)
        return facts->evicted ? repair(facts, VERDICT_RESET) : pass(REASON_BOUND);
    switch (facts->traffic) {
    case TRAFFIC_FRESH_KNOWN:
    case TRAFFIC_HTTP1:
    case TRAFFIC_HTTPS:
        return repair(facts, VERDICT_RECONNECT);
    case TRAFFIC_STATELESS:
        return facts->peer_closed || facts->evicted || facts->named
                   ? repair(facts, VERDICT_RECONNECT)
                   : pass(REASON_PROTOCOL);
    case TRAFFIC_FRESH: /* or a file, on its way over an FTP data connection */
        if (facts->peer_closed)
            return repair(facts, VERDICT_RECONNECT);
        __attribute__((fallthrough));
    default:
        return facts->evicted ? repair(facts, VERDICT_RESET) : pass(REASON_PROTOCOL);
    }
}

/* A probe or a parked wait: an eviction, or nothing. */
static struct decision idle_look(const struct facts *facts)
{
    bool http = facts->traffic == TRAFFIC_HTTP1 || facts->traffic == TRAFFIC_HTTPS;
    if (facts->peer_closed || facts->evicted)
        return pass(REASON_PEER_SAYS_SO);
    if (!facts->expired && !facts->aged)
        return pass(REASON_NOT_STALE);
    if (facts->suspended)
        return pass(REASON_SUSPENDED);
    if (facts->wish == WISH_RECONNECT)
        return pass(REASON_WISH);
    if (!facts->watched)
        return pass(REASON_NOT_WATCHED);
    if (facts->shared)
        return pass(REASON_SHARED);
    if (facts->wish == WISH_EVICT)
        return repair(facts, VERDICT_EVICT);
    if (!http && facts->traffic != TRAFFIC_TLS)
        return pass(REASON_PROTOCOL);
    if (facts->awaited && facts->traffic == TRAFFIC_TLS)
        return pass(REASON_AWAITED);
    if (facts->bound)
        return pass(REASON_BOUND);
    /* An eviction would race that thread's write: it could reconnect what we tell this thread has
     * ended. Where a write is repaired anyway, that is enough. */
    if (facts->foreign && http)
        return pass(REASON_FOREIGN);
    bool firm = facts->aged || facts->limit_is_firm;
    return firm ? repair(facts, VERDICT_EVICT) : pass(REASON_SOFT_LIMIT);
}

struct decision verdict_decide(const struct facts *facts)
{
    struct decision objected = objection(facts);
    if (objected.reason != REASON_COUNT)
        return objected;
    return facts->moment == MOMENT_FIRST_WRITE ? first_write(facts) : idle_look(facts);
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {
        [VERDICT_PASS] = "pass",
        [VERDICT_RECONNECT] = "reconnect",
        [VERDICT_EVICT] = "evict",
        [VERDICT_RESET] = "reset",
    };
    return names[verdict];
}

const char *verdict_reason_name(enum reason reason)
{
    static const char *const names[REASON_COUNT] = {
        [REASON_PEER_CLOSED] = "peer-closed",
        [REASON_LIMIT] = "limit",
        [REASON_LIFETIME] = "lifetime",
        [REASON_EVICTED] = "evicted",
        [REASON_OUTLIVED] = "outlived",
        [REASON_NOT_STALE] = "not-stale",
        [REASON_IN_EXCHANGE] = "in-exchange",
        [REASON_NOT_QUIET] = "not-quiet",
        [REASON_HALF_CLOSED] = "half-closed",
        [REASON_BOUND] = "bound",
        [REASON_UNSEEN] = "unseen-bytes",
        [REASON_PROTOCOL] = "protocol",
        [REASON_SOFT_LIMIT] = "soft-limit",
        [REASON_NOT_WATCHED] = "not-watched",
        [REASON_WATCHED] = "watched",
        [REASON_AWAITED] = "awaited",
        [REASON_SHARED] = "shared",
        [REASON_FOREIGN] = "other-thread",
        [REASON_WISH] = "action",
        [REASON_SUSPENDED] = "suspended",
        [REASON_PEER_SAYS_SO] = "peer-says-so",
    };
    return names[reason];
}
