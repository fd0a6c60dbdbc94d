/* SPDX-License-Identifier: MIT
 *
 * See registered.h.
 */
#include "lib/registered.h"

#include "connection/descriptors.h"
#include "connection/watch_sets.h"
#include "lib/peers.h"
#include "unit.h"

struct connection *tracked(int fd)
{
    struct connection *connection = connection_to_peer(fd, 1000);
    assert_true(descriptor_set(fd, connection));
    return connection;
}

void forget(int fd)
{
    descriptor_clear(fd);
    watch_forget(fd);
}

void added(int set, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    struct watch *watch = watch_at(fd, true);
    if (watch_is_registered(watch))
        watch = watch_added(watch, fd, set);
    watch_begin(watch, set);
    watch_note(watch, &event);
}

void changed(int set, int fd, uint32_t events, uint64_t data)
{
    struct epoll_event event = {.events = events, .data.u64 = data};
    struct watch *watch = watch_at(fd, true);
    if (!watch_is_of_set(watch, set))
        watch = watch_changed(watch, fd, set);
    watch_note(watch, &event);
}
