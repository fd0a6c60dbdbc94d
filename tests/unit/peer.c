/* SPDX-License-Identifier: MIT
 *
 * The table of peers: one entry for an address and port, whatever the socket's family; bounded, the
 * unused one that was connected to longest ago leaves first, one in use never; who comes while it is
 * locked, or full of peers in use, goes on without.
 */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "peer/peer.h"
#include "unit.h"

static struct address address_of(uint32_t host, uint16_t port, uint16_t family)
{
    return (struct address){.bytes = {[10] = 0xff, 0xff, (uint8_t)(host >> 24), (uint8_t)(host >> 16),
                                      (uint8_t)(host >> 8), (uint8_t)host},
                            .port = port,
                            .family = family};
}

static struct peer *hold(uint32_t host, uint16_t port)
{
    struct address address = address_of(host, port, 2);
    return peer_hold(&address);
}

static void count_one(struct peer *peer, void *data)
{
    (void)peer;
    ++*(unsigned *)data;
}

static unsigned table_size(void)
{
    unsigned count = 0;
    peer_each(count_one, &count);
    return count;
}

/* Tests share the process and its table: each has hosts of its own. */
TEST(one_address_and_port_is_one_peer)
{
    struct address mapped = address_of(0x0a000001, 80, 10);
    struct address scoped = address_of(0x0a000001, 80, 10);
    scoped.scope = 3;
    struct peer *peer = hold(0x0a000001, 80);
    assert_non_null(peer);
    assert_ptr_equal(hold(0x0a000001, 80), peer);
    assert_ptr_equal(peer_hold(&mapped), peer);
    assert_ptr_not_equal(peer_hold(&scoped), peer);
    assert_ptr_not_equal(hold(0x0a000001, 81), peer);
    assert_ptr_not_equal(hold(0x0a000001, 80 + 256), peer);
    assert_ptr_not_equal(hold(0x0a000002, 80), peer);
    assert_int_equal(peer->references, 3);
    assert_true(address_equal(&peer->address, &mapped));
}

TEST(nothing_is_known_of_no_peer)
{
    peer_note(NULL, PEER_RESET);
    peer_note_known(NULL);
    assert_false(peer_is_known(NULL));
    peer_release(NULL);
}

TEST(what_is_noted_stays_while_nobody_holds_it)
{
    struct peer *peer = hold(0x0a010001, 80);
    assert_false(peer_is_known(peer));
    peer_note_known(peer);
    peer_release(peer);
    peer = hold(0x0a010001, 80);
    assert_true(peer_is_known(peer));
    peer_release(peer);
}

static void fill(uint32_t from)
{
    for (uint32_t host = from; table_size() < PEERS_MOST; host++)
        peer_release(hold(host, 443));
}

TEST(the_oldest_unused_peer_makes_room)
{
    struct peer *held = hold(0x0b000000, 443);
    peer_note_known(held);
    fill(0x0b000001); /* the last one brings the table to its bound */
    struct peer *again = hold(0x0b000001, 443); /* by now the youngest */
    peer_note_known(again);
    peer_release(again);
    for (uint32_t i = 0; i < PEERS_MOST - 100; i++) {
        peer_release(hold(0x0c000000 + i, 443));
        assert_int_equal(table_size(), PEERS_MOST);
    }
    assert_true(peer_is_known(held));
    assert_ptr_equal(hold(0x0b000000, 443), held);
    struct peer *later = hold(0x0b000001, 443);
    assert_ptr_equal(later, again);
    assert_true(peer_is_known(later));
    peer_release(later);
    for (uint32_t i = 0; i < PEERS_MOST + 100; i++)
        peer_release(hold(0x0d000000 + i, 443));
    later = hold(0x0b000001, 443);
    assert_false(peer_is_known(later)); /* a new entry: nothing of the old one is left */
    peer_release(later);
    peer_release(held);
    peer_release(held);
}

TEST(a_table_full_of_peers_in_use_takes_no_more)
{
    static struct peer *all[PEERS_MOST];
    uint32_t count = 0;
    for (uint32_t host = 0x0e000000; count < PEERS_MOST; host++) {
        struct peer *peer = hold(host, 443);
        if (!peer)
            break;
        all[count++] = peer;
    }
    assert_true(count > PEERS_MOST - 100); /* other tests hold a few */
    assert_null(hold(0x0f000000, 443));
    assert_int_equal(table_size(), PEERS_MOST);
    assert_ptr_equal(hold(0x0e000000, 443), all[0]); /* one that is there is found all the same */
    peer_release(all[0]);
    peer_release(all[count / 2]);
    struct peer *fresh = NULL;
    for (int tries = 0; tries < PEERS_MOST && !fresh; tries++)
        fresh = hold(0x0f000000, 443);
    assert_ptr_equal(fresh, all[count / 2]); /* the one that was given back */
    peer_release(fresh);
    for (uint32_t i = 0; i < count; i++)
        if (i != count / 2)
            peer_release(all[i]);
}

enum { THREADS = 4, ROUNDS = 20000 };

static void *hold_and_release(void *data)
{
    uint32_t seed = (uint32_t)(uintptr_t)data;
    for (int round = 0; round < ROUNDS; round++) {
        seed = seed * 1664525 + 1013904223;
        struct peer *peer = hold(0x10000000 + (seed >> 24), 80);
        if (!peer)
            continue;
        struct address expected = address_of(0x10000000 + (seed >> 24), 80, 2);
        if (!address_equal(&peer->address, &expected))
            return data;
        peer_note(peer, PEER_CONNECTED);
        peer_release(peer);
    }
    return NULL;
}

TEST(threads_may_meet_in_it)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hold_and_release, (void *)(i + 1)), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        assert_null(result);
    }
}

RUN_TESTS(cmocka_unit_test(one_address_and_port_is_one_peer),
          cmocka_unit_test(nothing_is_known_of_no_peer),
          cmocka_unit_test(what_is_noted_stays_while_nobody_holds_it),
          cmocka_unit_test(the_oldest_unused_peer_makes_room),
          cmocka_unit_test(a_table_full_of_peers_in_use_takes_no_more),
          cmocka_unit_test(threads_may_meet_in_it))
