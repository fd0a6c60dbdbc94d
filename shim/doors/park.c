/* SPDX-License-Identifier: MIT
 *
 * See park.h. Times are nanoseconds on the exact clock, and the exact clock is read only when a
 * deadline may come before the program's own timeout.
 */
#include "doors/park.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define FOREVER UINT64_MAX

struct park {
    const struct park_kind *kind;
    void *call;
    const sigset_t *mask; /* the program's */
    uint64_t end_ns;      /* FOREVER: no timeout */
    uint64_t began_ms;    /* coarse; for a wait that was not cut but must go on. 0: not known */
    uint32_t reconnects;  /* repair_reconnects_ended when this piece began */
    bool blocked;         /* signals, since the first piece was cut */
    signal_set signals;   /* what was blocked before */
};

/* What the kernel refuses with EINVAL. */
static bool is_time(const struct timespec *time)
{
    return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < 1000000000;
}

static uint64_t to_ns(const struct timespec *time)
{
    if ((uint64_t)time->tv_sec > UINT64_MAX / 4000000000)
        return FOREVER;
    return (uint64_t)time->tv_sec * 1000000000 + (uint64_t)time->tv_nsec;
}

static struct timespec from_ns(uint64_t ns)
{
    return (struct timespec){(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
}

/* Evicts some of what is due. True: there may be more. */
static bool evict_due(struct park *park)
{
    bool more = false;
    uint64_t deadline_ms = atomic_load_explicit(&deadlines_next_ms, memory_order_relaxed);
    if (deadline_ms < DEADLINE_NONE) {
        uint64_t now_ms = clock_coarse_ms();
        more = deadline_ms <= now_ms && repair_due(now_ms);
    }
    if (park->kind->look && atomic_load_explicit(&deadlines_overdue, memory_order_relaxed))
        more |= park->kind->look(park->call);
    return more;
}

/* How long until the next deadline. At least one millisecond: another thread may be at what is due. */
static uint64_t ns_until_deadline(void)
{
    uint64_t deadline_ms = atomic_load(&deadlines_next_ms);
    if (deadline_ms >= DEADLINE_NONE)
        return FOREVER;
    uint64_t now_ms = clock_coarse_ms();
    return (deadline_ms > now_ms ? deadline_ms - now_ms : 1) * 1000000;
}

static void block_signals(struct park *park)
{
    if (!park->blocked)
        park->signals = process_block_signals();
    park->blocked = true;
}

/* One piece of at most `piece_ns`, after the first with the program's mask swapped in by the kernel. */
static int wait_piece(struct park *park, uint64_t piece_ns)
{
    struct timespec piece = from_ns(piece_ns);
    sigset_t own;
    const sigset_t *mask = park->mask;
    if (park->blocked && !mask) {
        sigemptyset(&own);
        memcpy(&own, &park->signals, sizeof park->signals);
        mask = &own;
    }
    return park->kind->piece(park->call, piece_ns == FOREVER ? NULL : &piece, mask);
}

/* True when `ready` may come from the moment between another thread's disconnect and connect. In a
 * child of _Fork() or a raw clone that thread is not there, and its repair never ends. */
static bool must_recheck(struct park *park, int ready)
{
    if (LIKELY(atomic_load(&repair_reconnects_begun) == park->reconnects) || ready <= 0 ||
        !process_is_owner())
        return false;
    park->reconnects = atomic_load(&repair_reconnects_ended);
    return true;
}

static uint64_t left_ns(const struct park *park)
{
    uint64_t now_ns = clock_exact_ns();
    return park->end_ns > now_ns ? park->end_ns - now_ns : 0;
}

/* What is left of `timeout_ns`, the whole timeout or what was left of it when the end was fixed. */
static uint64_t time_left(struct park *park, uint64_t timeout_ns)
{
    if (park->end_ns == FOREVER) {
        uint64_t began_ms = park->began_ms;
        uint64_t spent_ns = began_ms ? (clock_coarse_ms() - began_ms) * 1000000 : 0;
        park->end_ns = clock_exact_ns() + (timeout_ns > spent_ns ? timeout_ns - spent_ns : 0);
    }
    return left_ns(park);
}

/* Waits until there is a result or the program's timeout is over. `timeout_ns` is what it is now. The
 * clock is read only once the wait may be cut. */
static int wait_in_pieces(struct park *park, uint64_t timeout_ns)
{
    for (;;) {
        uint64_t cap_ns = evict_due(park) ? 0 : ns_until_deadline();
        bool cut = cap_ns < timeout_ns;
        if (cut && timeout_ns != FOREVER && park->end_ns == FOREVER)
            park->end_ns = clock_exact_ns() + timeout_ns;
        if (cut && park->mask) /* what it holds back must not come out between two pieces */
            block_signals(park);
        int ready = wait_piece(park, cut ? cap_ns : timeout_ns);
        if (must_recheck(park, ready)) {
            ready = park->kind->recheck(park->call, ready);
            cut = ready <= 0;
            if (ready < 0)
                ready = 0;
        }
        if (ready != 0 || !cut)
            return ready;
        block_signals(park);
        if (timeout_ns != FOREVER)
            timeout_ns = time_left(park, timeout_ns);
    }
}

/* The whole of a wait, and the thread's signals as they were. */
static int wait_to_end(struct park *park, uint64_t timeout_ns, struct timespec *left)
{
    park->reconnects = atomic_load(&repair_reconnects_ended);
    int ready = wait_in_pieces(park, timeout_ns);
    int saved = errno;
    if (left && park->end_ns != FOREVER)
        *left = from_ns(left_ns(park));
    if (park->blocked)
        process_restore_signals(park->signals);
    errno = saved;
    return ready;
}

int park_wait(const struct park_kind *kind, void *call, const struct timespec *timeout,
              const sigset_t *mask, struct timespec *left)
{
    if (timeout && !is_time(timeout))
        return kind->piece(call, timeout, mask);
    struct park park = {.kind = kind, .call = call, .mask = mask, .end_ns = FOREVER};
    uint64_t timeout_ns = timeout ? to_ns(timeout) : FOREVER;
    if (timeout_ns != FOREVER && timeout_ns)
        park.began_ms = clock_coarse_ms();
    return wait_to_end(&park, timeout_ns, left);
}

int park_cut(const struct park_kind *kind, void *call, int wait_ms, const sigset_t *mask)
{
    struct timespec wait = {wait_ms / 1000, wait_ms % 1000 * 1000000L};
    return park_wait(kind, call, wait_ms < 0 ? NULL : &wait, mask, NULL);
}

int park_on(const struct park_kind *kind, void *call, const struct park_whole *whole, int wait_ms,
            const sigset_t *mask, int ready)
{
    struct park park = {
        .kind = kind, .call = call, .mask = mask, .end_ns = FOREVER, .began_ms = whole->began_ms};
    if (ready)
        ready = kind->recheck(call, ready);
    if (ready > 0)
        return ready;
    block_signals(&park);
    uint64_t timeout_ns = FOREVER;
    if (wait_ms >= 0)
        timeout_ns = time_left(&park, (uint64_t)wait_ms * 1000000);
    return wait_to_end(&park, timeout_ns, NULL);
}

int park_on_from_calm(const struct park_kind *kind, void *call, const struct timespec *began,
                      int wait_ms, const sigset_t *mask, int ready)
{
    struct park_whole whole = {.piece_ms = wait_ms, .began_ms = began ? clock_ms(began) : 0};
    deadlines_set_calm(false);
    return ready > 0 ? park_on(kind, call, &whole, wait_ms, mask, ready) : ready;
}

int park_ms(const struct timespec *wait)
{
    if (!wait)
        return -1;
    if (wait->tv_sec > INT_MAX / 1000 - 1)
        return INT_MAX;
    return (int)(wait->tv_sec * 1000 + (wait->tv_nsec + 999999) / 1000000);
}
