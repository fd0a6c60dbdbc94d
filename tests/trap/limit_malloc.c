/* SPDX-License-Identifier: MIT
 *
 * A malloc() that the program brings itself, and that counts the calls which come from inside the
 * functions in question: write(), send(), poll() and their like are async-signal-safe and never
 * allocate. A shim that does deadlocks in a handler that interrupted malloc(), recurses when the
 * allocator itself writes, and fails when memory is short.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

static _Alignas(16) char room[1 << 20];
static size_t used;
static _Atomic unsigned calls;
static _Atomic bool forbidden;

void *malloc(size_t bytes)
{
    atomic_fetch_add(&calls, 1);
    if (atomic_load(&forbidden) || bytes > sizeof room - used - 16) {
        errno = ENOMEM;
        return NULL;
    }
    char *block = room + used;
    used += (bytes + 31) & ~(size_t)15;
    memcpy(block, &bytes, sizeof bytes);
    return block + 16;
}

void free(void *block)
{
    (void)block;
}

void *calloc(size_t count, size_t bytes)
{
    void *block = malloc(count * bytes);
    return block ? memset(block, 0, count * bytes) : NULL;
}

void *realloc(void *old, size_t bytes)
{
    size_t had = 0;
    void *block = malloc(bytes);
    if (old && block) {
        memcpy(&had, (char *)old - 16, sizeof had);
        memcpy(block, old, had < bytes ? had : bytes);
    }
    return block;
}

/* What a client calls, as often as it takes to meet a reconnect and an eviction. */
static void use(const struct trap_server *server, int set, bool looks)
{
    int fd = trap_connect(server);
    struct epoll_event event = {.events = EPOLLIN};
    struct trap_answer last = trap_request(fd, "/first");
    CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
    trap_go_stale();
    struct pollfd look = {.fd = fd, .events = POLLIN};
    struct timeval now = {0};
    fd_set reads;
    FD_ZERO(&reads);
    FD_SET(fd, &reads);
    if (looks) {
        CHECK(poll(&look, 1, 0) >= 0);
        CHECK(select(fd + 1, &reads, NULL, NULL, &now) >= 0);
        CHECK(epoll_wait(set, &event, 1, 0) >= 0);
    } else {
        trap_check_repaired(last, trap_request(fd, "/second"));
    }
    int copy = dup(fd);
    close(fd);
    close(copy);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int set = epoll_create1(0);
    unsigned before = calls;
    atomic_store(&forbidden, true);
    for (int turn = 0; turn < 2; turn++)
        use(server, set, turn);
    int fds[600];
    for (int i = 0; i < 600; i++) /* more than a table of 512 holds */
        trap_request(fds[i] = trap_connect(server), "/many");
    for (int i = 0; i < 600; i++)
        close(fds[i]);
    atomic_store(&forbidden, false);
    CHECK_EQUAL(calls, before);
    puts("no allocation");
}
