/* SPDX-License-Identifier: MIT
 *
 * The door of epoll_ctl(): who watches what.
 */
#include <stdbool.h>

#include "base/compiler.h"
#include "base/direct.h"
#include "base/next.h"
#include "connection/deadlines.h"
#include "connection/descriptors.h"
#include "connection/due.h"
#include "connection/watch_sets.h"
#include "doors/start.h"

/* What a successful epoll_ctl() has made. */
struct registration {
    const struct epoll_event *event;
    int set;
    int fd;
};

/* It is watched for reading under the number that it is known by, and not under `fd`. */
static bool is_known_better(const struct connection *connection, int fd)
{
    int known = atomic_load(&connection->fd);
    return known != fd && descriptor_connection(known) == connection && watch_reads(known) &&
           !watch_reads(fd);
}

/* A resting connection that epoll comes to watch is no longer a matter of poll() alone; and one that has had
 * several numbers is known by this one now. */
static COLD void take_over(int fd)
{
    struct connection *connection = descriptor_connection(fd);
    if (!connection || (!atomic_load_explicit(&connection->overdue, memory_order_relaxed) &&
                        atomic_load_explicit(&connection->fd, memory_order_relaxed) == fd))
        return;
    if (is_known_better(connection, fd))
        return;
    atomic_store(&connection->fd, fd);
    if (!watch_reads(fd))
        return;
    deadlines_clear_overdue(connection);
    if (connection_phase(connection) == PHASE_BETWEEN && connection_is_evictable(connection))
        deadlines_add(connection);
}

/* Of connections that are neither overdue nor known by another number there is nothing to take over. */
INLINE void note(const struct registration *made, struct watch *watch)
{
    watch_note(watch, made->event);
    if (UNLIKELY(atomic_load_explicit(&deadlines_overdue, memory_order_relaxed)) ||
        UNLIKELY(atomic_load_explicit(&descriptor_copied, memory_order_relaxed)))
        take_over(made->fd);
}

/* Over what may be the number's in another set, or was that of a file which had the number before. */
static NOINLINE int add_over(const struct registration *made, struct watch *first)
{
    struct watch *watch = watch_added(first, made->fd, made->set);
    watch_begin(watch, made->set);
    note(made, watch);
    return 0;
}

static NOINLINE BUSY int add(int set, int operation, int fd, struct epoll_event *event)
{
    struct registration made = {event, set, fd};
    IN_MEMORY(made);
    if (UNLIKELY(direct_epoll_ctl(set, operation, fd, event) < 0))
        return -1;
    struct watch *watch = watch_at(made.fd, true);
    if (UNLIKELY(!watch))
        return 0;
    if (UNLIKELY(watch_is_registered(watch)))
        return add_over(&made, watch);
    watch_begin(watch, made.set);
    note(&made, watch);
    return 0;
}

static NOINLINE BUSY int take_out(int set, int operation, int fd, struct epoll_event *event)
{
    int number = fd;
    int of = set;
    IN_MEMORY(number);
    IN_MEMORY(of);
    if (UNLIKELY(direct_epoll_ctl(set, operation, fd, event) < 0))
        return -1;
    struct watch *watch = watch_at(number, false);
    if (UNLIKELY(atomic_load_explicit(&watch_layers, memory_order_relaxed) > 1))
        watch_taken_out(number, of);
    else if (LIKELY(watch != NULL))
        watch_clear(watch);
    return 0;
}

/* Of a number far up, or in a set that is not the one in layer 0. */
static NOINLINE void note_far(const struct registration *made)
{
    struct watch *watch = watch_at(made->fd, true);
    if (UNLIKELY(!watch))
        return;
    if (UNLIKELY(!watch_is_of_set(watch, made->set)))
        watch = watch_changed(watch, made->fd, made->set);
    note(made, watch);
}

/* The change of a registration comes first: it comes with each request in many programs. */
EXPORTED BUSY int epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
    if (UNLIKELY(!shim_active))
        return next.epoll_ctl(set, operation, fd, event);
    if (operation != EPOLL_CTL_MOD)
        return operation == EPOLL_CTL_DEL ? take_out(set, operation, fd, event)
                                          : add(set, operation, fd, event);
    struct registration made = {event, set, fd};
    IN_MEMORY(made);
    if (UNLIKELY(direct_epoll_ctl(set, operation, fd, event) < 0))
        return -1;
    fd = made.fd;
    if (LIKELY(watch_is_near(fd)) && LIKELY(watch_is_of_set(watch_first_page + fd, made.set)))
        note(&made, watch_first_page + fd);
    else
        note_far(&made);
    return 0;
}
