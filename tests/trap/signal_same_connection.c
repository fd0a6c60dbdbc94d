/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * A handler sends a request on the very connection that the interrupted code is about to write to, is
 * writing to, or has rested for longer than the limit. Each request gets its answer, in order, as it
 * does bare: a handler that finds the connection half-way through a door must neither wait for that
 * door nor cut what it has begun.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "trap.h"

enum { TURNS = 250, TICK_US = 3700 };

static int fd;
static _Atomic unsigned by_handler;

static void on_tick(int number)
{
    static const char request[] = "GET /handler HTTP/1.1\r\nHost: trap\r\n\r\n";
    (void)number;
    if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) != sizeof request - 1)
        trap_fail(__FILE__, __LINE__, "the handler cannot send");
    by_handler++;
}

static unsigned seen_by_handler, seen_by_main;

static void read_one(void)
{
    struct trap_answer answer = trap_read_answer(fd);
    if (!strcmp(answer.body, "/handler"))
        seen_by_handler++;
    else
        seen_by_main++;
}

static void tick(unsigned interval_us)
{
    struct itimerval time = {{0, interval_us}, {0, interval_us}};
    CHECK_EQUAL(setitimer(ITIMER_REAL, &time, NULL), 0);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
    struct trap_server *server = trap_serve();
    fd = trap_connect(server);
    trap_request(fd, "/first");
    CHECK_EQUAL(sigaction(SIGALRM, &action, NULL), 0);
    tick(TICK_US);
    for (unsigned turn = 0; turn < TURNS; turn++) {
        bool rest = turn % 80 == 40;
        if (rest) { /* a rest without ticks */
            tick(0);
            trap_go_stale();
            tick(TICK_US);
        }
        trap_send_request(fd, turn % 30 ? "/main" : "/main?delay=12");
        while (seen_by_main <= turn)
            read_one();
        trap_sleep_ms(turn % 7);
    }
    tick(0);
    while (seen_by_handler < by_handler)
        read_one();
    CHECK_EQUAL(server->requests, 1 + seen_by_main + seen_by_handler);
    CHECK_EQUAL(server->broken, 0);
    puts("every request was answered");
}
