/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * A handler that runs a thousand times a second writes on a stale connection of its own, and opens,
 * uses and closes others, while the interrupted code is in a door, in a reconnect, or in malloc(). All
 * of these calls are async-signal-safe (signal-safety(7)): a shim that takes a lock or allocates there
 * hangs; one that keeps a half-done state mixes the two.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "trap.h"

enum { RUN_MS = 2500, OPEN_EVERY = 40, REST_EVERY = 3 };

static struct trap_server *server;
static int own;
static _Atomic unsigned runs, asked, answered;

/* Asks when the last answer is in; never waits. */
static void ask_on_own(void)
{
    static const char request[] = "GET /handler HTTP/1.1\r\nHost: trap\r\n\r\n";
    char answer[512];
    if (asked != answered) {
        if (recv(own, answer, sizeof answer, MSG_DONTWAIT) > 0)
            answered++;
        else
            CHECK_EQUAL(errno, EAGAIN);
    } else if (runs % REST_EVERY == 0) { /* else let it rest */
        CHECK_EQUAL(send(own, request, sizeof request - 1, MSG_NOSIGNAL), sizeof request - 1);
        asked++;
    }
}

static void on_tick(int number)
{
    int saved = errno;
    (void)number;
    runs++;
    ask_on_own();
    if (runs % OPEN_EVERY == 0) {
        int fd = trap_connect(server);
        trap_request(fd, "/handler-opens");
        int copy = dup(fd);
        close(fd);
        close(copy);
    }
    errno = saved;
}

static void tick(unsigned interval_us)
{
    struct itimerval time = {{0, interval_us}, {0, interval_us}};
    CHECK_EQUAL(setitimer(ITIMER_REAL, &time, NULL), 0);
}

int main(void)
{
    /* The handler waits for an answer, which another run of it would not let it come to. */
    struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
    server = trap_serve();
    own = trap_connect(server);
    int fd = trap_connect(server);
    trap_request(fd, "/first");
    CHECK_EQUAL(sigaction(SIGALRM, &action, NULL), 0);
    uint64_t end_ms = trap_now_ms() + RUN_MS;
    tick(1000);
    for (unsigned turn = 0; trap_now_ms() < end_ms; turn++) {
        void *memory = malloc(turn % 5000 + 1);
        trap_request(fd, "/main");
        free(memory);
        if (turn % 50 == 0)
            trap_sleep_ms(5);
        if (turn % 200 == 0)
            trap_go_stale();
    }
    tick(0);
    CHECK(runs > 50);
    CHECK(asked > 5 && answered + 1 >= asked);
    CHECK_EQUAL(server->broken, 0);
    puts("every request was answered");
}
