/* SPDX-License-Identifier: MIT
 *
 * What the JDK does to close a channel that another thread may be using: it puts one end of a
 * half-closed socketpair over the number, so that the other thread fails cleanly, and closes the
 * number later. In between, a write to the number must not be taken for a request on a stale
 * connection, and the next connection under this number starts anew.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum { TURNS = 20 };

static int fd;
static _Atomic bool done;

/* The other thread: writes again and again, as one that does not know yet. Only the marker's EPIPE
 * (never the connection again) may follow after the marker is there. */
static void *write_on(void *data)
{
    static const char request[] = "GET /other HTTP/1.1\r\nHost: trap\r\n\r\n";
    (void)data;
    while (!done) {
        ssize_t sent = send(fd, request, sizeof request - 1, MSG_NOSIGNAL);
        CHECK(sent > 0 || errno == EPIPE);
        trap_sleep_ms(3);
    }
    return NULL;
}

int main(void)
{
    int marker[2];
    pthread_t thread;
    struct trap_server *server = trap_serve();
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, marker), 0);
    CHECK_EQUAL(close(marker[1]), 0);
    for (int turn = 0; turn < TURNS; turn++) {
        fd = trap_connect(server);
        trap_request(fd, "/before");
        done = false;
        CHECK_EQUAL(pthread_create(&thread, NULL, write_on, NULL), 0);
        trap_sleep_ms((unsigned)turn);
        CHECK_EQUAL(dup2(marker[0], fd), fd);
        unsigned accepted = server->accepted;
        trap_sleep_ms(turn % 10 ? 10 : 150);
        CHECK(server->accepted <= accepted + 1); /* one may have been on its way */
        done = true;
        pthread_join(thread, NULL);
        CHECK_EQUAL(close(fd), 0);
    }
    puts("the marker stayed a marker");
}
