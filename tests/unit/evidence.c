/* SPDX-License-Identifier: MIT
 *
 * What is learnt from simulated histories: the timeout within 5 %, few requests lost on the way, about
 * as many connections as a client that knows the timeout would open; and nothing from restarts.
 */
#include "lib/keepalive_world.h"
#include "unit.h"

static struct world world_of(uint32_t timeout_ms, bool parked)
{
    return (struct world){.timeout_ms = timeout_ms,
                          .late_ms = timeout_ms / 100,
                          .gap_ms = timeout_ms / 4,
                          .parked = parked,
                          .connections = 50,
                          .random = timeout_ms + parked};
}

static void report(const char *what, const struct world *world)
{
    if (getenv("VERBOSE"))
        fprintf(stderr,
                "%-10s T %6u rtt %3u %s hint %2u: lost %3u K %6u limit %6u opened %5u oracle %5u "
                "%.2f\n",
                what, world->timeout_ms, world->rtt_ms, world->parked ? "parked" : "blind ",
                world->hint_s, world->lost, evidence_timeout_ms(&world->evidence),
                evidence_limits(&world->evidence).any_ms, world->opened, world->oracle_opened,
                (double)world->opened / world->oracle_opened);
}

static void assert_within(uint32_t value, uint32_t wanted, uint32_t percent)
{
    if (value * 100ULL < wanted * (100ULL - percent) ||
        value * 100ULL > wanted * (100ULL + percent))
        fail_msg("%u is not within %u %% of %u", value, percent, wanted);
}

static const uint32_t timeouts_ms[] = {300,   500,   1000,  2000,   3000,   5000,
                                       10000, 60000, 75000, 240000, 350000, 900000};

static void learn(uint32_t timeout_ms, bool parked, uint32_t rtt_ms)
{
    struct world world = world_of(timeout_ms, parked);
    world.rtt_ms = rtt_ms;
    world_run(&world, 200);
    unsigned lost = world.lost;
    world_run(&world, 10000);
    report("cold", &world);
    assert_within(evidence_timeout_ms(&world.evidence), timeout_ms, 5);
    assert_true(lost <= 6);
    assert_true(world.lost <= lost + 1);
    assert_true(world.opened * 10 <= world.oracle_opened * 13);
}

TEST(a_timeout_is_learnt_within_5_percent)
{
    for (size_t i = 0; i < COUNT_OF_TESTS(timeouts_ms); i++) {
        learn(timeouts_ms[i], false, 0);
        learn(timeouts_ms[i], true, 0);
        if (timeouts_ms[i] >= 500) {
            learn(timeouts_ms[i], false, 40);
            learn(timeouts_ms[i], true, 40);
        }
    }
}

TEST(a_server_that_looks_once_a_second_is_learnt_by_its_soonest_closes)
{
    struct world world = world_of(5000, false);
    world.late_ms = 1000;
    world.rtt_ms = 40;
    world_run(&world, 10000);
    report("late", &world);
    assert_true(world.lost <= 3);
    assert_true(evidence_timeout_ms(&world.evidence) >= 4900);
    assert_true(evidence_timeout_ms(&world.evidence) < 5800);
}

TEST(closes_that_follow_each_other_closely_become_firm)
{
    struct evidence evidence = {0};
    for (unsigned i = 0; i < 10; i++)
        evidence_note_close(&evidence, CLOSE_EXACT, 5000, 1000000 + 20 * i);
    assert_int_equal(evidence_limits(&evidence).firm_ms, 0);
    for (unsigned i = 10; i < 20; i++)
        evidence_note_close(&evidence, CLOSE_EXACT, 5000, 1000000 + 20 * i);
    assert_int_equal(evidence_limits(&evidence).firm_ms, 4000);
}

/* As a busy machine sees the timer of a busy peer: many closes at once, a fifth too young or not. */
TEST(a_timer_is_learnt_through_noise)
{
    struct evidence evidence = {0};
    struct world noise = {.random = 7};
    for (unsigned i = 0; i < 2000; i++)
        evidence_note_close(&evidence, CLOSE_EXACT, 800 + (uint32_t)(world_random(&noise) * 200),
                            1000000 + 15 * i);
    assert_true(evidence_timeout_ms(&evidence) >= 760);
    assert_true(evidence_timeout_ms(&evidence) <= 1000);
    assert_true(evidence_limits(&evidence).firm_ms != 0);
}

TEST(a_hint_is_enough)
{
    struct world world = world_of(5000, true);
    world.hint_s = 5;
    world_run(&world, 10000);
    report("hint", &world);
    assert_int_equal(world.lost, 0);
    assert_int_equal(evidence_limits(&world.evidence).firm_ms, 4000);
}

TEST(a_longer_hint_is_believed_only_when_it_stays)
{
    struct evidence evidence = {0};
    evidence_note_hint(&evidence, 5);
    assert_int_equal(evidence_timeout_ms(&evidence), 5000);
    for (int i = 0; i < 10; i++)
        evidence_note_hint(&evidence, 0);
    evidence_note_hint(&evidence, 5);
    for (int i = 0; i < 15; i++)
        evidence_note_hint(&evidence, 60);
    assert_int_equal(evidence_timeout_ms(&evidence), 5000);
    evidence_note_hint(&evidence, 60);
    assert_int_equal(evidence_timeout_ms(&evidence), 60000);
    evidence_note_hint(&evidence, 2);
    assert_int_equal(evidence_timeout_ms(&evidence), 2000);
    for (int i = 0; i < 16; i++)
        evidence_note_hint(&evidence, 0);
    assert_int_equal(evidence_timeout_ms(&evidence), 0);
}

static void follow(bool parked)
{
    struct world world = world_of(5000, parked);
    world_run(&world, 2000);
    world.timeout_ms = 2000;
    world.lost = 0;
    world_run(&world, 2000);
    report("5 to 2", &world);
    assert_within(evidence_timeout_ms(&world.evidence), 2000, 5);
    assert_true(world.lost <= 3);
    world.timeout_ms = 5000;
    world.lost = 0;
    world_run(&world, 3000);
    unsigned opened = world.opened - world.oracle_opened;
    world_run(&world, 3000);
    report("2 to 5", &world);
    assert_within(evidence_timeout_ms(&world.evidence), 5000, 5);
    assert_int_equal(world.lost, 0);
    assert_true(world.opened - world.oracle_opened - opened < 600);
}

TEST(a_server_reconfigured_in_either_direction_is_followed)
{
    follow(false);
}

TEST(connections_that_are_all_evicted_still_tell_of_a_longer_timeout)
{
    follow(true);
}

/* The closes of a timer of that length, the last one at 100000. */
static struct evidence evidence_of(uint32_t timeout_ms)
{
    struct evidence evidence = {0};
    evidence_note_close(&evidence, CLOSE_EXACT, timeout_ms, 90000);
    evidence_note_close(&evidence, CLOSE_EXACT, timeout_ms, 100000);
    return evidence;
}

TEST(scouts_are_sent_after_a_quarter_of_the_timer)
{
    struct evidence evidence = evidence_of(2000);
    assert_false(evidence_wants_scout(&evidence, 100499));
    assert_true(evidence_wants_scout(&evidence, 100500));
    assert_false(evidence_wants_scout(&evidence, 100549));
    assert_true(evidence_wants_scout(&evidence, 100550));
    evidence = evidence_of(60000);
    assert_false(evidence_wants_scout(&evidence, 109999));
    assert_true(evidence_wants_scout(&evidence, 110000));
    assert_false(evidence_wants_scout(&evidence, 110249));
    assert_true(evidence_wants_scout(&evidence, 110250));
}

TEST(a_restart_is_not_learnt)
{
    for (unsigned restarts = 0; restarts < 200; restarts++) {
        struct world world = world_of(5000, false);
        world.random += restarts;
        world_restart(&world);
        assert_int_equal(evidence_timeout_ms(&world.evidence), 0);
        world_run(&world, 1000);
        uint32_t known = evidence_timeout_ms(&world.evidence);
        assert_within(known, 5000, 5);
        world_restart(&world);
        assert_within(evidence_timeout_ms(&world.evidence), known, 5);
    }
}

/* Deploy after deploy, with some traffic in between, and no timer that anybody has met. */
TEST(restarts_one_after_the_other_are_not_learnt)
{
    for (unsigned seed = 0; seed < 50; seed++) {
        struct world world = world_of(300000, false);
        world.random += seed;
        world.gap_ms = 250;
        for (unsigned restarts = 0; restarts < 20; restarts++) {
            world_restart(&world);
            assert_int_equal(evidence_timeout_ms(&world.evidence), 0);
            world_run(&world, 300);
            assert_int_equal(evidence_timeout_ms(&world.evidence), 0);
        }
    }
}

/* A program that never looks finds the closes of the latest restarts mixed. What it believes meanwhile holds
 * for a moment, until the next close of the same restart, and is never firm. */
TEST(restarts_that_are_found_late_are_not_learnt)
{
    unsigned steps = 0, believed = 0, firm = 0;
    for (unsigned seed = 0; seed < 50; seed++) {
        struct world world = world_of(300000, false);
        world.random += seed;
        world.gap_ms = 400;
        for (unsigned restarts = 0; restarts < WORLD_RESTARTS; restarts++) {
            unsigned last = steps + 20 + (unsigned)(world_random(&world) * 100);
            world_restart_unseen(&world);
            for (; steps < last; steps++) {
                world_step(&world);
                believed += evidence_timeout_ms(&world.evidence) != 0;
                firm += evidence_limits(&world.evidence).firm_ms != 0;
            }
        }
    }
    assert_int_equal(firm, 0);
    if (believed * 30 > steps)
        fail_msg("a timeout is believed after %u of %u steps", believed, steps);
}

/* Twice at ages near to each other, which would be firm if each came by itself. */
TEST(a_close_of_a_known_restart_says_nothing)
{
    struct evidence evidence = {0};
    evidence_note_close(&evidence, CLOSE_EXACT, 700, 1000000);
    assert_int_equal(evidence_timeout_ms(&evidence), 700);
    evidence_note_close(&evidence, CLOSE_EXACT, 2500, 1000004);
    assert_int_equal(evidence_timeout_ms(&evidence), 0);
    for (unsigned i = 0; i < 10; i++)
        evidence_note_alive(&evidence, 4000, true);
    evidence_note_close(&evidence, CLOSE_EXACT, 1200, 1003000);
    evidence_note_close(&evidence, CLOSE_EXACT, 1200, 1000008);
    assert_int_equal(evidence_timeout_ms(&evidence), 1200);
    assert_int_equal(evidence_limits(&evidence).firm_ms, 0);
    evidence_note_close(&evidence, CLOSE_EXACT, 300, 1003020);
    for (unsigned i = 0; i < 10; i++)
        evidence_note_close(&evidence, CLOSE_EXACT, 280, i % 2 ? 1003010 : 1000010);
    assert_int_equal(evidence_timeout_ms(&evidence), 0);
}

/* All connections had rested equally long, and others live longer. */
TEST(what_is_given_up_is_not_believed_again_for_a_close_of_that_moment)
{
    struct evidence evidence = {0};
    evidence_note_close(&evidence, CLOSE_EXACT, 160, 1000000);
    evidence_note_alive(&evidence, 300, true);
    evidence_note_alive(&evidence, 300, true);
    evidence_note_close(&evidence, CLOSE_EXACT, 168, 1000010);
    assert_int_equal(evidence_timeout_ms(&evidence), 0);
    evidence_note_close(&evidence, CLOSE_EXACT, 168, 1001000);
    assert_int_equal(evidence_timeout_ms(&evidence), 168);
}

TEST(one_close_at_random_is_forgotten_when_others_live_longer)
{
    struct world world = world_of(5000, false);
    world_run(&world, 1000);
    evidence_note_close(&world.evidence, CLOSE_EXACT, 700, world.now_ms);
    assert_int_equal(evidence_timeout_ms(&world.evidence), 700);
    assert_true(evidence_limits(&world.evidence).firm_ms > 3500);
    world_run(&world, 20);
    assert_within(evidence_timeout_ms(&world.evidence), 5000, 5);
}

TEST(a_bound_is_consistent_with_any_smaller_age)
{
    struct evidence evidence = {0};
    evidence_note_close(&evidence, CLOSE_BY, 3600000, 9000000);
    assert_int_equal(evidence_timeout_ms(&evidence), 3600000);
    assert_int_equal(evidence_limits(&evidence).firm_ms, 0);
    evidence_note_close(&evidence, CLOSE_EXACT, 5000, 9100000);
    evidence_note_close(&evidence, CLOSE_BY, 3600000, 9200000);
    assert_int_equal(evidence_timeout_ms(&evidence), 5000);
    evidence_note_close(&evidence, CLOSE_BY, 2000, 9300000);
    assert_int_equal(evidence_timeout_ms(&evidence), 2000);
}

TEST(a_silent_drop_is_outlived_only_by_an_answer)
{
    struct evidence evidence = {0};
    for (unsigned i = 0; i < 3; i++)
        evidence_note_close(&evidence, CLOSE_SILENT, 400000 - i * 10000, 1000000 * (i + 1));
    assert_int_equal(evidence_timeout_ms(&evidence), 380000);
    assert_int_equal(evidence_limits(&evidence).firm_ms, 342000);
    for (unsigned i = 0; i < 100; i++)
        evidence_note_alive(&evidence, 900000, false);
    assert_int_equal(evidence_timeout_ms(&evidence), 380000);
    for (unsigned i = 0; i < 10; i++)
        evidence_note_alive(&evidence, 900000, true);
    assert_int_equal(evidence_timeout_ms(&evidence), 0);
}

TEST(a_close_right_after_a_response_is_no_timeout)
{
    struct evidence evidence = {0};
    evidence_note_close(&evidence, CLOSE_EXACT, 40, 1000000);
    assert_int_equal(evidence_timeout_ms(&evidence), 0);
}

TEST(a_dead_connection_speaks_against_those_that_rest_longer)
{
    struct evidence evidence = {0};
    assert_false(evidence_speaks_against(&evidence, 1));
    evidence_note_close(&evidence, CLOSE_SILENT, 5000, 1000000);
    assert_true(evidence_speaks_against(&evidence, 995000));
    assert_true(evidence_speaks_against(&evidence, 900000));
    assert_false(evidence_speaks_against(&evidence, 995001));
    evidence_note_close(&evidence, CLOSE_EXACT, 9000, 1000000);
    assert_false(evidence_speaks_against(&evidence, 995001));
}

TEST(the_margin_covers_the_way)
{
    struct evidence evidence = {0};
    evidence_note_rtt(&evidence, 600000, 100000);
    evidence_note_close(&evidence, CLOSE_EXACT, 10000, 1000000);
    assert_int_equal(evidence_limits(&evidence).any_ms, 10000 - 1200 - 400 - 200);
    evidence_note_rtt(&evidence, 60000000, 0);
    evidence_note_close(&evidence, CLOSE_EXACT, 10000, 2000000);
    assert_int_equal(evidence_limits(&evidence).any_ms, 5000);
}

TEST(a_note_meanwhile_is_dropped_until_the_fork)
{
    struct evidence evidence = {0};
    atomic_store(&evidence.busy, 1);
    evidence_note_close(&evidence, CLOSE_EXACT, 5000, 1000000);
    assert_int_equal(evidence_timeout_ms(&evidence), 0);
    evidence_after_fork(&evidence);
    evidence_note_close(&evidence, CLOSE_EXACT, 5000, 1000000);
    assert_int_equal(evidence_timeout_ms(&evidence), 5000);
}

RUN_TESTS(cmocka_unit_test(a_timeout_is_learnt_within_5_percent),
          cmocka_unit_test(a_server_that_looks_once_a_second_is_learnt_by_its_soonest_closes),
          cmocka_unit_test(closes_that_follow_each_other_closely_become_firm),
          cmocka_unit_test(a_timer_is_learnt_through_noise),
          cmocka_unit_test(a_hint_is_enough),
          cmocka_unit_test(a_longer_hint_is_believed_only_when_it_stays),
          cmocka_unit_test(a_server_reconfigured_in_either_direction_is_followed),
          cmocka_unit_test(connections_that_are_all_evicted_still_tell_of_a_longer_timeout),
          cmocka_unit_test(scouts_are_sent_after_a_quarter_of_the_timer),
          cmocka_unit_test(a_restart_is_not_learnt),
          cmocka_unit_test(restarts_one_after_the_other_are_not_learnt),
          cmocka_unit_test(restarts_that_are_found_late_are_not_learnt),
          cmocka_unit_test(a_close_of_a_known_restart_says_nothing),
          cmocka_unit_test(
              what_is_given_up_is_not_believed_again_for_a_close_of_that_moment),
          cmocka_unit_test(one_close_at_random_is_forgotten_when_others_live_longer),
          cmocka_unit_test(a_bound_is_consistent_with_any_smaller_age),
          cmocka_unit_test(a_silent_drop_is_outlived_only_by_an_answer),
          cmocka_unit_test(a_close_right_after_a_response_is_no_timeout),
          cmocka_unit_test(a_dead_connection_speaks_against_those_that_rest_longer),
          cmocka_unit_test(the_margin_covers_the_way),
          cmocka_unit_test(a_note_meanwhile_is_dropped_until_the_fork))
