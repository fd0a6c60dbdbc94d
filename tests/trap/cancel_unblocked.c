/* SPDX-License-Identifier: MIT
 *
 * Threads that are cancelled at a write or read of a non-blocking connection: at the call, before it does
 * anything; not at all where cancellation is disabled; and in the midst of it once the connection has been made
 * to block, by whichever way and whichever process. A shim that makes such calls itself, as they do not wait, is
 * no cancellation point, or holds for ever a thread that waits after all.
 */
#include <fcntl.h>
#include <sys/ioctl.h>

#include "cancel.h"
#include "scm.h"

static struct peer peer;
static int fd;
static enum cancel_call call;
static int state;
static ssize_t result;
static _Atomic bool ready;
static _Atomic bool go;

static void *doomed(void *unused)
{
    CHECK_EQUAL(pthread_setcancelstate(state, NULL), 0);
    ready = true;
    while (!go)
        ;
    result = cancel_do(call, fd);
    return unused;
}

static pthread_t begin(int with_state)
{
    pthread_t thread;
    state = with_state;
    ready = go = false;
    CHECK_EQUAL(pthread_create(&thread, NULL, doomed, NULL), 0);
    while (!ready)
        usleep(100);
    return thread;
}

static void *end(pthread_t thread)
{
    void *ended;
    CHECK_EQUAL(pthread_join(thread, &ended), 0);
    return ended;
}

static void cancelled_before(void)
{
    fd = cancel_connection(&peer, SOCK_NONBLOCK, call, true);
    pthread_t thread = begin(PTHREAD_CANCEL_ENABLE);
    CHECK_EQUAL(pthread_cancel(thread), 0);
    go = true;
    CHECK(end(thread) == PTHREAD_CANCELED);
    cancel_check_undone(&peer, call, fd);
    close(fd);
}

static void not_cancelled(void)
{
    fd = cancel_connection(&peer, SOCK_NONBLOCK, call, true);
    pthread_t thread = begin(PTHREAD_CANCEL_DISABLE);
    CHECK_EQUAL(pthread_cancel(thread), 0);
    go = true;
    CHECK(end(thread) == NULL);
    CHECK(result > 0);
    if (call == CANCEL_WRITE || call == CANCEL_SEND)
        peer_take(&peer, PEER_REQUEST_BYTES);
    close(fd);
}

static void by_fcntl(int number)
{
    CHECK_EQUAL(fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK), 0);
}

static void by_ioctl(int number)
{
    int off = 0;
    CHECK_EQUAL(ioctl(number, FIONBIO, &off), 0);
}

static void by_copy(int number)
{
    int copy = dup(number);
    by_ioctl(copy);
    close(copy);
}

static void change(void *number)
{
    by_fcntl((int)(intptr_t)number);
}

static void by_child(int number)
{
    trap_await_child(trap_fork(change, (void *)(intptr_t)number), 0);
}

static int pair[2];

static void receive_and_change(void *unused)
{
    (void)unused;
    by_fcntl(scm_receive(pair[1]));
}

static pid_t receiver;

static void by_receiver(int number)
{
    scm_send(pair[0], number);
    trap_await_child(receiver, 0);
}

static void cancelled_in(void (*make_blocking)(int))
{
    fd = cancel_connection(&peer, SOCK_NONBLOCK, call, false);
    make_blocking(fd);
    pthread_t thread = begin(PTHREAD_CANCEL_ENABLE);
    go = true;
    trap_sleep_ms(30);
    CHECK_EQUAL(pthread_cancel(thread), 0);
    CHECK(end(thread) == PTHREAD_CANCELED);
    close(fd);
}

int main(void)
{
    peer = peer_listen(AF_INET, 8);
    for (call = 0; call < CANCEL_CALLS; call++) {
        cancelled_before();
        not_cancelled();
    }
    for (call = CANCEL_READ; call <= CANCEL_RECV; call++) {
        cancelled_in(by_fcntl);
        cancelled_in(by_ioctl);
        cancelled_in(by_copy);
        cancelled_in(by_child);
        CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        receiver = trap_fork(receive_and_change, NULL);
        cancelled_in(by_receiver);
        close(pair[0]);
        close(pair[1]);
    }
    puts("cancelled where they were to be");
}
