/* SPDX-License-Identifier: MIT
 *
 * The table of peers: what connections to one destination have in common. A connection holds its peer
 * from connect() to its last close(); what is noted there meanwhile is atomic and takes no lock.
 *
 * The table itself has one lock, a leaf: it is taken by peer_hold() only, is never held across a call
 * of the program or the kernel, and is only ever tried. Who does not get it, or finds the table full
 * of peers in use, goes on without a peer: so a null peer is allowed everywhere, and means that
 * nothing is known and nothing is remembered.
 */
#ifndef UNSTALE_PEER_PEER_H
#define UNSTALE_PEER_PEER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "peer/breaker.h"
#include "peer/evidence.h"
#include "peer/names.h"
#include "record/ledger.h"

/* The unused peer that was connected to longest ago makes room for a new one. */
enum { PEERS_MOST = 4096, PEER_NAMES_MOST = 4 };

/* What is counted for a peer in the ledger. */
enum peer_event {
    PEER_CONNECTED,        /* by the program */
    PEER_EXCHANGED,        /* exchanges that were complete */
    PEER_REUSED,           /* ... of these, not the first since the connection was made */
    PEER_RECONNECTED,      /* by us, and begun without an error */
    PEER_RECONNECT_FAILED, /* at once, or (one of those begun) when the write found nobody */
    PEER_EVICTED,
    PEER_RESET, /* writes that we failed */
    PEER_EVENT_COUNT
};

/* What passes between this process and the state file (state.h). */
struct shared_state {
    _Atomic uint64_t asked_ms; /* coarse clock: the file was looked at; 0: never */
    _Atomic uint64_t saved_ms; /* coarse clock: what is known was written down */
    _Atomic uint64_t saved;    /* that: the hint in the upper half, the age in the lower */
};

struct peer {
    uint32_t arena_link;         /* the arena's */
    uint32_t slot;               /* 1 to PEERS_MOST */
    struct address address;      /* does not change while it is held */
    _Atomic uint32_t references; /* connections that hold it; raised under the table's lock only */
    _Atomic bool listed;         /* in the table: the fields above are whole */
    _Atomic bool known; /* has completed an exchange with this process (see peer_is_known) */
    _Atomic uint64_t stranger_ms;         /* coarse clock: see peer_meets_strangers; 0: never */
    _Atomic(struct ledger_peer *) ledger; /* null: no ledger is kept */
    _Atomic name_reference names[PEER_NAMES_MOST]; /* that led here; 0: none */
    _Atomic name_reference latest_name;            /* of the last connect() */
    struct breaker breaker;
    struct shared_state shared;
    struct evidence evidence;
};

/* One of the names that led to this peer; if there are more than it can keep, a later one takes an
 * earlier one's place. Gives its place; PEER_NAMES_MOST for a null peer or name 0, which have none. */
uint8_t peer_note_name(struct peer *peer, name_reference name);

/* The name at that place; 0: none, or a null peer. */
static inline name_reference peer_name(const struct peer *peer, uint8_t place)
{
    return peer && place < PEER_NAMES_MOST
               ? atomic_load_explicit(&peer->names[place], memory_order_relaxed)
               : 0;
}

/* The name that the last connection to the peer went by. 0: none, or a null peer. */
static inline name_reference peer_latest_name(const struct peer *peer)
{
    return peer ? atomic_load_explicit(&peer->latest_name, memory_order_relaxed) : 0;
}

/* True while the peer is held for several servers with keys of their own, or for one that has changed its
 * key: so long after another one than before has answered on a reconnected TLS connection. */
enum { PEER_STRANGER_MS = 3600 * 1000 };
static inline bool peer_meets_strangers(const struct peer *peer, uint64_t now_ms)
{
    uint64_t met_ms = peer ? atomic_load_explicit(&peer->stranger_ms, memory_order_relaxed) : 0;
    return met_ms && now_ms - met_ms < PEER_STRANGER_MS;
}

/* The peer at `address`, made if need be, and held. Null: go on without (see above). Safe in a signal
 * handler, also in one that has interrupted this very function. */
struct peer *peer_hold(const struct address *address);

/* Gives it back. Null is fine. Async-signal-safe, lock-free. */
void peer_release(struct peer *peer);

/* Calls `visit` for each peer in the table, without the lock: what is visited may be replaced by
 * another peer at any moment unless it is held. */
void peer_each(void (*visit)(struct peer *peer, void *data), void *data);

/* In a new fork child, in which no other thread is left: a table that one of those was just changing
 * is put together anew. */
void peer_after_fork(void);

/* Its place in the ledger; null: none. */
static inline struct ledger_peer *peer_ledger(const struct peer *peer)
{
    return peer ? atomic_load_explicit(&peer->ledger, memory_order_relaxed) : NULL;
}

static inline void peer_note(const struct peer *peer, enum peer_event event)
{
    ledger_count(peer_ledger(peer), event);
}

/* A peer that has completed an exchange of HTTP or TLS with this process is known. A connection to it
 * on which no byte has moved may be taken for the same; one to an unknown peer could be anything (an
 * FTP data connection whose file begins like a request). */
static inline void peer_note_known(struct peer *peer)
{
    if (peer)
        atomic_store_explicit(&peer->known, true, memory_order_relaxed);
}

static inline bool peer_is_known(const struct peer *peer)
{
    return peer && atomic_load_explicit(&peer->known, memory_order_relaxed);
}

#endif
