/* SPDX-License-Identifier: MIT
 *
 * One call of one kind, COUNT times, with only the calls themselves counted by callgrind
 * (valgrind --tool=callgrind --collect-atstart=no):
 *
 *     calls OPERATION COUNT PORT
 *
 * PORT is that of bench/peer.c. What surrounds a counted call (the socket() before a connect(), the
 * read that ends an exchange) is not counted.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "client.h"

#define GET_STREAM "GET /stream HTTP/1.1\r\nHost: bench\r\n\r\n"
#define POST "POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: 1000000000\r\n\r\n"
#define CHUNKED_POST "POST / HTTP/1.1\r\nHost: bench\r\nTransfer-Encoding: chunked\r\n\r\n"

enum { CURLS_CHUNK = (1 << 16) - 12 }; /* its buffer, without room for "%x" and two ends of line */

static char bytes[1 << 16];

/* A connection that has had one exchange and rests. */
static int rested(void)
{
    int fd = connected(0);
    exchange(fd);
    return fd;
}

/* A connection in whose response there is always more to read. */
static int ready(void)
{
    int fd = connected(0);
    say(fd, GET_STREAM);
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

/* A connection, with two free numbers below its own. */
static void connect_above(void)
{
    int below[2];
    if (pipe(below) != 0)
        err(1, "pipe");
    rested();
    close(below[0]);
    close(below[1]);
}

static void write_other(int count)
{
    connect_above();
    write_untracked(count);
}

static void read_other(int count)
{
    connect_above();
    read_untracked(count);
}

static void close_other(int count)
{
    connect_above();
    close_untracked(count);
}

static void write_within(int count)
{
    int fd = connected(0);
    say(fd, POST);
    while (count--)
        COUNTED(write(fd, bytes, 64));
}

/* The next `times` whole chunks of `size` bytes each, in one write. */
static void write_chunks(int count, int size, int times)
{
    int fd = connected(0);
    char *end = bytes;
    for (int i = 0; i < times; i++) {
        end += sprintf(end, "%x\r\n", (unsigned)size) + size;
        end = stpcpy(end, "\r\n");
    }
    say(fd, CHUNKED_POST);
    while (count--)
        COUNTED(write(fd, bytes, (size_t)(end - bytes)));
}

static void write_chunk(int count)
{
    write_chunks(count, 64, 1);
}

static void write_large_chunk(int count)
{
    write_chunks(count, CURLS_CHUNK, 1);
}

static void write_four_chunks(int count)
{
    write_chunks(count, 64, 4);
}

static void write_opening(int count)
{
    int fd = rested();
    while (count--) {
        COUNTED(write(fd, GET, sizeof GET - 1));
        hear(fd);
    }
}

/* The end of an exchange: the whole response in one read. */
static void read_response(int count)
{
    int fd = rested();
    while (count--) {
        say(fd, GET);
        COUNTED(read(fd, bytes, sizeof bytes));
    }
}

/* In the middle of a long body. */
static void read_body(int count)
{
    int fd = ready();
    while (count--)
        COUNTED(recv(fd, bytes, 64, MSG_WAITALL));
}

static void read_nothing(int count)
{
    int fd = rested();
    say(fd, POST);
    while (count--)
        COUNTED(recv(fd, bytes, 64, MSG_DONTWAIT));
}

/* The other doors, with what most programs give them: one part, and no address. */
struct parts {
    struct iovec part;
    struct msghdr message;
};

static struct msghdr *message_of(struct parts *parts, void *at, size_t count)
{
    parts->part = (struct iovec){at, count};
    parts->message = (struct msghdr){.msg_iov = &parts->part, .msg_iovlen = 1};
    return &parts->message;
}

static struct msghdr *a_get(struct parts *parts)
{
    static char get[] = GET;
    return message_of(parts, get, sizeof get - 1);
}

static void sendto_opening(int count)
{
    int fd = rested();
    while (count--) {
        COUNTED(sendto(fd, GET, sizeof GET - 1, 0, NULL, 0));
        hear(fd);
    }
}

static void writev_opening(int count)
{
    int fd = rested();
    struct parts parts;
    const struct iovec *part = a_get(&parts)->msg_iov;
    while (count--) {
        COUNTED(writev(fd, part, 1));
        hear(fd);
    }
}

static void sendmsg_opening(int count)
{
    int fd = rested();
    struct parts parts;
    const struct msghdr *message = a_get(&parts);
    while (count--) {
        COUNTED(sendmsg(fd, message, 0));
        hear(fd);
    }
}

static void recvfrom_response(int count)
{
    int fd = rested();
    while (count--) {
        say(fd, GET);
        COUNTED(recvfrom(fd, bytes, sizeof bytes, 0, NULL, NULL));
    }
}

static void readv_response(int count)
{
    int fd = rested();
    struct parts parts;
    const struct iovec *part = message_of(&parts, bytes, sizeof bytes)->msg_iov;
    while (count--) {
        say(fd, GET);
        COUNTED(readv(fd, part, 1));
    }
}

static void recvmsg_response(int count)
{
    int fd = rested();
    struct parts parts;
    struct msghdr *message = message_of(&parts, bytes, sizeof bytes);
    while (count--) {
        say(fd, GET);
        COUNTED(recvmsg(fd, message, 0));
    }
}

/* A protocol that is not followed: the connection is never touched. */
static int passed(void)
{
    int fd = connected(0);
    say(fd, "SSH-2.0-bench\r\n");
    pause_ms(10);
    say(fd, GET_STREAM);
    hear(fd);
    return fd;
}

static void passed_write(int count)
{
    int fd = passed();
    while (count--)
        COUNTED(write(fd, bytes, 64));
}

static void passed_sendmsg(int count)
{
    int fd = passed();
    struct parts parts;
    const struct msghdr *message = message_of(&parts, bytes, 64);
    while (count--)
        COUNTED(sendmsg(fd, message, 0));
}

static void passed_read(int count)
{
    int fd = passed();
    while (count--)
        COUNTED(recv(fd, bytes, 64, MSG_WAITALL));
}

static void passed_recvmsg(int count)
{
    int fd = passed();
    struct parts parts;
    struct msghdr *message = message_of(&parts, bytes, 64);
    while (count--)
        COUNTED(recvmsg(fd, message, MSG_WAITALL));
}

static int ready_pipe(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        err(1, "pipe");
    say(ends[1], "x");
    return ends[0];
}

static int ready_pipe_and_rested(void)
{
    rested();
    return ready_pipe();
}

static void *idle(void *unused)
{
    pause();
    return unused;
}

/* A program with threads: another one may reconnect what this one waits for. */
static int ready_beside_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, idle, NULL) != 0)
        err(1, "pthread_create");
    return ready();
}

/* The waits: for what, how long, in both forms ("poll-" and "epoll-"). */
static const struct wait {
    const char *name;
    int (*make)(void);
    int wait_ms;
} waits[] = {
    {"untracked", ready_pipe, -1}, {"other", ready_pipe_and_rested, -1}, {"resting", rested, 0},
    {"ready", ready, -1},          {"ready-timeout", ready, 30000},
    {"threads", ready_beside_thread, -1}, {"threads-timeout", ready_beside_thread, 30000},
};

static void poll_for(int count, const struct wait *wait)
{
    struct pollfd item = {.fd = wait->make(), .events = POLLIN};
    while (count--)
        COUNTED(poll(&item, 1, wait->wait_ms));
}

static int set_with(int fd)
{
    struct epoll_event event = {.events = EPOLLIN};
    int set = epoll_create1(0);
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0)
        err(1, "epoll_ctl");
    return set;
}

static void epoll_for(int count, const struct wait *wait)
{
    struct epoll_event event;
    int set = set_with(wait->make());
    while (count--)
        COUNTED(epoll_wait(set, &event, 1, wait->wait_ms));
}

/* What an event loop does that waits to write, and then to read. */
static void change(int count, int fd)
{
    int set = set_with(fd);
    while (count--) {
        struct epoll_event event = {.events = count % 2 ? EPOLLIN : EPOLLOUT};
        COUNTED(epoll_ctl(set, EPOLL_CTL_MOD, fd, &event));
    }
}

/* The same in two calls, as redis-benchmark does it. */
static void add_again(int count, int fd)
{
    int set = set_with(fd);
    while (count--) {
        struct epoll_event event = {.events = count % 2 ? EPOLLIN : EPOLLOUT};
        COUNTED(epoll_ctl(set, EPOLL_CTL_DEL, fd, &event));
        COUNTED(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event));
    }
}

static void change_ready(int count)
{
    change(count, ready());
}

static void change_rested(int count)
{
    change(count, rested());
}

static void change_other(int count)
{
    change(count, ready_pipe());
}

static void add_ready(int count)
{
    add_again(count, ready());
}

static void add_other(int count)
{
    add_again(count, ready_pipe());
}

static void new_connect(int count)
{
    while (count--) {
        int fd = new_socket(0);
        COUNTED(connect(fd, (struct sockaddr *)&peer, sizeof peer));
        close(fd);
    }
}

static void new_close(int count)
{
    while (count--) {
        int fd = connected(0);
        COUNTED(close(fd));
    }
}

/* send, recv, send, recv: what a client does all day. */
static void round_trip(int count)
{
    int fd = rested();
    while (count--) {
        COUNTED(send(fd, GET, sizeof GET - 1, 0));
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
    {"write-other", write_other},
    {"read-other", read_other},
    {"close-other", close_other},
    {"write-within", write_within},
    {"write-chunk", write_chunk},
    {"write-large-chunk", write_large_chunk},
    {"write-four-chunks", write_four_chunks},
    {"write-opening", write_opening},
    {"read-response", read_response},
    {"read-body", read_body},
    {"read-nothing", read_nothing},
    {"sendto-opening", sendto_opening},
    {"writev-opening", writev_opening},
    {"sendmsg-opening", sendmsg_opening},
    {"recvfrom-response", recvfrom_response},
    {"readv-response", readv_response},
    {"recvmsg-response", recvmsg_response},
    {"passed-write", passed_write},
    {"passed-sendmsg", passed_sendmsg},
    {"passed-read", passed_read},
    {"passed-recvmsg", passed_recvmsg},
    {"change", change_ready},
    {"change-resting", change_rested},
    {"change-other", change_other},
    {"add", add_ready},
    {"add-other", add_other},
    {"connect", new_connect},
    {"close", new_close},
    {"round-trip", round_trip},
};

static bool run_wait(const char *name, int count)
{
    bool epoll = !strncmp(name, "epoll-", 6);
    if (!epoll && strncmp(name, "poll-", 5) != 0)
        return false;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (!strcmp(strchr(name, '-') + 1, waits[i].name)) {
            (epoll ? epoll_for : poll_for)(count, &waits[i]);
            return true;
        }
    return false;
}

static bool run_operation(const char *name, int count)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (!strcmp(name, operations[i].name)) {
            operations[i].run(count);
            return true;
        }
    return run_wait(name, count);
}

int main(int count, char **arguments)
{
    if (count != 4)
        errx(2, "calls OPERATION COUNT PORT");
    set_peer(arguments[3]);
    if (!run_operation(arguments[1], atoi(arguments[2])))
        errx(2, "no such operation: %s", arguments[1]);
    return 0;
}
