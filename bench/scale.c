/* SPDX-License-Identifier: MIT
 *
 * Many connections in one process, all resting and watched by one epoll instance:
 *
 *     scale memory CONNECTIONS PORT     prints private KiB at rest, and in exchanges
 *     scale count CONNECTIONS PORT      for callgrind: one dump for each kind of call
 *     scale evict CONNECTIONS PORT MS   waits MS, then times the wait that evicts them all
 *
 * The first REAL of them are sockets, the others come from virtual.c, which must be preloaded (not
 * for evict: there all are real).
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

enum { CALLS = 1000, REAL = 1000, EVENTS = 64 };

#define COUNTED(call)                                                                              \
    do {                                                                                           \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
        (void)!(call);                                                                             \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
    } while (0)

static const char get[] = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";
static const char half[] = "POST / HTTP/1.1\r\nHost: bench\r\n";

static int set;
static int count;
static int *connections;
static int real = REAL;
static struct sockaddr_in peer = {.sin_family = AF_INET};

static int connected(bool is_real)
{
    int fd = socket(AF_INET, SOCK_STREAM, is_real ? 0 : IPPROTO_TCP);
    if (fd < 0 || connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0)
        err(1, "connect");
    return fd;
}

static void hear(int fd)
{
    char response[256];
    if (read(fd, response, sizeof response) <= 0)
        err(1, "read");
}

static void exchange(int fd)
{
    if (write(fd, get, sizeof get - 1) < 0)
        err(1, "write");
    hear(fd);
}

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
        connections[i] = connected(i < real);
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

static void show_memory(void)
{
    printf("%ld", private_kib());
    for (int i = 0; i < count; i++)
        if (write(connections[i], half, sizeof half - 1) < 0)
            err(1, "write");
    printf(" %ld\n", private_kib());
}

/* Ends what was counted since the last dump, under this name. */
#define DUMP(name)                                                                                 \
    CALLGRIND_DUMP_STATS_AT(name);                                                                 \
    CALLGRIND_ZERO_STATS

static void count_new(void)
{
    for (int i = 0; i < CALLS; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        COUNTED(connect(fd, (struct sockaddr *)&peer, sizeof peer));
        close(fd);
    }
    DUMP("connect");
    for (int i = 0; i < CALLS; i++) {
        int fd = connected(true);
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
        COUNTED(write(fd, get, sizeof get - 1));
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

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Prints the first wait's time in ms: all are due by then. */
static void evict_all(long wait_ms)
{
    struct epoll_event events[EVENTS];
    struct timespec pause = {wait_ms / 1000, wait_ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
    double began = seconds();
    (void)!epoll_wait(set, events, EVENTS, 0);
    printf("%.3f\n", (seconds() - began) * 1000);
}

int main(int arguments, char **argument)
{
    if (arguments < 4)
        errx(2, "scale memory|count|evict CONNECTIONS PORT [MS]");
    bool evicts = !strcmp(argument[1], "evict");
    count = atoi(argument[2]);
    peer.sin_port = htons((uint16_t)atoi(argument[3]));
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (evicts)
        real = count;
    open_all();
    if (evicts)
        evict_all(arguments > 4 ? atol(argument[4]) : 0);
    else if (!strcmp(argument[1], "memory"))
        show_memory();
    else
        count_calls();
    return 0;
}
