/* SPDX-License-Identifier: MIT
 *
 * The closes of one peer's connections between exchanges, kept in a few groups, each of about one age.
 * Pure; the caller sees to it that one thread at a time is here (evidence.c). Ages are idle times in
 * ms, moments are ms of the coarse clock. All zero bytes: none was seen.
 *
 * A group is believed until connections prove to live longer: then it is given up. Closes at one
 * moment and at different ages are no timer's, but a restart's, and are not believed at all (masses.h).
 */
#ifndef UNSTALE_PEER_CLOSES_H
#define UNSTALE_PEER_CLOSES_H

#include <stdbool.h>
#include <stdint.h>

#include "peer/masses.h"

enum { CLOSES_GROUPS = 6, CLOSES_MOST_MS = 30 * 24 * 3600 * 1000U };

/* How a close came to be known. */
enum close_kind {
    CLOSE_EXACT, /* at this very age: the kernel tells when the FIN came, or a request crossed it */
    CLOSE_BY,    /* at this age or before */
    CLOSE_SILENT /* the same, and nothing told of it: a NAT or a firewall has forgotten it */
};

struct close_group {
    uint32_t age_ms;    /* the smallest, relaxing towards what is seen now; 0: an empty group */
    uint8_t kind;       /* enum close_kind */
    uint8_t moments;    /* different ones, up to 255; closes at once count as one */
    uint8_t outlived;   /* connections seen alive beyond that age since its last close */
    bool mass;          /* came together with closes at other ages, and not again since */
    uint64_t last_ms;   /* of the latest close */
    uint64_t moment_ms; /* of the first close of the latest moment */
};

struct closes {
    struct close_group groups[CLOSES_GROUPS];
    struct masses masses;
};

/* A connection was closed at the age `age_ms`, at the moment `at_ms`. */
void closes_note(struct closes *closes, enum close_kind kind, uint32_t age_ms, uint64_t at_ms);

/* A connection was open at that age. `answered`: and a request that was written then got its response,
 * so it was not open by name only. */
void closes_outlive(struct closes *closes, uint32_t age_ms, bool answered);

/* The smallest age that is believed; 0: none. `firm`: of those that came at several moments. */
uint32_t closes_age_ms(const struct closes *closes, bool firm);

/* The smallest age of all, believed or not; 0: none. */
uint32_t closes_youngest_ms(const struct closes *closes);

/* The moment of the latest close at the firm age; 0: none. */
uint64_t closes_last_ms(const struct closes *closes);

#endif
