/* SPDX-License-Identifier: MIT
 *
 * The door of epoll_ctl(): who watches what.
 */
#include "base/compiler.h"
#include "base/next.h"
#include "connection/deadlines.h"
#include "connection/descriptors.h"
#include "connection/due.h"
#include "connection/watch.h"
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
    struct watch *watch = watch_at(fd, false);
    if (LIKELY(watch != NULL))
        watch_clear(watch);
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
