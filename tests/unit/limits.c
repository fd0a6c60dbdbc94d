/* SPDX-License-Identifier: MIT
 *
 * Which limit holds: the rule's as it is, else what was learned, else the built-in one, which never
 * evicts.
 */
#include "peer/limit.h"
#include "unit.h"

static struct peer peer_that_closes_after(uint32_t timeout_ms, unsigned times)
{
    struct peer peer = {0};
    for (unsigned i = 0; i < times; i++)
        evidence_note_close(&peer.evidence, CLOSE_EXACT, timeout_ms, 1000000 + 10000 * i);
    return peer;
}

static const struct peer_policy built_in = {.limit_ms = LIMIT_BUILT_IN_MS,
                                            .source = LIMIT_BUILT_IN};
static const struct peer_policy three_seconds = {.limit_ms = 3000, .source = LIMIT_EXPLICIT};

static void assert_limits(const struct peer_policy *policy, const struct peer *peer,
                          uint32_t any_ms, uint32_t firm_ms)
{
    struct peer_limits limits = peer_limits(policy, peer);
    assert_int_equal(limits.any_ms, any_ms);
    assert_int_equal(limits.firm_ms, firm_ms);
}

TEST(nothing_known_is_the_built_in_limit_which_never_evicts)
{
    struct peer unknown = {0};
    assert_limits(&built_in, &unknown, LIMIT_BUILT_IN_MS, 0);
    assert_limits(&built_in, NULL, LIMIT_BUILT_IN_MS, 0);
}

TEST(what_was_learned_replaces_the_built_in_limit_both_ways)
{
    struct peer once = peer_that_closes_after(60000, 1);
    struct peer often = peer_that_closes_after(60000, 3);
    struct peer quick = peer_that_closes_after(2000, 3);
    assert_limits(&built_in, &once, 54000, 0);
    assert_limits(&built_in, &often, 54000, 54000);
    assert_limits(&built_in, &quick, 1600, 1600);
}

TEST(what_the_user_says_holds_whatever_was_seen)
{
    struct peer slow = peer_that_closes_after(60000, 9);
    struct peer quick = peer_that_closes_after(2000, 9);
    assert_limits(&three_seconds, &slow, 3000, 3000);
    assert_limits(&three_seconds, &quick, 3000, 3000);
    assert_limits(&three_seconds, NULL, 3000, 3000);
}

RUN_TESTS(cmocka_unit_test(nothing_known_is_the_built_in_limit_which_never_evicts),
          cmocka_unit_test(what_was_learned_replaces_the_built_in_limit_both_ways),
          cmocka_unit_test(what_the_user_says_holds_whatever_was_seen))
