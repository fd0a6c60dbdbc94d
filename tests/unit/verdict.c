/* SPDX-License-Identifier: MIT
 * limit: 120s
 *
 * The verdict over EVERY combination of its facts. The laws below are stated on their own, as DESIGN
 * and docs/decision.md have them, and not in the order in which verdict.c asks; docs/decision.md
 * itself is compared with the code by verdict_table.c.
 */
#include "lib/every_facts.h"
#include "unit.h"

struct situation {
    const struct facts *facts;
    struct decision decision;
};

static bool repairs(const struct situation *s)
{
    return s->decision.verdict != VERDICT_PASS;
}

static bool is(const struct situation *s, enum verdict verdict)
{
    return s->decision.verdict == verdict;
}

static bool stale(const struct facts *f)
{
    return f->peer_closed || f->expired || f->aged || f->evicted;
}

/* Nothing but another connection speaks against it. */
static bool only_outlived(const struct facts *f)
{
    return f->outlived && !stale(f);
}

/* In the clear, or in a TLS session that can be begun anew. */
static bool is_http(const struct facts *f)
{
    return f->traffic == TRAFFIC_HTTP1 || f->traffic == TRAFFIC_HTTPS;
}

/* Each law is true of every situation. */
static bool only_between_exchanges(const struct situation *s)
{
    return !repairs(s) || s->facts->between;
}

static bool only_when_the_kernel_holds_nothing(const struct situation *s)
{
    return !repairs(s) || s->facts->quiet;
}

static bool never_half_closed(const struct situation *s)
{
    return !repairs(s) || !s->facts->half_closed;
}

static bool only_what_is_stale(const struct situation *s)
{
    return !repairs(s) || stale(s->facts) || s->facts->outlived;
}

static bool a_fresh_looking_first_write_passes(const struct situation *s)
{
    return stale(s->facts) || s->facts->outlived || s->facts->moment != MOMENT_FIRST_WRITE || is(s, VERDICT_PASS);
}

static bool what_is_only_outlived_is_reconnected_or_nothing(const struct situation *s)
{
    const struct facts *f = s->facts;
    bool http1 = f->traffic == TRAFFIC_HTTP1 || f->traffic == TRAFFIC_FRESH_KNOWN;
    return !only_outlived(f) || !repairs(s) ||
           (is(s, VERDICT_RECONNECT) && http1 && !f->bound && f->wish != WISH_EVICT);
}

static bool unseen_bytes_forbid_all_but_a_first_write(const struct situation *s)
{
    return !s->facts->unseen || s->facts->moment == MOMENT_FIRST_WRITE || !repairs(s);
}

static bool writes_are_never_evicted_and_looks_never_reconnected(const struct situation *s)
{
    bool writing = s->facts->moment == MOMENT_FIRST_WRITE;
    return writing ? !is(s, VERDICT_EVICT) : !is(s, VERDICT_RECONNECT) && !is(s, VERDICT_RESET);
}

static bool an_eviction_is_watched_unshared_and_at_the_limit(const struct situation *s)
{
    const struct facts *f = s->facts;
    return !is(s, VERDICT_EVICT) ||
           (f->watched && !f->shared && (f->expired || f->aged) && !f->peer_closed && !f->evicted);
}

static bool an_eviction_in_auto_needs_a_firm_limit_and_a_known_protocol(const struct situation *s)
{
    const struct facts *f = s->facts;
    return !is(s, VERDICT_EVICT) || f->wish != WISH_AUTO ||
           ((f->limit_is_firm || f->aged) && !f->bound &&
            (is_http(f) || f->traffic == TRAFFIC_TLS));
}

/* It may be in the middle of a response, as only its reader knows. */
static bool tls_that_is_waited_for_is_left_alone_in_auto(const struct situation *s)
{
    const struct facts *f = s->facts;
    return f->traffic != TRAFFIC_TLS || !f->awaited || f->wish != WISH_AUTO ||
           f->moment == MOMENT_FIRST_WRITE || !repairs(s);
}

static bool http_is_left_to_the_thread_that_writes_it_in_auto(const struct situation *s)
{
    const struct facts *f = s->facts;
    return !is(s, VERDICT_EVICT) || f->wish != WISH_AUTO || !f->foreign ||
           !is_http(f);
}

static bool tls_and_strangers_are_never_reconnected_in_auto(const struct situation *s)
{
    const struct facts *f = s->facts;
    return !is(s, VERDICT_RECONNECT) || f->wish != WISH_AUTO ||
           (f->traffic != TRAFFIC_TLS && f->traffic != TRAFFIC_OTHER);
}

static bool tls_is_never_reconnected_at_all(const struct situation *s)
{
    return !is(s, VERDICT_RECONNECT) || s->facts->traffic != TRAFFIC_TLS;
}

static bool bound_state_is_never_reconnected_in_auto(const struct situation *s)
{
    return !is(s, VERDICT_RECONNECT) || s->facts->wish != WISH_AUTO || !s->facts->bound;
}

static bool sessions_are_reconnected_when_dead_or_by_rule(const struct situation *s)
{
    const struct facts *f = s->facts;
    return !is(s, VERDICT_RECONNECT) || f->wish != WISH_AUTO || f->traffic != TRAFFIC_STATELESS ||
           f->peer_closed || f->evicted || f->named;
}

static bool an_unknown_opening_is_reconnected_only_when_dead(const struct situation *s)
{
    const struct facts *f = s->facts;
    return !is(s, VERDICT_RECONNECT) || f->wish != WISH_AUTO || f->traffic != TRAFFIC_FRESH ||
           f->peer_closed;
}

static bool the_wish_to_evict_never_reconnects(const struct situation *s)
{
    return s->facts->wish != WISH_EVICT || !is(s, VERDICT_RECONNECT);
}

static bool the_wish_to_reconnect_never_evicts(const struct situation *s)
{
    return s->facts->wish != WISH_RECONNECT || !is(s, VERDICT_EVICT);
}

/* Back to life, or refused. */
static bool an_evicted_connection_never_passes_a_write(const struct situation *s)
{
    const struct facts *f = s->facts;
    bool objected = f->half_closed || !f->between || !f->quiet;
    return !f->evicted || f->moment != MOMENT_FIRST_WRITE || objected || repairs(s);
}

static bool a_program_that_read_the_end_is_not_reconnected(const struct situation *s)
{
    return !s->facts->told || !s->facts->evicted || !is(s, VERDICT_RECONNECT);
}

/* Refused: what we evicted, what the user wished, TLS past a limit that someone set and that no event
 * loop watches. Never for a peer's close in auto, which the kernel tells better. */
static bool a_write_is_refused_for_a_reason(const struct situation *s)
{
    const struct facts *f = s->facts;
    bool tls_limit = f->traffic == TRAFFIC_TLS && f->expired && f->limit_is_firm &&
                     !f->peer_closed && !f->watched;
    return !is(s, VERDICT_RESET) || f->evicted || f->wish != WISH_AUTO || tls_limit;
}

static bool the_reason_fits_the_verdict(const struct situation *s)
{
    const struct facts *f = s->facts;
    switch (s->decision.reason) {
    case REASON_EVICTED:
        return repairs(s) && f->evicted;
    case REASON_PEER_CLOSED:
        return repairs(s) && f->peer_closed && !f->evicted;
    case REASON_LIMIT:
        return repairs(s) && f->expired && !f->peer_closed && !f->evicted;
    case REASON_OUTLIVED:
        return repairs(s) && only_outlived(f);
    case REASON_LIFETIME:
        return repairs(s) && f->aged && !f->expired && !f->peer_closed && !f->evicted;
    default:
        return !repairs(s) && s->decision.reason < REASON_COUNT;
    }
}

/* What was evicted before is refused, nothing else is touched. */
static bool a_suspended_peer_is_not_bothered(const struct situation *s)
{
    const struct facts *f = s->facts;
    return !f->suspended || !repairs(s) || (f->evicted && is(s, VERDICT_RESET));
}

/* A connection that is only old is still good: TLS, which would have to fail the write, goes on. */
static bool no_write_of_tls_is_refused_for_an_age_in_auto(const struct situation *s)
{
    const struct facts *f = s->facts;
    bool only_old = f->aged && !f->expired && !f->peer_closed && !f->evicted;
    return !only_old || f->traffic != TRAFFIC_TLS || f->wish != WISH_AUTO || !is(s, VERDICT_RESET);
}

/* The use of it all: plain HTTP that is stale is repaired. */
static bool stale_http_is_reconnected_in_auto(const struct situation *s)
{
    const struct facts *f = s->facts;
    bool plain = f->between && f->quiet && !f->half_closed && !f->bound && !f->told && !f->suspended &&
                 f->wish == WISH_AUTO && f->moment == MOMENT_FIRST_WRITE &&
                 (is_http(f) || f->traffic == TRAFFIC_FRESH_KNOWN);
    return !plain || is(s, stale(f) || (f->outlived && f->traffic != TRAFFIC_HTTPS) ? VERDICT_RECONNECT
                                                                              : VERDICT_PASS);
}

static bool watched_http_is_evicted_at_a_firm_limit_in_auto(const struct situation *s)
{
    const struct facts *f = s->facts;
    bool plain = f->between && f->quiet && !f->half_closed && !f->bound && !f->unseen &&
                 !f->peer_closed && !f->evicted && !f->shared && f->watched && !f->suspended &&
                 ((f->expired && f->limit_is_firm) || f->aged) && f->wish == WISH_AUTO &&
                 f->moment != MOMENT_FIRST_WRITE && !f->foreign &&
                 (is_http(f) || (f->traffic == TRAFFIC_TLS && !f->awaited));
    return !plain || is(s, VERDICT_EVICT);
}

#define LAW(name) {name, #name}

static const struct {
    bool (*holds)(const struct situation *);
    const char *name;
} laws[] = {
    LAW(only_between_exchanges),
    LAW(only_when_the_kernel_holds_nothing),
    LAW(never_half_closed),
    LAW(only_what_is_stale),
    LAW(a_fresh_looking_first_write_passes),
    LAW(what_is_only_outlived_is_reconnected_or_nothing),
    LAW(unseen_bytes_forbid_all_but_a_first_write),
    LAW(writes_are_never_evicted_and_looks_never_reconnected),
    LAW(an_eviction_is_watched_unshared_and_at_the_limit),
    LAW(an_eviction_in_auto_needs_a_firm_limit_and_a_known_protocol),
    LAW(tls_that_is_waited_for_is_left_alone_in_auto),
    LAW(http_is_left_to_the_thread_that_writes_it_in_auto),
    LAW(tls_and_strangers_are_never_reconnected_in_auto),
    LAW(tls_is_never_reconnected_at_all),
    LAW(bound_state_is_never_reconnected_in_auto),
    LAW(sessions_are_reconnected_when_dead_or_by_rule),
    LAW(an_unknown_opening_is_reconnected_only_when_dead),
    LAW(the_wish_to_evict_never_reconnects),
    LAW(the_wish_to_reconnect_never_evicts),
    LAW(an_evicted_connection_never_passes_a_write),
    LAW(a_program_that_read_the_end_is_not_reconnected),
    LAW(a_write_is_refused_for_a_reason),
    LAW(the_reason_fits_the_verdict),
    LAW(a_suspended_peer_is_not_bothered),
    LAW(no_write_of_tls_is_refused_for_an_age_in_auto),
    LAW(stale_http_is_reconnected_in_auto),
    LAW(watched_http_is_evicted_at_a_firm_limit_in_auto),
};

static void hold_all_laws(const struct facts *facts, void *count)
{
    struct situation situation = {facts, verdict_decide(facts)};
    for (size_t i = 0; i < COUNT_OF_TESTS(laws); i++) {
        if (laws[i].holds(&situation))
            continue;
        print_error("%s is broken by: %s\n", laws[i].name, every_facts_words(facts));
        fail();
    }
    ++*(size_t *)count;
}

TEST(every_combination_keeps_every_law)
{
    size_t count = 0;
    every_facts(hold_all_laws, &count);
    assert_int_equal(count, (size_t)MOMENT_COUNT * TRAFFIC_COUNT * WISH_COUNT << EVERY_FACTS_BITS);
}

RUN_TESTS(cmocka_unit_test(every_combination_keeps_every_law))
