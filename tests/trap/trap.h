/* SPDX-License-Identifier: MIT
 *
 * What the traps share. A trap is one small program that does something which a careless preload
 * library breaks. The driver runs it bare and under the shim in three modes, and demands status 0,
 * the same standard output and an end in time from all four. A trap may ask for the mode only to
 * demand MORE (that a repair did happen), never to demand less.
 *
 * The server is a process of its own that the shim does not know of: made by a raw clone(), it makes
 * raw system calls only and ends with the trap.
 */
#ifndef UNSTALE_TRAP_H
#define UNSTALE_TRAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* TRAP_MODE; bare if it is not set. The limit (UNSTALE_IDLE) is 100 ms in auto, 1 ms in harshest. */
enum trap_mode { TRAP_BARE, TRAP_OFF, TRAP_AUTO, TRAP_HARSHEST };
enum trap_mode trap_mode(void);

/* True in auto and harshest: a request after trap_go_stale() goes out on a new connection. */
bool trap_repairs(void);

/* `usual` turns, or TRAP_TIMES times as many in a soak test. */
unsigned trap_turns(unsigned usual);

/* ---- checks: a failure prints file, line and errno to stderr and ends the process with status 1 */

void trap_fail(const char *file, int line, const char *format, ...)
    __attribute__((noreturn, format(printf, 3, 4)));

#define CHECK(condition)                                                                           \
    ((condition) ? (void)0 : trap_fail(__FILE__, __LINE__, "not true: %s", #condition))

#define CHECK_EQUAL(got, wanted)                                                                   \
    do {                                                                                           \
        long long got_ = (long long)(got), wanted_ = (long long)(wanted);                          \
        if (got_ != wanted_)                                                                       \
            trap_fail(__FILE__, __LINE__, "%s is %lld, wanted %s = %lld", #got, got_, #wanted,      \
                      wanted_);                                                                    \
    } while (0)

/* The call fails with this errno. */
#define CHECK_FAILS(call, error)                                                                   \
    do {                                                                                           \
        errno = 0;                                                                                 \
        CHECK_EQUAL(call, -1);                                                                     \
        CHECK_EQUAL(errno, error);                                                                 \
    } while (0)

/* Ends the trap as passed where this machine lacks something; say what. */
void trap_skip(const char *why) __attribute__((noreturn));

/* ---- the server */

enum { TRAP_CONNECTIONS_MOST = 1 << 16 };

/* Shared memory: the server counts, the trap reads. Connections are numbered from 1. */
struct trap_server {
    uint16_t port;
    pid_t pid;
    _Atomic unsigned accepted; /* connections */
    _Atomic unsigned ended;    /* connections that are gone, by whichever side */
    _Atomic unsigned requests; /* whole ones */
    _Atomic unsigned broken;   /* connections that ended in the middle of a request */
    _Atomic unsigned requests_of[TRAP_CONNECTIONS_MOST];
};

/* Starts a keep-alive HTTP/1.1 server on a free port of 127.0.0.1. It answers each request with the
 * request's own path as the body. Words in the query: "?delay=MS" (the answer comes later),
 * "close" or "close=MS" (a FIN so long after the answer), "reset" or "reset=MS" (an RST). */
struct trap_server *trap_serve(void);

/* Waits (10 s at most) until the server has accepted / answered that many. */
void trap_await_accepted(struct trap_server *server, unsigned wanted);
void trap_await_requests(struct trap_server *server, unsigned wanted);

/* Waits until the server has no connection left. */
void trap_await_ended(struct trap_server *server);

/* ---- the client: all through libc's ordinary functions, so through the shim */

struct trap_answer {
    unsigned connection; /* the server's number of the connection that it came on */
    unsigned request;    /* which one on that connection, from 1 */
    uint64_t tick_ms;    /* when it was read, by the kernel's clock of idle time */
    char body[256];
};

/* A connected blocking TCP socket. trap_connect_port is for a program that exec() has started. */
int trap_connect(const struct trap_server *server);
int trap_connect_port(uint16_t port);

/* A whole exchange. Fails the trap if anything is wrong with it, the body included. */
struct trap_answer trap_request(int fd, const char *path);

/* The halves of it. trap_read_answer works on blocking and on non-blocking sockets. */
void trap_send_request(int fd, const char *path);
struct trap_answer trap_read_answer(int fd);

/* The request's bytes, for traps that send them in their own way; returns their number. */
size_t trap_format_request(char *room, size_t bytes, const char *path);

/* Sleeps until every connection's idle time is past the limit of auto and of harshest. */
void trap_go_stale(void);

/* Sleeps until the kernel, too, counts that much idle time; trap_sleep_ms() may be back before. */
void trap_rest_ms(unsigned ms);
void trap_sleep_ms(unsigned ms);
uint64_t trap_now_ms(void);  /* CLOCK_MONOTONIC */
uint64_t trap_tick_ms(void); /* the kernel's clock of idle time */

enum { TRAP_LIMIT_MS = 100 }; /* auto's */

/* An exchange on a connection gone stale, whose last answer was `before`: repaired in auto and
 * harshest (a new connection at the server), the same connection in bare and off. Not for a connection
 * on which bytes went by unseen (another process's, a raw call's): that may be left alone. */
struct trap_answer trap_request_stale(int fd, const char *path, struct trap_answer before);
void trap_check_repaired(struct trap_answer before, struct trap_answer after);

/* `after` came right behind `before`, on the same connection. Not demanded where a busy machine took longer
 * than the limit between the two, nor in harshest at all, with its limit of 1 ms. */
void trap_check_kept(struct trap_answer before, struct trap_answer after);

/* ---- processes */

/* Forks (with libc's fork) a child that runs work(data) and ends with status 0. */
pid_t trap_fork(void (*work)(void *), void *data);

/* Waits for the child; it must have ended by itself, with `status`. */
void trap_await_child(pid_t child, int status);

#endif
