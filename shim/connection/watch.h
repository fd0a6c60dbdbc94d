/* SPDX-License-Identifier: MIT
 *
 * How descriptors are registered with epoll: whether the program would notice that a connection was
 * evicted, and which events speak of which connection. Kept by descriptor number, because some
 * programs register a socket before they connect it. The latest registration of a number counts.
 */
#ifndef UNSTALE_CONNECTION_WATCH_H
#define UNSTALE_CONNECTION_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "connection/connection.h"

struct watch {
    _Atomic uint64_t data;        /* the program's epoll_data */
    _Atomic uint32_t events;      /* 0: not registered */
    _Atomic int set;              /* the epoll descriptor */
    _Atomic uint32_t slot;        /* the connection, if it was one then; 0 */
    _Atomic uint32_t incarnation; /* of the slot: a later connection there is another one */
};

/* Notes a successful epoll_ctl(). `connection` is what `fd` leads to; null: none. */
void watch_note(int set, int operation, int fd, const struct epoll_event *event,
                const struct connection *connection);

/* The registration of a living connection whose events in `set` carry `data`; null: none that we know,
 * or more than one. epoll keeps a registration after its number was closed, while the connection
 * lives under another one; one that ends with the connection is never taken out of the set. */
const struct watch *watch_find(int set, uint64_t data);

/* Notes that a number which was registered before has become a connection. */
void watch_connected(int fd, const struct connection *connection);

/* A new socket has this number: what was registered was another one. */
void watch_forget(int fd);

/* The registration; null if there never was one. */
const struct watch *watch_of(int fd);

/* Registered for reading or for the peer's close (DESIGN 3.9). */
bool watch_reads(int fd);

#endif
