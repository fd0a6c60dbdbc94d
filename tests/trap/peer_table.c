/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * connect() is async-signal-safe and is called everywhere at once: in threads, in a handler that
 * interrupts connect() itself a thousand times a second, in children that are forked meanwhile, in a
 * vfork() child. Each call goes to a peer that was not seen before, so a shim that keeps a table of
 * peers changes it each time: one that waits for a lock there hangs, one that does not may break it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "trap.h"

enum { THREADS = 2, FORKS = 10, RUN_MS = 1000, TICKS = 50, EACH = 50 };

static struct trap_server *server;
static _Atomic bool stop;
static _Atomic unsigned number, handled;

/* Somewhere in 127.0.0.0/8, where nobody listens: the attempt begins, which is enough. */
static void knock(void)
{
    uint32_t host = 0x7f000002 + (atomic_fetch_add(&number, 1) * 2654435761u >> 9);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(host)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)connect(fd, (struct sockaddr *)&address, sizeof address);
    close(fd);
}

static void *keep_knocking(void *data)
{
    (void)data;
    sigset_t tick;
    sigemptyset(&tick);
    sigaddset(&tick, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &tick, NULL);
    while (!stop)
        knock();
    return NULL;
}

static void on_tick(int signal)
{
    int saved = errno;
    (void)signal;
    handled++;
    knock();
    errno = saved;
}

static void tick(unsigned interval_us)
{
    struct itimerval time = {{0, interval_us}, {0, interval_us}};
    CHECK_EQUAL(setitimer(ITIMER_REAL, &time, NULL), 0);
}

static void child(void *data)
{
    (void)data;
    for (int i = 0; i < EACH; i++)
        knock();
    int fd = trap_connect(server);
    trap_request_stale(fd, "/child-stale", trap_request(fd, "/child"));
}

static void knock_in_vfork_child(void)
{
    pid_t pid = vfork();
    if (!pid) {
        knock();
        _exit(0);
    }
    CHECK(pid > 0);
    trap_await_child(pid, 0);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
    pthread_t threads[THREADS];
    server = trap_serve();
    CHECK_EQUAL(sigaction(SIGALRM, &action, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_EQUAL(pthread_create(&threads[i], NULL, keep_knocking, NULL), 0);
    tick(1000);
    for (uint64_t end_ms = trap_now_ms() + RUN_MS; trap_now_ms() < end_ms || handled < TICKS;)
        knock();
    tick(0);
    for (int i = 0; i < FORKS; i++)
        trap_await_child(trap_fork(child, NULL), 0);
    stop = true;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < EACH; i++)
        knock_in_vfork_child();
    int fd = trap_connect(server);
    trap_request_stale(fd, "/after", trap_request(fd, "/before"));
    CHECK_EQUAL(server->broken, 0);
    puts("nobody waited");
}
