/* SPDX-License-Identifier: MIT
 *
 * See short_rest.h.
 */
#include "repair/short_rest.h"

#include "connection/due.h"
#include "connection/learn.h"
#include "connection/watch_sets.h"
#include "repair/facts.h"
#include "repair/repair.h"

enum {
    SHORT_MS = 1000,
    WATCHED_SHORT_MS = 250, /* below any idle timer that is used (docs/learning.md) */
    RATION_MS = 8,          /* some ticks of the coarse clock; in that time ... */
    RATION = 16,            /* ... so many questions: less than half a percent of a processor */
};

/* The moment in RATION_MS, and in the lowest byte how many were asked in it. Two threads may ask one more. */
static _Atomic uint64_t rationed;

static bool has_ration(uint64_t now_ms)
{
    uint64_t begun = now_ms / RATION_MS << 8;
    uint64_t before = atomic_load_explicit(&rationed, memory_order_relaxed);
    uint64_t asked = (before & ~0xffULL) == begun ? before & 0xff : 0;
    if (asked == RATION)
        return false;
    atomic_store_explicit(&rationed, begun | (asked + 1), memory_order_relaxed);
    return true;
}

/* Our clock counts from the beginning of the last exchange, so the rest is shorter, if anything. */
static bool is_short(const struct connection *connection, uint64_t now_ms)
{
    uint64_t last_ms = atomic_load(&connection->last_ms);
    uint64_t gap_ms = now_ms - last_ms;
    return connection_phase(connection) == PHASE_BETWEEN && gap_ms < SHORT_MS &&
           gap_ms < connection_limits(connection).any_ms && !atomic_load(&connection->unsure) &&
           !atomic_load(&connection->closing) && !connection_is_aged(connection, now_ms) &&
           !(connection->peer && evidence_speaks_against(&connection->peer->evidence, last_ms));
}

/* Where rests are counted, each is asked about. */
static bool may_go_unasked(const struct connection *connection, int fd, uint64_t now_ms)
{
    return now_ms - atomic_load(&connection->last_ms) < WATCHED_SHORT_MS &&
           !peer_ledger(connection->peer) && watch_reads_in_one(fd);
}

/* Open, and all that moved went through us and was read. */
static bool is_as_we_left_it(const struct connection *connection, const struct kernel_view *view)
{
    return view->open && !view->peer_closed && !view->unread_bytes &&
           !facts_unseen(connection, view);
}

bool short_rest_is_harmless(struct connection *connection, int fd, uint64_t now_ms)
{
    struct kernel_view view;
    if (!is_short(connection, now_ms))
        return false;
    if (may_go_unasked(connection, fd, now_ms) && !has_ration(now_ms)) {
        atomic_store(&connection->received_then, RECEIVED_UNKNOWN);
        return true;
    }
    if (!kernel_ask(fd, atomic_load(&connection->received.bytes), &view) ||
        !is_as_we_left_it(connection, &view))
        return false;
    connection_note_received(connection, view.received_bytes);
    learn_look(connection, &view, view.idle_ms >= REPAIR_ASK_MS);
    if (view.idle_ms >= REPAIR_ASK_MS)
        ledger_decision(peer_ledger(connection->peer), VERDICT_PASS, REASON_NOT_STALE);
    return true;
}
