/* SPDX-License-Identifier: MIT
 *
 * The server of the counted runs: an epoll loop on 127.0.0.1 to 127.0.0.ADDRESSES. It answers a GET
 * with a short response, a GET of /stream with a body that does not end, and never a POST. Prints
 * its port. Ends when its standard input does, so that it cannot outlive who started it.
 *
 *     peer ADDRESSES
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

enum { EVENTS = 256, LISTENERS_MOST = 64, STREAM_BYTES = 1 << 16 };

static const char response[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
static const char stream_head[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n";

static int set;
static int listeners_end; /* descriptors below it are the listeners */
static char bytes[STREAM_BYTES];

static void watch(int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0)
        err(1, "epoll_ctl");
}

/* One listener a 127.0.0.N, all with the first one's port. */
static uint16_t listen_on(int number, uint16_t port)
{
    const int yes = 1;
    struct sockaddr_in address = {AF_INET, port, {htonl(INADDR_LOOPBACK + (unsigned)number)}, {0}};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 4096) != 0)
        err(1, "bind");
    getsockname(fd, (struct sockaddr *)&address, &length);
    watch(fd, EPOLLIN);
    listeners_end = fd + 1;
    return address.sin_port;
}

static void welcome(int listener)
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
    if (fd < listeners_end)
        welcome(fd);
    else if (event->events & ~(unsigned)EPOLLOUT)
        answer(fd);
    else
        (void)!send(fd, bytes, sizeof bytes, MSG_NOSIGNAL);
}

int main(int count, char **arguments)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int addresses = count == 2 ? atoi(arguments[1]) : 1;
    if (addresses < 1 || addresses > LISTENERS_MOST)
        errx(2, "peer ADDRESSES (1 to %d)", LISTENERS_MOST);
    set = epoll_create1(0);
    watch(STDIN_FILENO, EPOLLIN);
    uint16_t port = 0;
    for (int i = 0; i < addresses; i++)
        port = listen_on(i, port);
    printf("%d\n", ntohs(port));
    fflush(stdout);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(set, events, EVENTS, -1);
        for (int i = 0; i < ready; i++)
            serve(&events[i]);
    }
}
