/* SPDX-License-Identifier: MIT
 *
 * See vault.h. Chunks of 16 boxes (32 KiB), as RLIMIT_MEMLOCK may be 64 KiB; a bit set for each says
 * which are taken. A box's name is its place and, above that, a number that no other box of this
 * process or its forebears ever had, which stands in the box, too: so an old name opens nothing.
 */
#include "connection/vault.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "base/process.h"
#include "base/sys.h"

enum { CHUNK_BOXES = 16, CHUNKS = VAULT_BOXES_MOST / CHUNK_BOXES, PLACE_BITS = 16 };

struct box {
    _Atomic uint64_t name;
    unsigned char contents[VAULT_BOX_BYTES];
};

static TABLE _Atomic(struct box *) chunks[CHUNKS];
static TABLE _Atomic uint32_t taken[CHUNKS];
static _Atomic uint64_t last_number;

static bool advise(void *memory, size_t bytes, int advice)
{
    return SYS_CALL(SYS_madvise, memory, bytes, advice, 0, 0, 0) == 0;
}

/* A chunk on these terms, or none. */
static struct box *map_chunk(void)
{
    const size_t bytes = CHUNK_BOXES * sizeof(struct box);
    long result = SYS_CALL(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                           -1, 0);
    if (result < 0 && result > -4096)
        return NULL;
    void *memory = (void *)result;
    if (advise(memory, bytes, MADV_DONTDUMP) && advise(memory, bytes, MADV_WIPEONFORK) &&
        SYS_CALL(SYS_mlock, memory, bytes, 0, 0, 0, 0) == 0)
        return memory;
    (void)SYS_CALL(SYS_munmap, memory, bytes, 0, 0, 0, 0);
    return NULL;
}

static struct box *chunk_at(size_t index)
{
    struct box *none = NULL;
    struct box *chunk = atomic_load(&chunks[index]);
    if (chunk)
        return chunk;
    chunk = map_chunk();
    if (chunk && !atomic_compare_exchange_strong(&chunks[index], &none, chunk)) {
        (void)SYS_CALL(SYS_munmap, chunk, CHUNK_BOXES * sizeof *chunk, 0, 0, 0, 0);
        chunk = none;
    }
    return chunk;
}

/* The number of a free box of this chunk, which is taken then; -1 when there is none. */
static int take_in(size_t index)
{
    uint32_t before = atomic_load(&taken[index]);
    int place;
    do {
        uint32_t free = ~before & ((1U << CHUNK_BOXES) - 1);
        if (!free)
            return -1;
        place = __builtin_ctz(free);
    } while (!atomic_compare_exchange_weak(&taken[index], &before, before | 1U << place));
    return place;
}

uint64_t vault_take(void)
{
    if (!process_is_owner())
        return 0;
    for (size_t index = 0; index < CHUNKS; index++) {
        struct box *chunk = chunk_at(index);
        int place = chunk ? take_in(index) : -1;
        if (!chunk)
            return 0;
        if (place < 0)
            continue;
        uint64_t number = atomic_fetch_add(&last_number, 1) + 1;
        uint64_t name = number << PLACE_BITS | (index * CHUNK_BOXES + (size_t)place);
        atomic_store(&chunk[place].name, name);
        return name;
    }
    return 0;
}

static struct box *find(uint64_t name)
{
    size_t place = name & ((1U << PLACE_BITS) - 1);
    struct box *chunk = name ? atomic_load(&chunks[place / CHUNK_BOXES]) : NULL;
    struct box *box = chunk ? chunk + place % CHUNK_BOXES : NULL;
    return box && atomic_load(&box->name) == name ? box : NULL;
}

void *vault_open(uint64_t box)
{
    struct box *found = find(box);
    return found ? found->contents : NULL;
}

void vault_give(uint64_t box)
{
    struct box *found = find(box);
    size_t place = box & ((1U << PLACE_BITS) - 1);
    if (!found)
        return;
    explicit_bzero(found->contents, sizeof found->contents);
    atomic_store(&found->name, 0);
    atomic_fetch_and(&taken[place / CHUNK_BOXES], ~(1U << place % CHUNK_BOXES));
}

/* The child's copy is neither locked nor filled. It stays mapped: a thread of the parent may have
 * been at it, but none is in the child, and nothing here is opened any more. */
void vault_forget(void)
{
    for (size_t index = 0; index < CHUNKS; index++) {
        atomic_store(&chunks[index], NULL);
        atomic_store(&taken[index], 0);
    }
}
