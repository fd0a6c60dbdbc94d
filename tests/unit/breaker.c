/* SPDX-License-Identifier: MIT
 *
 * The circuit breaker of a peer: three failures within 30 s open it, for 30 s; fewer, or slower ones,
 * never do.
 */
#include "peer/peer.h"
#include "unit.h"

static struct peer *new_peer(void)
{
    static uint8_t host;
    struct address address = {
        .bytes = {[10] = 0xff, 0xff, 10, 9, 0, ++host}, .port = 80, .family = 2};
    struct peer *peer = peer_hold(&address);
    assert_non_null(peer);
    return peer;
}

TEST(three_failures_open_it_for_thirty_seconds)
{
    struct peer *peer = new_peer();
    breaker_note_failure(peer, 100000);
    breaker_note_failure(peer, 110000);
    assert_false(breaker_is_open(peer, 110000));
    breaker_note_failure(peer, 130000);
    assert_true(breaker_is_open(peer, 130000));
    assert_true(breaker_is_open(peer, 159999));
    assert_false(breaker_is_open(peer, 160000));
    assert_int_equal(peer->breaker.failures, 3);
}

TEST(slow_failures_never_do)
{
    struct peer *peer = new_peer();
    for (uint64_t now_ms = 100000; now_ms < 1000000; now_ms += 15001) {
        breaker_note_failure(peer, now_ms);
        assert_false(breaker_is_open(peer, now_ms));
    }
}

TEST(it_opens_again_when_failures_go_on)
{
    struct peer *peer = new_peer();
    for (int i = 0; i < 5; i++)
        breaker_note_failure(peer, 100000);
    assert_false(breaker_is_open(peer, 130000));
    breaker_note_failure(peer, 130000); /* two of the three are as young as that */
    assert_true(breaker_is_open(peer, 130000));
    breaker_note_failure(peer, 140000);
    assert_false(breaker_is_open(peer, 160001)); /* what fails while it is open does not prolong it */
}

TEST(a_peer_has_a_breaker_of_its_own)
{
    struct peer *peer = new_peer();
    struct peer *other = new_peer();
    for (int i = 0; i < 3; i++)
        breaker_note_failure(peer, 100000);
    assert_true(breaker_is_open(peer, 100000));
    assert_false(breaker_is_open(other, 100000));
    breaker_note_failure(NULL, 100000);
    assert_false(breaker_is_open(NULL, 100000));
}

RUN_TESTS(cmocka_unit_test(three_failures_open_it_for_thirty_seconds),
          cmocka_unit_test(slow_failures_never_do),
          cmocka_unit_test(it_opens_again_when_failures_go_on),
          cmocka_unit_test(a_peer_has_a_breaker_of_its_own))
