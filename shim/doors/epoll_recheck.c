/* SPDX-License-Identifier: MIT
 *
 * See epoll_recheck.h. Events carry the program's own data, not a descriptor, so the registration is
 * looked for in the table of registrations: a scan, but only after a reconnect during the wait.
 */
#include "doors/epoll_recheck.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/next.h"
#include "base/sys.h"
#include "connection/connection.h"
#include "connection/watch.h"

/* What is true of `fd` now, of the events that it is registered for. The bits of EPOLLIN, EPOLLOUT,
 * EPOLLPRI, EPOLLERR, EPOLLHUP and EPOLLRDHUP are those of poll(). */
static uint32_t events_now(int fd, uint32_t registered)
{
    struct pollfd now = {.fd = fd, .events = (short)(registered & 0x7fff)};
    struct timespec none = {0};
    if (SYS_CALL(SYS_ppoll, &now, 1, &none, NULL, 0, 0) <= 0)
        return 0;
    return (uint32_t)now.revents & (registered | EPOLLHUP | EPOLLERR);
}

/* Corrects the event. False when nothing of it is true: then it is to be dropped. */
static bool correct(int set, struct epoll_event *event)
{
    uint32_t registered;
    struct connection *connection = watch_find(set, event->data.u64, &registered);
    if (!connection)
        return true;
    connection_await_repair(connection);
    int fd = atomic_load(&connection->fd);
    if (fd < 0)
        return true;
    uint32_t now = events_now(fd, registered);
    if (!now && registered & EPOLLONESHOT) {
        struct epoll_event again = {.events = registered, .data = event->data};
        (void)next.epoll_ctl(set, EPOLL_CTL_MOD, fd, &again);
    }
    event->events = now;
    return now != 0;
}

int epoll_recheck(void *call, int ready)
{
    struct epoll_recheck *recheck = call;
    int kept = 0;
    const uint32_t doubted = EPOLLIN | EPOLLRDNORM | EPOLLHUP | EPOLLERR | EPOLLRDHUP;
    for (int i = 0; i < ready; i++) {
        struct epoll_event event = recheck->events[i];
        if (!(event.events & doubted) || correct(recheck->set, &event))
            recheck->events[kept++] = event;
    }
    return kept;
}
