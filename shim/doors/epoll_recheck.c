/* SPDX-License-Identifier: MIT
 *
 * See epoll_recheck.h. Events carry the program's own data, not a descriptor, so the registration is
 * looked for among the tracked descriptors: a scan, but only after a reconnect during the wait.
 */
#include "doors/epoll_recheck.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/next.h"
#include "base/sys.h"
#include "connection/descriptors.h"
#include "connection/watch.h"
#include "doors/probe.h"

static int find_descriptor(int set, const struct epoll_event *event)
{
    int fd = descriptor_next_tracked(0, DESCRIPTORS_MOST - 1);
    for (; fd >= 0; fd = descriptor_next_tracked((unsigned)fd + 1, DESCRIPTORS_MOST - 1)) {
        const struct watch *watch = watch_of(fd);
        if (watch && atomic_load(&watch->set) == set &&
            atomic_load(&watch->data) == event->data.u64)
            return fd;
    }
    return -1;
}

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
    int fd = find_descriptor(set, event);
    if (fd < 0 || !probe_await(fd))
        return true;
    const struct watch *watch = watch_of(fd);
    uint32_t registered = watch ? atomic_load(&watch->events) : 0;
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
    for (int i = 0; i < ready; i++) {
        struct epoll_event event = recheck->events[i];
        bool doubtful = event.events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP);
        if (!doubtful || correct(recheck->set, &event))
            recheck->events[kept++] = event;
    }
    return kept;
}
