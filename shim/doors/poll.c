/* SPDX-License-Identifier: MIT
 *
 * The doors of poll() and ppoll() and their fortified twins.
 */
#include "base/compiler.h"
#include "base/next.h"
#include "base/peek.h"
#include "doors/park.h"
#include "doors/probe.h"

enum { LOOK_AT_ONCE = 64 };

struct poll_call {
    struct pollfd *fds;
    nfds_t count;
    bool plain;   /* poll(), not ppoll() */
    bool awaited; /* it is longer than a look */
};

INLINE int whole_poll(void *data, int wait_ms, const sigset_t *mask)
{
    const struct poll_call *call = data;
    (void)mask;
    return next.poll(call->fds, call->count, wait_ms);
}

static int wait_for_poll(void *data, const struct timespec *wait, const sigset_t *mask)
{
    struct poll_call *call = data;
    if (call->plain && !mask)
        return next.poll(call->fds, call->count, park_ms(wait));
    return next.ppoll(call->fds, call->count, wait, mask);
}

/* The kernel has not checked the array yet, so it is read safely, a piece at a time. */
static bool look_at_poll(void *data)
{
    struct poll_call *call = data;
    struct pollfd some[LOOK_AT_ONCE];
    int asked = 0;
    for (nfds_t done = 0; done < call->count; done += LOOK_AT_ONCE) {
        nfds_t count = call->count - done < LOOK_AT_ONCE ? call->count - done : LOOK_AT_ONCE;
        size_t read = peek_memory(call->fds + done, some, count * sizeof *some) / sizeof *some;
        for (nfds_t i = 0; i < read; i++)
            if (some[i].events & (POLLIN | POLLRDNORM | POLLRDHUP) &&
                probe_descriptor(some[i].fd, call->awaited) && ++asked == REPAIRS_AT_ONCE)
                return true;
    }
    return false;
}

/* What poll() reports are states, so asking again gives the truth. A server's FIN can be read before it is
 * noted as one (tcp_data_queue and tcp_fin in net/ipv4/tcp_input.c): POLLIN alone may be all that shows. And a
 * repeated session has its replies. */
static int recheck_poll(void *data, int ready)
{
    struct poll_call *call = data;
    bool doubtful = false;
    const short doubted = POLLIN | POLLRDNORM | POLLHUP | POLLERR | POLLRDHUP;
    for (nfds_t i = 0; i < call->count; i++)
        if (call->fds[i].revents & doubted)
            doubtful |= probe_await(call->fds[i].fd);
    return doubtful ? -1 : ready;
}

static const struct park_kind poll_kind = {whole_poll, wait_for_poll, look_at_poll, recheck_poll};

static NOINLINE int poll_with_care(struct pollfd *fds, nfds_t count, int wait_ms)
{
    struct poll_call call = {fds, count, true, probe_is_long_ms(wait_ms)};
    return park_wait_ms(&poll_kind, &call, wait_ms, NULL);
}

/* What a wait of PARK_CALM needs if there is a reconnect meanwhile. */
struct calm {
    struct pollfd *fds;
    nfds_t count;
    struct timespec began; /* if it has a timeout */
    int wait_ms;
};

static COLD int poll_on(const struct calm *calm, int ready)
{
    struct poll_call call = {calm->fds, calm->count, true, probe_is_long_ms(calm->wait_ms)};
    return park_on_from_calm(&poll_kind, &call, calm->wait_ms > 0 ? &calm->began : NULL,
                             calm->wait_ms, NULL, ready);
}

/* PARK_CALM, but for a wait for ever. */
static NOINLINE BUSY int poll_in_calm(struct pollfd *fds, nfds_t count, int wait_ms)
{
    struct calm calm;
    calm.fds = fds;
    calm.count = count;
    calm.wait_ms = wait_ms;
    if (wait_ms > 0)
        clock_read_coarse(&calm.began);
    IN_MEMORY(calm);
    int ready = next.poll(calm.fds, calm.count, calm.wait_ms);
    return park_is_calm() ? ready : poll_on(&calm, ready);
}

struct calm_for_ever {
    struct pollfd *fds;
    nfds_t count;
};

static COLD int poll_on_for_ever(const struct calm_for_ever *calm, int ready)
{
    struct calm all = {.fds = calm->fds, .count = calm->count, .wait_ms = -1};
    return poll_on(&all, ready);
}

EXPORTED BUSY int poll(struct pollfd *fds, nfds_t count, int wait_ms)
{
    enum park_way way = park_way(true);
    if (LIKELY(way == PARK_NOT))
        return next.poll(fds, count, wait_ms);
    if (way == PARK_WITH_CARE)
        return poll_with_care(fds, count, wait_ms);
    if (wait_ms >= 0)
        return poll_in_calm(fds, count, wait_ms);
    struct calm_for_ever calm = {fds, count};
    IN_MEMORY(calm);
    int ready = next.poll(fds, count, wait_ms);
    return park_is_calm() ? ready : poll_on_for_ever(&calm, ready);
}

EXPORTED int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *wait,
                   const sigset_t *mask)
{
    struct poll_call call = {fds, count, false, false};
    if (LIKELY(park_way(true) == PARK_NOT))
        return next.ppoll(fds, count, wait, mask);
    call.awaited = probe_is_long(wait);
    return park_wait(&poll_kind, &call, wait, mask, NULL);
}

/* The fortified twins abort when the array is smaller than it is said to be; libc must do that. */
EXPORTED int __poll_chk(struct pollfd *fds, nfds_t count, int wait_ms, size_t room)
{
    if (LIKELY(park_way(true) == PARK_NOT) || room / sizeof *fds < count)
        return next.__poll_chk(fds, count, wait_ms, room);
    return poll(fds, count, wait_ms);
}

EXPORTED int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *wait,
                         const sigset_t *mask, size_t room)
{
    if (LIKELY(park_way(true) == PARK_NOT) || room / sizeof *fds < count)
        return next.__ppoll_chk(fds, count, wait, mask, room);
    return ppoll(fds, count, wait, mask);
}
