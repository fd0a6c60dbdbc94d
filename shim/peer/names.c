/* SPDX-License-Identifier: MIT
 *
 * See names.h. Each place has a sequence number that is odd while it is written: who reads meanwhile,
 * perhaps a signal handler in the very writer, takes the place for empty. That is right, for the call
 * that resolves the name has not returned yet.
 */
#include "peer/names.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "base/compiler.h"
#include "base/lock.h"

enum {
    SETS = 256,
    WAYS = NAMES_OF_ADDRESS_MOST,
    PLACES = SETS * WAYS,
    OWN = 8,
    LOCK_TURNS = 100000,
    READ_TRIES = 4
};

struct place {
    _Atomic uint32_t sequence;
    uint64_t when; /* 0: empty */
    uint64_t print;
    uint8_t bytes[16];
    char words[HOST_NAME_MOST_BYTES + 1];
};

static struct place places[PLACES]; /* set by set */
static uint64_t clock_of_names;
static struct lock lock; /* for writing */

/* The prints of the names that this thread has resolved lately. */
static __thread struct {
    unsigned next;
    uint64_t prints[OWN];
} own;

static uint64_t mix(uint64_t hash, uint8_t byte)
{
    return (hash ^ byte) * 0x100000001b3ULL;
}

/* FNV-1a. Never 0. */
static uint64_t print_of(const char *words)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    while (*words)
        hash = mix(hash, (uint8_t)*words++);
    return hash ? hash : 1;
}

static struct place *set_of(const struct address *address)
{
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < sizeof address->bytes; i++)
        hash = mix(hash, address->bytes[i]);
    return places + (hash ^ hash >> 32) % SETS * WAYS;
}

/* Where the name stands for this address, or an empty place, or the one resolved longest ago. */
static struct place *place_for(struct place *set, const struct address *address, uint64_t print)
{
    struct place *oldest = set;
    for (struct place *place = set; place < set + WAYS; place++) {
        if (place->when && place->print == print &&
            !memcmp(place->bytes, address->bytes, sizeof place->bytes))
            return place;
        if (place->when < oldest->when)
            oldest = place;
    }
    return oldest;
}

static void write_place(struct place *place, const struct address *address, uint64_t print,
                        const char *words)
{
    uint32_t sequence = atomic_load(&place->sequence);
    atomic_store(&place->sequence, sequence + 1);
    atomic_thread_fence(memory_order_release);
    place->when = ++clock_of_names;
    place->print = print;
    memcpy(place->bytes, address->bytes, sizeof place->bytes);
    strcpy(place->words, words);
    atomic_store(&place->sequence, sequence + 2);
}

/* In small letters and without a dot at the end. False for what is no name. */
static bool normalise(const char *name, char *words)
{
    size_t length = strnlen(name, HOST_NAME_MOST_BYTES + 2);
    if (!length || !host_name_is_valid(name, length))
        return false;
    for (size_t i = 0; i < length; i++)
        words[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 0x20 : name[i]);
    words[words[length - 1] == '.' ? length - 1 : length] = 0;
    return true;
}

void names_note(const char *name, const struct address *address)
{
    char words[HOST_NAME_MOST_BYTES + 1];
    if (!normalise(name, words) || !lock_try(&lock, LOCK_TURNS))
        return;
    uint64_t print = print_of(words);
    write_place(place_for(set_of(address), address, print), address, print, words);
    lock_release(&lock);
    own.prints[own.next++ % OWN] = print;
}

static bool is_own(uint64_t print)
{
    for (size_t i = 0; i < OWN; i++)
        if (own.prints[i] == print)
            return true;
    return false;
}

/* A copy of the place as one writer left it. */
static bool copy_place(const struct place *place, struct place *copy)
{
    for (int tries = 0; tries < READ_TRIES; tries++) {
        uint32_t sequence = atomic_load(&place->sequence);
        if (!place->when || sequence % 2)
            return false;
        memcpy((void *)copy, (const void *)place, sizeof *copy);
        atomic_thread_fence(memory_order_acquire);
        if (atomic_load(&place->sequence) == sequence)
            return true;
    }
    return false;
}

/* The place's number in the lowest 11 bits, and most of the print. */
static name_reference reference_to(const struct place *place, uint64_t print)
{
    uint64_t number = (uint64_t)(place - places);
    return (print & ~(uint64_t)(PLACES - 1)) | number;
}

/* `address` null: whichever. */
static bool read_place(const struct place *place, const struct address *address,
                       struct resolved_name *name)
{
    struct place copy;
    if (!copy_place(place, &copy) ||
        (address && memcmp(copy.bytes, address->bytes, sizeof copy.bytes) != 0))
        return false;
    name->reference = reference_to(place, copy.print);
    name->when = copy.when;
    name->own = is_own(copy.print);
    memcpy(name->words, copy.words, sizeof name->words);
    return true;
}

bool names_read(const struct address *address, unsigned index, struct resolved_name *name)
{
    const struct place *place = set_of(address) + index;
    return !memcmp(place->bytes, address->bytes, sizeof place->bytes) &&
           read_place(place, address, name);
}

bool names_recall(name_reference reference, struct resolved_name *name)
{
    const struct place *place = places + reference % PLACES;
    return reference && read_place(place, NULL, name) && name->reference == reference;
}

void names_after_fork(void)
{
    if (!lock_is_held(&lock))
        return;
    for (struct place *place = places; place < places + PLACES; place++)
        if (atomic_load(&place->sequence) % 2) {
            place->when = 0;
            atomic_fetch_add(&place->sequence, 1);
        }
    lock_release(&lock);
}
