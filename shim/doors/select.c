/* SPDX-License-Identifier: MIT
 *
 * The doors of select() and pselect(). The kernel overwrites the sets with its results, so a wait
 * in pieces starts each from a copy. A call with more descriptors than an fd_set holds is not cut
 * into pieces; neither is one that we need not look at.
 */
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "base/next.h"
#include "doors/park.h"
#include "doors/probe.h"

enum { SETS = 3, READ_SET = 0 };

/* mmap_min_addr, and the end of user space with 47 bits. */
static const uintptr_t LOWEST_ADDRESS = 0x10000;
static const uintptr_t HIGHEST_ADDRESS = 0x7fffffffffff;

struct select_call {
    int count;
    fd_set *sets[SETS];  /* the program's: read, write, exceptions; any may be null */
    fd_set asked[SETS];  /* what they were */
    bool plain;          /* select(), not pselect() */
    bool awaited;        /* it is longer than a look */
    struct timeval left; /* what the kernel left of a plain wait */
};

static size_t set_bytes(int count)
{
    return ((size_t)count + 8 * sizeof(long) - 1) / (8 * sizeof(long)) * sizeof(long);
}

static void copy_sets(const struct select_call *call, bool to_program, struct select_call *copy)
{
    for (int i = 0; i < SETS; i++) {
        if (!call->sets[i])
            continue;
        if (to_program)
            memcpy(call->sets[i], &call->asked[i], set_bytes(call->count));
        else
            memcpy(&copy->asked[i], call->sets[i], set_bytes(call->count));
    }
}

static int wait_for_select(void *data, const struct timespec *wait, const sigset_t *mask)
{
    struct select_call *call = data;
    copy_sets(call, true, NULL);
    if (!call->plain || mask)
        return next.pselect(call->count, call->sets[0], call->sets[1], call->sets[2], wait, mask);
    if (wait)
        call->left = (struct timeval){wait->tv_sec, (wait->tv_nsec + 999) / 1000};
    return next.select(call->count, call->sets[0], call->sets[1], call->sets[2],
                       wait ? &call->left : NULL);
}

static bool look_at_select(void *data)
{
    struct select_call *call = data;
    int asked = 0;
    for (int fd = 0; call->sets[READ_SET] && fd < call->count; fd++)
        if (FD_ISSET(fd, &call->asked[READ_SET]) && probe_descriptor(fd, call->awaited) &&
            ++asked == REPAIRS_AT_ONCE)
            return true;
    return false;
}

/* select() has no word for HUP: anything it reports of a tracked descriptor may be the moment. */
static int recheck_select(void *data, int ready)
{
    struct select_call *call = data;
    bool doubtful = false;
    for (int fd = 0; fd < call->count; fd++)
        for (int i = 0; i < SETS; i++)
            if (call->sets[i] && FD_ISSET(fd, call->sets[i]))
                doubtful |= probe_await(fd);
    return doubtful ? -1 : ready;
}

static const struct park_kind select_kind = {NULL, wait_for_select, look_at_select, recheck_select};

static int select_in_pieces(struct select_call *call, const struct timespec *wait,
                            const sigset_t *mask, struct timespec *left)
{
    copy_sets(call, false, call);
    call->awaited = probe_is_long(wait);
    int ready = park_wait(&select_kind, call, wait, mask, left);
    /* On an error the kernel leaves the sets alone; on a timeout it has emptied them. */
    if (ready < 0)
        copy_sets(call, true, NULL);
    return ready;
}

/* The sets must be copied before the kernel has checked their addresses; what cannot be one is the
 * kernel's to refuse. */
static bool may_be_set(const fd_set *set)
{
    uintptr_t at = (uintptr_t)set;
    return !set || (at >= LOWEST_ADDRESS && at < HIGHEST_ADDRESS);
}

static bool is_ours(const struct select_call *call)
{
    return call->count > 0 && call->count <= FD_SETSIZE && may_be_set(call->sets[0]) &&
           may_be_set(call->sets[1]) && may_be_set(call->sets[2]);
}

INLINE void begin(struct select_call *call, int count, fd_set *in, fd_set *out, fd_set *other)
{
    call->count = count;
    call->sets[READ_SET] = in;
    call->sets[1] = out;
    call->sets[2] = other;
}

/* Linux writes what is left of the time back (select(2), "Notes"); it refuses what is no time. */
static bool is_time(const struct timeval *time)
{
    return time->tv_sec >= 0 && time->tv_usec >= 0;
}

static NOINLINE int select_with_care(int count, fd_set *in, fd_set *out, fd_set *other,
                                     struct timeval *wait)
{
    struct select_call call;
    struct timespec left = {.tv_sec = -1};
    begin(&call, count, in, out, other);
    call.plain = true;
    call.left = (struct timeval){0};
    if (!is_ours(&call) || (wait && !is_time(wait)))
        return next.select(count, in, out, other, wait);
    struct timespec timeout = {0};
    if (wait)
        timeout = (struct timespec){wait->tv_sec + wait->tv_usec / 1000000,
                                    wait->tv_usec % 1000000 * 1000};
    int ready = select_in_pieces(&call, wait ? &timeout : NULL, NULL, wait ? &left : NULL);
    if (wait && left.tv_sec >= 0)
        *wait = (struct timeval){left.tv_sec, left.tv_nsec / 1000};
    else if (wait)
        *wait = call.left;
    return ready;
}

EXPORTED int select(int count, fd_set *in, fd_set *out, fd_set *other, struct timeval *wait)
{
    if (LIKELY(park_way(true) == PARK_NOT))
        return next.select(count, in, out, other, wait);
    return select_with_care(count, in, out, other, wait);
}

static NOINLINE int pselect_with_care(int count, fd_set *in, fd_set *out, fd_set *other,
                                      const struct timespec *wait, const sigset_t *mask)
{
    struct select_call call;
    begin(&call, count, in, out, other);
    call.plain = false;
    if (!is_ours(&call))
        return next.pselect(count, in, out, other, wait, mask);
    return select_in_pieces(&call, wait, mask, NULL);
}

EXPORTED int pselect(int count, fd_set *in, fd_set *out, fd_set *other, const struct timespec *wait,
                     const sigset_t *mask)
{
    if (LIKELY(park_way(true) == PARK_NOT))
        return next.pselect(count, in, out, other, wait, mask);
    return pselect_with_care(count, in, out, other, wait, mask);
}
