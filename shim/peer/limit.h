/* SPDX-License-Identifier: MIT
 *
 * What holds for one peer: the idle limit, where it comes from, and the action. Pure: it reads the
 * settings, which do not change after the constructor.
 */
#ifndef UNSTALE_PEER_LIMIT_H
#define UNSTALE_PEER_LIMIT_H

#include <stdint.h>

#include "base/address.h"
#include "base/settings.h"
#include "peer/peer.h"

/* Where a limit comes from. */
enum limit_source { LIMIT_BUILT_IN, LIMIT_LEARNED, LIMIT_EXPLICIT };

/* Just below the 5 s of Apache httpd and Node, the shortest timeouts in wide use (DESIGN 4). */
enum { LIMIT_BUILT_IN_MS = 4000 };

struct peer_policy {
    uint32_t limit_ms; /* explicit or built-in; what is learned moves (peer_limits) */
    enum limit_source source : 8;
    enum settings_action action : 8;
    enum settings_protocol protocol : 8;
};

/* The policy for `peer`: what its narrowest [peer] sections say, then [default], then the built-in.
 * Each setting is looked for on its own, so a section may leave one out. */
struct peer_policy peer_policy_for(const struct address *peer);

/* From which idle time on a connection is stale. */
struct peer_limits {
    uint32_t any_ms;  /* for a first write */
    uint32_t firm_ms; /* one that justifies an eviction; 0: none */
};

/* The limits that hold now: the rule's, else what was learned of the peer, else the built-in one, which
 * never justifies an eviction. `peer` may be null. */
struct peer_limits peer_limits(const struct peer_policy *policy, const struct peer *peer);

#endif
