/* SPDX-License-Identifier: MIT
 *
 * See masses.h.
 */
#include "peer/masses.h"

#include <stddef.h>

/* A server that restarts closes its connections one right after the other; a busy one has pauses. */
enum { PAUSE_MOST_MS = 50 };

static bool is_near(const struct masses *masses, size_t place, uint64_t at_ms)
{
    uint64_t to_ms = masses->moments[place].to_ms;
    return to_ms && at_ms + PAUSE_MOST_MS >= masses->moments[place].from_ms &&
           at_ms <= to_ms + PAUSE_MOST_MS;
}

static size_t oldest_place(const struct masses *masses)
{
    size_t oldest = 0;
    for (size_t i = 1; i < MASSES_MOST; i++)
        if (masses->moments[i].to_ms < masses->moments[oldest].to_ms)
            oldest = i;
    return oldest;
}

bool masses_know(const struct masses *masses, uint64_t at_ms)
{
    for (size_t i = 0; i < MASSES_MOST; i++)
        if (is_near(masses, i, at_ms))
            return true;
    return false;
}

/* False: it would become too long. */
static bool extend(struct masses *masses, size_t place, uint64_t at_ms)
{
    uint64_t from_ms = masses->moments[place].from_ms;
    uint64_t to_ms = masses->moments[place].to_ms;
    from_ms = at_ms < from_ms ? at_ms : from_ms;
    to_ms = at_ms > to_ms ? at_ms : to_ms;
    if (to_ms - from_ms > MASS_MOST_MS)
        return false;
    masses->moments[place].from_ms = from_ms;
    masses->moments[place].to_ms = to_ms;
    return true;
}

void masses_note(struct masses *masses, uint64_t at_ms)
{
    for (size_t i = 0; i < MASSES_MOST; i++)
        if (is_near(masses, i, at_ms) && extend(masses, i, at_ms))
            return;
    size_t place = oldest_place(masses);
    if (at_ms > masses->moments[place].to_ms)
        masses->moments[place].from_ms = masses->moments[place].to_ms = at_ms;
}
