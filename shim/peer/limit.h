/* SPDX-License-Identifier: MIT
 *
 * What holds for the connections to one peer by rule: the idle limit and where it comes from, the
 * action, and the rest of what a [peer] section can say. It reads the settings, which do not change
 * after the constructor, and the names that the program has resolved. Lock-free, async-signal-safe.
 */
#ifndef UNSTALE_PEER_LIMIT_H
#define UNSTALE_PEER_LIMIT_H

#include <stdint.h>

#include "base/address.h"
#include "base/settings.h"
#include "peer/names.h"
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

/* What is needed once for a connection, and not kept with it. */
struct peer_extras {
    uint32_t keepalive_ms;    /* 0: as the program has it */
    uint32_t user_timeout_ms; /* 0: as the program has it */
    uint32_t max_lifetime_ms; /* 0: for ever */
};

/* The rule that says `setting` for the peer: its narrowest [peer] section that does (of equals, the
 * last read), or [default]. `name`: what the address was resolved from; null: unknown. */
const struct settings_rule *peer_rule(const struct address *address, const char *name,
                                      enum setting setting);

/* All of the settings together, each looked for on its own: a section may leave one out. */
struct peer_policy peer_policy_for(const struct address *address, const char *name);
struct peer_extras peer_extras_for(const struct address *address, name_reference name);

/* The policy for a connection that is made now, and the name that it goes by (0: none). An address
 * may have several names. If this thread has resolved one to it lately, that one counts, and of
 * several the latest. Otherwise another thread has, and it cannot be known which was meant: the name
 * whose rules are the most careful counts: off, then observe, then the shortest limit; of equals, the
 * one resolved latest. */
struct peer_policy peer_policy_now(const struct address *address, name_reference *name);

/* From which idle time on a connection is stale. */
struct peer_limits {
    uint32_t any_ms;  /* for a first write */
    uint32_t firm_ms; /* one that justifies an eviction; 0: none */
};

/* The limits that hold now: the rule's, else what was learned of the peer, else the built-in one, which
 * never justifies an eviction. `peer` may be null. */
static inline struct peer_limits peer_limits(const struct peer_policy *policy,
                                             const struct peer *peer)
{
    struct evidence_limits learned = {0};
    if (policy->source == LIMIT_EXPLICIT)
        return (struct peer_limits){policy->limit_ms, policy->limit_ms};
    if (peer)
        learned = evidence_limits(&peer->evidence);
    return (struct peer_limits){learned.any_ms ? learned.any_ms : policy->limit_ms,
                                learned.firm_ms};
}

#endif
