/* SPDX-License-Identifier: MIT
 *
 * See deadlines.h. New entries come over a lock-free stack; who holds the lock moves them into a
 * binary heap by time. A slot that was freed meanwhile is recognised by its phase when it comes up.
 */
#include "connection/deadlines.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/sys.h"

#define SLOT_BITS 21
#define SLOT_MOST ((1U << SLOT_BITS) - 1)
#define DUE_MOST (UINT64_MAX >> SLOT_BITS) /* 278 years */

/* 12 bytes, as each connection at rest has one. */
struct entry {
    uint64_t due_ms : 64 - SLOT_BITS;
    uint64_t slot : SLOT_BITS;
    uint32_t incarnation; /* a later connection in the same slot has an entry of its own */
} __attribute__((packed, aligned(4)));

_Static_assert(ARENA_CHUNKS <= SLOT_MOST / ARENA_CHUNK_SLOTS && sizeof(struct entry) == 12, "");

enum { FIRST_ROOM = 256 };

_Atomic uint64_t deadlines_next_ms = DEADLINE_UNTRACKED;
_Atomic uint32_t deadlines_overdue;

static _Atomic uint32_t arrivals; /* the stack's top */
static _Atomic int locked;
static TABLE struct entry first_heap[FIRST_ROOM];
static struct entry *heap = first_heap;
static uint32_t heap_room = FIRST_ROOM;
static uint32_t heap_used;

void deadlines_begin(void)
{
    uint64_t untracked = DEADLINE_UNTRACKED;
    atomic_compare_exchange_strong(&deadlines_next_ms, &untracked, DEADLINE_NONE);
}

void deadlines_set_calm(bool calm)
{
    uint64_t before = calm ? DEADLINE_NONE : DEADLINE_CALM;
    atomic_compare_exchange_strong(&deadlines_next_ms, &before,
                                   calm ? DEADLINE_CALM : DEADLINE_NONE);
}

static void lower_next(uint64_t due_ms)
{
    uint64_t next = atomic_load(&deadlines_next_ms);
    while (due_ms < next)
        if (atomic_compare_exchange_weak(&deadlines_next_ms, &next, due_ms))
            return;
}

void deadlines_note_overdue(struct connection *connection)
{
    if (!atomic_exchange(&connection->overdue, 1))
        atomic_fetch_add(&deadlines_overdue, 1);
}

void deadlines_one_less_overdue(struct connection *connection)
{
    if (atomic_exchange(&connection->overdue, 0))
        atomic_fetch_sub(&deadlines_overdue, 1);
}

void deadlines_add(struct connection *connection)
{
    uint8_t expected = QUEUED_NOT;
    uint64_t due_ms = atomic_load(&connection->due_ms);
    if (atomic_load(&connection->queued) == QUEUED_IN_HEAP)
        return;
    if (!atomic_compare_exchange_strong(&connection->queued, &expected, QUEUED_ARRIVING)) {
        if (expected ==
            QUEUED_ARRIVING) /* put in by the slot's last connection, perhaps for later */
            lower_next(due_ms);
        return;
    }
    uint32_t top = atomic_load(&arrivals);
    do {
        atomic_store(&connection->next_idle, top);
    } while (!atomic_compare_exchange_weak(&arrivals, &top, connection->slot));
    lower_next(due_ms);
}

static void swap(uint32_t a, uint32_t b)
{
    struct entry kept = heap[a];
    heap[a] = heap[b];
    heap[b] = kept;
}

static void sift_up(uint32_t at)
{
    for (; at && heap[at].due_ms < heap[(at - 1) / 2].due_ms; at = (at - 1) / 2)
        swap(at, (at - 1) / 2);
}

static void sift_down(uint32_t at)
{
    for (;;) {
        uint32_t least = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < heap_used; child++)
            if (heap[child].due_ms < heap[least].due_ms)
                least = child;
        if (least == at)
            return;
        swap(at, least);
        at = least;
    }
}

/* Doubles the heap; the old one is given back to the kernel, unless it is the static one. */
static bool grow(void)
{
    size_t bytes = heap_room * sizeof *heap;
    long memory = SYS_CALL(SYS_mmap, 0, 2 * bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory < 0 && memory > -4096)
        return false;
    struct entry *old = heap;
    memcpy((void *)memory, old, bytes);
    heap =
        (struct entry *)memory; /* before the old one goes: a fork child may look at any moment */
    heap_room *= 2;
    if (old != first_heap)
        (void)SYS_CALL(SYS_munmap, old, bytes, 0, 0, 0, 0);
    return true;
}

static bool is_live(const struct entry *entry)
{
    return entry->incarnation == atomic_load(&connection_at(entry->slot)->incarnation);
}

/* Throws out the entries of connections that are gone, so that the heap is bounded by the live ones. */
static void drop_dead(void)
{
    uint32_t all = heap_used;
    heap_used = 0;
    for (uint32_t i = 0; i < all; i++) {
        if (!is_live(&heap[i]))
            continue;
        heap[heap_used] = heap[i];
        sift_up(heap_used++);
    }
}

/* True when there is room for one more entry, and for some to come. */
static bool make_room(void)
{
    if (heap_used < heap_room)
        return true;
    drop_dead();
    return heap_used < heap_room / 2 || grow();
}

/* Without memory the connection leaves the queue: it is not evicted, a write still repairs it. */
static void insert(struct connection *connection)
{
    if (!make_room()) {
        atomic_store(&connection->queued, QUEUED_NOT);
        return;
    }
    /* In this order: who still finds it ARRIVING has set its due_ms before. */
    atomic_store(&connection->queued, QUEUED_IN_HEAP);
    heap[heap_used] = (struct entry){.due_ms = atomic_load(&connection->due_ms) & DUE_MOST,
                                     .slot = connection->slot & SLOT_MOST,
                                     .incarnation = atomic_load(&connection->incarnation)};
    sift_up(heap_used++);
}

static void collect_arrivals(void)
{
    uint32_t slot = atomic_exchange(&arrivals, 0);
    while (slot) {
        struct connection *connection = connection_at(slot);
        slot = atomic_load(&connection->next_idle);
        insert(connection);
    }
}

/* Takes the first entry off the heap. */
static struct connection *pop(void)
{
    struct connection *connection = connection_at(heap[0].slot);
    heap[0] = heap[--heap_used];
    sift_down(0);
    return connection;
}

static struct connection *take_due(uint64_t now_ms)
{
    while (heap_used && heap[0].due_ms <= now_ms) {
        bool same = is_live(&heap[0]);
        struct connection *connection = pop();
        if (!same)
            continue;
        if (connection_phase(connection) == PHASE_BETWEEN &&
            atomic_load(&connection->due_ms) > now_ms) {
            insert(connection);
            continue;
        }
        atomic_store(&connection->queued, QUEUED_NOT);
        if (connection_phase(connection) == PHASE_BETWEEN)
            return connection;
    }
    return NULL;
}

/* Never stands at "none" in between, where another thread would begin to wait for ever. Who arrives
 * after the second look lowers the new value by itself. */
static void publish_next(void)
{
    do {
        collect_arrivals();
        atomic_store(&deadlines_next_ms, heap_used ? heap[0].due_ms : DEADLINE_NONE);
    } while (atomic_load(&arrivals));
}

struct connection *deadlines_take(uint64_t now_ms)
{
    if (atomic_exchange(&locked, 1))
        return NULL;
    collect_arrivals();
    struct connection *due = take_due(now_ms);
    publish_next();
    atomic_store(&locked, 0);
    return due;
}

void deadlines_forget(void)
{
    uint32_t slot = atomic_exchange(&arrivals, 0);
    for (; slot; slot = atomic_load(&connection_at(slot)->next_idle))
        atomic_store(&connection_at(slot)->queued, QUEUED_NOT);
    if (atomic_load(&deadlines_next_ms) != DEADLINE_UNTRACKED)
        atomic_store(&deadlines_next_ms, DEADLINE_NONE);
    for (uint32_t i = 0; i < heap_used; i++)
        atomic_store(&connection_at(heap[i].slot)->queued, QUEUED_NOT);
    heap_used = 0;
    atomic_store(&locked, 0);
}
