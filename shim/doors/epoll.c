/* SPDX-License-Identifier: MIT
 *
 * The doors of epoll's waits.
 */
#include "base/clock.h"
#include "base/compiler.h"
#include "base/next.h"
#include "doors/epoll_recheck.h"
#include "doors/park.h"

struct epoll_call {
    struct epoll_recheck recheck; /* first: what a reconnect by another thread needs */
    enum { EPOLL_WAIT, EPOLL_PWAIT, EPOLL_PWAIT2 } kind;
};

INLINE int whole_epoll(void *data, int wait_ms, const sigset_t *mask)
{
    struct epoll_call *call = data;
    const struct epoll_recheck *recheck = &call->recheck;
    if (call->kind == EPOLL_WAIT)
        return next.epoll_wait(recheck->set, recheck->events, recheck->room, wait_ms);
    return next.epoll_pwait(recheck->set, recheck->events, recheck->room, wait_ms, mask);
}

static int wait_for_epoll(void *data, const struct timespec *wait, const sigset_t *mask)
{
    struct epoll_call *call = data;
    const struct epoll_recheck *recheck = &call->recheck;
    if (call->kind == EPOLL_PWAIT2)
        return next.epoll_pwait2(recheck->set, recheck->events, recheck->room, wait, mask);
    if (call->kind == EPOLL_WAIT && !mask)
        return next.epoll_wait(recheck->set, recheck->events, recheck->room, park_ms(wait));
    return next.epoll_pwait(recheck->set, recheck->events, recheck->room, park_ms(wait), mask);
}

static const struct park_kind epoll_kind = {whole_epoll, wait_for_epoll, NULL, epoll_recheck};

/* A wait that begins in calm (park.h), for if there is a reconnect meanwhile. */
struct calm {
    struct epoll_recheck call;
    int wait_ms;
    struct timespec began; /* if it has a timeout */
};

INLINE void begin_in_calm(struct calm *calm, int set, struct epoll_event *events, int room,
                          int wait_ms)
{
    calm->call.set = set;
    calm->call.events = events;
    calm->call.room = room;
    calm->wait_ms = wait_ms;
    if (wait_ms > 0)
        clock_read_coarse(&calm->began);
}

/* Null: none was noted. */
INLINE const struct timespec *time_of(const struct calm *calm)
{
    return calm->wait_ms > 0 ? &calm->began : NULL;
}

static NOINLINE BUSY int epoll_wait_in_calm(int set, struct epoll_event *events, int room,
                                            int wait_ms)
{
    struct calm calm;
    begin_in_calm(&calm, set, events, room, wait_ms);
    IN_MEMORY(calm);
    int ready = next.epoll_wait(calm.call.set, calm.call.events, calm.call.room, calm.wait_ms);
    if (park_is_calm())
        return ready;
    struct epoll_call call = {calm.call, EPOLL_WAIT};
    return park_on_from_calm(&epoll_kind, &call, time_of(&calm), calm.wait_ms, NULL, ready);
}

static NOINLINE int epoll_pwait_in_calm(int set, struct epoll_event *events, int room, int wait_ms,
                                        const sigset_t *mask)
{
    struct calm calm;
    begin_in_calm(&calm, set, events, room, wait_ms);
    IN_MEMORY(calm);
    IN_MEMORY(mask);
    int ready = next.epoll_pwait(calm.call.set, calm.call.events, calm.call.room, calm.wait_ms,
                                 mask);
    if (park_is_calm())
        return ready;
    struct epoll_call call = {calm.call, EPOLL_PWAIT};
    return park_on_from_calm(&epoll_kind, &call, time_of(&calm), calm.wait_ms, mask, ready);
}

/* The same for ever. Room for more than came at first is not needed, and not kept. */
struct calm_for_ever {
    struct epoll_event *events;
    int set;
};

static COLD int epoll_on_for_ever(const struct calm_for_ever *calm, int ready)
{
    struct epoll_call call = {{calm->set, calm->events, ready}, EPOLL_WAIT};
    return park_on_from_calm(&epoll_kind, &call, NULL, -1, NULL, ready);
}

static NOINLINE int epoll_wait_with_care(int set, struct epoll_event *events, int room, int wait_ms)
{
    struct epoll_call call = {{set, events, room}, EPOLL_WAIT};
    return park_wait_ms(&epoll_kind, &call, wait_ms, NULL);
}

EXPORTED BUSY int epoll_wait(int set, struct epoll_event *events, int room, int wait_ms)
{
    enum park_way way = park_way(false);
    if (LIKELY(way == PARK_NOT))
        return next.epoll_wait(set, events, room, wait_ms);
    if (way == PARK_WITH_CARE)
        return epoll_wait_with_care(set, events, room, wait_ms);
    if (wait_ms >= 0)
        return epoll_wait_in_calm(set, events, room, wait_ms);
    struct calm_for_ever calm = {events, set};
    IN_MEMORY(calm);
    int ready = next.epoll_wait(set, events, room, wait_ms);
    return park_is_calm() ? ready : epoll_on_for_ever(&calm, ready);
}

static NOINLINE int epoll_pwait_with_care(int set, struct epoll_event *events, int room,
                                          int wait_ms, const sigset_t *mask)
{
    struct epoll_call call = {{set, events, room}, EPOLL_PWAIT};
    return park_wait_ms(&epoll_kind, &call, wait_ms, mask);
}

EXPORTED int epoll_pwait(int set, struct epoll_event *events, int room, int wait_ms,
                         const sigset_t *mask)
{
    enum park_way way = park_way(false);
    if (LIKELY(way == PARK_NOT))
        return next.epoll_pwait(set, events, room, wait_ms, mask);
    return way == PARK_CALM ? epoll_pwait_in_calm(set, events, room, wait_ms, mask)
                            : epoll_pwait_with_care(set, events, room, wait_ms, mask);
}

EXPORTED int epoll_pwait2(int set, struct epoll_event *events, int room,
                          const struct timespec *wait, const sigset_t *mask)
{
    struct epoll_call call = {{set, events, room}, EPOLL_PWAIT2};
    if (LIKELY(park_way(false) == PARK_NOT))
        return next.epoll_pwait2(set, events, room, wait, mask);
    return park_wait(&epoll_kind, &call, wait, mask, NULL);
}
