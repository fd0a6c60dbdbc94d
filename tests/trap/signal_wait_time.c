/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * A wait that the shim cuts into pieces lasts as long as the program asked, not shorter and not once
 * more for each piece; select() says what was left; and nothing of the waits is seen in errno or in
 * the sets.
 */
#include <errno.h>
#include <stdio.h>

#include "waits.h"

enum { LONG_MS = 350, LATE_MS = 40, TRIES = 20 };

/* How long the wait took. */
static uint64_t check_wait(const struct wait *wait, int ms)
{
    uint64_t start_ms = trap_now_ms();
    errno = 77;
    CHECK_EQUAL(wait->call(quiet_pipe(), ms, NULL), 0);
    CHECK_EQUAL(errno, 77);
    uint64_t took_ms = trap_now_ms() - start_ms;
    if (took_ms + 1 < (uint64_t)ms || took_ms > (uint64_t)ms + 5000)
        trap_fail(__FILE__, __LINE__, "%s took %u ms of %d", wait->name, (unsigned)took_ms, ms);
    return took_ms;
}

/* A loaded machine makes a wait late, but not every time; one that starts over with each piece is at
 * least 50 ms late every time. */
static void check_long_wait(struct trap_server *server, const struct wait *wait)
{
    for (int i = 0; i < TRIES; i++) {
        watched_rest(server);
        if (check_wait(wait, LONG_MS) <= LONG_MS + LATE_MS)
            return;
    }
    trap_fail(__FILE__, __LINE__, "%s was late every time", wait->name);
}

/* What is left, and the sets after a result, after a timeout. */
static void check_select(struct trap_server *server)
{
    struct timeval time = {0, 300000};
    fd_set in, out;
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    watched_rest(server);
    FD_ZERO(&in);
    FD_SET(quiet_pipe(), &in);
    CHECK_EQUAL(select(quiet_pipe() + 1, &in, NULL, NULL, &time), 0);
    CHECK(!FD_ISSET(quiet_pipe(), &in));
    CHECK(time.tv_sec == 0 && time.tv_usec == 0);
    watched_rest(server);
    time = (struct timeval){20, 0};
    FD_ZERO(&out);
    FD_SET(quiet_pipe(), &in);
    FD_SET(ends[1], &out);
    CHECK_EQUAL(select(ends[1] + 1, &in, &out, NULL, &time), 1);
    CHECK(!FD_ISSET(quiet_pipe(), &in) && FD_ISSET(ends[1], &out));
    CHECK(time.tv_sec >= 10 && time.tv_sec <= 20);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    watched_open(server);
    for (const struct wait *wait = waits; wait->name; wait++) {
        watched_rest(server);
        check_wait(wait, 0);
        check_wait(wait, 1);
        check_long_wait(server, wait);
    }
    check_select(server);
    puts("all in time");
}
