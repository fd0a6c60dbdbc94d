/* SPDX-License-Identifier: MIT
 *
 * The body of the traps in which one thread waits for a connection's events, in its own way, and
 * another makes the requests, each of which is a reconnect. No event but EPOLLIN and EPOLLOUT may
 * ever be seen: a reconnect shows as HUP and ERR for some microseconds, and that must be hidden; nor
 * EPOLLIN without anything to read. They run with UNSTALE_ACTION=reconnect, because otherwise the wait
 * itself would evict the connection.
 */
#ifndef UNSTALE_TRAP_THREAD_PARKED_H
#define UNSTALE_TRAP_THREAD_PARKED_H

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum { PARKED_QUICK_TURNS = 1000, PARKED_QUICK_MS = 4, PARKED_SLOW_TURNS = 3 };

/* One wait, at most 100 ms: true when the connection is readable. Fails the trap at HUP or ERR. */
typedef bool parked_wait(int fd);

static int parked_fd;
static parked_wait *parked_way;
static _Atomic unsigned parked_answered;
static _Atomic bool parked_done;

static void *parked_read_on(void *data)
{
    (void)data;
    while (!parked_done) {
        char wanted[32];
        if (!parked_way(parked_fd))
            continue;
        CHECK_EQUAL(recv(parked_fd, wanted, 1, MSG_PEEK | MSG_DONTWAIT), 1);
        struct trap_answer answer = trap_read_answer(parked_fd);
        snprintf(wanted, sizeof wanted, "/turn-%u", parked_answered);
        CHECK(!strcmp(answer.body, wanted));
        parked_answered++;
    }
    return NULL;
}

static void parked_ask(unsigned turn)
{
    char path[32];
    while (parked_answered < turn)
        trap_sleep_ms(1);
    if (turn < PARKED_SLOW_TURNS)
        trap_go_stale();
    else
        trap_sleep_ms(PARKED_QUICK_MS);
    snprintf(path, sizeof path, "/turn-%u", turn);
    trap_send_request(parked_fd, path);
}

/* `prepare` (or null) gets the connection before anyone waits. */
static void parked_try(void (*prepare)(int fd), parked_wait *way)
{
    pthread_t reader;
    struct trap_server *server = trap_serve();
    unsigned turns = trap_turns(PARKED_QUICK_TURNS) + PARKED_SLOW_TURNS;
    parked_fd = trap_connect(server);
    parked_way = way;
    if (prepare)
        prepare(parked_fd);
    CHECK_EQUAL(pthread_create(&reader, NULL, parked_read_on, NULL), 0);
    for (unsigned turn = 0; turn < turns; turn++)
        parked_ask(turn);
    while (parked_answered < turns)
        trap_sleep_ms(1);
    parked_done = true;
    pthread_join(reader, NULL);
    CHECK_EQUAL(server->requests, turns);
    CHECK_EQUAL(server->broken, 0);
    if (trap_repairs())
        CHECK(server->accepted >= PARKED_SLOW_TURNS);
    else
        CHECK_EQUAL(server->accepted, 1);
    if (trap_mode() == TRAP_HARSHEST)
        fprintf(stderr, "%u reconnects\n", server->accepted - 1);
    puts("no HUP, no ERR");
}

#endif
