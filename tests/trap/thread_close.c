/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * One thread closes a number while another's request on it is just being repaired; the number is free
 * then. No repair may come late and act on what has the number next, or keep the closed connection
 * alive: afterwards the number is closed, the next connection under it is whole, and the server has
 * no connection left that nobody holds.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum { TURNS = 300, HIGH = 100, GAP_US = 5000 };

static sem_t ready;
static _Atomic bool done;
static _Atomic unsigned turn_now;

/* Writes at about the time at which the other thread closes. */
static void *write_late(void *data)
{
    static const char request[] = "GET /late HTTP/1.1\r\nHost: trap\r\n\r\n";
    (void)data;
    for (;;) {
        sem_wait(&ready);
        if (done)
            return NULL;
        usleep(GAP_US);
        ssize_t sent = send(HIGH, request, sizeof request - 1, MSG_NOSIGNAL);
        CHECK(sent > 0 || errno == EBADF || errno == EPIPE || errno == ECONNRESET ||
              errno == ENOTSOCK);
        turn_now++;
    }
}

static void close_in_between(struct trap_server *server, unsigned turn)
{
    int low = trap_connect(server);
    trap_request(low, "/before");
    CHECK_EQUAL(dup2(low, HIGH), HIGH);
    close(low);
    sem_post(&ready);
    usleep(GAP_US - 50 + turn % 20 * 10);
    CHECK_EQUAL(close(HIGH), 0);
    int next = trap_connect(server);
    trap_request(next, "/next");
    while (turn_now <= turn)
        usleep(100);
    CHECK_FAILS(fcntl(HIGH, F_GETFD), EBADF);
    trap_request(next, "/next-again");
    close(next);
}

int main(void)
{
    pthread_t writer;
    struct trap_server *server = trap_serve();
    CHECK_EQUAL(sem_init(&ready, 0, 0), 0);
    CHECK_EQUAL(pthread_create(&writer, NULL, write_late, NULL), 0);
    for (unsigned turn = 0; turn < TURNS; turn++)
        close_in_between(server, turn);
    done = true;
    sem_post(&ready);
    pthread_join(writer, NULL);
    trap_await_ended(server);
    puts("closed is closed");
}
