/* SPDX-License-Identifier: MIT
 *
 * The server of the counted runs: an epoll loop on 127.0.0.1. It answers a GET with a short
 * response, a GET of /stream with a body that does not end, and never a POST. Prints its port. Ends
 * when its standard input does, so that it cannot outlive who started it.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, STREAM_BYTES = 1 << 16 };

static const char response[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
static const char stream_head[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n";

static int set;
static int listener;
static char bytes[STREAM_BYTES];

static void watch(int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0)
        err(1, "epoll_ctl");
}

static void start(void)
{
    struct sockaddr_in address = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    socklen_t length = sizeof address;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0)
        err(1, "bind");
    getsockname(listener, (struct sockaddr *)&address, &length);
    set = epoll_create1(0);
    watch(listener, EPOLLIN);
    watch(STDIN_FILENO, EPOLLIN);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
}

static void welcome(void)
{
    const int yes = 1;
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        watch(fd, EPOLLIN);
    }
}

/* Level-triggered: EPOLLOUT comes again for as long as the client reads. */
static void start_stream(int fd)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.fd = fd};
    if (write(fd, stream_head, sizeof stream_head - 1) > 0)
        epoll_ctl(set, EPOLL_CTL_MOD, fd, &event);
}

static void answer(int fd)
{
    static char request[1 << 16];
    ssize_t count = read(fd, request, sizeof request);
    if (count <= 0)
        close(fd);
    else if (count > 8 && !memcmp(request, "GET /str", 8))
        start_stream(fd);
    else if (count > 5 && !memcmp(request, "GET /", 5))
        (void)!write(fd, response, sizeof response - 1);
}

static void serve(const struct epoll_event *event)
{
    int fd = event->data.fd;
    if (fd == STDIN_FILENO)
        exit(0);
    if (fd == listener)
        welcome();
    else if (event->events & ~(unsigned)EPOLLOUT)
        answer(fd);
    else
        (void)!send(fd, bytes, sizeof bytes, MSG_NOSIGNAL);
}

static void allow_descriptors(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(void)
{
    allow_descriptors();
    start();
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(set, events, EVENTS, -1);
        for (int i = 0; i < ready; i++)
            serve(&events[i]);
    }
}
