/* SPDX-License-Identifier: MIT
 *
 * See peer.h. The hash and its order are uthash's: a peer that is connected to moves to the end, so
 * the ones that were not for the longest time stand first. Peers live in an arena and are never given
 * back to it, only overwritten: a thread that comes late reads another peer's counters at worst.
 *
 * Where a handler has jumped out of here, the table stays locked (base/lock.h): then all new connections
 * do without.
 */
#include "peer/peer.h"

#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"
#include "base/lock.h"
#include "base/sys.h"

static void *table_memory(size_t bytes);
static void table_memory_back(void *memory, size_t bytes);
static void hash_key(const void *key, unsigned *hash);

#define HASH_NONFATAL_OOM 1
#define HASH_FUNCTION(key, bytes, hash) hash_key(key, &(hash))
#define uthash_malloc(bytes) table_memory(bytes)
#define uthash_free(memory, bytes) table_memory_back(memory, bytes)
#include <uthash.h>

/* As many as PEERS_MOST needs (4 peers a bucket), from the beginning: then only the first peer takes
 * memory, and moving one to the end of the order cannot fail. */
#undef HASH_INITIAL_NUM_BUCKETS
#undef HASH_INITIAL_NUM_BUCKETS_LOG2
#define HASH_INITIAL_NUM_BUCKETS 1024U
#define HASH_INITIAL_NUM_BUCKETS_LOG2 10U

enum { LOCK_TRIES = 64, LOOK_MOST = 64 };

struct key {
    uint8_t bytes[16];
    uint32_t scope;
    uint16_t port;
    uint16_t zero;
};

struct entry {
    struct peer peer; /* first: the arena's link, and what callers see */
    struct key key;
    UT_hash_handle hh;
};

_Static_assert(sizeof(struct entry) % 8 == 0, "a slot of an arena");

ARENA(entries, struct entry);
static struct entry *table;
static struct entry
    *latest; /* the last of the table, where find() or make() has left it; or null */
static struct lock lock;

/* Called twice for a table: for its head and for its buckets. */
static void *table_memory(size_t bytes)
{
    long memory = SYS_CALL(SYS_mmap, 0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                           -1, 0);
    return memory < 0 && memory > -4096 ? NULL : (void *)memory;
}

static void table_memory_back(void *memory, size_t bytes)
{
    (void)SYS_CALL(SYS_munmap, memory, bytes, 0, 0, 0, 0);
}

static void hash_key(const void *bytes, unsigned *hash)
{
    const struct key *key = bytes;
    *hash = (unsigned)address_hash(key->bytes) + (key->port ^ key->scope) * 0x9e3779b1U;
}

static struct key key_of(const struct address *address)
{
    struct key key = {.scope = address->scope, .port = address->port};
    memcpy(key.bytes, address->bytes, sizeof key.bytes);
    return key;
}

/* Puts an entry with its key at the end of the table. False for the first one, without memory. */
static bool list(struct entry *entry)
{
    HASH_ADD(hh, table, key, sizeof entry->key, entry);
    if (!entry->hh.tbl)
        return false;
    table->hh.tbl->noexpand = 1;
    atomic_store(&entry->peer.listed, true);
    return true;
}

static void unlist(struct entry *entry)
{
    latest = NULL;
    atomic_store(&entry->peer.listed, false);
    HASH_DEL(table, entry);
}

/* The first peer that nobody holds leaves the table. Those before it are in use: they go to its end,
 * so that a table full of them costs each new one a few looks and no more. */
static struct entry *make_room(void)
{
    for (int looks = 0; looks < LOOK_MOST && table; looks++) {
        struct entry *oldest = table;
        unlist(oldest);
        if (!atomic_load(&oldest->peer.references))
            return oldest;
        (void)list(oldest);
    }
    return NULL;
}

static struct entry *empty_entry(void)
{
    if (HASH_COUNT(table) >= PEERS_MOST)
        return make_room();
    uint32_t slot = arena_take(&entries);
    if (!slot)
        return make_room();
    struct entry *entry = arena_slot(&entries, slot);
    entry->peer.slot = slot;
    return entry;
}

static struct entry *make(const struct address *address, const struct key *key)
{
    struct entry *entry = empty_entry();
    if (!entry)
        return NULL;
    uint32_t slot = entry->peer.slot;
    memset((void *)&entry->peer, 0, sizeof entry->peer);
    entry->peer.slot = slot;
    entry->peer.address = *address;
    entry->key = *key;
    if (list(entry))
        return entry;
    arena_give(&entries, slot);
    return NULL;
}

static struct entry *find(const struct key *key)
{
    struct entry *entry = NULL;
    if (latest && !memcmp(&latest->key, key, sizeof *key))
        return latest;
    HASH_FIND(hh, table, key, sizeof *key, entry);
    if (entry && entry->hh.next) { /* it becomes the latest */
        unlist(entry);
        (void)list(entry);
    }
    latest = entry;
    return entry;
}

struct peer *peer_hold(const struct address *address)
{
    struct key key = key_of(address);
    ledger_open();
    if (!lock_try(&lock, LOCK_TRIES))
        return NULL;
    struct entry *entry = find(&key);
    if (!entry)
        entry = make(address, &key);
    if (entry) {
        atomic_fetch_add(&entry->peer.references, 1);
        if (!atomic_load(&entry->peer.ledger))
            atomic_store(&entry->peer.ledger, ledger_peer_at(address));
    }
    lock_release(&lock);
    if (!entry)
        return NULL;
    return &entry->peer;
}

void peer_release(struct peer *peer)
{
    if (peer)
        atomic_fetch_sub(&peer->references, 1);
}

static uint8_t remember_name(struct peer *peer, name_reference name)
{
    for (unsigned i = 0; i < PEER_NAMES_MOST; i++) {
        name_reference there = 0;
        if (atomic_compare_exchange_strong(&peer->names[i], &there, name) || there == name)
            return (uint8_t)i;
    }
    atomic_store(&peer->names[name % PEER_NAMES_MOST], name);
    return name % PEER_NAMES_MOST;
}

uint8_t peer_note_name(struct peer *peer, name_reference name)
{
    struct resolved_name found;
    if (!peer)
        return PEER_NAMES_MOST;
    atomic_store(&peer->latest_name, name);
    if (!name)
        return PEER_NAMES_MOST;
    uint8_t place = remember_name(peer, name);
    if (!ledger_has_name(peer_ledger(peer), name) && names_recall(name, &found))
        ledger_add_name(peer_ledger(peer), name, found.words);
    return place;
}

static struct entry *entry_at(uint32_t slot)
{
    return arena_slot(&entries, slot);
}

void peer_each(void (*visit)(struct peer *peer, void *data), void *data)
{
    uint32_t used = atomic_load(&entries.used);
    for (uint32_t slot = 1; slot <= used; slot++)
        if (atomic_load(&entry_at(slot)->peer.listed))
            visit(&entry_at(slot)->peer, data);
}

static void leave_parent(struct peer *peer, void *data __attribute__((unused)))
{
    evidence_after_fork(&peer->evidence);
    atomic_store(&peer->ledger, NULL);
}

void peer_after_fork(void)
{
    ledger_after_fork();
    peer_each(leave_parent, NULL);
    if (!lock_is_held(&lock))
        return;
    table = latest = NULL; /* in whatever state it was: its memory is lost */
    uint32_t used = atomic_load(&entries.used);
    for (uint32_t slot = 1; slot <= used; slot++)
        if (atomic_load(&entry_at(slot)->peer.listed) && !list(entry_at(slot)))
            atomic_store(&entry_at(slot)->peer.listed, false);
    lock_release(&lock);
}
