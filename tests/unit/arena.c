/* SPDX-License-Identifier: MIT
 * limit: 120s
 *
 * The arena: each slot has one owner at a time, whatever many threads take and give, and it ends where
 * it says.
 */
#include <pthread.h>

#include "base/arena.h"
#include "unit.h"

struct slot {
    uint32_t arena_link;
    _Atomic uint32_t owner;
};

enum { THREADS = 8, HELD = 20, TURNS = 20000, TRACKED = 4096 };

ARENA(shared, struct slot);
static _Atomic uint32_t mistakes;

TEST(slots_are_numbered_from_one_and_zero_at_first)
{
    ARENA(arena, struct slot);
    for (uint32_t i = 1; i <= 3 * ARENA_CHUNK_SLOTS; i++) {
        assert_int_equal(arena_take(&arena), i);
        struct slot *slot = arena_slot(&arena, i);
        assert_int_equal(slot->owner, 0);
        slot->owner = i;
        if (i <= ARENA_CHUNK_SLOTS)
            assert_ptr_equal(slot, &arena_first[i - 1]);
    }
    for (uint32_t i = 1; i <= 3 * ARENA_CHUNK_SLOTS; i++)
        assert_int_equal(((struct slot *)arena_slot(&arena, i))->owner, i);
}

TEST(the_last_slot_given_is_the_first_taken_with_what_it_held)
{
    ARENA(arena, struct slot);
    uint32_t a = arena_take(&arena);
    uint32_t b = arena_take(&arena);
    ((struct slot *)arena_slot(&arena, a))->owner = 77;
    arena_give(&arena, b);
    arena_give(&arena, a);
    assert_int_equal(arena_take(&arena), a);
    assert_int_equal(arena_take(&arena), b);
    assert_int_equal(((struct slot *)arena_slot(&arena, a))->owner, 77);
}

/* ABA: who still holds an old head must not be able to put it in place. Two slots go out and come
 * back, the list looks as before, and the head must not. */
TEST(the_head_never_comes_back_the_same)
{
    ARENA(arena, struct slot);
    uint32_t first = arena_take(&arena);
    uint32_t second = arena_take(&arena);
    arena_give(&arena, second);
    arena_give(&arena, first);
    for (int i = 0; i < 1000; i++) {
        uint64_t before = arena.free;
        assert_int_equal(arena_take(&arena), first);
        assert_int_equal(arena_take(&arena), second);
        arena_give(&arena, second);
        arena_give(&arena, first);
        assert_int_equal((uint32_t)arena.free, (uint32_t)before);
        assert_true(arena.free != before);
    }
}

static void own(uint32_t slot, uint32_t me)
{
    struct slot *taken = arena_slot(&shared, slot);
    if (!slot || atomic_exchange(&taken->owner, me) != 0)
        atomic_fetch_add(&mistakes, 1);
}

static void disown(uint32_t slot, uint32_t me)
{
    struct slot *taken = arena_slot(&shared, slot);
    if (atomic_exchange(&taken->owner, 0) != me)
        atomic_fetch_add(&mistakes, 1);
    arena_give(&shared, slot);
}

/* Takes and gives in an order that brings the same slot back to the head all the time: ABA. */
static void *churn(void *number)
{
    uint32_t me = (uint32_t)(uintptr_t)number;
    uint32_t held[HELD];
    uint32_t seed = me * 2654435761U;
    for (int turn = 0; turn < TURNS; turn++) {
        seed = seed * 1664525U + 1013904223U;
        uint32_t count = 1 + (seed >> 16) % HELD;
        for (uint32_t i = 0; i < count; i++)
            own(held[i] = arena_take(&shared), me);
        for (uint32_t i = 0; i < count; i++)
            disown(held[i], me);
    }
    return NULL;
}

TEST(a_slot_has_one_owner_among_many_threads)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(mistakes, 0);
    assert_true(shared.used <= THREADS * HELD);
}

/* No slot is lost: all that were ever handed out can be taken again. */
TEST(every_slot_comes_back)
{
    static bool seen[TRACKED];
    uint32_t used = shared.used;
    assert_true(used < TRACKED);
    for (uint32_t i = 0; i < used; i++) {
        uint32_t slot = arena_take(&shared);
        assert_true(slot && slot <= used && !seen[slot]);
        seen[slot] = true;
    }
    assert_int_equal(arena_take(&shared), used + 1);
}

struct small {
    uint32_t arena_link;
    uint32_t unused;
};

TEST(a_full_arena_gives_none_until_one_comes_back)
{
    ARENA(arena, struct small);
    const uint32_t most = ARENA_CHUNKS * ARENA_CHUNK_SLOTS;
    for (uint32_t i = 1; i <= most; i++)
        if (arena_take(&arena) != i)
            fail();
    assert_int_equal(arena_take(&arena), 0);
    assert_int_equal(arena_take(&arena), 0);
    arena_give(&arena, 12345);
    assert_int_equal(arena_take(&arena), 12345);
    assert_int_equal(arena_take(&arena), 0);
}

RUN_TESTS(cmocka_unit_test(slots_are_numbered_from_one_and_zero_at_first),
          cmocka_unit_test(the_last_slot_given_is_the_first_taken_with_what_it_held),
          cmocka_unit_test(the_head_never_comes_back_the_same),
          cmocka_unit_test(a_slot_has_one_owner_among_many_threads),
          cmocka_unit_test(every_slot_comes_back),
          cmocka_unit_test(a_full_arena_gives_none_until_one_comes_back))
