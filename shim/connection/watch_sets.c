/* SPDX-License-Identifier: MIT
 *
 * See watch_sets.h. A registration that outlived its number (watch_leave) keeps its place, but is none of
 * the number's.
 */
#include "connection/watch_sets.h"

#include "connection/descriptors.h"
#include "connection/kernel.h"

/* What the number itself is in `set`, above layer 0; null: nothing that we know. */
static struct watch *find(int fd, int set)
{
    struct watch *watch;
    for (unsigned layer = 1; (watch = watch_next(&layer, fd));)
        if (watch_is_of_set(watch, set) && watch_is_registered(watch) && !atomic_load(&watch->slot))
            return watch;
    return NULL;
}

/* True once a second set has come into play. */
static bool is_in_several(int fd)
{
    unsigned layer = 1;
    return watch_next(&layer, fd) != NULL;
}

/* An old one of the set that layer 0 has, or that of a connection which is gone. */
static bool is_void(const struct watch *watch, const struct watch *first, int fd)
{
    return watch_is_of_set(watch, atomic_load(&first->set)) || !watch_connection(watch, fd);
}

/* Claims a place that is empty by the event that each registration has. */
static struct watch *place(struct watch *first, int fd)
{
    struct watch *last = first;
    for (unsigned layer = 1; layer < WATCH_LAYERS_MOST; layer++) {
        struct watch *watch = watch_above(layer, fd, true);
        uint32_t nothing = 0;
        if (!watch)
            break;
        if (watch_is_registered(watch) && is_void(watch, first, fd))
            watch_clear(watch);
        if (atomic_compare_exchange_strong(&watch->events, &nothing, EPOLLHUP))
            return watch;
        last = watch;
    }
    return last;
}

struct watch *watch_added(struct watch *first, int fd, int set)
{
    if (watch_is_of_set(first, set) || !descriptor_connection(fd))
        return first;
    struct watch *old = find(fd, set);
    return old ? old : place(first, fd);
}

/* One that we know nothing of is what layer 0 has, under another number of its set, or came to be unseen. */
static struct watch *unknown(struct watch *first, int fd, int set)
{
    struct watch *watch = is_in_several(fd) ? watch_added(first, fd, set) : first;
    watch_begin(watch, set);
    return watch;
}

static void take_out(struct watch *watch)
{
    atomic_store_explicit(&watch->set, WATCH_TAKEN_OUT, memory_order_relaxed);
    watch_clear(watch);
}

/* To layer 0, where epoll_ctl() finds it at once. At each moment it stands in one of the two. */
static struct watch *moved(struct watch *watch, struct watch *first)
{
    const struct epoll_event same = {.events = atomic_load(&watch->events),
                                     .data.u64 = atomic_load(&watch->data)};
    watch_begin(first, atomic_load(&watch->set));
    watch_note(first, &same);
    take_out(watch);
    return first;
}

/* Where a program hands connections over from one set to another, layer 0 is free when the first set has
 * let go. */
struct watch *watch_changed(struct watch *first, int fd, int set)
{
    struct watch *watch = find(fd, set);
    if (!watch)
        return unknown(first, fd, set);
    return watch_is_registered(first) ? watch : moved(watch, first);
}

/* Out of a set that we know nothing of: layer 0's, under another number of it, while there is no other. */
void watch_taken_out(int fd, int set)
{
    struct watch *first = watch_at(fd, false);
    struct watch *further = find(fd, set);
    if (first && (watch_is_of_set(first, set) || !is_in_several(fd)))
        watch_clear(first);
    else if (further)
        take_out(further);
}

static bool reads(const struct watch *watch)
{
    return !atomic_load(&watch->slot) && atomic_load(&watch->events) & (EPOLLIN | EPOLLRDHUP);
}

static bool reads_in_several(int fd, const struct watch *first)
{
    struct watch *watch;
    for (unsigned layer = 0; (watch = watch_next(&layer, fd));) {
        int set = atomic_load(&watch->set);
        bool old = watch != first && watch_is_of_set(first, set);
        if (!old && reads(watch) && kernel_has_in_set(fd, set))
            return true;
    }
    return false;
}

bool watch_reads_in_one(int fd)
{
    const struct watch *first = watch_at(fd, false);
    return first && !is_in_several(fd) && reads(first);
}

bool watch_reads(int fd)
{
    const struct watch *first = watch_at(fd, false);
    if (!first)
        return false;
    return UNLIKELY(is_in_several(fd)) ? reads_in_several(fd, first) : reads(first);
}
