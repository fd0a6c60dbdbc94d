/* SPDX-License-Identifier: MIT
 *
 * See names.h. Each place has a sequence number that is odd while it is written: who reads meanwhile,
 * perhaps a signal handler in the very writer, takes the place for empty. That is right, for the call
 * that resolves the name has not returned yet. A reader that meets a writer reads what it then throws
 * away, so all is stored in cells that may be read and written at once: released after the odd number,
 * and acquired before the number is read again.
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

struct content {
    uint64_t when; /* 0: empty */
    uint64_t print;
    uint64_t bytes[2]; /* of the address */
    char words[HOST_NAME_MOST_BYTES + 1];
    bool called; /* by the program, not resolved */
};

enum { CELLS = sizeof(struct content) / sizeof(uint64_t) };
enum { WHEN = 0, PRINT = 1, BYTES = 2 }; /* the cells of the first three */
_Static_assert(CELLS * sizeof(uint64_t) == sizeof(struct content), "cells hold all of it");

struct place {
    _Atomic uint32_t sequence;
    _Atomic uint64_t cells[CELLS];
};

_Atomic bool names_any;

static TABLE struct place places[PLACES]; /* set by set */
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
    return places + address_hash(address->bytes) % SETS * WAYS;
}

static uint64_t cell(const struct place *place, unsigned number)
{
    return atomic_load_explicit(&place->cells[number], memory_order_acquire);
}

static bool is_for(const struct place *place, const struct address *address)
{
    uint64_t bytes[2];
    memcpy(bytes, address->bytes, sizeof bytes);
    return cell(place, BYTES) == bytes[0] && cell(place, BYTES + 1) == bytes[1];
}

/* Where the name stands for this address, or an empty place, or the one resolved longest ago. */
static struct place *place_for(struct place *set, const struct address *address, uint64_t print)
{
    struct place *oldest = set;
    for (struct place *place = set; place < set + WAYS; place++) {
        if (cell(place, WHEN) && cell(place, PRINT) == print && is_for(place, address))
            return place;
        if (cell(place, WHEN) < cell(oldest, WHEN))
            oldest = place;
    }
    return oldest;
}

static void write_place(struct place *place, const struct address *address, uint64_t print,
                        const char *words, bool called)
{
    struct content content = {.when = ++clock_of_names, .print = print, .called = called};
    uint64_t cells[CELLS];
    memcpy(content.bytes, address->bytes, sizeof content.bytes);
    strcpy(content.words, words);
    memcpy(cells, &content, sizeof cells);
    uint32_t sequence = atomic_load(&place->sequence);
    atomic_store(&place->sequence, sequence + 1);
    for (size_t i = 0; i < CELLS; i++)
        atomic_store_explicit(&place->cells[i], cells[i], memory_order_release);
    atomic_store(&place->sequence, sequence + 2);
    atomic_store(&names_any, true);
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
    write_place(place_for(set_of(address), address, print), address, print, words, false);
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

/* A copy of what one writer left. */
static bool copy_place(const struct place *place, struct content *copy)
{
    uint64_t cells[CELLS];
    for (int tries = 0; tries < READ_TRIES; tries++) {
        uint32_t sequence = atomic_load(&place->sequence);
        if (!cell(place, WHEN) || sequence % 2)
            return false;
        for (unsigned i = 0; i < CELLS; i++)
            cells[i] = cell(place, i);
        if (atomic_load(&place->sequence) != sequence)
            continue;
        memcpy(copy, cells, sizeof *copy);
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
    struct content copy;
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
    return is_for(place, address) && read_place(place, address, name);
}

bool names_recall(name_reference reference, struct resolved_name *name)
{
    const struct place *place = places + reference % PLACES;
    return reference && read_place(place, NULL, name) && name->reference == reference;
}

/* The name, or one that counts for more, is there. */
static bool is_named(const struct address *address, uint64_t print)
{
    struct content copy;
    const struct place *set = set_of(address);
    for (const struct place *place = set; place < set + WAYS; place++)
        if (is_for(place, address) && copy_place(place, &copy) &&
            (!copy.called || copy.print == print))
            return true;
    return false;
}

void names_note_called(const char *name, size_t bytes, const struct address *address)
{
    char text[HOST_NAME_MOST_BYTES + 1];
    char words[HOST_NAME_MOST_BYTES + 1];
    if (bytes >= sizeof text)
        return;
    memcpy(text, name, bytes);
    text[bytes] = 0;
    if (!normalise(text, words))
        return;
    uint64_t print = print_of(words);
    if (is_named(address, print) || !lock_try(&lock, 1))
        return;
    write_place(place_for(set_of(address), address, print), address, print, words, true);
    lock_release(&lock);
}

void names_after_fork(void)
{
    if (!lock_is_held(&lock))
        return;
    for (struct place *place = places; place < places + PLACES; place++)
        if (atomic_load(&place->sequence) % 2) {
            atomic_store(&place->cells[WHEN], 0);
            atomic_fetch_add(&place->sequence, 1);
        }
    lock_release(&lock);
}
