/* SPDX-License-Identifier: MIT
 *
 * See evidence.h.
 */
#include "peer/evidence.h"

enum {
    HINT_DOUBTS = 16,     /* responses that it takes to believe a larger hint, or its absence */
    QUIET_LEAST_MS = 250, /* without a close, before scouts are sent */
    QUIET_MOST_MS = 10000,
    QUIET_PARTS = 4, /* of the peer's timer */
    SCOUTS = 40,     /* sent in the time of the peer's timer, at the most */
    SCOUT_EVERY_MOST_MS = 250,
    MARGIN_MS = 1000,
    JITTER_MS = 200,
};

_Atomic bool evidence_any;

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t cut(uint64_t ms)
{
    return ms < CLOSES_MOST_MS ? (uint32_t)ms : CLOSES_MOST_MS;
}

/* How far a limit stays below a timeout: for what the request takes to get there, for a server that is
 * late to read it, and for what is not known well. A tenth; up to a second, but for short timeouts no
 * more than a fifth, or nothing would be reused. */
static uint32_t margin(const struct evidence *evidence, uint32_t timeout_ms)
{
    uint32_t usual = most(least(MARGIN_MS, timeout_ms / 5), timeout_ms / 10);
    uint64_t travel_us = 2ULL * atomic_load_explicit(&evidence->rtt_us, memory_order_relaxed) +
                         4ULL * atomic_load_explicit(&evidence->rttvar_us, memory_order_relaxed);
    uint32_t travel = cut(travel_us / 1000) + least(JITTER_MS, timeout_ms / 20);
    return least(most(usual, travel), timeout_ms / 2);
}

static uint32_t smaller_known(uint32_t a, uint32_t b)
{
    return a && b ? least(a, b) : most(a, b);
}

static void publish(struct evidence *evidence)
{
    uint32_t hint = atomic_load(&evidence->hint_ms);
    uint32_t any = smaller_known(hint, closes_age_ms(&evidence->closes, false));
    uint32_t firm = smaller_known(hint, closes_age_ms(&evidence->closes, true));
    uint64_t any_limit = any ? any - margin(evidence, any) : 0;
    uint64_t firm_limit = firm ? firm - margin(evidence, firm) : 0;
    atomic_store_explicit(&evidence->timeout_ms, any, memory_order_relaxed);
    atomic_store_explicit(&evidence->youngest_ms, closes_youngest_ms(&evidence->closes),
                          memory_order_relaxed);
    if (any_limit)
        atomic_store_explicit(&evidence_any, true, memory_order_relaxed);
    atomic_store_explicit(&evidence->limits, firm_limit << 32 | any_limit, memory_order_relaxed);
}

static bool begin(struct evidence *evidence)
{
    return !atomic_exchange(&evidence->busy, 1);
}

static void end(struct evidence *evidence)
{
    publish(evidence);
    atomic_store(&evidence->busy, 0);
}

uint32_t evidence_timeout_ms(const struct evidence *evidence)
{
    return atomic_load_explicit(&evidence->timeout_ms, memory_order_relaxed);
}

/* True when `hint_ms` is to be taken now. */
static bool believes(struct evidence *evidence, uint32_t known_ms, uint32_t hint_ms)
{
    if (hint_ms && (!known_ms || hint_ms < known_ms))
        return true;
    return atomic_fetch_add(&evidence->hint_doubt, 1) + 1 >= HINT_DOUBTS;
}

void evidence_note_hint(struct evidence *evidence, uint32_t timeout_s)
{
    uint32_t hint_ms = cut(timeout_s * 1000ULL);
    uint32_t known_ms = atomic_load_explicit(&evidence->hint_ms, memory_order_relaxed);
    if (hint_ms == known_ms) {
        if (atomic_load_explicit(&evidence->hint_doubt, memory_order_relaxed))
            atomic_store(&evidence->hint_doubt, 0);
        return;
    }
    if (!believes(evidence, known_ms, hint_ms) || !begin(evidence))
        return;
    atomic_store(&evidence->hint_doubt, 0);
    atomic_store(&evidence->hint_ms, hint_ms);
    end(evidence);
}

void evidence_note_rtt(struct evidence *evidence, uint32_t rtt_us, uint32_t rttvar_us)
{
    atomic_store_explicit(&evidence->rtt_us, rtt_us, memory_order_relaxed);
    atomic_store_explicit(&evidence->rttvar_us, rttvar_us, memory_order_relaxed);
}

/* The latest beginning of a rest that was already too long. */
static void note_dead(struct evidence *evidence, uint32_t idle_ms, uint64_t at_ms)
{
    uint64_t rest_ms = at_ms > idle_ms ? at_ms - idle_ms : 0;
    uint64_t known = atomic_load(&evidence->dead_ms);
    while (rest_ms > known)
        if (atomic_compare_exchange_weak(&evidence->dead_ms, &known, rest_ms))
            return;
}

void evidence_note_close(struct evidence *evidence, enum close_kind kind, uint32_t idle_ms,
                         uint64_t at_ms)
{
    note_dead(evidence, idle_ms, at_ms);
    if (idle_ms < EVIDENCE_LEAST_MS || !begin(evidence))
        return;
    closes_note(&evidence->closes, kind, idle_ms, at_ms);
    end(evidence);
}

void evidence_note_alive(struct evidence *evidence, uint32_t idle_ms, bool answered)
{
    uint32_t youngest_ms = atomic_load_explicit(&evidence->youngest_ms, memory_order_relaxed);
    if (!youngest_ms || idle_ms <= youngest_ms || !begin(evidence))
        return;
    closes_outlive(&evidence->closes, cut(idle_ms), answered);
    end(evidence);
}

bool evidence_speaks_against(const struct evidence *evidence, uint64_t rest_ms)
{
    return rest_ms <= atomic_load_explicit(&evidence->dead_ms, memory_order_relaxed);
}

/* How long nobody must have seen a close before scouts are sent. */
static uint32_t quiet_ms(const struct evidence *evidence)
{
    uint32_t part_ms = evidence_timeout_ms(evidence) / QUIET_PARTS;
    return most(QUIET_LEAST_MS, least(QUIET_MOST_MS, part_ms));
}

bool evidence_wants_scout(struct evidence *evidence, uint64_t now_ms)
{
    uint64_t due_ms = atomic_load_explicit(&evidence->scout_ms, memory_order_relaxed);
    if (now_ms < due_ms || !begin(evidence))
        return false;
    uint64_t last_ms = closes_last_ms(&evidence->closes);
    uint32_t every_ms = least(SCOUT_EVERY_MOST_MS, evidence_timeout_ms(evidence) / SCOUTS);
    end(evidence);
    return last_ms && now_ms >= last_ms + quiet_ms(evidence) &&
           atomic_compare_exchange_strong(&evidence->scout_ms, &due_ms, now_ms + every_ms);
}

bool evidence_export(struct evidence *evidence, struct evidence_summary *summary)
{
    if (!begin(evidence))
        return false;
    *summary = (struct evidence_summary){atomic_load(&evidence->hint_ms),
                                         closes_age_ms(&evidence->closes, true)};
    end(evidence);
    return true;
}

void evidence_import(struct evidence *evidence, const struct evidence_summary *summary,
                     uint64_t now_ms)
{
    if (evidence_timeout_ms(evidence) || !begin(evidence))
        return;
    atomic_store(&evidence->hint_ms, cut(summary->hint_ms));
    if (summary->age_ms >= EVIDENCE_LEAST_MS) { /* two moments make it firm */
        closes_note(&evidence->closes, CLOSE_EXACT, cut(summary->age_ms), now_ms - MARGIN_MS);
        closes_note(&evidence->closes, CLOSE_EXACT, cut(summary->age_ms), now_ms);
    }
    end(evidence);
}

void evidence_after_fork(struct evidence *evidence)
{
    atomic_store(&evidence->busy, 0);
}
