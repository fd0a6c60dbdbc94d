/* SPDX-License-Identifier: MIT
 *
 * How descriptors are registered with epoll: whether the program would notice that a connection was
 * evicted, and which events speak of which connection. Kept by descriptor number, because some
 * programs register a socket before they connect it. The latest registration of a number counts.
 */
#ifndef UNSTALE_CONNECTION_WATCH_H
#define UNSTALE_CONNECTION_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "base/compiler.h"
#include "connection/connection.h"

enum { WATCH_PAGE = 1024 };

struct watch {
    _Atomic uint64_t data;   /* the program's epoll_data */
    _Atomic uint32_t events; /* 0: not registered */
    _Atomic int set;         /* the epoll descriptor */
    _Atomic uint32_t slot;   /* its connection, where the number does not lead there any more; 0 */
    _Atomic uint32_t incarnation; /* of the slot: a later connection there is another one */
};

/* The registrations of the lowest numbers, which are always there. */
HIDDEN extern struct watch watch_first_page[WATCH_PAGE];

/* Those of the other numbers. Null: none was ever made there, and `make` is false, or there is no memory. */
struct watch *watch_far(int fd, bool make);

static inline bool watch_is_near(int fd)
{
    return LIKELY((unsigned)fd < WATCH_PAGE);
}

INLINE struct watch *watch_at(int fd, bool make)
{
    return watch_is_near(fd) ? watch_first_page + fd : watch_far(fd, make);
}

/* Notes what epoll_ctl() has made of a registration; whose it is stays as it was. It stores whatever was
 * there before, for a comparison takes as many instructions as a store. A registration for no event still
 * reports HUP and ERR, so it must not read as "none". The connection itself is not looked at: it may lie
 * in no cache, and epoll_ctl() comes with each request in many programs. */
INLINE void watch_note(struct watch *watch, int set, const struct epoll_event *event)
{
    atomic_store_explicit(&watch->data, event->data.u64, memory_order_relaxed);
    atomic_store_explicit(&watch->set, set, memory_order_relaxed);
    atomic_store_explicit(&watch->events, event->events | EPOLLHUP, memory_order_release);
}

/* A new one, which is noted then: it is of what the number leads to. */
INLINE void watch_begin(struct watch *watch)
{
    atomic_store_explicit(&watch->slot, 0, memory_order_relaxed);
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

/* The registration; null if there never was one. */
const struct watch *watch_of(int fd);

/* Registered for reading or for the peer's close (DESIGN 3.9). */
bool watch_reads(int fd);

#endif
