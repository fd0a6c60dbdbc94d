/* SPDX-License-Identifier: MIT
 *
 * The circuit breaker: after three failed reconnects to a peer within 30 s it is passed for 30 s, so
 * that a peer which is down is not knocked at by every write, and the program meets what is so.
 * Lock-free, async-signal-safe; a null peer has no breaker.
 */
#ifndef UNSTALE_PEER_BREAKER_H
#define UNSTALE_PEER_BREAKER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct peer;

enum { BREAKER_FAILURES = 3, BREAKER_WINDOW_MS = 30000, BREAKER_OPEN_MS = 30000 };

/* All zero bytes: closed. */
struct breaker {
    _Atomic uint64_t failed_ms[BREAKER_FAILURES]; /* the latest failures, coarse clock */
    _Atomic uint32_t failures;
    _Atomic uint64_t open_until_ms;
};

/* A reconnect to the peer has failed. Says so in the log when that opens the breaker. Times are those
 * of the coarse clock. */
void breaker_note_failure(struct peer *peer, uint64_t now_ms);

/* True while the peer is to be passed. */
bool breaker_is_open(const struct peer *peer, uint64_t now_ms);

#endif
