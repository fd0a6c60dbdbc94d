/* SPDX-License-Identifier: MIT
 *
 * See arena.h. The free list is a stack linked by slot numbers; its head carries a counter that
 * moves with every change, so that a head which came back between load and exchange is noticed.
 */
#include "base/arena.h"

#include <sys/mman.h>

#include "base/sys.h"

static _Atomic uint32_t *link_of(struct arena *arena, uint32_t slot)
{
    return arena_slot(arena, slot);
}

/* The head that follows `old` with `slot` first. */
static uint64_t head_after(uint64_t old, uint32_t slot)
{
    return ((old >> 32) + 1) << 32 | slot;
}

static uint32_t take_freed(struct arena *arena)
{
    uint64_t head = atomic_load(&arena->free);
    while ((uint32_t)head) {
        uint32_t slot = (uint32_t)head;
        uint32_t following = atomic_load_explicit(link_of(arena, slot), memory_order_relaxed);
        if (atomic_compare_exchange_weak(&arena->free, &head, head_after(head, following)))
            return slot;
    }
    return 0;
}

/* Makes sure that the chunk is there; another thread may win the race to install it. */
static int chunk_ready(struct arena *arena, uint32_t chunk)
{
    if (!chunk || atomic_load_explicit(&arena->chunks[chunk], memory_order_acquire))
        return 1;
    size_t bytes = ARENA_CHUNK_SLOTS * arena->slot_bytes;
    long memory = SYS_CALL(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                           -1, 0);
    if (memory < 0 && memory > -4096)
        return 0;
    unsigned char *none = NULL;
    if (!atomic_compare_exchange_strong(&arena->chunks[chunk], &none, (unsigned char *)memory))
        (void)SYS_CALL(SYS_munmap, memory, bytes, 0, 0, 0, 0);
    return 1;
}

static uint32_t take_new(struct arena *arena)
{
    uint32_t index = atomic_load(&arena->used);
    do {
        if (index >= ARENA_CHUNKS * ARENA_CHUNK_SLOTS)
            return 0;
        if (!chunk_ready(arena, index / ARENA_CHUNK_SLOTS))
            return 0;
    } while (!atomic_compare_exchange_weak(&arena->used, &index, index + 1));
    return index + 1;
}

uint32_t arena_take(struct arena *arena)
{
    uint32_t slot = take_freed(arena);
    return slot ? slot : take_new(arena);
}

void arena_give(struct arena *arena, uint32_t slot)
{
    uint64_t head = atomic_load(&arena->free);
    do {
        atomic_store_explicit(link_of(arena, slot), (uint32_t)head, memory_order_relaxed);
    } while (!atomic_compare_exchange_weak(&arena->free, &head, head_after(head, slot)));
}
