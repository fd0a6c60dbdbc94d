/* SPDX-License-Identifier: MIT
 *
 * The doors of epoll: who watches what (epoll_ctl), and the waits.
 */
#include "base/compiler.h"
#include "base/next.h"
#include "connection/deadlines.h"
#include "connection/descriptors.h"
#include "connection/due.h"
#include "connection/watch.h"
#include "doors/epoll_recheck.h"
#include "doors/park.h"
#include "doors/start.h"

/* What a successful epoll_ctl() has made. */
struct registration {
    const struct epoll_event *event;
    int set;
    int fd;
};

/* A resting connection that epoll comes to watch is no longer a matter of poll() alone. */
static NOINLINE void take_over(const struct registration *made, struct connection *connection)
{
    if (atomic_load_explicit(&connection->fd, memory_order_relaxed) != made->fd)
        atomic_store(&connection->fd, made->fd);
    if (!watch_reads(made->fd))
        return;
    deadlines_clear_overdue(connection);
    if (connection_phase(connection) == PHASE_BETWEEN && connection_is_evictable(connection))
        deadlines_add(connection);
}

INLINE void note(const struct registration *made, struct watch *watch,
                 struct connection *connection)
{
    watch_note(watch, made->set, made->event);
    if (connection &&
        UNLIKELY(atomic_load_explicit(&connection->overdue, memory_order_relaxed) ||
                 atomic_load_explicit(&connection->fd, memory_order_relaxed) != made->fd))
        take_over(made, connection);
}

static NOINLINE int add(int set, int operation, int fd, struct epoll_event *event)
{
    struct registration made = {event, set, fd};
    IN_MEMORY(made);
    if (UNLIKELY(next.epoll_ctl(set, operation, fd, event) < 0))
        return -1;
    struct watch *watch = watch_at(made.fd, true);
    if (UNLIKELY(!watch))
        return 0;
    struct connection *connection = descriptor_connection(made.fd);
    watch_note_connection(watch, connection);
    note(&made, watch, connection);
    return 0;
}

static NOINLINE int take_out(int set, int operation, int fd, struct epoll_event *event)
{
    IN_MEMORY(fd);
    if (UNLIKELY(next.epoll_ctl(set, operation, fd, event) < 0))
        return -1;
    watch_forget(fd);
    return 0;
}

static NOINLINE void note_far(const struct registration *made)
{
    struct watch *watch = watch_far(made->fd, true);
    if (watch)
        note(made, watch, descriptor_connection(made->fd));
}

/* The change of a registration comes first: it comes with each request in many programs. */
EXPORTED int epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
    if (UNLIKELY(!shim_active))
        return next.epoll_ctl(set, operation, fd, event);
    if (operation != EPOLL_CTL_MOD)
        return operation == EPOLL_CTL_DEL ? take_out(set, operation, fd, event)
                                          : add(set, operation, fd, event);
    struct registration made = {event, set, fd};
    IN_MEMORY(made);
    if (UNLIKELY(next.epoll_ctl(set, operation, fd, event) < 0))
        return -1;
    fd = made.fd;
    if (LIKELY(watch_is_near(fd)))
        note(&made, watch_first_page + fd, descriptor_connection(fd));
    else
        note_far(&made);
    return 0;
}

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

static NOINLINE int epoll_wait_with_care(int set, struct epoll_event *events, int room, int wait_ms)
{
    struct epoll_call call = {{set, events, room}, EPOLL_WAIT};
    return park_wait_ms(&epoll_kind, &call, wait_ms, NULL);
}

EXPORTED int epoll_wait(int set, struct epoll_event *events, int room, int wait_ms)
{
    if (LIKELY(park_is_needless(false)))
        return next.epoll_wait(set, events, room, wait_ms);
    return epoll_wait_with_care(set, events, room, wait_ms);
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
    if (LIKELY(park_is_needless(false)))
        return next.epoll_pwait(set, events, room, wait_ms, mask);
    return epoll_pwait_with_care(set, events, room, wait_ms, mask);
}

EXPORTED int epoll_pwait2(int set, struct epoll_event *events, int room,
                          const struct timespec *wait, const sigset_t *mask)
{
    struct epoll_call call = {{set, events, room}, EPOLL_PWAIT2};
    if (LIKELY(park_is_needless(false)))
        return next.epoll_pwait2(set, events, room, wait, mask);
    return park_wait(&epoll_kind, &call, wait, mask, NULL);
}
