/* SPDX-License-Identifier: MIT
 *
 * Slots of one size, named by number, 1 and up; 0 means none. Lock-free and async-signal-safe, no
 * malloc: the first chunk is the owner's static memory, later ones come from mmap() and are never
 * given back, so that a slot's address stays readable for as long as the process lives. (A thread
 * that holds a slot which another one has freed meanwhile reads old data, never unmapped memory.)
 */
#ifndef UNSTALE_BASE_ARENA_H
#define UNSTALE_BASE_ARENA_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

enum { ARENA_CHUNK_SLOTS = 512, ARENA_CHUNKS = 2048 };

struct arena {
    const size_t slot_bytes; /* a multiple of 8; the first 4 bytes link free slots */
    unsigned char *const first_chunk;
    _Atomic(unsigned char *) *const chunks; /* the first is not in it */
    _Alignas(64) _Atomic uint64_t free; /* low 32 bits: first free slot; high 32: change counter */
    _Atomic uint32_t used;              /* slots that were ever handed out */
};

/* Defines the static arena `name` for slots of a type. Its first chunk and its table of chunks are
 * zero pages, which take memory only once they are touched. */
#define ARENA(name, type)                                                                          \
    static TABLE type name##_first[ARENA_CHUNK_SLOTS];                                             \
    static TABLE _Atomic(unsigned char *) name##_chunks[ARENA_CHUNKS];                             \
    static struct arena name = {sizeof(type), (unsigned char *)name##_first, name##_chunks, 0, 0}

/* Hands out a slot; 0 when all ARENA_CHUNKS are full or the kernel gives no memory. What the slot
 * held before stays in it (zero bytes the first time), but for the first 4 bytes. */
uint32_t arena_take(struct arena *arena);

/* Gives a slot back. */
void arena_give(struct arena *arena, uint32_t slot);

/* The slot's address. `slot` must have been handed out at some time. */
static inline void *arena_slot(struct arena *arena, uint32_t slot)
{
    uint32_t index = slot - 1;
    uint32_t place = index / ARENA_CHUNK_SLOTS;
    unsigned char *chunk = LIKELY(!place)
                               ? arena->first_chunk
                               : atomic_load_explicit(&arena->chunks[place], memory_order_acquire);
    return chunk + (size_t)(index % ARENA_CHUNK_SLOTS) * arena->slot_bytes;
}

#endif
