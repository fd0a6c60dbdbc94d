/* SPDX-License-Identifier: MIT
 *
 * See closes.h.
 */
#include "peer/closes.h"

#include <stddef.h>

enum {
    AT_ONCE_MS = MASS_MOST_MS, /* closes this near to each other are one moment */
    GIVE_UP_ONCE = 2,          /* connections that must outlive a group of one moment */
    GIVE_UP_MOST = 8,          /* ... of many */
    BELIEVED_ANYWAY = 4,       /* moments after which a group that came in mass is believed */
    FIRM_EXACT = 2,            /* moments after which an exact age is firm */
    FIRM_BOUND = 3,            /* ... one that is a bound */
    LEAST_SLACK_MS = 50,
};

static uint32_t at_least(uint32_t ms, uint32_t least_ms)
{
    return ms > least_ms ? ms : least_ms;
}

/* A timer does not fire early: a close that is much younger than a group's is not of it. */
static bool reaches_down(const struct close_group *group, uint32_t age_ms)
{
    return group->age_ms &&
           (uint64_t)age_ms + at_least(group->age_ms / 20, LEAST_SLACK_MS) >= group->age_ms;
}

/* It does fire late, on a busy server, and some servers look at their connections once a second. */
static bool is_above(const struct close_group *group, uint32_t age_ms)
{
    return age_ms > (uint64_t)group->age_ms + at_least(group->age_ms / 4, 2 * LEAST_SLACK_MS);
}

/* A connection of that age speaks against the group; against a single close a little is enough. */
static bool is_outlived(const struct close_group *group, uint32_t age_ms)
{
    uint64_t little = at_least(group->age_ms / 20, LEAST_SLACK_MS);
    return group->moments < 2 ? age_ms > group->age_ms + little : is_above(group, age_ms);
}

static uint64_t apart(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/* The nearest group that a close of this age may be of. */
static struct close_group *group_of(struct closes *closes, uint32_t age_ms)
{
    struct close_group *found = NULL;
    for (size_t i = 0; i < CLOSES_GROUPS; i++) {
        struct close_group *group = &closes->groups[i];
        if (reaches_down(group, age_ms) && !is_above(group, age_ms) &&
            (!found || apart(group->age_ms, age_ms) < apart(found->age_ms, age_ms)))
            found = group;
    }
    return found;
}

/* What came again and again is kept longest, then what came last. */
static uint64_t worth(const struct close_group *group)
{
    uint64_t again = group->mass || group->moments < 2 ? 0 : 1ULL << 62;
    return group->age_ms ? again + group->last_ms + 1 : 0;
}

static struct close_group *least_worth(struct closes *closes)
{
    struct close_group *found = &closes->groups[0];
    for (size_t i = 1; i < CLOSES_GROUPS; i++)
        if (worth(&closes->groups[i]) < worth(found))
            found = &closes->groups[i];
    return found;
}

/* A timer closes at one age. Closes at once and at different ages, none of which was seen before, are
 * a restart, a deploy, a network that was lost. The other groups at this moment learn of it too. */
static bool comes_in_mass(struct closes *closes, const struct close_group *own, uint64_t at_ms)
{
    bool mass = masses_know(&closes->masses, at_ms);
    for (size_t i = 0; i < CLOSES_GROUPS; i++) {
        struct close_group *other = &closes->groups[i];
        if (other == own || !other->age_ms || other->kind != CLOSE_EXACT ||
            (other->moments > 1 && !other->mass) || apart(other->last_ms, at_ms) > AT_ONCE_MS)
            continue;
        other->mass = true;
        mass = true;
    }
    if (mass)
        masses_note(&closes->masses, at_ms);
    return mass;
}

static void open_group(struct closes *closes, enum close_kind kind, uint32_t age_ms, uint64_t at_ms)
{
    bool mass = kind == CLOSE_EXACT && comes_in_mass(closes, NULL, at_ms);
    *least_worth(closes) = (struct close_group){.age_ms = age_ms,
                                                .kind = (uint8_t)kind,
                                                .moments = 1,
                                                .mass = mass,
                                                .last_ms = at_ms,
                                                .moment_ms = at_ms};
}

/* False for a close at once with an earlier one of the group. What came in mass begins anew when it comes
 * by itself; when it comes again and again, it is believed however it comes. */
static bool confirm(struct close_group *group, uint64_t at_ms, bool in_mass)
{
    bool later = apart(group->moment_ms, at_ms) > AT_ONCE_MS;
    if (later) {
        uint8_t moments = group->mass && !in_mass ? 0 : group->moments;
        group->moments = moments < UINT8_MAX ? (uint8_t)(moments + 1) : UINT8_MAX;
        group->moment_ms = at_ms;
        group->mass = group->mass && in_mass && group->moments < BELIEVED_ANYWAY;
    }
    if (at_ms > group->last_ms)
        group->last_ms = at_ms;
    group->outlived = 0;
    return later;
}

/* A close that is found late, of a mass before the group's latest moment. It counted then, if the group came
 * in that mass itself; of a single close since it says nothing. */
static bool is_left_over(const struct closes *closes, const struct close_group *group,
                         uint64_t at_ms)
{
    return (group->mass || group->moments < 2) && at_ms + AT_ONCE_MS < group->moment_ms &&
           masses_know(&closes->masses, at_ms);
}

/* The group's age falls to a smaller one at once, but once in a moment: a restart must not pull it
 * down step by step. It rises to a larger one slowly. */
static void note_exact(struct closes *closes, uint32_t age_ms, uint64_t at_ms)
{
    closes_outlive(closes, age_ms, false);
    struct close_group *group = group_of(closes, age_ms);
    if (!group) {
        open_group(closes, CLOSE_EXACT, age_ms, at_ms);
        return;
    }
    if (is_left_over(closes, group, at_ms))
        return;
    bool in_mass = group->mass && comes_in_mass(closes, group, at_ms);
    bool later = confirm(group, at_ms, in_mass);
    if ((age_ms < group->age_ms && later) || group->kind != CLOSE_EXACT)
        group->age_ms = age_ms;
    else if (age_ms > group->age_ms)
        group->age_ms += (age_ms - group->age_ms) / 16;
    group->kind = CLOSE_EXACT;
}

/* A bound says nothing new where a smaller age is known. Else it lowers the bound that there is. */
static void note_bound(struct closes *closes, enum close_kind kind, uint32_t age_ms, uint64_t at_ms)
{
    struct close_group *bound = NULL;
    for (size_t i = 0; i < CLOSES_GROUPS; i++) {
        struct close_group *group = &closes->groups[i];
        if (group->age_ms && group->kind != CLOSE_EXACT)
            bound = group;
        else if (reaches_down(group, age_ms) && !group->mass)
            return;
    }
    if (!bound) {
        open_group(closes, kind, age_ms, at_ms);
        return;
    }
    (void)confirm(bound, at_ms, false);
    if (age_ms < bound->age_ms)
        bound->age_ms = age_ms;
    if (kind == CLOSE_SILENT)
        bound->kind = CLOSE_SILENT;
}

void closes_note(struct closes *closes, enum close_kind kind, uint32_t age_ms, uint64_t at_ms)
{
    if (!age_ms || age_ms > CLOSES_MOST_MS)
        return;
    if (kind == CLOSE_EXACT)
        note_exact(closes, age_ms, at_ms);
    else
        note_bound(closes, kind, age_ms, at_ms);
}

/* The better a group is founded, the more connections it takes. */
static uint8_t enough_to_give_up(const struct close_group *group)
{
    if (group->moments < 2)
        return GIVE_UP_ONCE;
    return group->moments < GIVE_UP_MOST ? (uint8_t)(group->moments + 1) : GIVE_UP_MOST;
}

/* Nor are the other closes of its latest moment a timer's, when they are found. */
static void give_up(struct closes *closes, struct close_group *group)
{
    if (group->kind == CLOSE_EXACT)
        masses_note(&closes->masses, group->moment_ms);
    *group = (struct close_group){0};
}

void closes_outlive(struct closes *closes, uint32_t age_ms, bool answered)
{
    for (size_t i = 0; i < CLOSES_GROUPS; i++) {
        struct close_group *group = &closes->groups[i];
        if (!group->age_ms || !is_outlived(group, age_ms) ||
            (group->kind == CLOSE_SILENT && !answered))
            continue;
        if (++group->outlived >= enough_to_give_up(group))
            give_up(closes, group);
    }
}

static bool is_firm(const struct close_group *group)
{
    return group->moments >= (group->kind == CLOSE_EXACT ? FIRM_EXACT : FIRM_BOUND);
}

static const struct close_group *youngest(const struct closes *closes, bool firm)
{
    const struct close_group *found = NULL;
    for (size_t i = 0; i < CLOSES_GROUPS; i++) {
        const struct close_group *group = &closes->groups[i];
        if (group->age_ms && !group->mass && (!firm || is_firm(group)) &&
            (!found || group->age_ms < found->age_ms))
            found = group;
    }
    return found;
}

uint32_t closes_age_ms(const struct closes *closes, bool firm)
{
    const struct close_group *group = youngest(closes, firm);
    return group ? group->age_ms : 0;
}

uint32_t closes_youngest_ms(const struct closes *closes)
{
    uint32_t age_ms = 0;
    for (size_t i = 0; i < CLOSES_GROUPS; i++)
        if (closes->groups[i].age_ms && (!age_ms || closes->groups[i].age_ms < age_ms))
            age_ms = closes->groups[i].age_ms;
    return age_ms;
}

uint64_t closes_last_ms(const struct closes *closes)
{
    const struct close_group *group = youngest(closes, true);
    return group ? group->last_ms : 0;
}
