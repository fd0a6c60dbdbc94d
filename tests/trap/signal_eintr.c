/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * Which calls a signal ends with EINTR, with and without SA_RESTART, is a contract (signal(7)): the
 * waits always, a receive only without SA_RESTART. The waits here are long, and connections that are
 * watched elsewhere come to their limit during them, so the shim cuts them into pieces: a signal that
 * comes in a later piece must end the whole wait, not be lost between two.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "waits.h"

static _Atomic unsigned handled;

static void on_alarm(int number)
{
    (void)number;
    handled++;
}

static void install(int flags)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
    CHECK_EQUAL(sigaction(SIGALRM, &action, NULL), 0);
}

/* And again after that: a busy machine may have let the first one come before the wait. 0: no more. */
static void alarm_in_ms(unsigned ms)
{
    struct timeval time_ms = {ms / 1000, ms % 1000 * 1000};
    struct itimerval time = {.it_value = time_ms, .it_interval = time_ms};
    CHECK_EQUAL(setitimer(ITIMER_REAL, &time, NULL), 0);
}

/* Every wait ends early, with EINTR, whatever the flags. */
static void check_waits(struct trap_server *server)
{
    for (const struct wait *wait = waits; wait->name; wait++) {
        watched_rest(server);
        handled = 0;
        uint64_t start_ms = trap_now_ms();
        alarm_in_ms(260);
        CHECK_FAILS(wait->call(quiet_pipe(), 30000, NULL), EINTR);
        uint64_t took_ms = trap_now_ms() - start_ms;
        alarm_in_ms(0);
        CHECK(took_ms >= 259 && took_ms < 10000);
        CHECK(handled >= 1);
        printf("%s: EINTR\n", wait->name);
    }
}

/* A receive goes on after a handler with SA_RESTART, and ends without. */
static void check_receive(struct trap_server *server, bool restarts)
{
    int fd = trap_connect(server);
    char byte;
    handled = 0;
    trap_request(fd, "/first");
    trap_go_stale();
    trap_send_request(fd, "/slow?delay=1000");
    alarm_in_ms(100);
    if (!restarts) {
        CHECK_FAILS(recv(fd, &byte, 1, 0), EINTR);
        alarm_in_ms(0);
    }
    trap_read_answer(fd);
    alarm_in_ms(0);
    CHECK(handled >= 1);
    printf("receive: %s\n", restarts ? "goes on" : "EINTR");
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    watched_open(server);
    install(SA_RESTART);
    check_waits(server);
    check_receive(server, true);
    install(0);
    check_waits(server);
    check_receive(server, false);
}
