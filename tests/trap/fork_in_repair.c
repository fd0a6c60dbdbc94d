/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * A process forks at the very moment at which another of its threads reconnects: in the child that
 * thread is gone, and its repair never ends. What the child does with the connection then must not
 * hang or wait for it: it looks (peek, poll, epoll), and closes its number. Children by fork(), by
 * _Fork() and by a raw clone().
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

enum { THREADS = 24, FORKS = 400, GAP_US = 4500 };

static struct trap_server *server;
static int fds[THREADS];
static _Atomic bool stop;
static _Atomic int ready;

static void *stay_busy(void *data)
{
    int fd = *(int *)data;
    ready++;
    while (!stop) {
        trap_request(fd, "/busy");
        usleep(GAP_US);
    }
    return NULL;
}

static pid_t clone_raw(void)
{
    return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

/* Whatever it finds, it finds it at once. */
static void child(void)
{
    for (int i = 0; i < THREADS; i++) {
        char byte;
        struct pollfd one = {.fd = fds[i], .events = POLLIN | POLLRDHUP};
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP};
        int set = epoll_create1(EPOLL_CLOEXEC);
        ssize_t got = recv(fds[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        CHECK(got >= 0 || errno == EAGAIN || errno == ENOTCONN || errno == EPIPE ||
              errno == ECONNRESET);
        CHECK(poll(&one, 1, 0) >= 0);
        CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &event), 0);
        CHECK(epoll_wait(set, &event, 1, 0) >= 0);
        CHECK_EQUAL(close(fds[i]), 0);
    }
    _exit(0);
}

int main(void)
{
    pthread_t threads[THREADS];
    pid_t (*quietly)(void) = (pid_t(*)(void))dlsym(RTLD_DEFAULT, "_Fork"); /* glibc 2.34 */
    pid_t (*const ways[])(void) = {fork, quietly ? quietly : fork, clone_raw};
    server = trap_serve();
    for (int i = 0; i < THREADS; i++) {
        fds[i] = trap_connect(server);
        CHECK_EQUAL(pthread_create(&threads[i], NULL, stay_busy, &fds[i]), 0);
    }
    while (ready < THREADS)
        trap_sleep_ms(1);
    for (int turn = 0; turn < FORKS; turn++) {
        pid_t pid = ways[turn % 3]();
        CHECK(pid >= 0);
        if (!pid)
            child();
        trap_await_child(pid, 0);
    }
    stop = true;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_EQUAL(server->broken, 0);
    puts("no child waited for a thread that it does not have");
}
