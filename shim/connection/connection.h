/* SPDX-License-Identifier: MIT
 *
 * What we know of one TCP connection that the program opened with connect().
 *
 * All of it is a hint: the kernel is asked (kernel.h) before anything is acted on. Fields that two
 * threads may touch are atomic; none needs a lock. A slot is never unmapped, so a thread that comes
 * late reads old data at worst; `incarnation` tells it so.
 *
 * The phase is the one word that orders a write against a repair by another thread:
 *
 *     FRESH ----+                       a write moves FRESH or BETWEEN to OPEN and has won;
 *               v                       a repair moves them to REPAIR and has won. Who finds
 *     BETWEEN -> OPEN -> AWAIT          REPAIR waits for the few microseconds that it lasts.
 *        ^        |        |
 *        +--------+--------+            OPEN: the request is not out as a whole; AWAIT: it is, and
 *     REPAIR -> EVICTED or FRESH        its response is not in as a whole.
 *     PASS (for ever), FREE
 */
#ifndef UNSTALE_CONNECTION_CONNECTION_H
#define UNSTALE_CONNECTION_CONNECTION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/compiler.h"
#include "connection/plain.h"
#include "peer/limit.h"
#include "peer/peer.h"

enum phase {
    PHASE_FREE,  /* no connection */
    PHASE_FRESH, /* connected or connecting, no byte moved yet */
    PHASE_OPEN,
    PHASE_AWAIT,
    PHASE_BETWEEN, /* between exchanges */
    PHASE_REPAIR,  /* a thread is reconnecting or evicting it */
    PHASE_EVICTED, /* we shut it down; the program has not closed it yet */
    PHASE_PASS,    /* not to be touched again */
};

/* A write is counted in the same word as the phase, from before its call until its bytes are fed: so one
 * instruction claims the phase for it, and one ends both. */
enum { ONE_WRITER = 1 << 8 };

enum protocol {
    PROTOCOL_NONE, /* no byte moved yet */
    PROTOCOL_HTTP1,
    PROTOCOL_REDIS,
    PROTOCOL_MEMCACHED,
    PROTOCOL_TLS,
    PROTOCOL_OTHER, /* all else: HTTP/2, server speaks first, unknown */
};

/* Two years of uptime fit into 32 bits of these. */
enum { RETIRE_UNIT_MS = 16 };

/* Where in the deadline queue (deadlines.c) a slot stands. */
enum queued { QUEUED_NOT, QUEUED_ARRIVING, QUEUED_IN_HEAP };

#define RECEIVED_UNKNOWN UINT64_MAX
#define LOOK_NEVER UINT64_MAX

/* First what a write or read inside an exchange needs, then what one that begins or ends it needs, and
 * last a cache line of what hardly changes: so two threads with a connection each do not get in each
 * other's way where one ends and the next begins. */
struct connection {
    uint32_t arena_link;           /* the arena's */
    _Atomic uint32_t state;        /* enum phase, and ONE_WRITER for each write not fed yet */
    _Atomic uint32_t generation;   /* + 1 when a reconnect begins, + 1 when it has ended */
    _Atomic uint32_t incarnation;  /* + 1 when the slot is given up */
    _Atomic uint64_t sent_bytes;   /* that our doors saw, since the last (re)connect */
    _Atomic uint64_t look_at_sent; /* below that the bytes make no difference (feed.h) */
    _Atomic uint64_t received_bytes;
    _Atomic uint64_t look_at_received;
    _Atomic uint64_t last_ms;     /* coarse clock: the start of the last exchange, or connect() */
    _Atomic uint64_t due_ms;      /* coarse clock: at rest, not past its limit before that */
    _Atomic uint64_t rested_ms;   /* coarse clock: at rest since then, about; 0: not at rest */
    _Atomic uintptr_t writer;     /* the thread that began the last exchange */
    _Atomic uint32_t readers;     /* reads under way, where a session may be recorded */
    _Atomic uint32_t reused_ms;   /* idle time at which this exchange began, if asked for; 0 */
    _Atomic uint8_t overdue;      /* counted in deadlines_overdue */
    _Atomic uint8_t protocol;     /* enum protocol */
    _Atomic uint8_t busy;         /* 1 while a thread works on the framing; never waited for */
    _Atomic uint8_t leaving;      /* released while busy: who is busy gives the slot back */
    _Atomic uint8_t queued;       /* enum queued */
    _Atomic uint8_t unsure;       /* the framing lost track: two threads at once, or unseen bytes */
    _Atomic uint8_t closing;      /* one side said Connection: close */
    _Atomic uint8_t leaving_http; /* a CONNECT or an upgrade is asked for and not answered */
    _Atomic uint8_t tangled;      /* threads met in it: more than one request may be outstanding */
    _Atomic uint8_t stdio;        /* the program has made a FILE of it */
    _Atomic uint8_t passed_on;    /* sent to another process by SCM_RIGHTS */
    _Atomic uint8_t bound;        /* authenticated as a connection (NTLM, Negotiate) */
    _Atomic uint8_t told;         /* evicted, and the program has read the end since */
    _Atomic uint8_t reconnecting; /* reconnected, and no byte has gone out since */
    bool exchanged;               /* one exchange is complete. Under `busy` */
    uint8_t name_place;           /* of the name that it goes by (peer_name) */
    uint32_t exchange;            /* slot of the framing (followed.h); 0: none. Under `busy` */
    uint32_t tls;                 /* slot of what TLS needs (tls_state.h); 0: none. Under `busy` */
    _Atomic uint32_t secured;     /* slot of a session in reach (secured.h); 0: none */
    struct plain plain;           /* what is followed without a slot. Under `busy` */
    struct peer_policy policy;
    struct peer *peer;              /* held until the last close(); null: none to be had */
    _Atomic uint64_t received_then; /* kernel's at the last write that asked; RECEIVED_UNKNOWN */
    _Atomic uint64_t session;       /* box of what is recorded (vault.h); 0: none. Under `busy` */
    _Atomic uint64_t cookie;        /* SO_COOKIE; 0: not asked yet */
    struct address address;         /* of the peer */
    _Atomic uint32_t references;    /* descriptors that lead here */
    _Atomic int fd;                 /* one of them, the latest we saw; -1: none known */
    _Atomic uint32_t next_idle;     /* link of the deadline queue */
    uint32_t slot;                  /* its own number in the arena */
    uint32_t forks;                 /* process_forks when it was opened */
    uint32_t spawns;                /* process_spawns then */
    _Atomic uint32_t retire;        /* its lifetime is over then: coarse clock, RETIRE_UNIT_MS; 0 */
};

/* With its places in the tables of descriptors and deadlines a connection takes 256 bytes at rest. */
_Static_assert(sizeof(struct connection) <= 224, "what a connection may take");

/* True once any connection was tracked. Until then no door of a wait does anything. */
HIDDEN extern _Atomic bool connection_any;

/* A new connection for descriptor `fd`, one reference, phase FRESH, with a peer of its own to hold.
 * Null when there is no room: then it is not tracked. */
struct connection *connection_new(int fd, const struct address *address,
                                  const struct peer_policy *policy, name_reference name);

/* The name that it goes by; 0: none. */
static inline name_reference connection_name(const struct connection *connection)
{
    return peer_name(connection->peer, connection->name_place);
}

/* One descriptor more, or one less: the last one frees it. */
void connection_hold(struct connection *connection);
void connection_release(struct connection *connection);

struct connection *connection_at(uint32_t slot);

/* Forgets bytes, protocol and framing, as after a connect(). The caller holds the phase (REPAIR). */
void connection_reset(struct connection *connection);

/* No repair from now on. A repair under way is left to end first. */
void connection_pass(struct connection *connection);

/* Waits until a repair by another thread has ended: microseconds, as it has all signals blocked; where
 * a session is repeated (repair/session.h), up to seconds. The wait is bounded, all the same. */
void connection_await_repair(const struct connection *connection);

/* In a fork child, whose other threads are gone: what one of them was at is given up, and the connection
 * not touched again. */
void connection_orphan(struct connection *connection);

/* True where the user's rule allows that sessions are recorded: readers are counted then. */
static inline bool connection_may_record(const struct connection *connection)
{
    return connection->policy.protocol == RULE_REDIS;
}

/* Wipes what is recorded of the session. The caller holds the try-lock. */
void connection_forget_session(struct connection *connection);

/* True if another process may hold this connection too: one that was forked, or started with the
 * descriptor (unless `close_on_exec`), or got it by SCM_RIGHTS. */
bool connection_is_shared(const struct connection *connection, bool close_on_exec);

/* True when `count` more bytes of a direction make no difference: they are counted and that is all.
 * `bytes` and `look_at` are what the connection has for it. */
static inline bool connection_skims(uint64_t bytes, uint64_t look_at, size_t count)
{
    return LIKELY(bytes < look_at) && LIKELY(count < look_at - bytes);
}

/* No byte makes a difference any more (PASS), or each may. Ciphertext of a session in reach is always
 * looked at before it goes out (secured_begin_ciphertext). */
static inline void connection_look_at(struct connection *connection, uint64_t count)
{
    uint64_t sent = atomic_load_explicit(&connection->secured, memory_order_relaxed) ? 0 : count;
    atomic_store_explicit(&connection->look_at_sent, sent, memory_order_relaxed);
    atomic_store_explicit(&connection->look_at_received, count, memory_order_relaxed);
}

/* True when the user's rule asks for repairs whatever runs over the connection. */
static inline bool connection_is_wished(const struct connection *connection)
{
    return connection->policy.action == ACTION_RECONNECT ||
           connection->policy.action == ACTION_EVICT;
}

/* The framing's try-lock. connection_unlock also does what connection_release had to leave to it. */
static inline bool connection_try_lock(struct connection *connection)
{
    return !atomic_exchange(&connection->busy, 1);
}

COLD void connection_leave(struct connection *connection);

static inline void connection_unlock(struct connection *connection)
{
    atomic_store_explicit(&connection->busy, 0, memory_order_release);
    if (UNLIKELY(atomic_load_explicit(&connection->leaving, memory_order_acquire)))
        connection_leave(connection);
}

static inline enum phase connection_phase(const struct connection *connection)
{
    return (enum phase)(uint8_t)atomic_load_explicit(&connection->state, memory_order_acquire);
}

/* True while bytes may be out that are not fed yet. */
static inline bool connection_is_written(const struct connection *connection)
{
    return atomic_load(&connection->state) >= ONE_WRITER;
}

/* Moves the phase, and counts `writers` times ONE_WRITER (0, 1, -1) at the same moment. */
static inline bool connection_step(struct connection *connection, enum phase from, enum phase to,
                                   int writers)
{
    uint32_t state = atomic_load_explicit(&connection->state, memory_order_relaxed);
    do {
        if (UNLIKELY((uint8_t)state != from))
            return false;
    } while (UNLIKELY(
        !atomic_compare_exchange_weak(&connection->state, &state,
                                      state - from + to + (uint32_t)writers * ONE_WRITER)));
    return true;
}

static inline bool connection_move(struct connection *connection, enum phase from, enum phase to)
{
    return connection_step(connection, from, to, 0);
}

/* For who holds the phase. */
void connection_set_phase(struct connection *connection, enum phase phase);

#endif
