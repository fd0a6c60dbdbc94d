/* SPDX-License-Identifier: MIT
 *
 * Which peers are known: by address and port, whatever the socket's family; a later one may take an
 * earlier one's place, but none is ever known that was not noted.
 */
#include "peer/known.h"
#include "unit.h"

static struct address peer(uint32_t host, uint16_t port, uint16_t family)
{
    return (struct address){.bytes = {[10] = 0xff, 0xff, (uint8_t)(host >> 24), (uint8_t)(host >> 16),
                                      (uint8_t)(host >> 8), (uint8_t)host},
                            .port = port,
                            .family = family};
}

TEST(a_peer_is_known_once_it_is_noted)
{
    struct address a = peer(0x0a000001, 80, 2);
    struct address same = peer(0x0a000001, 80, 10);
    struct address port = peer(0x0a000001, 81, 2);
    struct address high = peer(0x0a000001, 80 + 256, 2);
    struct address host = peer(0x0a000002, 80, 2);
    assert_false(peer_is_known(&a));
    peer_note_known(&a);
    assert_true(peer_is_known(&a));
    assert_true(peer_is_known(&same));
    assert_false(peer_is_known(&port));
    assert_false(peer_is_known(&high));
    assert_false(peer_is_known(&host));
}

TEST(nobody_else_is_ever_known)
{
    for (uint32_t host = 0; host < 5000; host++) {
        struct address noted = peer(0x0b000000 + host, 443, 2);
        peer_note_known(&noted);
        assert_true(peer_is_known(&noted));
    }
    for (uint32_t host = 0; host < 200000; host++) {
        struct address other = peer(0x0c000000 + host, 443, 2);
        assert_false(peer_is_known(&other));
    }
}

RUN_TESTS(cmocka_unit_test(a_peer_is_known_once_it_is_noted),
          cmocka_unit_test(nobody_else_is_ever_known))
