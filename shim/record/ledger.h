/* SPDX-License-Identifier: MIT
 *
 * The ledger: what this process and its peers did, in numbers, for people (unstale report). One file a
 * process, in the folder that the user named; mapped, so that it can be read while the process runs
 * and after it was killed. Only relaxed atomic adds and stores; no descriptor stays open. No payload,
 * no URL: addresses, host names, ages and counts.
 *
 * The layout is fixed: struct ledger_head, then `peers` times struct ledger_peer, in the machine's byte
 * order. A change of it, or of what is counted, is a new LEDGER_VERSION. The first slot stands for all
 * peers that found no room.
 */
#ifndef UNSTALE_RECORD_LEDGER_H
#define UNSTALE_RECORD_LEDGER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/compiler.h"
#include "base/settings.h"

enum {
    LEDGER_VERSION = 2,
    LEDGER_PEERS = 128,
    LEDGER_COUNTS = 16,
    LEDGER_VERDICTS = 4,
    LEDGER_REASONS = 32,
    LEDGER_NAMES = 4,
    LEDGER_NAME_BYTES = 128, /* with a zero byte; a longer name is left out */
    LEDGER_BINS = 96,        /* of a histogram: four to each doubling, from 1 ms on */
};

enum ledger_ages {
    LEDGER_REUSED_AT,      /* idle times at which connections were used again, from 20 ms on */
    LEDGER_PEER_CLOSED_AT, /* ... at which the peer closed */
    LEDGER_CLOSED_AT,      /* ... at which the program closed */
    LEDGER_LOST_AT,        /* ... after which a request got no answer */
    LEDGER_AGES
};

struct ledger_head {
    char magic[8]; /* "unstale" */
    uint32_t version;
    uint32_t head_bytes;
    uint32_t peer_bytes;
    uint32_t peers;
    uint64_t pid;
    uint64_t started_s;    /* of the epoch: when the ledger was begun */
    _Atomic uint32_t used; /* slots that are taken */
    uint32_t zero;
    char program[64];
};

struct ledger_peer {
    uint8_t bytes[16]; /* of the address, as in struct address */
    uint32_t scope;
    uint16_t port; /* 0 in the first slot */
    uint16_t family;
    _Atomic uint32_t timeout_ms; /* the peer's own, as learned; 0: unknown */
    _Atomic uint32_t hint_ms;
    _Atomic uint32_t limit_ms; /* that holds for a first write */
    _Atomic uint32_t firm_ms;  /* ... for an eviction; 0: none */
    _Atomic uint32_t action;   /* enum settings_action */
    uint32_t zero;
    _Atomic uint64_t counts[LEDGER_COUNTS];
    _Atomic uint64_t decisions[LEDGER_VERDICTS][LEDGER_REASONS];
    _Atomic uint32_t ages[LEDGER_AGES][LEDGER_BINS];
    _Atomic uint64_t name_keys[LEDGER_NAMES]; /* the process's own; 0: no name */
    char names[LEDGER_NAMES][LEDGER_NAME_BYTES];
};

/* ledger_begin() was called: without that there is no ledger for any peer. */
HIDDEN extern _Atomic bool ledger_begun;

/* Makes the file, once a process, if the user wants one. A failure is said once, and then there is
 * none. Async-signal-safe; for connect(), before any lock. */
COLD void ledger_begin(void);

static inline void ledger_open(void)
{
    if (UNLIKELY(settings.ledger_path[0]))
        ledger_begin();
}

/* The slot of a peer, taken if need be; null: there is no ledger. Under the lock of the peers. */
struct ledger_peer *ledger_peer_at(const struct address *address);

/* True when the name of that key stands there, or there is no room, or no ledger. */
bool ledger_has_name(const struct ledger_peer *peer, uint64_t key);

/* Puts it there: the program has resolved `name` to that peer. Keys are not 0. */
void ledger_add_name(struct ledger_peer *peer, uint64_t key, const char *name);

/* In a new fork child: the file is the parent's. The next ledger_open() makes another. */
void ledger_after_fork(void);

static inline void ledger_count(struct ledger_peer *peer, unsigned count)
{
    if (peer)
        atomic_fetch_add_explicit(&peer->counts[count], 1, memory_order_relaxed);
}

static inline void ledger_decision(struct ledger_peer *peer, unsigned verdict, unsigned reason)
{
    if (peer && verdict < LEDGER_VERDICTS && reason < LEDGER_REASONS)
        atomic_fetch_add_explicit(&peer->decisions[verdict][reason], 1, memory_order_relaxed);
}

/* Which bin of a histogram an age belongs to. */
unsigned ledger_bin(uint32_t age_ms);

void ledger_age(struct ledger_peer *peer, enum ledger_ages ages, uint32_t age_ms);

#endif
