/* SPDX-License-Identifier: MIT
 *
 * What shows a peer's own timeout K, and the limit that follows from it: the smaller one of the peer's
 * hint and of the age at which it was seen to close (closes.h), less a margin. Pure: no system call, no
 * clock of its own, no global but evidence_any. All zero bytes: nothing is known yet.
 *
 * Ages are idle times in ms, moments are ms of the coarse clock. A note is taken by one thread at a
 * time. A second one meanwhile (another thread, a signal handler) is dropped, never waited for: there
 * will be more closes. Reading takes no lock.
 */
#ifndef UNSTALE_PEER_EVIDENCE_H
#define UNSTALE_PEER_EVIDENCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "peer/closes.h"

/* A close at a younger age has ended a response, and is no idle timer's. */
enum { EVIDENCE_LEAST_MS = 100 };

/* A limit was known of some peer: who ends an exchange need not look at its peer's before. */
HIDDEN extern _Atomic bool evidence_any;

struct evidence {
    _Atomic uint64_t limits;   /* any limit; in the upper half the firm one */
    _Atomic uint64_t dead_ms;  /* a connection at rest since then was found closed */
    _Atomic uint64_t scout_ms; /* no scout before this moment */
    _Atomic uint32_t timeout_ms;
    _Atomic uint32_t youngest_ms; /* of all closes, believed or not */
    _Atomic uint32_t hint_ms;
    _Atomic uint32_t rtt_us;
    _Atomic uint32_t rttvar_us;
    _Atomic uint8_t hint_doubt; /* responses in a row that spoke against the hint */
    _Atomic uint8_t busy;
    struct closes closes; /* under `busy` */
};

/* From which idle time on a connection may not be reused as it is. 0: nothing is known. */
struct evidence_limits {
    uint32_t
        any_ms; /* by all that was seen: for a reconnect, which costs little when it is wrong */
    uint32_t firm_ms; /* by a hint, or by closes at several moments: good for an eviction */
};

static inline struct evidence_limits evidence_limits(const struct evidence *evidence)
{
    uint64_t limits = atomic_load_explicit(&evidence->limits, memory_order_relaxed);
    return (struct evidence_limits){(uint32_t)limits, (uint32_t)(limits >> 32)};
}

/* K; 0: nothing is known. */
uint32_t evidence_timeout_ms(const struct evidence *evidence);

/* A response is complete, and had "Keep-Alive: timeout=`timeout_s`"; 0: it did not. (The header's max=
 * is of no use: the last response says Connection: close.) A smaller hint counts at once, a larger one
 * or none after some responses in a row. */
void evidence_note_hint(struct evidence *evidence, uint32_t timeout_s);

/* The kernel's smoothed round trip time and its deviation (RFC 6298). */
void evidence_note_rtt(struct evidence *evidence, uint32_t rtt_us, uint32_t rttvar_us);

/* The peer closed a connection between exchanges, at the age `idle_ms`, at the moment `at_ms`. */
void evidence_note_close(struct evidence *evidence, enum close_kind kind, uint32_t idle_ms,
                         uint64_t at_ms);

/* A connection was found open at the age `idle_ms`. `answered`: a request that was written then has got
 * its response, so it was not open by name only. */
void evidence_note_alive(struct evidence *evidence, uint32_t idle_ms, bool answered);

/* True when another connection that had been at rest for shorter was found closed: one whose last byte
 * moved at `rest_ms` is closed as well, or will not answer. */
bool evidence_speaks_against(const struct evidence *evidence, uint64_t rest_ms);

/* True when it is time to leave one connection at rest beyond the limit, in order to see whether the
 * peer keeps it longer now: nobody has seen a close for a while, since all are given up before. */
bool evidence_wants_scout(struct evidence *evidence, uint64_t now_ms);

/* What may be told to other processes: the peer's hint, and the age at which closes came at several
 * moments; 0: none. */
struct evidence_summary {
    uint32_t hint_ms;
    uint32_t age_ms;
};

/* False: another thread is at it. */
bool evidence_export(struct evidence *evidence, struct evidence_summary *summary);

/* Takes over what another process has learned, if nothing is known here yet. It is believed as if its
 * closes had been seen here, and given up in the same way. */
void evidence_import(struct evidence *evidence, const struct evidence_summary *summary,
                     uint64_t now_ms);

/* In a new fork child: a note that another thread of the parent was just taking is not finished. */
void evidence_after_fork(struct evidence *evidence);

#endif
