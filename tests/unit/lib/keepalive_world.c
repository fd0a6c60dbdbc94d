/* SPDX-License-Identifier: MIT
 *
 * See keepalive_world.h. Steps of different connections follow each other evenly in time, which keeps
 * the simulation simple: each step has its own rest that ends now.
 */
#include "keepalive_world.h"

#include <stddef.h>

enum { BUILT_IN_MS = 4000 };

double world_random(struct world *world)
{
    world->random = world->random * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(world->random >> 11) / 9007199254740992.0;
}

/* Pareto's distribution, alpha 1, cut at 40 times its median. */
static uint32_t rest_ms(struct world *world)
{
    double rest = world->gap_ms / 2.0 / (1 - world_random(world));
    return (uint32_t)(rest < 40.0 * world->gap_ms ? rest : 40.0 * world->gap_ms) + 1;
}

static uint32_t limit_of(struct world *world, bool firm)
{
    struct evidence_limits limits = evidence_limits(&world->evidence);
    if (firm)
        return limits.firm_ms ? limits.firm_ms : UINT32_MAX;
    return limits.any_ms ? limits.any_ms : BUILT_IN_MS;
}

/* The age at which the server closes this time, unless it is used before. */
static uint32_t closing_age(struct world *world)
{
    return world->timeout_ms + (uint32_t)(world_random(world) * world->late_ms);
}

/* The client writes at the age `rest`. True when the connection goes on. */
static bool write_at(struct world *world, uint32_t rest, uint32_t closes)
{
    struct evidence *evidence = &world->evidence;
    uint64_t began_ms = world->now_ms - rest;
    evidence_note_rtt(evidence, world->rtt_ms * 1000, world->rtt_ms * 100);
    if (closes <= rest) { /* the kernel knows, and when: reconnected without a loss */
        evidence_note_close(evidence, CLOSE_EXACT, closes, began_ms + closes);
        return false;
    }
    evidence_note_alive(evidence, rest, false);
    if (rest >= limit_of(world, false))
        return false;
    if (closes <= rest + world->rtt_ms) {
        world->lost++;
        evidence_note_close(evidence, CLOSE_EXACT, rest, world->now_ms);
        return false;
    }
    evidence_note_alive(evidence, rest, true);
    return true;
}

/* A client that waits sees the close at once, or the eviction comes first. */
static bool rest_parked(struct world *world, uint32_t rest, uint32_t closes)
{
    uint64_t began_ms = world->now_ms - rest;
    bool scout = evidence_limits(&world->evidence).firm_ms &&
                 evidence_wants_scout(&world->evidence, world->now_ms);
    uint32_t limit = scout ? UINT32_MAX : limit_of(world, true);
    if (closes <= rest && closes <= limit) {
        evidence_note_close(&world->evidence, CLOSE_EXACT, closes, began_ms + closes);
        return false;
    }
    return rest < limit && write_at(world, rest, closes);
}

/* ... or at which the first restart does after that rest has begun. */
static uint32_t restarted_age(const struct world *world, uint32_t rest, uint32_t closes)
{
    uint64_t began_ms = world->now_ms - rest;
    for (size_t i = 0; i < WORLD_RESTARTS; i++)
        if (world->restarts_ms[i] > began_ms && world->restarts_ms[i] - began_ms < closes)
            closes = (uint32_t)(world->restarts_ms[i] - began_ms);
    return closes;
}

static bool rest_and_write(struct world *world)
{
    uint32_t rest = rest_ms(world);
    world->now_ms += 50;
    uint32_t closes = restarted_age(world, rest, closing_age(world));
    world->oracle_opened += rest + world->rtt_ms >= closes;
    return world->parked ? rest_parked(world, rest, closes) : write_at(world, rest, closes);
}

void world_step(struct world *world)
{
    if (world->now_ms < 100000000)
        world->now_ms += 100000000;
    world->exchanges++;
    if (!rest_and_write(world))
        world->opened++;
    evidence_note_hint(&world->evidence, world->hint_s);
}

void world_run(struct world *world, unsigned steps)
{
    while (steps--)
        world_step(world);
}

/* How long a connection has rested when something else than its timer ends it. */
static uint32_t age_in_between(struct world *world)
{
    uint32_t rest = rest_ms(world);
    uint32_t closes = world->timeout_ms * 9 / 10;
    return 100 + (uint32_t)(world_random(world) * (rest < closes ? rest : closes));
}

void world_restart(struct world *world)
{
    for (unsigned i = 0; i < world->connections; i++)
        evidence_note_close(&world->evidence, CLOSE_EXACT, age_in_between(world), world->now_ms);
    world->opened += world->connections;
    world->oracle_opened += world->connections;
}

void world_restart_unseen(struct world *world)
{
    world->restarts_ms[world->restarts++ % WORLD_RESTARTS] = world->now_ms;
}
