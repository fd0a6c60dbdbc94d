/* SPDX-License-Identifier: MIT
 *
 * One call of one kind, COUNT times, with only the calls themselves counted by callgrind
 * (valgrind --tool=callgrind --collect-atstart=no):
 *
 *     calls OPERATION COUNT [ADDRESS PORT]
 *
 * ADDRESS and PORT are those of bench/peer.c. What surrounds a counted call (the socket() before a
 * connect(), the read that ends an exchange) is not counted.
 */
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#define COUNTED(call)                                                                              \
    do {                                                                                           \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
        (void)!(call);                                                                             \
        CALLGRIND_TOGGLE_COLLECT;                                                                  \
    } while (0)

static const char get[] = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";
static const char get_stream[] = "GET /stream HTTP/1.1\r\nHost: bench\r\n\r\n";
static const char post[] = "POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: 1000000000\r\n\r\n";

static struct sockaddr_in peer = {.sin_family = AF_INET};
static char bytes[4096];

static int new_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        err(1, "socket");
    return fd;
}

static int connected(void)
{
    int fd = new_socket();
    if (connect(fd, (struct sockaddr *)&peer, sizeof peer) != 0)
        err(1, "connect");
    return fd;
}

static void say(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        err(1, "write");
}

static void hear(int fd)
{
    if (read(fd, bytes, sizeof bytes) <= 0)
        err(1, "read");
}

/* A connection that has had one exchange and rests. */
static int rested(void)
{
    int fd = connected();
    say(fd, get);
    hear(fd);
    return fd;
}

static void write_untracked(int count)
{
    int fd = open("/dev/null", O_WRONLY);
    while (count--)
        COUNTED(write(fd, bytes, 64));
}

static void read_untracked(int count)
{
    int fd = open("/dev/zero", O_RDONLY);
    while (count--)
        COUNTED(read(fd, bytes, 64));
}

/* The copy is made past the doors: how dup() is done is another figure. */
static void close_untracked(int count)
{
    int fd = open("/dev/null", O_WRONLY);
    while (count--) {
        int copy = (int)syscall(SYS_dup, fd);
        COUNTED(close(copy));
    }
}

static void write_within(int count)
{
    int fd = connected();
    say(fd, post);
    while (count--)
        COUNTED(write(fd, bytes, 64));
}

static void write_opening(int count)
{
    int fd = rested();
    while (count--) {
        COUNTED(write(fd, get, sizeof get - 1));
        hear(fd);
    }
}

/* The end of an exchange: the whole response in one read. */
static void read_response(int count)
{
    int fd = rested();
    while (count--) {
        say(fd, get);
        COUNTED(read(fd, bytes, sizeof bytes));
    }
}

/* In the middle of a long body. */
static void read_body(int count)
{
    int fd = connected();
    say(fd, get_stream);
    hear(fd);
    while (count--)
        COUNTED(recv(fd, bytes, 64, MSG_WAITALL));
}

static void read_nothing(int count)
{
    int fd = rested();
    say(fd, post);
    while (count--)
        COUNTED(recv(fd, bytes, 64, MSG_DONTWAIT));
}

static void poll_for(int count, int fd, int wait_ms)
{
    struct pollfd item = {.fd = fd, .events = POLLIN};
    while (count--)
        COUNTED(poll(&item, 1, wait_ms));
}

static void poll_untracked(int count)
{
    poll_for(count, open("/dev/zero", O_RDONLY), -1);
}

static void poll_other(int count)
{
    rested();
    poll_untracked(count);
}

static void poll_resting(int count)
{
    poll_for(count, rested(), 0);
}

static int ready_connection(void)
{
    int fd = connected();
    say(fd, get_stream);
    hear(fd);
    return fd;
}

static void poll_ready(int count)
{
    poll_for(count, ready_connection(), -1);
}

static void poll_ready_timeout(int count)
{
    poll_for(count, ready_connection(), 30000);
}

static void epoll_for(int count, int fd, int wait_ms)
{
    struct epoll_event event = {.events = EPOLLIN};
    int set = epoll_create1(0);
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0)
        err(1, "epoll_ctl");
    while (count--)
        COUNTED(epoll_wait(set, &event, 1, wait_ms));
}

static void epoll_untracked(int count)
{
    int ends[2];
    if (pipe(ends) != 0)
        err(1, "pipe");
    say(ends[1], "x");
    epoll_for(count, ends[0], -1);
}

static void epoll_other(int count)
{
    rested();
    epoll_untracked(count);
}

static void epoll_resting(int count)
{
    epoll_for(count, rested(), 0);
}

static void epoll_ready(int count)
{
    epoll_for(count, ready_connection(), -1);
}

static void epoll_ready_timeout(int count)
{
    epoll_for(count, ready_connection(), 30000);
}

static void new_connect(int count)
{
    while (count--) {
        int fd = new_socket();
        COUNTED(connect(fd, (struct sockaddr *)&peer, sizeof peer));
        close(fd);
    }
}

static void new_close(int count)
{
    while (count--) {
        int fd = connected();
        COUNTED(close(fd));
    }
}

/* send, recv, send, recv: what a client does all day. */
static void round_trip(int count)
{
    int fd = rested();
    while (count--) {
        COUNTED(send(fd, get, sizeof get - 1, 0));
        COUNTED(recv(fd, bytes, sizeof bytes, 0));
    }
}

static const struct {
    const char *name;
    void (*run)(int count);
} operations[] = {
    {"write-untracked", write_untracked},
    {"read-untracked", read_untracked},
    {"close-untracked", close_untracked},
    {"write-within", write_within},
    {"write-opening", write_opening},
    {"read-response", read_response},
    {"read-body", read_body},
    {"read-nothing", read_nothing},
    {"poll-untracked", poll_untracked},
    {"poll-other", poll_other},
    {"poll-resting", poll_resting},
    {"poll-ready", poll_ready},
    {"poll-ready-timeout", poll_ready_timeout},
    {"epoll-untracked", epoll_untracked},
    {"epoll-other", epoll_other},
    {"epoll-resting", epoll_resting},
    {"epoll-ready", epoll_ready},
    {"epoll-ready-timeout", epoll_ready_timeout},
    {"connect", new_connect},
    {"close", new_close},
    {"round-trip", round_trip},
};

int main(int count, char **arguments)
{
    if (count != 3 && count != 5)
        errx(2, "calls OPERATION COUNT [ADDRESS PORT]");
    if (count == 5) {
        inet_pton(AF_INET, arguments[3], &peer.sin_addr);
        peer.sin_port = htons((uint16_t)atoi(arguments[4]));
    }
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (!strcmp(arguments[1], operations[i].name)) {
            operations[i].run(atoi(arguments[2]));
            return 0;
        }
    errx(2, "no such operation: %s", arguments[1]);
}
