/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * ppoll(), pselect() and the epoll_pwait()s swap the signal mask for exactly the time of the wait.
 * What the mask opens ends the wait with EINTR, even if it was pending before. What it blocks is kept
 * back until the whole wait is over: a shim that waits in pieces and has the thread's own mask between
 * two lets the handler run too early. Afterwards the thread's mask is what it was.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "waits.h"

enum { WAIT_MS = 400 };

static _Atomic uint64_t handled_ms;

static void on_signal(int number)
{
    (void)number;
    handled_ms = trap_now_ms();
}

static void alarm_in_ms(unsigned ms)
{
    struct itimerval time = {.it_value = {ms / 1000, ms % 1000 * 1000}};
    CHECK_EQUAL(setitimer(ITIMER_REAL, &time, NULL), 0);
}

static void set_mask(bool blocks_alarm)
{
    sigset_t set;
    sigemptyset(&set);
    if (blocks_alarm)
        sigaddset(&set, SIGALRM);
    CHECK_EQUAL(sigprocmask(SIG_SETMASK, &set, NULL), 0);
}

static void check_mask(bool blocks_alarm)
{
    sigset_t now;
    CHECK_EQUAL(sigprocmask(SIG_SETMASK, NULL, &now), 0);
    for (int number = 1; number < 64; number++)
        CHECK_EQUAL(sigismember(&now, number) == 1, blocks_alarm && number == SIGALRM);
}

/* The thread blocks the signal, the wait lets it in: late in the wait, and pending before it. */
static void check_opens(struct trap_server *server, const struct wait *wait)
{
    sigset_t none;
    sigemptyset(&none);
    set_mask(true);
    watched_rest(server);
    handled_ms = 0;
    alarm_in_ms(260);
    CHECK_FAILS(wait->call(quiet_pipe(), 30000, &none), EINTR);
    CHECK(handled_ms != 0);
    check_mask(true);
    handled_ms = 0;
    CHECK_EQUAL(raise(SIGALRM), 0);
    CHECK_EQUAL(handled_ms, 0);
    CHECK_FAILS(wait->call(quiet_pipe(), 30000, &none), EINTR);
    CHECK(handled_ms != 0);
    check_mask(true);
}

/* False when the machine was so busy that the signal came before the wait. */
static bool held(const struct wait *wait, unsigned alarm_ms)
{
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    handled_ms = 0;
    uint64_t start_ms = trap_now_ms();
    alarm_in_ms(alarm_ms);
    uint64_t call_ms = trap_now_ms();
    CHECK_EQUAL(wait->call(quiet_pipe(), WAIT_MS, &alarm), 0);
    CHECK(handled_ms != 0);
    if (handled_ms <= call_ms + 1)
        return false;
    if (handled_ms + 1 < start_ms + WAIT_MS)
        trap_fail(__FILE__, __LINE__, "%s: handled after %u ms of %u", wait->name,
                  (unsigned)(handled_ms - start_ms), WAIT_MS);
    return true;
}

/* The thread has the signal open, the wait blocks it: the wait lasts, the handler runs after it. */
static void check_holds(struct trap_server *server, const struct wait *wait, unsigned alarm_ms)
{
    set_mask(false);
    for (int tries = 0; tries < 10; tries++) {
        watched_rest(server);
        if (held(wait, alarm_ms))
            break;
    }
    check_mask(false);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct trap_server *server = trap_serve();
    watched_open(server);
    CHECK_EQUAL(sigaction(SIGALRM, &action, NULL), 0);
    for (const struct wait *wait = waits; wait->name; wait++) {
        if (!wait->masks)
            continue;
        check_opens(server, wait);
        check_holds(server, wait, 20);  /* in the first piece */
        check_holds(server, wait, 200); /* in a later one */
        printf("%s: the mask holds\n", wait->name);
    }
}
