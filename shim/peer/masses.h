/* SPDX-License-Identifier: MIT
 *
 * The latest moments at which a peer closed connections without its timer: a restart, a deploy, a network
 * that was lost. A program that never looks finds such closes one by one, when it writes, and those of
 * several moments mixed; each tells when it came. Pure. Moments are ms of the coarse clock. All zero
 * bytes: none is known.
 */
#ifndef UNSTALE_PEER_MASSES_H
#define UNSTALE_PEER_MASSES_H

#include <stdbool.h>
#include <stdint.h>

enum { MASSES_MOST = 4, MASS_MOST_MS = 250 };

struct masses {
    struct {
        uint64_t from_ms; /* of the first close */
        uint64_t to_ms;   /* of the last one, MASS_MOST_MS later at the most; 0: an empty place */
    } moments[MASSES_MOST];
};

/* True when a close at `at_ms` is of such a moment. */
bool masses_know(const struct masses *masses, uint64_t at_ms);

/* A close at `at_ms` was no timer's. The oldest moment makes room for a new one. */
void masses_note(struct masses *masses, uint64_t at_ms);

#endif
