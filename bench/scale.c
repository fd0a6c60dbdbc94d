/* SPDX-License-Identifier: MIT
 *
 * Many connections in one process, all resting and watched by one epoll instance:
 *
 *     scale memory CONNECTIONS PORT OTHER   prints private KiB at rest, and in exchanges; one more
 *                                           connection, to OTHER, comes to its limit before that
 *     scale count CONNECTIONS PORT          for callgrind: one dump for each kind of call
 *     scale evict CONNECTIONS PORT MS       waits MS, then times the waits that evict them all
 *
 * The first REAL of them are sockets, the others come from virtual.c, which must be preloaded (not
 * for evict: there all are real).
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "client.h"

enum { CALLS = 1000, REAL = 1000, EVENTS = 64 };

#define HALF "POST / HTTP/1.1\r\nHost: bench\r\n"

static int set;
static int count;
static int *connections;
static int real = REAL;

static void open_all(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    set = epoll_create1(0);
    connections = calloc((size_t)count, sizeof *connections);
    for (int i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = i};
        connections[i] = connected(i < real ? 0 : IPPROTO_TCP);
        exchange(connections[i]);
        if (epoll_ctl(set, EPOLL_CTL_ADD, connections[i], &event) != 0)
            err(1, "epoll_ctl");
    }
}

static long private_kib(void)
{
    char line[128];
    long kib = 0, part;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "Private_%*[a-zA-Z_]: %ld", &part) == 1)
            kib += part;
    if (file)
        fclose(file);
    return kib;
}

/* A wait that finds a connection at its limit sorts the deadlines of all. */
static void sort_deadlines(const char *port)
{
    struct epoll_event event = {.events = EPOLLIN};
    set_peer(port);
    int fd = connected(0);
    exchange(fd);
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0)
        err(1, "epoll_ctl");
    pause_ms(100);
    epoll_wait(set, &event, 1, 0);
}

static void show_memory(const char *port)
{
    sort_deadlines(port);
    printf("%ld", private_kib());
    for (int i = 0; i < count; i++)
        say(connections[i], HALF);
    printf(" %ld\n", private_kib());
}

/* Ends what was counted since the last dump, under this name. */
#define DUMP(name)                                                                                 \
    CALLGRIND_DUMP_STATS_AT(name);                                                                 \
    CALLGRIND_ZERO_STATS

static void count_new(void)
{
    for (int i = 0; i < CALLS; i++) {
        int fd = new_socket(0);
        COUNTED(connect(fd, (struct sockaddr *)&peer, sizeof peer));
        close(fd);
    }
    DUMP("connect");
    for (int i = 0; i < CALLS; i++) {
        int fd = connected(0);
        exchange(fd);
        COUNTED(close(fd));
    }
    DUMP("close");
}

static void count_used(void)
{
    struct epoll_event events[EVENTS];
    for (int i = 0; i < CALLS; i++) {
        int fd = connections[i % (count < REAL ? count : REAL)];
        exchange(fd); /* so that this one does not come after a long rest, which costs a question */
        COUNTED(write(fd, GET, sizeof GET - 1));
        hear(fd);
    }
    DUMP("write");
    for (int i = 0; i < CALLS; i++)
        COUNTED(epoll_wait(set, events, EVENTS, 0));
    DUMP("epoll_wait");
}

static void count_calls(void)
{
    count_new();
    count_used();
}

/* Prints the longest wait's time in ms, and that of all waits: all connections are due by then, and
 * the program drops those that it finds ended. */
static void evict_all(long wait_ms)
{
    struct epoll_event events[EVENTS];
    double longest = 0, total = 0;
    pause_ms(wait_ms);
    for (int left = count; left > 0;) {
        double began = seconds();
        int ended = epoll_wait(set, events, EVENTS, 0);
        double took = seconds() - began;
        total += took;
        longest = took > longest ? took : longest;
        for (int i = 0; i < ended; i++)
            close(connections[events[i].data.fd]);
        left -= ended > 0 ? ended : 0;
    }
    printf("%.3f %.3f\n", longest * 1000, total * 1000);
}

int main(int arguments, char **argument)
{
    if (arguments < 4)
        errx(2, "scale memory|count|evict CONNECTIONS PORT [OTHER|MS]");
    bool evicts = !strcmp(argument[1], "evict");
    count = atoi(argument[2]);
    set_peer(argument[3]);
    if (evicts)
        real = count;
    open_all();
    if (evicts)
        evict_all(arguments > 4 ? atol(argument[4]) : 0);
    else if (!strcmp(argument[1], "memory"))
        show_memory(argument[arguments - 1]);
    else
        count_calls();
    return 0;
}
