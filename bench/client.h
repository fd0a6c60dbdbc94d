/* SPDX-License-Identifier: MIT
 *
 * What the clients of the benchmark have in common: a server at `peer`, one exchange, the clock,
 * and what callgrind counts. Every function ends the program when it fails.
 */
#ifndef UNSTALE_BENCH_CLIENT_H
#define UNSTALE_BENCH_CLIENT_H

#include <arpa/inet.h>
#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

/* With --collect-atstart=no only what stands in here is counted. */
#define COUNTED(call)                                                                              \
    do {                                                                                           \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
        (void)!(call);                                                                             \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
    } while (0)

#define GET "GET / HTTP/1.1\r\nHost: bench\r\n\r\n"

static struct sockaddr_in peer = {.sin_family = AF_INET};

static inline void set_peer(const char *port)
{
    peer.sin_port = htons((uint16_t)atoi(port));
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

/* `protocol` 0 for a real one; see virtual.c for another. */
static inline int new_socket(int protocol)
{
    int fd = socket(AF_INET, SOCK_STREAM, protocol);
    if (fd < 0)
        err(1, "socket");
    return fd;
}

static inline int connected(int protocol)
{
    int fd = new_socket(protocol);
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0)
        err(1, "connect");
    return fd;
}

static inline void say(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        err(1, "write");
}

static inline void hear(int fd)
{
    char bytes[4096];
    if (read(fd, bytes, sizeof bytes) <= 0)
        err(1, "read");
}

static inline void exchange(int fd)
{
    say(fd, GET);
    hear(fd);
}

static inline double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline void pause_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    if (ms)
        nanosleep(&time, NULL);
}

#endif
