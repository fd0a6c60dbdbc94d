/* SPDX-License-Identifier: MIT
 *
 * What is kept of one connection (connection.h). Fields that two threads may touch are atomic; none needs a
 * lock. What stands together in a union can be told, or compared, in one look.
 */
#ifndef UNSTALE_CONNECTION_SLOT_H
#define UNSTALE_CONNECTION_SLOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
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

/* REFUSED: a write was, so it was not for want of one that no byte has got through. */
enum { RECONNECTING_NOT, RECONNECTING, RECONNECTING_REFUSED };

/* Where in the deadline queue (deadlines.c) a slot stands. */
enum queued { QUEUED_NOT, QUEUED_ARRIVING, QUEUED_IN_HEAP };

#define RECEIVED_UNKNOWN UINT32_MAX
#define LOOK_NEVER UINT64_MAX

/* What has moved in one direction. */
struct stream {
    _Atomic uint64_t bytes;   /* that our doors saw, since the last (re)connect */
    _Atomic uint64_t look_at; /* below that the bytes make no difference (feed.h) */
};

/* First what a write or read inside an exchange needs, then what one that begins or ends it needs, and
 * last a cache line of what hardly changes: so two threads with a connection each do not get in each
 * other's way where one ends and the next begins. */
struct connection {
    _Atomic uint32_t
        retire; /* its lifetime is over then: coarse clock, RETIRE_UNIT_MS; 0: never. While
                                the slot is free: the arena's link */
    _Atomic uint32_t state; /* enum phase, and ONE_WRITER for each write not fed yet */
    union {
        struct {
            _Atomic uint32_t generation;  /* + 1 when a reconnect begins, + 1 when it has ended */
            _Atomic uint32_t incarnation; /* + 1 when the slot is given up */
        };
        _Atomic uint64_t version; /* both, in one look */
    };
    struct stream sent;
    struct stream received;
    union {
        struct {
            _Atomic uint8_t protocol;     /* enum protocol */
            _Atomic uint8_t exchanged;    /* one exchange is complete */
            _Atomic uint8_t unsure;       /* the framing lost track: two threads, or unseen bytes */
            _Atomic uint8_t closing;      /* one side said Connection: close */
            _Atomic uint8_t reconnecting; /* RECONNECTING: reconnected, and no byte out since */
            _Atomic uint8_t leaving_http; /* a CONNECT or an upgrade is asked for, not answered */
            _Atomic uint8_t bound;        /* authenticated as a connection (NTLM, Negotiate) */
            _Atomic uint8_t aging;        /* it has a lifetime */
        };
        _Atomic uint64_t marks; /* all of these, in one look (connection_is_ordinary) */
    };
    union {
        struct {
            uint32_t exchange;        /* slot of the framing (followed.h); 0: none. Under `busy` */
            _Atomic uint32_t secured; /* slot of a session in reach (secured.h); 0: none */
        };
        _Atomic uint64_t slots; /* both, in one look */
    };
    _Atomic uint64_t last_ms;       /* coarse clock: the start of the last exchange, or connect() */
    _Atomic uint64_t due_ms;        /* coarse clock: at rest, not past its limit before that */
    _Atomic uint64_t rested_ms;     /* coarse clock: at rest since then, about; 0: not at rest */
    _Atomic uintptr_t writer;       /* the thread that began the last exchange */
    struct plain plain;             /* what is followed without a slot. Under `busy` */
    _Atomic uint32_t received_then; /* connection_note_received */
    _Atomic uint32_t reused_ms;     /* idle time at which this exchange began, if asked for; 0 */
    _Atomic uint8_t overdue;        /* counted in deadlines_overdue */
    _Atomic uint8_t busy;           /* 1 while a thread works on the framing; never waited for */
    _Atomic uint8_t leaving;        /* released while busy: who is busy gives the slot back */
    _Atomic uint8_t queued;         /* enum queued */
    _Atomic uint8_t tangled;   /* threads met in it: more than one request may be outstanding */
    _Atomic uint8_t stdio;     /* the program has made a FILE of it */
    _Atomic uint8_t passed_on; /* sent to another process by SCM_RIGHTS */
    _Atomic uint8_t told;      /* evicted, and the program has read the end since */
    struct peer_policy policy;
    uint32_t tls;                /* slot of what TLS needs (tls_state.h); 0: none. Under `busy` */
    struct peer *peer;           /* held until the last close(); null: none to be had */
    _Atomic uint64_t session;    /* box of what is recorded (vault.h); 0: none. Under `busy` */
    uint32_t copies;             /* process_copies when it was opened */
    _Atomic uint8_t blocking;    /* enum blocking (blocking.h) */
    uint8_t name_place;          /* of the name that it goes by (peer_name) */
    _Atomic uint16_t readers;    /* reads under way, where a session may be recorded */
    _Atomic uint64_t cookie;     /* SO_COOKIE; 0: not asked yet */
    struct address address;      /* of the peer */
    _Atomic uint32_t references; /* descriptors that lead here */
    _Atomic int fd;              /* one of them, the latest we saw; -1: none known */
    _Atomic uint32_t next_idle;  /* link of the deadline queue */
    uint32_t slot;               /* its own number in the arena */
};

/* With its places in the tables of descriptors (8), registrations (24) and deadlines (12) a connection
 * takes 252 bytes at rest. */
_Static_assert(sizeof(struct connection) <= 208, "what a connection may take");

#endif
