/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * Threads are cancelled in a receive, in a wait that is cut into pieces, in a write, and anywhere
 * (asynchronous cancellation), again and again. Nothing may stay locked or half repaired: the
 * connections that the dead threads used are used and repaired by others afterwards, cleanup handlers
 * run, and their signal mask is the thread's own.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "waits.h"

enum { TURNS = 40 };

static struct trap_server *server;
static int fd;
static _Atomic unsigned cleaned;

static void clean_up(void *data)
{
    sigset_t now;
    (void)data;
    CHECK_EQUAL(pthread_sigmask(SIG_SETMASK, NULL, &now), 0);
    CHECK_EQUAL(sigismember(&now, SIGTERM), 0);
    cleaned++;
}

static void receive_for_ever(void)
{
    char byte;
    CHECK(read(fd, &byte, 1) >= 0);
}

static void wait_for_ever(void)
{
    CHECK(by_poll(quiet_pipe(), 30000, NULL) == 0);
}

static void epoll_for_ever(void)
{
    CHECK(by_epoll_wait(quiet_pipe(), 30000, NULL) == 0);
}

static void ask_for_ever(void)
{
    for (;;) {
        trap_request(fd, "/thread");
        usleep(2000);
    }
}

static void *doomed(void *work)
{
    pthread_cleanup_push(clean_up, NULL);
    ((void (*)(void))work)();
    pthread_cleanup_pop(0);
    return NULL;
}

static void *doomed_at_once(void *work)
{
    CHECK_EQUAL(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL), 0);
    return doomed(work);
}

static void cancel_after(void *(*start)(void *), void (*work)(void), unsigned us)
{
    pthread_t thread;
    void *result;
    unsigned before = cleaned;
    CHECK_EQUAL(pthread_create(&thread, NULL, start, (void *)work), 0);
    usleep(us);
    CHECK_EQUAL(pthread_cancel(thread), 0);
    CHECK_EQUAL(pthread_join(thread, &result), 0);
    CHECK(result == PTHREAD_CANCELED);
    CHECK(cleaned == before + 1 || start == doomed_at_once);
}

/* The connection that the dead threads used. Its exchange may have been cut off by the cancellation
 * itself, so a new one is what must work; the table's locks are common to both. */
static void check_others(void)
{
    int own = trap_connect(server);
    struct trap_answer last = trap_request(own, "/own");
    last = trap_request_stale(own, "/own-stale", last);
    close(own);
}

int main(void)
{
    server = trap_serve();
    watched_open(server);
    fd = trap_connect(server);
    trap_request(fd, "/first");
    cancel_after(doomed, receive_for_ever, 50000);
    trap_request(fd, "/after-receive");
    watched_rest(server);
    cancel_after(doomed, wait_for_ever, 200000);
    watched_rest(server);
    cancel_after(doomed, epoll_for_ever, 200000);
    struct trap_answer last = trap_request(fd, "/after-waits");
    trap_request_stale(fd, "/after-waits-stale", last);
    for (unsigned turn = 0; turn < TURNS; turn++) {
        close(fd);
        fd = trap_connect(server);
        cancel_after(turn % 2 ? doomed : doomed_at_once, ask_for_ever, 3000 + turn * 300);
        if (turn % 10 == 9)
            check_others();
    }
    close(fd);
    puts("nothing stayed locked");
}
