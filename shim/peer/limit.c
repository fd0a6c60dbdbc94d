/* SPDX-License-Identifier: MIT
 *
 * See limit.h.
 */
#include "peer/limit.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

const struct settings_rule *peer_rule(const struct address *address, const char *name,
                                      enum setting setting)
{
    const struct settings_rule *best = NULL;
    int best_weight = -1;
    for (unsigned i = 0; i < settings.peer_count; i++) {
        const struct settings_rule *rule = &settings.peers[i];
        int weight = peer_pattern_weight(&rule->pattern);
        if (!rule->said[setting] || rule->elsewhere || weight < best_weight ||
            !peer_pattern_matches(&rule->pattern, address, name))
            continue;
        best = rule;
        best_weight = weight;
    }
    return best ? best : &settings.defaults;
}

static uint32_t said_for(const struct address *address, const char *name, enum setting setting)
{
    if (LIKELY(!settings.peer_count))
        return settings.defaults.said[setting];
    return peer_rule(address, name, setting)->said[setting];
}

struct peer_policy peer_policy_for(const struct address *address, const char *name)
{
    uint32_t idle_ms = said_for(address, name, SETTING_IDLE);
    return (struct peer_policy){
        .limit_ms = idle_ms ? idle_ms : LIMIT_BUILT_IN_MS,
        .source = idle_ms ? LIMIT_EXPLICIT : LIMIT_BUILT_IN,
        .action = (enum settings_action)said_for(address, name, SETTING_ACTION),
        .protocol = (enum settings_protocol)said_for(address, name, SETTING_PROTOCOL),
    };
}

struct peer_extras peer_extras_for(const struct address *address, name_reference reference)
{
    struct resolved_name found;
    bool named = UNLIKELY(settings.peer_count) && names_recall(reference, &found);
    const char *name = named ? found.words : NULL;
    return (struct peer_extras){
        .keepalive_ms = said_for(address, name, SETTING_KEEPALIVE),
        .user_timeout_ms = said_for(address, name, SETTING_USER_TIMEOUT),
        .max_lifetime_ms = said_for(address, name, SETTING_MAX_LIFETIME),
    };
}

/* Less is more careful. */
static uint64_t leniency(const struct peer_policy *policy)
{
    if (policy->action == ACTION_OFF)
        return 0;
    if (policy->action == ACTION_OBSERVE)
        return 1;
    return policy->source == LIMIT_BUILT_IN ? UINT64_MAX : 2 + (uint64_t)policy->limit_ms;
}

/* A name that the address may have been resolved from, and what holds then. */
struct candidate {
    struct peer_policy policy;
    name_reference reference;
    uint64_t when;
    bool own;
};

static bool is_better(const struct candidate *a, const struct candidate *b)
{
    if (a->own != b->own)
        return a->own;
    uint64_t leniency_a = leniency(&a->policy);
    uint64_t leniency_b = leniency(&b->policy);
    if (!a->own && leniency_a != leniency_b)
        return leniency_a < leniency_b;
    return a->when > b->when;
}

struct peer_policy peer_policy_now(const struct address *address, name_reference *name)
{
    struct resolved_name found;
    struct candidate best = {0};
    bool any = atomic_load_explicit(&names_any, memory_order_acquire);
    for (unsigned i = 0; any && i < NAMES_OF_ADDRESS_MOST; i++) {
        if (!names_read(address, i, &found))
            continue;
        struct candidate candidate = {peer_policy_for(address, found.words), found.reference,
                                      found.when, found.own};
        if (!best.reference || is_better(&candidate, &best))
            best = candidate;
    }
    *name = best.reference;
    return best.reference ? best.policy : peer_policy_for(address, NULL);
}
