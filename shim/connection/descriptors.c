/* SPDX-License-Identifier: MIT
 *
 * See descriptors.h. A page map remembers which pages of the table were ever written, so that
 * closefrom() does not touch eight megabytes of zeroes.
 */
#include "connection/descriptors.h"

#include <stddef.h>

#include "connection/learn.h"
#include "connection/watch.h"
#include "peer/state.h"

enum { PAGE = 1024 };

TABLE _Atomic(struct connection *) descriptor_connections[DESCRIPTORS_MOST];
unsigned descriptor_bound;
_Atomic bool descriptor_copied;
static TABLE _Atomic uint8_t pages[DESCRIPTORS_MOST / PAGE];
static TABLE _Atomic uint8_t tcp_bits[DESCRIPTORS_MOST / 8];

/* The repairing thread looks at the table after it has claimed the phase, and we have cleared the
 * table before we look at the phase: one of the two sees the other (both sequentially consistent). */
static void let_go(int fd, struct connection *connection)
{
    int known = fd;
    connection_await_repair(connection);
    learn_end(connection, fd);
    watch_leave(fd, connection);
    if (atomic_load(&connection->fd) == fd)
        atomic_compare_exchange_strong(&connection->fd, &known, -1);
    connection_release(connection);
}

static void raise_bound(unsigned bound)
{
    unsigned before = __atomic_load_n(&descriptor_bound, __ATOMIC_RELAXED);
    while (before < bound && !__atomic_compare_exchange_n(&descriptor_bound, &before, bound, true,
                                                          __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        ;
}

bool descriptor_set(int fd, struct connection *connection)
{
    if ((unsigned)fd >= DESCRIPTORS_MOST)
        return false;
    raise_bound((unsigned)fd + 1);
    if (!atomic_load(&pages[fd / PAGE]))
        atomic_store(&pages[fd / PAGE], 1);
    struct connection *before = atomic_exchange(&descriptor_connections[fd], connection);
    if (before)
        let_go(fd, before);
    return true;
}

void descriptor_clear(int fd)
{
    if ((unsigned)fd >= DESCRIPTORS_MOST)
        return;
    struct connection *before = atomic_exchange(&descriptor_connections[fd], NULL);
    if (before)
        let_go(fd, before);
}

int descriptor_next_tracked(unsigned first, unsigned last)
{
    unsigned bound = __atomic_load_n(&descriptor_bound, __ATOMIC_SEQ_CST);
    for (unsigned fd = first; fd <= last && fd < bound; fd++) {
        if (!atomic_load(&pages[fd / PAGE]))
            fd |= PAGE - 1;
        else if (atomic_load(&descriptor_connections[fd]))
            return (int)fd;
    }
    return -1;
}

void descriptor_orphan_all(void)
{
    int fd = descriptor_next_tracked(0, ~0U);
    for (; fd >= 0; fd = descriptor_next_tracked((unsigned)fd + 1, ~0U))
        connection_orphan(atomic_load(&descriptor_connections[fd]));
}

void descriptor_look_back(void)
{
    int fd = descriptor_next_tracked(0, ~0U);
    for (; fd >= 0; fd = descriptor_next_tracked((unsigned)fd + 1, ~0U)) {
        struct connection *connection = atomic_load(&descriptor_connections[fd]);
        if (!connection)
            continue;
        learn_end(connection, fd);
        state_save(connection->peer);
    }
}

void descriptor_note_tcp(int fd, bool tcp)
{
    if ((unsigned)fd >= DESCRIPTORS_MOST)
        return;
    uint8_t bit = (uint8_t)(1U << fd % 8);
    bool noted = atomic_load(&tcp_bits[fd / 8]) & bit;
    if (tcp && !noted)
        atomic_fetch_or(&tcp_bits[fd / 8], bit);
    else if (!tcp && noted)
        atomic_fetch_and(&tcp_bits[fd / 8], (uint8_t)~bit);
}

bool descriptor_is_tcp(int fd)
{
    return (unsigned)fd < DESCRIPTORS_MOST && atomic_load(&tcp_bits[fd / 8]) & 1U << fd % 8;
}
