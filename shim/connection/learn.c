/* SPDX-License-Identifier: MIT
 *
 * See learn.h. What is learnt is also put down in the ledger.
 */
#include "connection/learn.h"

#include "base/clock.h"
#include "connection/due.h"
#include "connection/secured.h"
#include "connection/tls_end.h"

/* In reused_ms: the peer had closed the connection already. */
#define REUSED_CLOSED (1U << 31)

enum {
    TOGETHER_MS =
        20,         /* bytes and a FIN this near to each other were sent as one: an alert of TLS */
    CROSS_MS = 300, /* a FIN that crosses a request comes that soon after it, and a round trip */
};

static struct ledger_peer *ledger_of(const struct connection *connection)
{
    return peer_ledger(connection->peer);
}

/* The ledger shows what holds now. */
static void show(const struct connection *connection)
{
    struct ledger_peer *ledger = ledger_of(connection);
    struct peer_limits limits = connection_limits(connection);
    if (!ledger)
        return;
    const struct evidence *evidence = &connection->peer->evidence;
    atomic_store_explicit(&ledger->timeout_ms, evidence_timeout_ms(evidence), memory_order_relaxed);
    atomic_store_explicit(&ledger->hint_ms, atomic_load(&evidence->hint_ms), memory_order_relaxed);
    atomic_store_explicit(&ledger->limit_ms, limits.any_ms, memory_order_relaxed);
    atomic_store_explicit(&ledger->firm_ms, limits.firm_ms, memory_order_relaxed);
    atomic_store_explicit(&ledger->action, connection->policy.action, memory_order_relaxed);
}

/* The peer has closed a connection at rest since `rested_ms`. What it said then, an alert of TLS or a
 * 408, is no use of the connection. */
static void note_close(struct connection *connection, const struct kernel_view *view,
                       uint64_t rested_ms)
{
    uint64_t now_ms = clock_coarse_ms();
    uint32_t since_ms = view->fin ? view->quiet_ms : 0;
    uint32_t age_ms = view->idle_ms > since_ms ? view->idle_ms - since_ms : 0;
    uint64_t moment_ms = now_ms - since_ms;
    bool tls = connection_is_tls(connection);
    bool spoke = age_ms < TOGETHER_MS && moment_ms > rested_ms && (tls || view->unread_bytes);
    bool exact = view->fin && (!spoke || tls);
    if (spoke)
        age_ms = (uint32_t)(moment_ms - rested_ms);
    evidence_note_close(&connection->peer->evidence, exact ? CLOSE_EXACT : CLOSE_BY, age_ms,
                        moment_ms);
    ledger_age(ledger_of(connection), LEDGER_PEER_CLOSED_AT, age_ms);
}

void learn_answer(struct connection *connection)
{
    uint32_t reused_ms = atomic_load(&connection->reused_ms);
    atomic_store_explicit(&connection->reused_ms, 0, memory_order_relaxed);
    if (connection->peer && !(reused_ms & REUSED_CLOSED))
        evidence_note_alive(&connection->peer->evidence, reused_ms, true);
}

/* The connection is used again after `idle_ms`, whether the peer has closed it or not. */
static void note_reuse(struct connection *connection, const struct kernel_view *view)
{
    struct secured *secured = secured_of(connection);
    uint32_t idle_ms = view->idle_ms & ~REUSED_CLOSED; /* 24 days are enough */
    atomic_store(&connection->reused_ms, (idle_ms | 1) | (view->peer_closed ? REUSED_CLOSED : 0));
    connection_note_received(connection, view->received_bytes);
    if (secured)
        atomic_store(&secured->received_then, atomic_load(&secured->received.bytes));
    ledger_age(ledger_of(connection), LEDGER_REUSED_AT, view->idle_ms);
}

void learn_look(struct connection *connection, const struct kernel_view *view, bool writing)
{
    uint64_t rested_ms = atomic_load(&connection->rested_ms);
    if (!connection->peer || !rested_ms || atomic_load(&connection->closing))
        return;
    evidence_note_rtt(&connection->peer->evidence, view->rtt_us, view->rttvar_us);
    if (view->peer_closed) {
        atomic_store(&connection->rested_ms, 0);
        note_close(connection, view, rested_ms);
    } else if (view->open) {
        evidence_note_alive(&connection->peer->evidence, view->idle_ms, false);
    }
    if (writing)
        note_reuse(connection, view);
    show(connection);
}

/* A request that was written after `reused_ms` of rest, and not a byte has come back. */
static void note_unanswered(struct connection *connection, const struct kernel_view *view,
                            uint32_t reused_ms)
{
    struct evidence *evidence = &connection->peer->evidence;
    uint32_t age_ms = reused_ms & ~REUSED_CLOSED;
    bool closed = reused_ms & REUSED_CLOSED;
    uint64_t moment_ms = clock_coarse_ms() - (view->fin ? view->quiet_ms : 0);
    uint64_t written_ms = atomic_load(&connection->last_ms);
    bool silent = view->unsent_bytes && view->resent;
    bool crossed = view->peer_closed && moment_ms <= written_ms + CROSS_MS + view->rtt_us / 500;
    if (silent)
        evidence_note_close(evidence, CLOSE_SILENT, age_ms, written_ms);
    else if (crossed && !closed) /* else it is known already, and when */
        evidence_note_close(evidence, CLOSE_EXACT, age_ms, moment_ms);
    if (silent || crossed || closed)
        ledger_age(ledger_of(connection), LEDGER_LOST_AT, age_ms);
}

static bool is_unanswered(const struct connection *connection)
{
    const struct secured *secured = secured_of(connection);
    if (secured) /* an alert is no answer */
        return atomic_load(&secured->received.bytes) == atomic_load(&secured->received_then);
    return (uint32_t)atomic_load(&connection->received.bytes) ==
           atomic_load(&connection->received_then);
}

/* True when the connection has been at rest for so long that its end says something. */
static bool is_at_rest(uint64_t rested_ms)
{
    return rested_ms && clock_coarse_ms() >= rested_ms + EVIDENCE_LEAST_MS;
}

void learn_end(struct connection *connection, int fd)
{
    struct kernel_view view;
    uint32_t reused_ms = atomic_load_explicit(&connection->reused_ms, memory_order_relaxed);
    bool rests = is_at_rest(atomic_load_explicit(&connection->rested_ms, memory_order_relaxed));
    if (LIKELY(!rests && !reused_ms) || !connection->peer)
        return;
    atomic_store(&connection->reused_ms, 0);
    if (!kernel_identifies(fd, connection) ||
        !kernel_ask(fd, atomic_load(&connection->received.bytes), &view))
        return;
    if (rests) {
        if (connection_is_tls(connection))
            tls_note_end(fd, &view);
        learn_look(connection, &view, false);
        atomic_store(&connection->rested_ms, 0);
        if (view.open && !view.peer_closed)
            ledger_age(ledger_of(connection), LEDGER_CLOSED_AT, view.idle_ms);
    } else if (is_unanswered(connection)) {
        note_unanswered(connection, &view, reused_ms);
        show(connection);
    }
}

void learn_goodbye(struct connection *connection)
{
    struct kernel_view view;
    int fd = atomic_load(&connection->fd);
    if (!is_at_rest(atomic_load(&connection->rested_ms)) || !connection->peer ||
        !kernel_identifies(fd, connection) ||
        !kernel_ask(fd, atomic_load(&connection->received.bytes), &view))
        return;
    tls_take_for_end(&view);
    learn_look(connection, &view, false);
}
