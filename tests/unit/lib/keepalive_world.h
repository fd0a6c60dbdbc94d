/* SPDX-License-Identifier: MIT
 *
 * A simulated world for the tests of evidence: a server with an idle timer, and connections of one
 * client that rest for heavy-tailed times between their exchanges, with the evidence in between.
 * Time is simulated; the order of random numbers is fixed.
 */
#ifndef UNSTALE_TESTS_KEEPALIVE_WORLD_H
#define UNSTALE_TESTS_KEEPALIVE_WORLD_H

#include "peer/evidence.h"

enum { WORLD_RESTARTS = 4 };

struct world {
    struct evidence evidence;
    uint64_t now_ms;
    uint64_t random;
    uint32_t timeout_ms; /* the server's timer */
    uint32_t late_ms;    /* it fires up to that much late */
    uint32_t rtt_ms;
    uint32_t hint_s; /* sent with each response; 0: none */
    uint32_t gap_ms; /* median of the rests */
    bool parked;     /* the client waits on resting connections: evictions; else it never looks */
    unsigned connections; /* open at a time */
    unsigned lost;
    unsigned opened;
    unsigned oracle_opened; /* by a client that knows the timer */
    unsigned exchanges;
    uint64_t restarts_ms[WORLD_RESTARTS]; /* that are found late; 0: none */
    unsigned restarts;
};

/* A number in [0, 1). */
double world_random(struct world *world);

/* One connection rests and is then used again. */
void world_step(struct world *world);

/* So many steps. */
void world_run(struct world *world, unsigned steps);

/* The server closes all connections now, as at a restart, and the client sees it. */
void world_restart(struct world *world);

/* The same, and each connection's close is found when it is used again. */
void world_restart_unseen(struct world *world);

#endif
