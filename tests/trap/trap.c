/* SPDX-License-Identifier: MIT
 *
 * See trap.h: modes, checks, the client, processes.
 */
#include "trap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STALE_MS = 150, PATIENCE_MS = 10000 };

enum trap_mode trap_mode(void)
{
    static const char *const names[] = {"bare", "off", "auto", "harshest"};
    const char *name = getenv("TRAP_MODE");
    for (int i = 0; name && i < 4; i++)
        if (!strcmp(name, names[i]))
            return (enum trap_mode)i;
    return TRAP_BARE;
}

bool trap_repairs(void)
{
    return trap_mode() == TRAP_AUTO || trap_mode() == TRAP_HARSHEST;
}

unsigned trap_turns(unsigned usual)
{
    const char *times = getenv("TRAP_TIMES");
    return times ? usual * (unsigned)atoi(times) : usual;
}

void trap_fail(const char *file, int line, const char *format, ...)
{
    int error = errno;
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    dprintf(STDERR_FILENO, "%s:%d: %s (errno %d: %s)\n", file, line, text, error,
            strerror(error));
    _exit(1);
}

void trap_skip(const char *why)
{
    printf("skipped: %s\n", why);
    exit(0);
}

/* ---- time */

void trap_sleep_ms(unsigned ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000L};
    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        ;
}

/* The clock of the kernel's ticks, by which it counts idle time. After a standstill of the whole (virtual)
 * machine one processor wakes sleepers before another one has moved this clock on, so the exact one does
 * not tell what the kernel will say. A raw call, because libfaketime makes clocks of its own. */
uint64_t trap_tick_ms(void)
{
    struct timespec now;
    CHECK_EQUAL(syscall(SYS_clock_gettime, CLOCK_MONOTONIC_COARSE, &now), 0);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void trap_rest_ms(unsigned ms)
{
    uint64_t now_ms = trap_tick_ms(), end_ms = now_ms + ms;
    for (; now_ms < end_ms; now_ms = trap_tick_ms())
        trap_sleep_ms((unsigned)(end_ms - now_ms));
}

void trap_go_stale(void)
{
    trap_rest_ms(STALE_MS);
}

uint64_t trap_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void await_count(_Atomic unsigned *count, unsigned wanted, const char *what)
{
    uint64_t end_ms = trap_now_ms() + PATIENCE_MS;
    while (atomic_load(count) < wanted) {
        if (trap_now_ms() > end_ms)
            trap_fail(__FILE__, __LINE__, "the server has %s %u, not %u", what,
                      atomic_load(count), wanted);
        trap_sleep_ms(1);
    }
}

void trap_await_accepted(struct trap_server *server, unsigned wanted)
{
    await_count(&server->accepted, wanted, "accepted");
}

void trap_await_requests(struct trap_server *server, unsigned wanted)
{
    await_count(&server->requests, wanted, "answered");
}

void trap_await_ended(struct trap_server *server)
{
    await_count(&server->ended, atomic_load(&server->accepted), "seen the end of");
}

/* ---- the client */

int trap_connect_port(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_EQUAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

int trap_connect(const struct trap_server *server)
{
    return trap_connect_port(server->port);
}

size_t trap_format_request(char *room, size_t bytes, const char *path)
{
    int count = snprintf(room, bytes, "GET %s HTTP/1.1\r\nHost: trap\r\n\r\n", path);
    CHECK(count > 0 && (size_t)count < bytes);
    return (size_t)count;
}

/* One send: the requests of two threads or processes do not mix. */
void trap_send_request(int fd, const char *path)
{
    char request[512];
    size_t bytes = trap_format_request(request, sizeof request, path);
    ssize_t sent;
    while ((sent = send(fd, request, bytes, MSG_NOSIGNAL)) < 0 && errno == EAGAIN) {
        struct pollfd wait = {.fd = fd, .events = POLLOUT};
        CHECK_EQUAL(poll(&wait, 1, PATIENCE_MS), 1);
    }
    CHECK_EQUAL(sent, bytes);
}

/* Reads just one byte more each time: an answer's end is its body's, and nothing after it is taken. */
static size_t read_exactly(int fd, char *room, size_t bytes)
{
    size_t got = 0;
    while (got < bytes) {
        ssize_t count = recv(fd, room + got, bytes - got, 0);
        if (count < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLIN};
            CHECK_EQUAL(poll(&wait, 1, PATIENCE_MS), 1);
            continue;
        }
        if (count <= 0)
            trap_fail(__FILE__, __LINE__, "recv gave %zd after %zu bytes of an answer", count, got);
        got += (size_t)count;
    }
    return got;
}

/* The server's heads all have the same length, so two reads take one answer and no more. */
struct trap_answer trap_read_answer(int fd)
{
    static const char format[] =
        "HTTP/1.1 200 OK\r\nContent-Length: %5u\r\nX-Connection: %8u\r\nX-Request: %8u\r\n\r\n";
    enum { HEAD_BYTES = 17 + 23 + 24 + 21 + 2 };
    char head[HEAD_BYTES + 1] = "";
    struct trap_answer answer = {0};
    unsigned bytes = 0;
    read_exactly(fd, head, HEAD_BYTES);
    if (sscanf(head, format, &bytes, &answer.connection, &answer.request) != 3)
        trap_fail(__FILE__, __LINE__, "no answer's head: %s", head);
    CHECK(bytes < sizeof answer.body);
    read_exactly(fd, answer.body, bytes);
    answer.tick_ms = trap_tick_ms();
    return answer;
}

struct trap_answer trap_request(int fd, const char *path)
{
    trap_send_request(fd, path);
    struct trap_answer answer = trap_read_answer(fd);
    if (strcmp(answer.body, path) != 0)
        trap_fail(__FILE__, __LINE__, "asked for %s, got %s", path, answer.body);
    return answer;
}

void trap_check_repaired(struct trap_answer before, struct trap_answer after)
{
    if (trap_repairs() && after.connection == before.connection)
        trap_fail(__FILE__, __LINE__, "not repaired: still connection %u", after.connection);
    if (!trap_repairs() && after.connection != before.connection)
        trap_fail(__FILE__, __LINE__, "another connection (%u after %u) without a shim",
                  after.connection, before.connection);
}

void trap_check_kept(struct trap_answer before, struct trap_answer after)
{
    if (trap_mode() == TRAP_HARSHEST || after.tick_ms - before.tick_ms >= TRAP_LIMIT_MS)
        return;
    CHECK_EQUAL(after.connection, before.connection);
    CHECK_EQUAL(after.request, before.request + 1);
}

struct trap_answer trap_request_stale(int fd, const char *path, struct trap_answer before)
{
    trap_go_stale();
    struct trap_answer answer = trap_request(fd, path);
    trap_check_repaired(before, answer);
    return answer;
}

/* ---- processes */

pid_t trap_fork(void (*work)(void *), void *data)
{
    fflush(stdout);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child)
        return child;
    work(data);
    fflush(stdout);
    _exit(0);
}

void trap_await_child(pid_t child, int status)
{
    int got = 0;
    while (waitpid(child, &got, 0) < 0)
        CHECK_EQUAL(errno, EINTR);
    if (!WIFEXITED(got) || WEXITSTATUS(got) != status)
        trap_fail(__FILE__, __LINE__, "the child ended with wait status %#x", (unsigned)got);
}
