/* SPDX-License-Identifier: MIT
 *
 * How descriptors are registered with epoll: whether the program would notice that a connection was
 * evicted, and which events speak of which connection. Kept by descriptor number, because some
 * programs register a socket before they connect it. Layer 0 has one registration of each number; what
 * else a connection has in other sets (watch_sets.h) stands in the layers above it, which take no memory
 * until there is such a one.
 */
#ifndef UNSTALE_CONNECTION_WATCH_H
#define UNSTALE_CONNECTION_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "base/compiler.h"
#include "connection/connection.h"

enum { WATCH_PAGE = 1024, WATCH_LAYERS_MOST = 8 };

struct watch {
    _Atomic uint64_t data;   /* the program's epoll_data */
    _Atomic uint32_t events; /* 0: not registered */
    _Atomic int set;         /* the epoll descriptor; WATCH_TAKEN_OUT (above layer 0) */
    _Atomic uint32_t slot;   /* its connection, where the number does not lead there any more; 0 */
    _Atomic uint32_t incarnation; /* of the slot: a later connection there is another one */
};

enum { WATCH_TAKEN_OUT = -1 };

/* Layer 0 of the lowest numbers, which is always there. */
HIDDEN extern struct watch watch_first_page[WATCH_PAGE];

/* How many layers there are: 1 until a connection is registered in a second set. */
HIDDEN extern _Atomic unsigned watch_layers;

/* The place of a number in layer 0, or in another one. Null: none was ever made there, and `make` is false,
 * or there is no memory. */
struct watch *watch_far(int fd, bool make);
struct watch *watch_above(unsigned layer, int fd, bool make);

/* What there is, or was, of the number in `*layer` or above it; `*layer` is moved behind that. Null: no
 * more. */
struct watch *watch_next(unsigned *layer, int fd);

/* Whose the registration of number `fd` is; null: of none that lives. */
struct connection *watch_connection(const struct watch *watch, int fd);

static inline bool watch_is_near(int fd)
{
    return LIKELY((unsigned)fd < WATCH_PAGE);
}

/* That in layer 0. */
INLINE struct watch *watch_at(int fd, bool make)
{
    return watch_is_near(fd) ? watch_first_page + fd : watch_far(fd, make);
}

INLINE bool watch_is_of_set(const struct watch *watch, int set)
{
    return atomic_load_explicit(&watch->set, memory_order_relaxed) == set;
}

INLINE bool watch_is_registered(const struct watch *watch)
{
    return atomic_load_explicit(&watch->events, memory_order_acquire) != 0;
}

/* There is a registration, or there was one (always, in layer 0). */
INLINE bool watch_is_used(const struct watch *watch)
{
    return watch_is_registered(watch) || !watch_is_of_set(watch, 0);
}

/* Notes what epoll_ctl() has made of a registration; whose it is, and in which set, stays as it was. It
 * stores whatever was there before, for a comparison takes as many instructions as a store. A registration
 * for no event still reports HUP and ERR, so it must not read as "none". The connection itself is not
 * looked at: it may lie in no cache, and epoll_ctl() comes with each request in many programs. */
INLINE void watch_note(struct watch *watch, const struct epoll_event *event)
{
    atomic_store_explicit(&watch->data, event->data.u64, memory_order_relaxed);
    atomic_store_explicit(&watch->events, event->events | EPOLLHUP, memory_order_release);
}

/* A new one, which is noted then: it is of what the number leads to. */
INLINE void watch_begin(struct watch *watch, int set)
{
    atomic_store_explicit(&watch->slot, 0, memory_order_relaxed);
    atomic_store_explicit(&watch->set, set, memory_order_relaxed);
}

/* Notes that it was taken out of its set. */
INLINE void watch_clear(struct watch *watch)
{
    atomic_store_explicit(&watch->events, 0, memory_order_release);
    atomic_store_explicit(&watch->slot, 0, memory_order_relaxed);
}

/* The connection whose events in `set` carry `data`, with what they are registered for; null: none that
 * we know, or more than one. epoll keeps a registration after its number was closed, while the connection
 * lives under another one; one that ends with the connection is never taken out of the set. */
struct connection *watch_find(int set, uint64_t data, uint32_t *events);

/* The number leads to `connection` no more; which lives on, if it has another one. */
void watch_leave(int fd, const struct connection *connection);

/* A number that may have been registered before was connected. */
void watch_connected(int fd);

/* A copy of a connection has this number: what was registered before of the number itself was another
 * file. */
void watch_copied(int fd);

/* A new socket has this number: what was registered was another one. */
void watch_forget(int fd);

#endif
