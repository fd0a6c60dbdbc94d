/* SPDX-License-Identifier: MIT
 *
 * See learn.h.
 */
#include "connection/learn.h"

#include "base/clock.h"

enum {
    BUSY_MS = 20, /* used so lately, it tells nothing of idle time */
    TOGETHER_MS =
        20,         /* bytes and a FIN this near to each other were sent as one: an alert of TLS */
    CROSS_MS = 300, /* a FIN that crosses a request comes that soon after it, and a round trip */
};

/* TLS servers say close_notify before they close; those bytes must not count as use. */
static bool ends_with_bytes(const struct connection *connection, const struct kernel_view *view)
{
    return view->unread_bytes || atomic_load(&connection->protocol) == PROTOCOL_TLS;
}

/* The peer has closed a connection at rest since `rested_ms`. */
static void note_close(struct connection *connection, const struct kernel_view *view,
                       uint64_t rested_ms)
{
    struct evidence *evidence = &connection->peer->evidence;
    uint64_t now_ms = clock_coarse_ms();
    uint32_t since_ms = view->fin ? view->quiet_ms : 0;
    uint32_t age_ms = view->idle_ms > since_ms ? view->idle_ms - since_ms : 0;
    uint64_t moment_ms = now_ms - since_ms;
    if (age_ms < TOGETHER_MS && moment_ms > rested_ms && ends_with_bytes(connection, view))
        age_ms = (uint32_t)(moment_ms - rested_ms);
    evidence_note_close(evidence, view->fin ? CLOSE_EXACT : CLOSE_BY, age_ms, moment_ms);
}

/* Notes the time at which an idle time counts from. The start of the exchange is near enough, but for
 * TLS, where the kernel's own count is spoilt by the alert at the end. */
void learn_rest(struct connection *connection)
{
    bool tls = atomic_load_explicit(&connection->protocol, memory_order_relaxed) == PROTOCOL_TLS;
    uint64_t rested_ms = tls ? clock_coarse_ms()
                             : atomic_load_explicit(&connection->last_ms, memory_order_relaxed);
    uint32_t reused_ms = atomic_load_explicit(&connection->reused_ms, memory_order_relaxed);
    atomic_store_explicit(&connection->rested_ms, rested_ms, memory_order_relaxed);
    if (LIKELY(!reused_ms))
        return;
    atomic_store_explicit(&connection->reused_ms, 0, memory_order_relaxed);
    if (connection->peer)
        evidence_note_alive(&connection->peer->evidence, reused_ms, true);
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
        if (writing)
            atomic_store(&connection->reused_ms, view->idle_ms ? view->idle_ms : 1);
    }
}

/* A request that was written after `reused_ms` of rest, and not a byte has come back. */
static void note_unanswered(struct connection *connection, const struct kernel_view *view,
                            uint32_t reused_ms)
{
    struct evidence *evidence = &connection->peer->evidence;
    uint64_t now_ms = clock_coarse_ms();
    uint64_t moment_ms = now_ms - (view->fin ? view->quiet_ms : 0);
    uint64_t written_ms = atomic_load(&connection->last_ms);
    if (view->unsent_bytes && view->resent)
        evidence_note_close(evidence, CLOSE_SILENT, reused_ms, written_ms);
    else if (view->peer_closed && moment_ms <= written_ms + CROSS_MS + view->rtt_us / 500)
        evidence_note_close(evidence, CLOSE_EXACT, reused_ms, moment_ms);
}

static bool is_unanswered(const struct connection *connection)
{
    return atomic_load(&connection->received_bytes) == atomic_load(&connection->received_then);
}

void learn_end(struct connection *connection, int fd)
{
    struct kernel_view view;
    uint64_t received = atomic_load(&connection->received_bytes);
    uint64_t rested_ms = atomic_load(&connection->rested_ms);
    uint32_t reused_ms = atomic_exchange(&connection->reused_ms, 0);
    bool rests = rested_ms && clock_coarse_ms() >= rested_ms + EVIDENCE_LEAST_MS;
    if (!connection->peer || (!rests && !reused_ms) || !kernel_identifies(fd, connection) ||
        !kernel_ask(fd, received, &view))
        return;
    if (rests)
        learn_look(connection, &view, false);
    else if (is_unanswered(connection))
        note_unanswered(connection, &view, reused_ms);
}
