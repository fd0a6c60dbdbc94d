/* SPDX-License-Identifier: MIT
 *
 * Threads that are cancelled at a write whose connection was renewed for it, one after the other. None of
 * these reconnects has failed: a shim that takes it for a failure that no byte went out gives its circuit breaker
 * reason to pass the peer, and the next stale connection is not repaired.
 */
#include "cancel.h"

enum { THREADS = 6 };

static struct peer peer;
static int fd;
static _Atomic bool go;

static void *doomed(void *unused)
{
    while (!go)
        ;
    cancel_do(CANCEL_SEND, fd);
    return unused;
}

static void cancelled(void)
{
    pthread_t thread;
    void *ended;
    fd = cancel_connection(&peer, 0, CANCEL_SEND, false);
    trap_go_stale();
    go = false;
    CHECK_EQUAL(pthread_create(&thread, NULL, doomed, NULL), 0);
    CHECK_EQUAL(pthread_cancel(thread), 0);
    go = true;
    CHECK_EQUAL(pthread_join(thread, &ended), 0);
    CHECK(ended == PTHREAD_CANCELED);
    close(fd);
}

int main(void)
{
    peer = peer_listen(AF_INET, 16);
    for (int i = 0; i < THREADS; i++)
        cancelled();
    fd = cancel_connection(&peer, 0, CANCEL_SEND, false);
    peer_exchange(&peer, fd);
    peer_exchange_stale(&peer, fd);
    close(fd);
    puts("repaired after them");
}
