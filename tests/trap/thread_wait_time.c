/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * Threads wait for a connection, with a timeout, while another one's request reconnects it, and the
 * answer comes later than the timeout. What the reconnect shows to them for a moment must not make them
 * begin their timeout anew: none may be longer than a wait for something else that began with it and is
 * to last a third longer, but for what a loaded machine does. Each turn is a process of its own,
 * because the first reconnect of a process is a case of its own.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum { TURNS = 5, WAITERS = 16, WAIT_MS = 300, LONGER_MS = 400, HALF_MS = 200 };

/* Of all turns, in shared memory. */
struct score {
    _Atomic unsigned in_time;
    _Atomic unsigned late;
};

static struct trap_server *server;
static struct score *score;
static int fd, set;
static pthread_barrier_t start;
static _Atomic bool over; /* the longer wait has ended */

static int wait_for_it(unsigned way)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    struct epoll_event event;
    if (way % 3 == 0)
        return poll(&one, 1, WAIT_MS);
    return way % 3 == 1 ? epoll_wait(set, &event, 1, WAIT_MS)
                        : epoll_pwait(set, &event, 1, WAIT_MS, NULL);
}

/* A machine that stands still for long lets the answer come before the timeout is seen. */
static bool is_answered(void)
{
    char byte;
    return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

static void *wait_short(void *way)
{
    pthread_barrier_wait(&start);
    int ready = wait_for_it((unsigned)(uintptr_t)way);
    CHECK(!ready || (ready == 1 && is_answered()));
    (*(over || ready ? &score->late : &score->in_time))++;
    return NULL;
}

static void *wait_longer(void *data)
{
    pthread_barrier_wait(&start);
    CHECK_EQUAL(poll(NULL, 0, LONGER_MS), 0);
    over = true;
    return data;
}

/* In a child that has never reconnected anything. */
static void turn(void *data)
{
    pthread_t threads[WAITERS + 1];
    struct epoll_event event = {.events = EPOLLIN};
    (void)data;
    fd = trap_connect(server);
    trap_request(fd, "/first");
    set = epoll_create1(EPOLL_CLOEXEC);
    CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
    CHECK_EQUAL(pthread_barrier_init(&start, NULL, WAITERS + 2), 0);
    for (uintptr_t i = 0; i < WAITERS; i++)
        CHECK_EQUAL(pthread_create(&threads[i], NULL, wait_short, (void *)i), 0);
    CHECK_EQUAL(pthread_create(&threads[WAITERS], NULL, wait_longer, NULL), 0);
    trap_go_stale();
    pthread_barrier_wait(&start);
    trap_sleep_ms(HALF_MS);
    trap_send_request(fd, "/late?delay=700");
    for (int i = 0; i <= WAITERS; i++)
        pthread_join(threads[i], NULL);
    trap_read_answer(fd);
}

int main(void)
{
    server = trap_serve();
    score = mmap(NULL, sizeof *score, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(score != MAP_FAILED);
    for (int i = 0; i < TURNS; i++)
        trap_await_child(trap_fork(turn, NULL), 0);
    if (trap_repairs())
        CHECK(server->accepted > TURNS);
    if (trap_mode() == TRAP_HARSHEST)
        fprintf(stderr, "%u in time, %u late\n", score->in_time, score->late);
    CHECK(score->late < score->in_time / 9);
    puts("no timeout began anew");
}
