/* SPDX-License-Identifier: MIT
 *
 * See limit.h.
 */
#include "peer/limit.h"

#include <stdbool.h>
#include <stddef.h>

static bool says_idle(const struct settings_rule *rule)
{
    return rule->idle_ms != 0;
}

static bool says_action(const struct settings_rule *rule)
{
    return rule->action != ACTION_UNSAID;
}

static bool says_protocol(const struct settings_rule *rule)
{
    return rule->protocol != RULE_UNSAID;
}

/* The narrowest section that matches `peer` and says the wanted thing; of equals, the last read. */
static const struct settings_rule *narrowest(const struct address *peer,
                                             bool (*says)(const struct settings_rule *))
{
    const struct settings_rule *best = NULL;
    int best_weight = -1;
    for (unsigned i = 0; i < settings.peer_count; i++) {
        const struct settings_rule *rule = &settings.peers[i];
        int weight = address_pattern_weight(&rule->pattern);
        if (!says(rule) || weight < best_weight || !address_pattern_matches(&rule->pattern, peer))
            continue;
        best = rule;
        best_weight = weight;
    }
    return best ? best : &settings.defaults;
}

struct peer_policy peer_policy_for(const struct address *peer)
{
    uint32_t idle_ms = narrowest(peer, says_idle)->idle_ms;
    return (struct peer_policy){
        .limit_ms = idle_ms ? idle_ms : LIMIT_BUILT_IN_MS,
        .source = idle_ms ? LIMIT_EXPLICIT : LIMIT_BUILT_IN,
        .action = narrowest(peer, says_action)->action,
        .protocol = narrowest(peer, says_protocol)->protocol,
    };
}

struct peer_limits peer_limits(const struct peer_policy *policy, const struct peer *peer)
{
    struct evidence_limits learned = {0};
    if (policy->source == LIMIT_EXPLICIT)
        return (struct peer_limits){policy->limit_ms, policy->limit_ms};
    if (peer)
        learned = evidence_limits(&peer->evidence);
    return (struct peer_limits){learned.any_ms ? learned.any_ms : policy->limit_ms,
                                learned.firm_ms};
}
