/* SPDX-License-Identifier: MIT
 *
 * For the uring_* traps: calls through an io_uring, one at a time. No wrapper of libc's functions sees
 * them: liburing makes the system calls itself.
 */
#ifndef UNSTALE_TRAP_URING_CLIENT_H
#define UNSTALE_TRAP_URING_CLIENT_H

#include <liburing.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "trap.h"

static struct io_uring uring;

static inline void uring_open(void)
{
    if (io_uring_queue_init(8, &uring, 0) < 0)
        trap_skip("no io_uring here");
}

static inline struct io_uring_sqe *uring_next(void)
{
    struct io_uring_sqe *entry = io_uring_get_sqe(&uring);
    CHECK(entry != NULL);
    return entry;
}

/* Waits for one completion; returns its result. */
static inline int uring_result(void)
{
    struct io_uring_cqe *done;
    CHECK_EQUAL(io_uring_wait_cqe(&uring, &done), 0);
    int result = done->res;
    io_uring_cqe_seen(&uring, done);
    return result;
}

static inline int uring_do(void)
{
    CHECK_EQUAL(io_uring_submit(&uring), 1);
    return uring_result();
}

static inline void uring_request(int fd, const char *path)
{
    char request[512];
    size_t bytes = trap_format_request(request, sizeof request, path);
    io_uring_prep_send(uring_next(), fd, request, bytes, MSG_NOSIGNAL);
    CHECK_EQUAL(uring_do(), bytes);
}

/* The server sends an answer in one piece. */
static inline struct trap_answer uring_parse(const char *text, const char *path)
{
    struct trap_answer answer = {0};
    const char *at = strstr(text, "X-Connection:"), *body = strstr(text, "\r\n\r\n");
    CHECK(at && body && !strcmp(body + 4, path));
    CHECK_EQUAL(sscanf(at, "X-Connection: %u X-Request: %u", &answer.connection, &answer.request),
                2);
    return answer;
}

static inline struct trap_answer uring_answer(int fd, const char *path)
{
    char text[1024] = "";
    io_uring_prep_recv(uring_next(), fd, text, sizeof text - 1, 0);
    CHECK(uring_do() > 0);
    return uring_parse(text, path);
}

static inline struct trap_answer uring_exchange(int fd, const char *path)
{
    uring_request(fd, path);
    return uring_answer(fd, path);
}

#endif
