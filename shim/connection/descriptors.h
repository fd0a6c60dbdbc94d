/* SPDX-License-Identifier: MIT
 *
 * Which connection a descriptor number leads to, and two notes about numbers that lead to none yet:
 * that socket() made it a TCP socket, and how it is registered with epoll (nginx and Netty register
 * before they connect). Static zero pages, so nothing is allocated, looked up in two loads and two
 * branches, before the constructor too; only touched pages take memory. Numbers of DESCRIPTORS_MOST
 * and above are never tracked.
 *
 * The owner (process.h) alone may change a table; anyone may read.
 */
#ifndef UNSTALE_CONNECTION_DESCRIPTORS_H
#define UNSTALE_CONNECTION_DESCRIPTORS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "connection/connection.h"

enum { DESCRIPTORS_MOST = 1 << 20 };

HIDDEN extern _Atomic(struct connection *) descriptor_connections[DESCRIPTORS_MOST];

/* All numbers that ever led to a connection are below this: a program without connections does not touch the
 * table. Changed by atomic operations, and read as it is, so that it can be compared where it stands, which is
 * one instruction less in each door. Whom a number is told to has its value, too. */
HIDDEN extern unsigned descriptor_bound;

/* True once a connection had two numbers (connection->fd may not be the one that is in use). */
HIDDEN extern _Atomic bool descriptor_copied;

INLINE bool descriptor_leads_nowhere(int fd)
{
#ifdef __SANITIZE_THREAD__ /* does not like that */
    return (unsigned)fd >= __atomic_load_n(&descriptor_bound, __ATOMIC_RELAXED);
#else
    return (unsigned)fd >= descriptor_bound;
#endif
}

/* The connection of `fd`; null: not ours. */
static inline struct connection *descriptor_connection(int fd)
{
    if (descriptor_leads_nowhere(fd))
        return 0;
    return atomic_load_explicit(&descriptor_connections[fd], memory_order_acquire);
}

/* Lets `fd` lead to `connection`, whose reference the table takes over. What was there before is
 * released. False (and nothing done) for a number that is too high. */
bool descriptor_set(int fd, struct connection *connection);

/* Lets `fd` lead nowhere, after a repair of its connection under way has ended. */
void descriptor_clear(int fd);

/* The lowest tracked number from `first` to `last`, or -1. Skips untouched pages of 1024 numbers. */
int descriptor_next_tracked(unsigned first, unsigned last);

/* In a fork child: connection_orphan() for every connection. */
void descriptor_orphan_all(void);

/* The process ends: what its connections at rest still say is learnt, and written down where there is a
 * file for it. They stay as they are. */
void descriptor_look_back(void);

/* What socket() made of the number. */
void descriptor_note_tcp(int fd, bool tcp);
bool descriptor_is_tcp(int fd);

#endif
